#ifndef CLICK2CALL_FAKES_FAKE_WORLD_H_
#define CLICK2CALL_FAKES_FAKE_WORLD_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "call/world.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_dialer.h"
#include "fakes/fake_log.h"
#include "fakes/fake_store.h"

namespace click2call::fakes {

// Says of every PBX what it was told to; until then that the AMI user may do everything.
struct FakeFollowing : call::Following {
  std::optional<call::Rights> rights = call::Rights{true, true, true};
  std::optional<call::Rights> On(const std::string&) const override { return rights; }
};

// The world of the use cases, all of it fake. The first call's id ends in …01, the next in …02.
struct FakeWorld {
  FakeClock clock;
  FakeDialer dialer;
  FakeStore store;
  FakeFollowing following;
  FakeLog log;
  bool followed = true;  // as under FastCGI, on every PBX; false: as in plain CGI
  std::atomic<std::uint8_t> calls = 0;
  std::atomic<int> tokens = 0;

  base::CallId NewCallId() {
    base::CallId::Entropy entropy{};
    entropy.back() = ++calls;
    return base::CallId::Make(clock.WallNow(), entropy);
  }

  // What the code under test is given. It refers to this.
  call::World World() {
    return {dialer,
            store,
            followed ? &following : nullptr,
            clock,
            [this] { return NewCallId(); },
            [this] { return "token-" + std::to_string(++tokens); },
            log};
  }
};

}  // namespace click2call::fakes

#endif  // CLICK2CALL_FAKES_FAKE_WORLD_H_
