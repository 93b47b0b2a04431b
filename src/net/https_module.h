#ifndef CLICK2CALL_NET_HTTPS_MODULE_H_
#define CLICK2CALL_NET_HTTPS_MODULE_H_

#include <stop_token>

#include "base/result.h"
#include "net/https_poster.h"
#include "net/module.h"

namespace click2call::net {

// The poster of the module "https", which is opened at the first POST.
class HttpsModule : public HttpsPoster {
 public:
  // Opens the module now, for who wants to know at once whether it is there. kInternal where not:
  // then the next need tries again.
  base::Status Open();

  base::Result<int> Post(const HttpsPost& post, const std::stop_token& stop) override;

 private:
  const FromModule<MakePoster> poster_{"https"};
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_HTTPS_MODULE_H_
