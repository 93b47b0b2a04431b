#ifndef CLICK2CALL_FAKES_FAKE_CLOCK_H_
#define CLICK2CALL_FAKES_FAKE_CLOCK_H_

#include "base/clock.h"

namespace click2call::fakes {

// A clock that is set by hand. It begins at 2026-11-23T01:20:16.042Z, and Now() a second after a
// machine has started: what waits for it on a condition variable is woken by the machine's own.
class FakeClock : public base::Clock {
 public:
  base::MonotonicTime Now() const override { return now_; }
  base::WallTime WallNow() const override { return wall_now_; }

  void Advance(base::Milliseconds by) {
    now_ += by;
    wall_now_ += by;
  }

  // What an administrator does to the machine's clock; Now() goes on undisturbed.
  void SetWall(base::WallTime wall_now) { wall_now_ = wall_now; }

 private:
  base::MonotonicTime now_{std::chrono::seconds(1)};
  base::WallTime wall_now_{base::Milliseconds(1'795'396'816'042)};
};

}  // namespace click2call::fakes

#endif  // CLICK2CALL_FAKES_FAKE_CLOCK_H_
