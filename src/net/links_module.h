#ifndef CLICK2CALL_NET_LINKS_MODULE_H_
#define CLICK2CALL_NET_LINKS_MODULE_H_

#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "net/module.h"
#include "web/link.h"

namespace click2call::net {

// The signer of the module "links", which is opened at the first link.
class LinksModule : public web::LinkSigner {
 public:
  explicit LinksModule(web::LinkConfig config) : signer_("links", std::move(config)) {}

  // Opens the module now, for who wants to know at once whether it is there and the key is good.
  // kInternal where not: then the next need tries again.
  base::Status Open() const;

  base::Result<std::string> Sign(const web::Link& link, base::WallTime now) const override;
  base::Result<web::Link> Verify(std::string_view token, base::WallTime now) const override;

 private:
  const FromModule<web::MakeLinks> signer_;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_LINKS_MODULE_H_
