#ifndef CLICK2CALL_NET_JWT_MODULE_H_
#define CLICK2CALL_NET_JWT_MODULE_H_

#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "net/module.h"
#include "web/token.h"

namespace click2call::net {

// The verifier of the module "jwt", which is opened at the first token.
class JwtModule : public web::TokenVerifier {
 public:
  explicit JwtModule(web::JwtConfig config) : verifier_("jwt", std::move(config)) {}

  // Opens the module now, for who wants to know at once whether it is there and the key is good.
  // kInternal where not: then the next need tries again.
  base::Status Open() const;

  base::Result<web::TokenClaims> Verify(std::string_view token, base::WallTime now) const override;

 private:
  const FromModule<web::MakeVerifier> verifier_;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_JWT_MODULE_H_
