#ifndef CLICK2CALL_FAKES_FAKE_WORLD_H_
#define CLICK2CALL_FAKES_FAKE_WORLD_H_

#include <atomic>
#include <cstdint>

#include "call/place_call.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_dialer.h"
#include "fakes/fake_log.h"

namespace click2call::fakes {

// The world of the use cases, all of it fake. The first call's id ends in …01, the next in …02.
struct FakeWorld {
  FakeClock clock;
  FakeDialer dialer;
  FakeLog log;
  std::atomic<std::uint8_t> calls = 0;

  base::CallId NewCallId() {
    base::CallId::Entropy entropy{};
    entropy.back() = ++calls;
    return base::CallId::Make(clock.WallNow(), entropy);
  }

  // What the code under test is given. It refers to this.
  call::World World() {
    return {dialer, clock, [this] { return NewCallId(); }, log};
  }
};

}  // namespace click2call::fakes

#endif  // CLICK2CALL_FAKES_FAKE_WORLD_H_
