#include "base/clock.h"

#include <array>
#include <ctime>
#include <string>

namespace click2call::base {

Milliseconds Remaining(MonotonicTime deadline, MonotonicTime now) {
  if (deadline <= now) return Milliseconds::zero();
  return std::chrono::ceil<Milliseconds>(deadline - now);
}

std::string FormatTime(WallTime time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t since_1970 = second.time_since_epoch().count();
  std::tm utc{};
  gmtime_r(&since_1970, &utc);
  std::array<char, sizeof "2026-11-23T01:20:07."> text{};
  (void)std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.", &utc);
  const auto milliseconds = std::chrono::floor<Milliseconds>(time - second).count();
  return text.data() + std::to_string(1000 + milliseconds).substr(1) + "Z";
}

}  // namespace click2call::base
