#ifndef CLICK2CALL_TESTS_WEB_MAKE_TOKEN_H_
#define CLICK2CALL_TESTS_WEB_MAKE_TOKEN_H_

#include <array>
#include <sstream>
#include <string>

#include <Poco/Base64Encoder.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "web/jwt_fixtures.h"

namespace click2call::web {

inline std::string Base64Url(const std::string& bytes) {
  std::ostringstream text;
  Poco::Base64Encoder encoder(text, Poco::BASE64_URL_ENCODING | Poco::BASE64_NO_PADDING);
  encoder << bytes;
  encoder.close();
  return text.str();
}

// Signed by hand, so that header and payload can be anything.
inline std::string MakeToken(const std::string& payload,
                             const std::string& header = R"({"alg":"HS256"})",
                             const std::string& key = kSharedSecret) {
  const std::string text = Base64Url(header) + "." + Base64Url(payload);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return text + "." + Base64Url(std::string(digest.begin(), digest.begin() + size));
}

}  // namespace click2call::web

#endif  // CLICK2CALL_TESTS_WEB_MAKE_TOKEN_H_
