#include "net/numbers_module.h"

namespace click2call::net {

base::Status NumbersModule::Open() const { return reader_.Open(); }

base::Result<call::NumberAsRead> NumbersModule::Read(const call::Extension& extension) const {
  const base::Status open = reader_.Open();
  if (!open.Ok()) return open.Why();
  return reader_->Read(extension);
}

}  // namespace click2call::net
