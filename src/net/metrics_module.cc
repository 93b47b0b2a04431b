#include "net/metrics_module.h"

namespace click2call::net {

base::Result<std::string> MetricsModule::Write(const web::Metrics& metrics) const {
  const base::Status open = writer_.Open();
  if (!open.Ok()) return open.Why();
  return writer_->Write(metrics);
}

}  // namespace click2call::net
