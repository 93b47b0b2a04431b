#include "web/jwt_verifier.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include <Poco/Crypto/RSAKey.h>
#include <Poco/Dynamic/Var.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JWT/Signer.h>
#include <Poco/JWT/Token.h>
#include <openssl/err.h>

#include "base/text.h"
#include "base/version.h"
#include "web/jwt_token.h"

namespace click2call::web {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using Poco::Dynamic::Var;
using Poco::JSON::Object;

constexpr double kLeewaySeconds = 30;
constexpr std::size_t kMaxUser = 128;

Error Bad(std::string what) { return {Code::kUnauthenticated, "the token " + std::move(what)}; }

Error Misconfigured(std::string what) {
  return {Code::kInternal, "access.jwt: " + std::move(what)};
}

Result<std::optional<double>> SecondsOf(const Object& claims, const std::string& name) {
  if (!claims.has(name)) return std::optional<double>();
  const auto seconds = NumberOf(claims.get(name));
  if (!seconds) return Bad("has a malformed " + name);
  return seconds;
}

Status CheckTimes(const Object& claims, base::WallTime wall_now) {
  const double now = std::chrono::duration<double>(wall_now.time_since_epoch()).count();
  const auto exp = SecondsOf(claims, "exp");
  if (!exp.Ok()) return exp.Why();
  if (!exp.Value()) return Bad("has no exp");
  if (*exp.Value() + kLeewaySeconds <= now) return Bad("has expired (exp)");
  for (const char* name : {"nbf", "iat"}) {
    const auto from = SecondsOf(claims, name);
    if (!from.Ok()) return from.Why();
    if (from.Value() && *from.Value() - kLeewaySeconds > now) {
      return Bad("is not valid yet (" + std::string(name) + "); are both clocks right?");
    }
  }
  return base::Done();
}

bool IsFor(const Var& audience, const std::string& wanted) {
  if (const auto one = StringOf(audience)) return *one == wanted;
  if (audience.isEmpty() || audience.type() != typeid(Poco::JSON::Array::Ptr)) return false;
  const auto& list = audience.extract<Poco::JSON::Array::Ptr>();
  return std::any_of(list->begin(), list->end(),
                     [&](const Var& one) { return StringOf(one) == wanted; });
}

Result<std::string> UserOf(const Object& claims) {
  auto sub = StringOf(claims.get("sub"));
  if (!sub || sub->empty()) return Bad("names nobody (sub)");
  if (sub->size() > kMaxUser) {
    return Bad("has a sub of more than " + std::to_string(kMaxUser) + " bytes");
  }
  if (base::HasControl(*sub)) return Bad("has a malformed sub");
  return *std::move(sub);
}

Result<std::set<std::string>> ScopesOf(const Object& claims) {
  std::set<std::string> scopes;
  if (!claims.has("scope")) return scopes;
  const auto text = StringOf(claims.get("scope"));
  if (!text) return Bad("has a scope that is no string");
  std::istringstream words(*text);
  for (std::string word; std::getline(words, word, ' ');) {
    if (!word.empty()) scopes.insert(word);
  }
  return scopes;
}

class JwtVerifier : public TokenVerifier {
 public:
  JwtVerifier(std::string issuer, std::string audience, std::string algorithm)
      : issuer_(std::move(issuer)),
        audience_(std::move(audience)),
        algorithm_(std::move(algorithm)) {
    signer_.setAlgorithms({algorithm_});
  }

  Poco::JWT::Signer& Signer() { return signer_; }

  Result<TokenClaims> Verify(std::string_view token, base::WallTime now) const override {
    if (token.size() > kMaxToken) {
      return Bad("has more than " + std::to_string(kMaxToken) + " bytes");
    }
    if (!HasTokenForm(token)) return Bad("is no JSON Web Token");
    try {
      Poco::JWT::Token read;
      const Status genuine = Genuine(token, &read);
      if (!genuine.Ok()) return genuine.Why();
      return Judge(read.payload(), now);
    } catch (const std::exception&) {  // their texts hold the token
      return Bad("is no JSON Web Token");
    }
  }

 private:
  Status Genuine(std::string_view token, Poco::JWT::Token* read) const {
    switch (CheckSignature(signer_, token, read)) {
      case Signature::kGood:
        return base::Done();
      case Signature::kOtherAlgorithm:
        return Bad("is not signed with " + algorithm_ + " (alg)");
      case Signature::kNeedsMore:
        return Bad("needs an extension that is not known here (crit)");
      case Signature::kWrong:
        break;
    }
    return Bad("has a wrong signature");
  }

  Result<TokenClaims> Judge(const Object& claims, base::WallTime now) const {
    if (StringOf(claims.get("iss")) != issuer_) return Bad("is from another issuer (iss)");
    if (!IsFor(claims.get("aud"), audience_)) return Bad("is for another audience (aud)");
    const Status times = CheckTimes(claims, now);
    if (!times.Ok()) return times.Why();
    auto user = UserOf(claims);
    if (!user.Ok()) return user.Why();
    auto scopes = ScopesOf(claims);
    if (!scopes.Ok()) return scopes.Why();
    return TokenClaims{std::move(user).Value(), std::move(scopes).Value()};
  }

  std::string issuer_;
  std::string audience_;
  std::string algorithm_;
  Poco::JWT::Signer signer_;
};

Status SetKey(const JwtConfig& config, Poco::JWT::Signer* signer) {
  const std::string& key = config.key.Reveal();
  if (key.empty()) return Misconfigured("there is no key in key_file");
  if (config.algorithm == "HS256") {
    // Everybody may have a public key, so everybody could sign with it as a shared secret.
    if (key.find("-----BEGIN ") != std::string::npos) {
      return Misconfigured(
          "key_file holds a PEM key, and HS256 wants a shared secret; is algorithm RS256?");
    }
    signer->setHMACKey(key);
    return base::Done();
  }
  if (config.algorithm != "RS256") return Misconfigured("algorithm is neither HS256 nor RS256");
  try {
    std::istringstream pem(key + "\n");
    signer->setRSAKey(new Poco::Crypto::RSAKey(&pem));
    return base::Done();
  } catch (const Poco::Exception&) {
    ERR_clear_error();
    return Misconfigured("key_file holds no RSA public key in PEM (-----BEGIN PUBLIC KEY-----)");
  }
}

}  // namespace

Result<std::unique_ptr<TokenVerifier>> MakeJwtVerifier(const JwtConfig& config) {
  if (config.issuer.empty()) return Misconfigured("issuer is empty");
  if (config.audience.empty()) return Misconfigured("audience is empty");
  auto verifier = std::make_unique<JwtVerifier>(config.issuer, config.audience, config.algorithm);
  const Status key = SetKey(config, &verifier->Signer());
  if (!key.Ok()) return key.Why();
  return std::unique_ptr<TokenVerifier>(std::move(verifier));
}

}  // namespace click2call::web

// See net/module.h.
extern "C" void* click2call_jwt(const char* version) {  // NOLINT(readability-identifier-naming)
  if (std::string_view(version) != click2call::base::kVersion) return nullptr;
  return reinterpret_cast<void*>(&click2call::web::MakeJwtVerifier);
}
