#ifndef CLICK2CALL_WEB_JWT_LINKS_H_
#define CLICK2CALL_WEB_JWT_LINKS_H_

#include <memory>

#include "base/result.h"
#include "web/link.h"

namespace click2call::web {

// The signer of links. Part of the module "links": the program itself has it from
// net/links_module.h. kInternal, naming what to change, where the key is too short.
base::Result<std::unique_ptr<LinkSigner>> MakeJwtLinks(const LinkConfig& config);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_JWT_LINKS_H_
