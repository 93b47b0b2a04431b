#include "base/clock.h"

#include <array>
#include <ctime>
#include <string>

namespace click2call::base {
namespace {

// A second of UTC as text.
struct Second {
  explicit Second(std::time_t time) : since_1970(time) {
    std::tm utc{};
    gmtime_r(&since_1970, &utc);
    (void)std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.", &utc);
  }

  std::time_t since_1970;
  std::array<char, sizeof "2026-11-23T01:20:07."> text{};
};

}  // namespace

Milliseconds Remaining(MonotonicTime deadline, MonotonicTime now) {
  if (deadline <= now) return Milliseconds::zero();
  return std::chrono::ceil<Milliseconds>(deadline - now);
}

std::string FormatTime(WallTime time) {
  // Of all times that are written down, most are of the second of the one before.
  thread_local Second last(0);
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t since_1970 = second.time_since_epoch().count();
  if (since_1970 != last.since_1970) last = Second(since_1970);
  const auto milliseconds = std::chrono::floor<Milliseconds>(time - second).count();
  return last.text.data() + std::to_string(1000 + milliseconds).substr(1) + "Z";
}

}  // namespace click2call::base
