#include "net/follower.h"

#include <string>
#include <utility>

#include "net/errand.h"
#include "net/followed_session.h"

namespace click2call::net {

using base::Code;
using base::Error;
using base::LogLevel;

Follower::Follower(const call::PbxConfig& pbx, World world)
    : pbx_(pbx),
      world_(std::move(world)),
      tracker_(pbx.name, world_.store, world_.clock, world_.log) {}

void Follower::Run() {
  for (;;) {
    const auto why = RunSession();
    world_.publish(std::nullopt);
    if (!why) return;
    LogEnd(*why);
    const bool refused = why->code == Code::kPbxLoginRefused;
    const auto wait = refused ? kAfterRefusedLogin : back_off_.Next(world_.chance());
    if (!world_.pause(wait)) return;
  }
}

std::optional<Error> Follower::RunSession() {
  const base::Status may = world_.gate.Enter();
  if (!may.Ok()) return may.Why();
  auto connected = Connect({pbx_, world_.connect, world_.clock, world_.clock.Now() + kTotalWait},
                           ami::Events::kCall);
  if (!connected.Ok()) {
    world_.gate.Leave(connected.Why());
    return connected.Why();
  }
  SessionDriver driver = std::move(connected).Value();
  return Drive(driver);
}

std::optional<Error> Follower::Drive(SessionDriver& driver) {
  FollowedSession session(
      pbx_, driver, tracker_, world_.clock, world_.log,
      [this](const std::optional<call::Rights>& rights) {
        if (rights) LogBegin();
        world_.publish(rights);
      },
      world_.heard);
  bool at_gate = true;
  const auto nap = [&] {
    return session.Busy() && !world_.awaited() ? kNap : base::Milliseconds::zero();
  };
  while (world_.pause(nap())) {
    const base::Status status = session.Step(kStopSlice);
    if (at_gate && (!status.Ok() || session.LoggedIn())) {
      at_gate = false;
      world_.gate.Leave(status);
    }
    if (!status.Ok()) return status.Why();
  }
  if (at_gate) world_.gate.Leave(base::Done());
  session.End();
  return std::nullopt;
}

void Follower::LogBegin() {
  back_off_.Reset();
  logged_.reset();
  world_.log.Write(LogLevel::kInfo, base::LogLine("following calls").Add("pbx", pbx_.name));
}

void Follower::LogEnd(const Error& why) {
  if (logged_ == why.code) return;
  logged_ = why.code;
  world_.log.Write(LogLevel::kWarning, base::LogLine("not following calls")
                                           .Add("pbx", pbx_.name)
                                           .Add("host", pbx_.host)
                                           .Add("port", std::to_string(pbx_.port))
                                           .Add("why", why.message));
}

}  // namespace click2call::net
