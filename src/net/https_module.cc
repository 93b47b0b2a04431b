#include "net/https_module.h"

#include <utility>

#include "net/module.h"

namespace click2call::net {

base::Status HttpsModule::Open() {
  const std::lock_guard lock(mutex_);
  if (poster_ != nullptr) return base::Done();
  const auto make = OpenModule<MakePoster>("https");
  if (!make.Ok()) return make.Why();
  auto poster = make.Value()();
  if (!poster.Ok()) return poster.Why();
  poster_ = std::move(poster).Value();
  return base::Done();
}

base::Result<int> HttpsModule::Post(const HttpsPost& post, const std::stop_token& stop) {
  const base::Status open = Open();
  if (!open.Ok()) return open.Why();
  return poster_->Post(post, stop);
}

}  // namespace click2call::net
