#ifndef CLICK2CALL_WEB_PROMETHEUS_TEXT_H_
#define CLICK2CALL_WEB_PROMETHEUS_TEXT_H_

#include <memory>

#include "base/result.h"
#include "web/metrics.h"

namespace click2call::web {

// The writer of metrics. Part of the module "metrics": the program itself has it from
// net/metrics_module.h.
base::Result<std::unique_ptr<MetricsWriter>> MakePrometheusText();

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_PROMETHEUS_TEXT_H_
