#include "net/numbers_module.h"

#include "net/module.h"

namespace click2call::net {

base::Status NumbersModule::Open() const {
  const std::lock_guard lock(mutex_);
  if (reader_ != nullptr) return base::Done();
  const auto make = OpenModule<call::MakeNumberReader>("numbers");
  if (!make.Ok()) return make.Why();
  auto reader = make.Value()(region_);
  if (!reader.Ok()) return reader.Why();
  reader_ = std::move(reader).Value();
  return base::Done();
}

base::Result<call::NumberAsRead> NumbersModule::Read(const call::Extension& extension) const {
  const base::Status open = Open();
  if (!open.Ok()) return open.Why();
  return reader_->Read(extension);
}

}  // namespace click2call::net
