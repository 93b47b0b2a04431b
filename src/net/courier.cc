#include "net/courier.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "call/call.h"
#include "web/cloud_event.h"
#include "web/sink.h"

namespace click2call::net {
namespace {

using base::LogLevel;
using base::Milliseconds;
using call::Notification;

Milliseconds BackOffAfter(int tries) {
  const int doublings = std::clamp(tries - 1, 0, 10);
  return std::min(Courier::kLongestWait, Courier::kFirstWait * (std::int64_t{1} << doublings));
}

std::string EventOf(const Notification& notification) {
  const call::Call& call = notification.call;
  web::StatusChange change;
  change.event_id = notification.id;
  change.call_id = call.id.Text();
  change.caller = call.caller;
  change.callee = call.callee;
  change.status = call::StatusName(call.state.status);
  if (call.state.reason) change.reason = call::ReasonName(*call.state.reason);
  const auto talked = call::TalkTime(call.state, notification.happened_at);
  const bool over = call.state.status == call::CallStatus::kDisconnected;
  if (over && talked) change.duration = std::to_string(talked->count());
  change.time = base::FormatTime(notification.happened_at);
  return web::CloudEventJson(change);
}

}  // namespace

void Courier::DeliverDue(base::MonotonicTime deadline, const std::stop_token& stop) {
  if (sinks_.empty()) return;
  ForgetPastHolds();
  // One at a time: what is claimed is no other process's until kClaim is over.
  while (!stop.stop_requested()) {
    const Milliseconds left = base::Remaining(deadline, world_.clock.Now());
    if (left.count() == 0) return;
    const base::WallTime now = world_.clock.WallNow();
    const auto claimed = world_.store.ClaimNotifications(now, now + kClaim, 1);
    Check(claimed.Ok() ? base::Done() : claimed.Why());
    if (!claimed.Ok() || claimed.Value().empty()) return;
    Deliver(claimed.Value().front(), std::min(left, kTimeout), stop);
  }
}

Milliseconds Courier::UntilNext() const {
  Milliseconds wait = kIdle;
  for (const auto& [key, due] : held_) {
    const auto left = std::chrono::ceil<Milliseconds>(due - world_.clock.WallNow());
    wait = std::clamp(left, Milliseconds(1), wait);
  }
  return wait;
}

void Courier::Deliver(const Notification& notification, Milliseconds timeout,
                      const std::stop_token& stop) {
  if (const base::WallTime* held = HeldUntil(notification)) {
    return PutOff(notification, *held + Milliseconds(1), notification.tries - 1);
  }
  const Outcome outcome = Send(notification, timeout, stop);
  if (outcome == Outcome::kGone) return Check(world_.store.DropNotification(notification.id));
  if (stop.stop_requested()) {
    return PutOff(notification, world_.clock.WallNow(), notification.tries);
  }

  const base::WallTime due = world_.clock.WallNow() + BackOffAfter(notification.tries);
  if (outcome == Outcome::kNoAnswer) held_[notification.call.sink] = due;
  if (due > notification.happened_at + kMaxAge) {
    GiveUp(notification, "it was tried for a day");
    return Check(world_.store.DropNotification(notification.id));
  }
  held_[notification.call.id.Text()] = due;
  PutOff(notification, due, notification.tries);
}

Courier::Outcome Courier::Send(const Notification& notification, Milliseconds timeout,
                               const std::stop_token& stop) {
  const call::Call& call = notification.call;
  // At creation it was allowed; access.sinks may have changed since.
  const base::Status allowed = web::CheckSink(call.sink, sinks_);
  if (!allowed.Ok()) return GiveUp(notification, allowed.Why().message);
  HttpsPost post{
      .to = web::ParseSink(call.sink).Value(),
      .headers = {{"Content-Type", web::kCloudEventType}},
      .body = EventOf(notification),
      .timeout = timeout,
  };
  if (!call.sink_token.empty()) {
    post.headers.emplace_back("Authorization", "Bearer " + call.sink_token);
  }
  const auto status = world_.poster.Post(post, stop);
  if (status.Ok()) return Judge(notification, status.Value());
  if (status.Why().code == base::Code::kInvalidArgument) {
    return GiveUp(notification, status.Why().message);
  }
  Write(LogLevel::kInfo, "notification not delivered", notification, status.Why().message);
  return Outcome::kNoAnswer;
}

Courier::Outcome Courier::Judge(const Notification& notification, int status) {
  if (status >= 200 && status < 300) return Outcome::kGone;
  const std::string answer = "the sink answered " + std::to_string(status);
  const bool later = status == 408 || status == 425 || status == 429;
  if (status >= 300 && status < 500 && !later) return GiveUp(notification, answer);
  Write(LogLevel::kInfo, "notification not delivered", notification, answer);
  return Outcome::kAgain;
}

Courier::Outcome Courier::GiveUp(const Notification& notification, const std::string& why) {
  Write(LogLevel::kWarning, "notification given up", notification, why);
  return Outcome::kGone;
}

void Courier::PutOff(const Notification& notification, base::WallTime due, int tries) {
  Check(world_.store.PutOffNotification(notification.id, due, tries));
}

const base::WallTime* Courier::HeldUntil(const Notification& notification) const {
  const base::WallTime now = world_.clock.WallNow();
  for (const std::string& key : {notification.call.id.Text(), notification.call.sink}) {
    const auto held = held_.find(key);
    if (held != held_.end() && held->second > now) return &held->second;
  }
  return nullptr;
}

void Courier::ForgetPastHolds() {
  const base::WallTime now = world_.clock.WallNow();
  std::erase_if(held_, [&](const auto& held) { return held.second <= now; });
}

void Courier::Write(LogLevel level, const char* event, const Notification& notification,
                    const std::string& why) {
  // Of the sink only where it is: its path may be what gives access to it.
  const auto sink = web::ParseSink(notification.call.sink);
  base::LogLine line(event);
  line.Add("call", notification.call.id.Text())
      .Add("status", call::StatusName(notification.call.state.status))
      .Add("sink", sink.Ok() ? sink.Value().Authority() : "")
      .Add("try", std::to_string(notification.tries))
      .Add("why", why);
  world_.log.Write(level, line);
}

void Courier::Check(const base::Status& stored) {
  if (stored.Ok() != stands_still_) return;
  stands_still_ = !stored.Ok();
  if (stored.Ok()) {
    world_.log.Write(LogLevel::kInfo, base::LogLine("notifications go on"));
  } else {
    world_.log.Write(LogLevel::kWarning,
                     base::LogLine("notifications stand still").Add("why", stored.Why().message));
  }
}

}  // namespace click2call::net
