#ifndef CLICK2CALL_WEB_JWT_VERIFIER_H_
#define CLICK2CALL_WEB_JWT_VERIFIER_H_

#include <memory>

#include "base/result.h"
#include "web/token.h"

namespace click2call::web {

// A verifier of JSON Web Tokens. Part of the module "jwt": the program itself has it from
// net/jwt_module.h.
//
// Good is a token that is signed with exactly the configured algorithm and key, has the configured
// iss and aud, a sub, an exp that is not past, and neither an nbf nor an iat to come; clocks may
// differ by 30 s. One with a "crit" header is refused, since none of its extensions is known here.
//
// Errors: kInternal, naming what to change in access.jwt.
base::Result<std::unique_ptr<TokenVerifier>> MakeJwtVerifier(const JwtConfig& config);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_JWT_VERIFIER_H_
