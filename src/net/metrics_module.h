#ifndef CLICK2CALL_NET_METRICS_MODULE_H_
#define CLICK2CALL_NET_METRICS_MODULE_H_

#include <string>

#include "base/result.h"
#include "net/module.h"
#include "web/metrics.h"

namespace click2call::net {

// The writer of the module "metrics", which is opened when it is first asked for metrics.
class MetricsModule : public web::MetricsWriter {
 public:
  base::Result<std::string> Write(const web::Metrics& metrics) const override;

 private:
  const FromModule<web::MakeMetricsWriter> writer_{"metrics"};
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_METRICS_MODULE_H_
