#include "net/jwt_module.h"

namespace click2call::net {

base::Status JwtModule::Open() const { return verifier_.Open(); }

base::Result<web::TokenClaims> JwtModule::Verify(std::string_view token, base::WallTime now) const {
  const base::Status open = verifier_.Open();
  if (!open.Ok()) return open.Why();
  return verifier_->Verify(token, now);
}

}  // namespace click2call::net
