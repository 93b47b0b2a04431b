#include "net/links_module.h"

#include "net/module.h"

namespace click2call::net {

base::Status LinksModule::Open() const {
  const std::lock_guard lock(mutex_);
  if (signer_ != nullptr) return base::Done();
  const auto make = OpenModule<web::MakeLinks>("links");
  if (!make.Ok()) return make.Why();
  auto signer = make.Value()(config_);
  if (!signer.Ok()) return signer.Why();
  signer_ = std::move(signer).Value();
  return base::Done();
}

base::Result<std::string> LinksModule::Sign(const web::Link& link, base::WallTime now) const {
  const base::Status open = Open();
  if (!open.Ok()) return open.Why();
  return signer_->Sign(link, now);
}

base::Result<web::Link> LinksModule::Verify(std::string_view token, base::WallTime now) const {
  const base::Status open = Open();
  if (!open.Ok()) return open.Why();
  return signer_->Verify(token, now);
}

}  // namespace click2call::net
