#include "call/tracker.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace click2call::call {
namespace {

void LogFailure(base::Log& log, const base::CallId& id, std::string_view pbx,
                const base::Error& why) {
  base::LogLine line("journal");
  line.Add("callId", id.Text()).Add("pbx", pbx).Add("why", why.message);
  log.Write(base::LogLevel::kError, line);
}

base::LogLine LineOf(const base::CallId& id, std::string_view pbx, const CallState& state) {
  base::LogLine line("state");
  line.Add("callId", id.Text()).Add("pbx", pbx).Add("status", StatusName(state.status));
  if (state.reason) line.Add("reason", ReasonName(*state.reason));
  if (state.answered_at && state.ended_at) {
    const auto talked = TalkTime(state, *state.ended_at);
    if (talked) line.Add("seconds", std::to_string(talked->count()));
  }
  return line;
}

}  // namespace

base::Result<bool> Advance(CallStore& store, base::Log& log, const base::CallId& id,
                           std::string_view pbx, const CallState& state, base::WallTime at) {
  auto moved = store.Advance(id, state, at);
  if (!moved.Ok()) {
    LogFailure(log, id, pbx, moved.Why());
  } else if (moved.Value()) {
    log.Write(base::LogLevel::kInfo, LineOf(id, pbx, state));
  }
  return moved;
}

Tracker::Tracker(std::string pbx, CallStore& store, const base::Clock& clock, base::Log& log)
    : pbx_(std::move(pbx)), store_(store), clock_(clock), log_(log) {}

void Tracker::Take(const ami::Message& event) {
  const auto id = CallOf(event);
  if (!id || ignored_.contains(id->Text())) return;
  const auto call = Follow(*id);
  if (call == calls_.end()) return;
  call->second.heard = call->second.heard_since_asked = true;
  call->second.heard_at = clock_.Now();
  if (call->second.progress.Take(event, clock_.WallNow())) {
    call->second.changed_at = clock_.WallNow();
  }
  Write(&call->second);
}

base::Result<std::vector<base::CallId>> Tracker::ToAsk(bool missed_events) {
  pause_ends_ = base::MonotonicTime::min();
  Flush();
  std::vector<base::CallId> to_ask;
  std::set<std::string, std::less<>> going_on;
  std::optional<base::CallId> last;
  for (bool more = true; more;) {
    const auto rows = store_.Unsettled(pbx_, last, kPage);
    if (!rows.Ok()) {
      Pause();
      return rows.Why();
    }
    for (const Call& row : rows.Value()) {
      last = row.id;
      going_on.insert(row.id.Text());
      const auto call = Insert(row.id, row.state);
      const bool followed = call != calls_.end();
      if (followed) call->second.sure = true;
      const bool quiet = !followed || clock_.Now() - call->second.heard_at >= kAskAgain;
      if (!missed_events && !quiet) continue;
      to_ask.push_back(row.id);
      if (followed) call->second.heard_since_asked = false;
    }
    more = rows.Value().size() == kPage;
  }
  for (auto call = calls_.begin(); call != calls_.end();) {
    const auto next = std::next(call);
    // Another process has ended it, or it was never of this journal.
    if (going_on.contains(call->first)) {
      Write(&call->second);
    } else {
      Forget(call);
    }
    call = next;
  }
  if (missed_events) complete_ = true;
  Flush();
  std::erase_if(to_ask, [&](const base::CallId& id) { return ignored_.contains(id.Text()); });
  return to_ask;
}

void Tracker::Settle(const base::CallId& id, const Sighting& sighting) {
  if (ignored_.contains(id.Text())) return;
  const auto call = Follow(id);
  if (call == calls_.end()) {
    const auto row = store_.Find(id);
    if (!row.Ok()) LogFailure(log_, id, pbx_, row.Why());
    if (!row.Ok() || !row.Value()) return;
    CallProgress progress(id, row.Value()->state);
    if (!progress.Settle(sighting, clock_.WallNow())) return;
    (void)Advance(store_, log_, id, pbx_, progress.State(), clock_.WallNow());
    return;
  }
  // What was heard is newer: the channel may have come to be since the PBX said that there is none.
  if (sighting.legs.empty() && call->second.heard_since_asked) return;
  if (call->second.progress.Settle(sighting, clock_.WallNow())) {
    call->second.changed_at = clock_.WallNow();
  }
  Write(&call->second);
}

void Tracker::Flush() {
  if (to_write_.empty()) return;
  const std::vector<Advancement> steps = std::exchange(to_write_, {});
  const auto moved = store_.AdvanceAll(steps);
  if (!moved.Ok()) {
    LogFailure(log_, steps.front().id, pbx_, moved.Why());
    Pause();
  } else {
    LogMoved(steps, moved.Value());
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Advancement& step = steps[i];
    const auto call = calls_.find(step.id.Text());
    if (call == calls_.end()) continue;
    if (!moved.Ok()) {
      call->second.written = CallStatus::kInitiating;  // ToAsk() tries again, once that is possible
      continue;
    }
    if (moved.Value()[i]) call->second.sure = true;
    const bool ours = call->second.sure || LookUp(&call->second);
    if (!ours || IsOver(step.state.status)) Forget(call);
  }
}

void Tracker::LogMoved(const std::vector<Advancement>& steps, const std::vector<bool>& moved) {
  std::vector<base::LogLine> lines;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (moved[i]) lines.push_back(LineOf(steps[i].id, pbx_, steps[i].state));
  }
  log_.WriteAll(base::LogLevel::kInfo, lines);
}

// The call's entry, made where there is room for it; the end where there is none.
Tracker::Calls::iterator Tracker::Follow(const base::CallId& id) {
  auto call = calls_.find(id.Text());
  if (call == calls_.end()) {
    call = Insert(id, {});
    if (call == calls_.end()) return call;
    call->second.sure = false;
  }
  // One that was heard from its beginning need not be read: what is written of it shows whether it
  // is there.
  if (!call->second.sure && !complete_ && !Pausing() && !LookUp(&call->second)) {
    Forget(call);
    return calls_.end();
  }
  return call;
}

Tracker::Calls::iterator Tracker::Insert(const base::CallId& id, const CallState& known) {
  const auto call = calls_.find(id.Text());
  if (call != calls_.end() || calls_.size() >= kMaxCalls) return call;
  Followed followed{id, CallProgress(id, known), known.status, clock_.WallNow(),
                    clock_.Now() - kAskAgain};
  return calls_.emplace(id.Text(), std::move(followed)).first;
}

// Is it, or may it be, a call of ours that is going on?
bool Tracker::LookUp(Followed* call) {
  const auto row = store_.Find(call->id);
  if (!row.Ok()) {
    LogFailure(log_, call->id, pbx_, row.Why());
    Pause();
    return true;
  }
  const std::optional<Call>& found = row.Value();
  if (!found || found->pbx != pbx_ || IsOver(found->state.status)) return false;
  if (!call->heard) call->progress = CallProgress(call->id, found->state);
  call->written = found->state.status;
  call->sure = true;
  return true;
}

void Tracker::Write(Followed* call) {
  const CallState& state = call->progress.State();
  if (!(call->sure || complete_) || state.status <= call->written || Pausing()) return;
  to_write_.push_back({call->id, state, call->changed_at});
  call->written = state.status;
}

void Tracker::Forget(Calls::iterator call) {
  if (ignored_order_.size() >= kMostIgnored) {
    ignored_.erase(ignored_order_.front());
    ignored_order_.pop_front();
  }
  if (ignored_.insert(call->first).second) ignored_order_.push_back(call->first);
  calls_.erase(call);
}

}  // namespace click2call::call
