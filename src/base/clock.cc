#include "base/clock.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

namespace click2call::base {

Milliseconds Remaining(MonotonicTime deadline, MonotonicTime now) {
  if (deadline <= now) return Milliseconds::zero();
  return std::chrono::ceil<Milliseconds>(deadline - now);
}

std::string FormatTime(WallTime time) {
  const auto microseconds =
      std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
  return Poco::DateTimeFormatter::format(Poco::Timestamp(microseconds), "%Y-%m-%dT%H:%M:%S.%iZ");
}

}  // namespace click2call::base
