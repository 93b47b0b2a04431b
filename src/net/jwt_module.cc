#include "net/jwt_module.h"

#include "net/module.h"

namespace click2call::net {

base::Status JwtModule::Open() const {
  const std::lock_guard lock(mutex_);
  if (verifier_ != nullptr) return base::Done();
  const auto make = OpenModule<web::MakeVerifier>("jwt");
  if (!make.Ok()) return make.Why();
  auto verifier = make.Value()(config_);
  if (!verifier.Ok()) return verifier.Why();
  verifier_ = std::move(verifier).Value();
  return base::Done();
}

base::Result<web::TokenClaims> JwtModule::Verify(std::string_view token, base::WallTime now) const {
  const base::Status open = Open();
  if (!open.Ok()) return open.Why();
  return verifier_->Verify(token, now);
}

}  // namespace click2call::net
