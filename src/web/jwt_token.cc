#include "web/jwt_token.h"

#include <cstddef>

#include <Poco/JWT/JWTException.h>
#include <openssl/err.h>

#include "base/text.h"

namespace click2call::web {

using Poco::Dynamic::Var;

bool HasTokenForm(std::string_view token) {
  std::size_t parts = 1;
  std::size_t length = 0;
  for (const char c : token) {
    if (c == '.') {
      if (length == 0) return false;
      ++parts;
      length = 0;
    } else if (base::IsAlnum(c) || c == '-' || c == '_') {
      ++length;
    } else {
      return false;
    }
  }
  return parts == 3 && length > 0;
}

Signature CheckSignature(const Poco::JWT::Signer& signer, std::string_view token,
                         Poco::JWT::Token* read) {
  bool genuine = false;
  try {
    genuine = signer.tryVerify(std::string(token), *read);
  } catch (const Poco::JWT::UnallowedAlgorithmException&) {
    return Signature::kOtherAlgorithm;
  }
  // What a bad RSA signature leaves here would be taken for a fault of this thread's next TLS
  // session.
  ERR_clear_error();
  if (!genuine) return Signature::kWrong;
  return read->header().has("crit") ? Signature::kNeedsMore : Signature::kGood;
}

std::optional<std::string> StringOf(const Var& claim) {
  if (claim.isEmpty() || !claim.isString()) return std::nullopt;
  return claim.extract<std::string>();
}

std::optional<double> NumberOf(const Var& claim) {
  if (claim.isEmpty() || !claim.isNumeric() || claim.isBoolean() || claim.isString()) {
    return std::nullopt;
  }
  return claim.convert<double>();
}

}  // namespace click2call::web
