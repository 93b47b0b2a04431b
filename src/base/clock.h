#ifndef CLICK2CALL_BASE_CLOCK_H_
#define CLICK2CALL_BASE_CLOCK_H_

#include <chrono>
#include <string>

namespace click2call::base {

using MonotonicTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;
using Milliseconds = std::chrono::milliseconds;
using Microseconds = std::chrono::microseconds;

// Where time comes from. Every wait is measured on Now(), so that setting the wall clock changes
// no deadline; WallNow() is only for what people read.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual MonotonicTime Now() const = 0;
  virtual WallTime WallNow() const = 0;
};

// What is left until `deadline`, rounded up to a millisecond so that a wait of it never ends
// early; zero once it has passed.
Milliseconds Remaining(MonotonicTime deadline, MonotonicTime now);

// RFC 3339 in UTC with milliseconds: 2026-11-23T01:20:16.042Z.
std::string FormatTime(WallTime time);

}  // namespace click2call::base

#endif  // CLICK2CALL_BASE_CLOCK_H_
