#include "net/links_module.h"

namespace click2call::net {

base::Status LinksModule::Open() const { return signer_.Open(); }

base::Result<std::string> LinksModule::Sign(const web::Link& link, base::WallTime now) const {
  const base::Status open = signer_.Open();
  if (!open.Ok()) return open.Why();
  return signer_->Sign(link, now);
}

base::Result<web::Link> LinksModule::Verify(std::string_view token, base::WallTime now) const {
  const base::Status open = signer_.Open();
  if (!open.Ok()) return open.Why();
  return signer_->Verify(token, now);
}

}  // namespace click2call::net
