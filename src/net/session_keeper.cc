#include "net/session_keeper.h"

#include <string>

#include "net/errand.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Error;
using base::LogLevel;

// A session that lasted so long was a good one.
constexpr base::Milliseconds kGoodSession{1000};

}  // namespace

void SessionKeeper::Run() {
  do {
    if (!queue_.Pause(next_try_)) return;
    if (asks_ && !queue_.AwaitNeed()) return;
  } while (RunOnce());
}

bool SessionKeeper::RunOnce() {
  up_since_ = base::MonotonicTime::max();
  const auto why = RunSession();
  if (!why) return false;
  Lost(*why);
  return true;
}

std::optional<Error> SessionKeeper::RunSession() {
  const base::Status may = world_.gate.Enter();
  if (!may.Ok()) return may.Why();
  auto connected = Connect({pbx_, world_.connect, world_.clock, world_.clock.Now() + kTotalWait},
                           ami::Events::kOff);
  if (!connected.Ok()) {
    world_.gate.Leave(connected.Why());
    return connected.Why();
  }
  SessionDriver driver = std::move(connected).Value();
  return Drive(driver);
}

std::optional<Error> SessionKeeper::Drive(SessionDriver& driver) {
  CommandSession session(driver, queue_, world_.clock);
  bool at_gate = true;
  while (!queue_.Stopped()) {
    const base::Status status = session.Step();
    if (at_gate && (!status.Ok() || session.Ready())) {
      at_gate = false;
      world_.gate.Leave(status);
      if (status.Ok()) Up(session);
    }
    if (!status.Ok()) {
      session.Abandon(status.Why());
      return status.Why();
    }
    if (session.Finished()) queue_.StandBack();
  }
  if (at_gate) world_.gate.Leave(base::Done());
  const Error stopping{Code::kPbxUnavailable, "the program is stopping"};
  session.Abandon(stopping);
  session.End();
  return std::nullopt;
}

void SessionKeeper::Up(const CommandSession& session) {
  up_since_ = world_.clock.Now();
  asks_ = false;
  logged_.reset();
  health_ = {pbx_.name, call::PbxHealth::State::kUp, world_.clock.WallNow(),
             {},        session.Version(),           session.Rights()};
  queue_.Open();
  world_.publish(health_);
  LogRights(session.Rights());
}

void SessionKeeper::Lost(const Error& why) {
  const auto now = world_.clock.Now();
  const bool was_up = up_since_ <= now;
  if (was_up && now - up_since_ >= kGoodSession) {
    at_once_ = true;
    back_off_.Reset();
  }
  const bool refused = why.code == Code::kPbxLoginRefused;
  const auto state = refused ? call::PbxHealth::State::kRefused : call::PbxHealth::State::kDown;
  if (health_.state != state) health_.since = world_.clock.WallNow();
  health_.state = state;
  health_.error = why.message;
  health_.rights.reset();
  world_.publish(health_);
  if (logged_ != why.code) Log(LogLevel::kWarning, "no session", why.message);
  logged_ = why.code;

  asks_ = refused;
  if (refused) {
    next_try_ = world_.gate.RefusedUntil();
  } else if (was_up && std::exchange(at_once_, false)) {
    next_try_ = now;
    return;
  } else {
    next_try_ = now + back_off_.Next(world_.chance());
  }
  queue_.Close(why, next_try_);
}

void SessionKeeper::LogRights(const call::Rights& rights) const {
  Log(LogLevel::kInfo, "session", {});
  if (rights.originate) return;
  Log(LogLevel::kError, "rights",
      "AMI user \"" + pbx_.credentials.username.Text() +
          "\" may not place calls: add originate to its write = line in manager.conf (write = "
          "originate,call), then run: asterisk -rx 'manager reload'");
}

void SessionKeeper::Log(LogLevel level, std::string_view event, std::string_view why) const {
  base::LogLine line(event);
  line.Add("pbx", pbx_.name).Add("host", pbx_.host).Add("port", std::to_string(pbx_.port));
  if (!why.empty()) line.Add("why", why);
  world_.log.Write(level, line);
}

}  // namespace click2call::net
