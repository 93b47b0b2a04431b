#include "net/followed_session.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "net/errand.h"

namespace click2call::net {
namespace {

using ami::Session;
using base::Code;
using base::Error;
using base::LogLevel;

constexpr std::string_view kRightsId = "c2c-rights";
constexpr std::string_view kPingId = "c2c-ping";

// At once: what is there after one read, about. All of it is one write to the journal.
constexpr int kMostTaken = 256;

// For a whole round, while the PBX has so much to tell that its answers wait behind that.
constexpr base::Milliseconds kRoundWait{60'000};

}  // namespace

base::Status FollowedSession::Step(base::Milliseconds wait) {
  if (tracker_.HasToFlush()) wait = std::min(wait, base::Remaining(next_flush_, clock_.Now()));
  base::Status done = TakeAll(wait);
  if (done.Ok() && rights_) done = DoWhatIsDue();
  FlushInTime(/*at_once=*/!done.Ok());
  return done;
}

void FollowedSession::FlushInTime(bool at_once) {
  const auto now = clock_.Now();
  if (!tracker_.HasToFlush() || (now < next_flush_ && !at_once)) return;
  next_flush_ = now + kFlushEvery;
  tracker_.Flush();
}

base::Status FollowedSession::TakeAll(base::Milliseconds wait) {
  busy_ = false;
  auto decision = driver_.Wait(clock_.Now() + wait);
  for (int taken = 1; decision; ++taken) {
    base::Status status = Take(*decision);
    if (!status.Ok()) return status;
    if (taken == kMostTaken) break;
    decision = driver_.Wait(clock_.Now());
  }
  return base::Done();
}

base::Status FollowedSession::DoWhatIsDue() {
  if (!gone_.empty() && clock_.Now() >= gone_is_settled_) SettleGone();
  if (rights_->status && !round_ && gone_.empty() && clock_.Now() >= next_round_) BeginRound();
  if (round_) {
    base::Status gone_on = GoOnWithRound();
    if (!gone_on.Ok()) return gone_on;
  }
  PingWhenIdle();
  return base::Done();
}

void FollowedSession::End() {
  FlushInTime(/*at_once=*/true);
  if (logged_in_) LogOff(driver_);
}

base::Status FollowedSession::Take(const Session::Decision& decision) {
  const auto now = clock_.Now();
  next_ping_ = now + kPingWhenIdle;
  if (const auto* ended = std::get_if<Session::Ended>(&decision)) return ended->error;
  if (std::holds_alternative<Session::LoggedIn>(decision)) {
    logged_in_ = true;
    driver_.Session().Submit(ami::ListCommands(Own(kRightsId)), now);
    return base::Done();
  }
  if (const auto* replied = std::get_if<Session::Replied>(&decision)) {
    if (replied->action_id == kRightsId) TakeRights(replied->response);
    if (round_) (void)round_->Take(*replied);
  } else if (const auto* happened = std::get_if<Session::Happened>(&decision)) {
    if (!round_ || !round_->Take(*happened)) {
      busy_ = true;
      heard_(happened->event);
      tracker_.Take(happened->event);
    }
  }
  // Our answers come behind all that the PBX told before: as long as it talks it is not silent.
  round_deadline_ = std::min(now + ami::kAnswerWait, round_ends_);
  return base::Done();
}

void FollowedSession::TakeRights(const ami::Message& reply) {
  rights_ = ReadRights(reply);
  if (!rights_->originate) {
    Log(LogLevel::kError, "may not place calls: add originate to its write = line");
  }
  if (!rights_->hangup) Log(LogLevel::kWarning, "may not end calls: add call to its write = line");
  if (!rights_->status) {
    Log(LogLevel::kWarning,
        "may not ask how calls stand, so those whose end is missed stay as they are: add call to "
        "its write = line");
    UpToDate();  // as far as it will ever be
  }
}

void FollowedSession::BeginRound() {
  const auto now = clock_.Now();
  next_round_ = now + call::Tracker::kAskAgain;
  auto calls = tracker_.ToAsk(missed_events_);
  if (calls.Ok()) {
    journal_failed_ = false;
    round_.emplace(std::move(calls).Value());
    round_ends_ = now + kRoundWait;
    round_deadline_ = now + ami::kAnswerWait;
    return;
  }
  missed_events_ = true;
  if (std::exchange(published_, false)) publish_(std::nullopt);
  if (std::exchange(journal_failed_, true)) return;
  log_.Write(LogLevel::kError,
             base::LogLine("journal").Add("pbx", pbx_.name).Add("why", calls.Why().message));
}

base::Status FollowedSession::GoOnWithRound() {
  round_->Ask(driver_.Session(), clock_.Now());
  while (const auto answer = round_->Next()) {
    if (answer->sighting.legs.empty()) {
      gone_.push_back(answer->call_id);
    } else {
      tracker_.Settle(answer->call_id, answer->sighting);
    }
  }
  if (round_->Done()) {
    EndRound();
  } else if (clock_.Now() >= round_deadline_) {
    return Error{Code::kPbxUnavailable, "the PBX did not answer in time"};
  }
  return base::Done();
}

void FollowedSession::EndRound() {
  if (round_->Denied()) rights_->status = false;
  round_.reset();
  gone_is_settled_ = clock_.Now() + kLastWordsWait;
  if (gone_.empty()) UpToDate();
}

void FollowedSession::SettleGone() {
  for (const base::CallId& call_id : gone_) tracker_.Settle(call_id, {});
  gone_.clear();
  UpToDate();
}

void FollowedSession::UpToDate() {
  tracker_.Flush();
  missed_events_ = false;
  if (!std::exchange(published_, true)) publish_(rights_);
}

void FollowedSession::PingWhenIdle() {
  const auto now = clock_.Now();
  if (now < next_ping_) return;
  next_ping_ = now + kPingWhenIdle;
  driver_.Session().Submit(ami::Ping(Own(kPingId)), now);
}

void FollowedSession::Log(LogLevel level, std::string_view what) const {
  log_.Write(level,
             base::LogLine("pbx")
                 .Add("pbx", pbx_.name)
                 .Add("why", "AMI user \"" + pbx_.credentials.username.Text() + "\" " +
                                 std::string(what) + " in manager.conf (write = originate,call)"));
}

}  // namespace click2call::net
