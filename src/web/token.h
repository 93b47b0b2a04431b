#ifndef CLICK2CALL_WEB_TOKEN_H_
#define CLICK2CALL_WEB_TOKEN_H_

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace click2call::web {

// access.jwt: whose tokens are good.
struct JwtConfig {
  std::string issuer;    // what iss has to be
  std::string audience;  // what aud has to be, or to have among others
  base::Secret key;      // a shared secret, or a public key in PEM; no newline at its end
  std::string algorithm = "HS256";  // or RS256: tokens with another are refused
};

// What a good token says.
struct TokenClaims {
  std::string user;  // sub: never empty, UTF-8, no control characters, at most 128 bytes
  std::set<std::string> scopes;
};

// Judges bearer tokens. May be used from several threads at once.
class TokenVerifier {
 public:
  static constexpr std::size_t kMaxToken = 8192;

  virtual ~TokenVerifier() = default;

  // Errors: kUnauthenticated, whose message names what is wrong with the token and never holds any
  // of it; kInternal where the verifier itself is not to be had.
  virtual base::Result<TokenClaims> Verify(std::string_view token, base::WallTime now) const = 0;
};

// What the module "jwt" gives: web/jwt_verifier.h.
using MakeVerifier = base::Result<std::unique_ptr<TokenVerifier>>(const JwtConfig& config);

// The token of an Authorization header with the scheme Bearer; empty where there is none.
std::string_view BearerToken(std::string_view authorization);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_TOKEN_H_
