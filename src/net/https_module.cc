#include "net/https_module.h"

namespace click2call::net {

base::Status HttpsModule::Open() { return poster_.Open(); }

base::Result<int> HttpsModule::Post(const HttpsPost& post, const std::stop_token& stop) {
  const base::Status open = poster_.Open();
  if (!open.Ok()) return open.Why();
  return poster_->Post(post, stop);
}

}  // namespace click2call::net
