#ifndef CLICK2CALL_CALL_MEASURE_H_
#define CLICK2CALL_CALL_MEASURE_H_

#include "call/world.h"
#include "web/metrics.h"

namespace click2call::call {

// What there is to tell a monitor now: how each PBX is, as Dialer::Health() knows or finds out; its
// calls that go on; and what the process has counted, where it counts. A journal that cannot be
// read has a line in the log, and no calls.
web::Metrics Measure(const World& world);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_MEASURE_H_
