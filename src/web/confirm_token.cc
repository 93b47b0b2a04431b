#include "web/confirm_token.h"

#include <charconv>
#include <cstdint>
#include <sstream>
#include <system_error>

#include <Poco/Base64Encoder.h>
#include <Poco/HMACEngine.h>
#include <Poco/SHA2Engine.h>

namespace click2call::web {
namespace {

// Poco's HMAC asks its hash for two names that Poco's SHA-256 has not.
struct Sha256 : public Poco::SHA2Engine {
  enum { BLOCK_SIZE = 64, DIGEST_SIZE = 32 };  // NOLINT: the names are Poco's
};

constexpr std::string_view kUse = "click2call confirm";  // the key may serve for more than this

std::int64_t Seconds(base::WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

// With its length before it no part can run into the next.
void Add(std::string_view part, Poco::HMACEngine<Sha256>* hmac) {
  hmac->update(std::to_string(part.size()) + ":");
  hmac->update(std::string(part));
}

std::string Base64Url(const Poco::DigestEngine::Digest& digest) {
  std::ostringstream text;
  Poco::Base64Encoder encoder(text, Poco::BASE64_URL_ENCODING | Poco::BASE64_NO_PADDING);
  for (const unsigned char byte : digest) encoder.put(static_cast<char>(byte));
  encoder.close();
  return text.str();
}

std::string TokenUntil(std::int64_t end, const base::Secret& key, const Binding& binding) {
  Poco::HMACEngine<Sha256> hmac(key.Reveal());
  Add(kUse, &hmac);
  Add(std::to_string(end), &hmac);
  for (const std::string& part : binding) Add(part, &hmac);
  return std::to_string(end) + "-" + Base64Url(hmac.digest());
}

}  // namespace

std::string MakeConfirmToken(const base::Secret& key, const Binding& binding, base::WallTime now) {
  return TokenUntil(Seconds(now + kConfirmLife), key, binding);
}

ConfirmState CheckConfirmToken(const base::Secret& key, const Binding& binding,
                               std::string_view token, base::WallTime now) {
  std::int64_t end = 0;
  const auto read = std::from_chars(token.data(), token.data() + token.size(), end);
  if (read.ec != std::errc() || key.Empty()) return ConfirmState::kBad;
  if (!base::SameSecret(token, TokenUntil(end, key, binding))) return ConfirmState::kBad;
  return Seconds(now) < end ? ConfirmState::kGood : ConfirmState::kExpired;
}

base::Error RefusalOf(ConfirmState state) {
  if (state == ConfirmState::kExpired) {
    return {base::Code::kPermissionDenied, "this page has been open for more than " +
                                               std::to_string(kConfirmLife.count()) +
                                               " minutes; go back and click the link again"};
  }
  return {base::Code::kPermissionDenied,
          "the token is not good for this call by you; go back and click the link again"};
}

}  // namespace click2call::web
