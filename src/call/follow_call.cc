#include "call/follow_call.h"

#include <utility>

#include "base/secret.h"
#include "call/call_progress.h"
#include "call/tracker.h"

namespace click2call::call {
namespace {

// Of one list: each costs a session to the PBX.
constexpr int kMostRefreshed = 5;

// A call of which nobody can say how it stands (its PBX is gone, or may not be asked) is given up
// after so long: its page would refresh itself for ever, and its pair be busy for ever.
constexpr std::chrono::hours kLongestUnseen{24};

constexpr std::chrono::seconds kTryAgain{1};

base::Error NoSuchCall() {
  return {base::Code::kNotFound, "there is no such call, or it is somebody else's"};
}

base::Result<Call> FindTheirs(const World& world, const Asker& asker, std::string_view text) {
  const auto id = base::CallId::Parse(text);
  if (!id) return NoSuchCall();
  auto found = world.store.Find(*id);
  if (!found.Ok()) return found.Why();
  if (!found.Value() || !MaySee(asker, *found.Value())) return NoSuchCall();
  return *std::move(found).Value();
}

std::string WhyNot(const Refreshed& now) {
  if (!now.rights) return "the PBX cannot be asked: " + now.problem;
  return "the AMI user may not end calls: its write = line in manager.conf lacks the right call "
         "(write = originate,call)";
}

// The PBX has no channel before the Originate has arrived there.
base::Error WhyNotEnded(const World& world, const Call& call, base::Error why) {
  why.call_id = call.id.Text();
  const auto age = world.clock.WallNow() - call.created_at;
  const bool on_its_way =
      call.state.status == CallStatus::kInitiating && age < CallProgress::kOnItsWay;
  if (why.code != base::Code::kConflict || !on_its_way) return why;
  return {base::Code::kPbxUnavailable,
          "the call is still on its way to the PBX, which has nothing to end yet: try again",
          call.id.Text(), kTryAgain};
}

}  // namespace

bool MaySee(const Asker& asker, const Call& call) {
  if (asker.admin) return true;
  if (!call.user.empty()) return call.user == asker.user;
  return !call.address.empty() && call.address == asker.address;
}

namespace {

// What the PBX, or who follows it, says now.
Refreshed Ask(const World& world, Call call, base::Milliseconds listen) {
  if (IsOver(call.state.status)) return {std::move(call), std::nullopt, {}};
  if (world.following != nullptr) {
    if (const auto rights = world.following->On(call.pbx)) return {std::move(call), rights, {}};
    listen = {};  // it follows again soon: no worker has to wait for that
  }
  auto look = world.dialer.LookAt(call, listen);
  if (!look.Ok()) return {std::move(call), std::nullopt, look.Why().message};
  const CallState& seen = look.Value().state;
  if (seen != call.state) {
    const auto moved =
        Advance(world.store, world.log, call.id, call.pbx, seen, world.clock.WallNow());
    call.state = seen;
    if (moved.Ok() && !moved.Value()) {  // somebody else saw more
      auto row = world.store.Find(call.id);
      if (row.Ok() && row.Value()) call = *std::move(row).Value();
    }
  }
  return {std::move(call), look.Value().rights, {}};
}

}  // namespace

Refreshed Refresh(const World& world, Call call, base::Milliseconds listen) {
  Refreshed now = Ask(world, std::move(call), listen);
  const bool seen = now.rights && now.rights->status;
  if (seen || IsOver(now.call.state.status)) return now;
  if (world.clock.WallNow() - now.call.created_at < kLongestUnseen) return now;
  CallState given_up = now.call.state;
  given_up.status = CallStatus::kDisconnected;
  given_up.reason = CallReason::kOther;
  given_up.ended_at = world.clock.WallNow();
  (void)Advance(world.store, world.log, now.call.id, now.call.pbx, given_up, *given_up.ended_at);
  now.call.state = given_up;
  return now;
}

base::Result<Shown> ShowCall(const World& world, const Asker& asker, std::string_view call_id,
                             base::Milliseconds listen) {
  auto call = FindTheirs(world, asker, call_id);
  if (!call.Ok()) return call.Why();
  Refreshed now = Refresh(world, std::move(call).Value(), listen);
  if (IsOver(now.call.state.status)) return Shown{std::move(now.call), false, {}};
  const bool may = now.rights && now.rights->hangup;
  std::string why_not = may ? std::string() : WhyNot(now);
  return Shown{std::move(now.call), may, std::move(why_not)};
}

base::Status EndCall(const World& world, const Asker& asker, std::string_view call_id,
                     const std::string* token) {
  auto found = FindTheirs(world, asker, call_id);
  if (!found.Ok()) return found.Why();
  if (token != nullptr && !base::SameSecret(*token, found.Value().token)) {
    return base::Error{base::Code::kPermissionDenied,
                       "only the Hang up button of the call's own page ends it: open " +
                           found.Value().id.Text() + " and press it there",
                       found.Value().id.Text()};
  }
  const Refreshed now = Refresh(world, std::move(found).Value(), {});
  const Call& call = now.call;
  const base::Error over{base::Code::kConflict, "the call is over", call.id.Text()};
  if (IsOver(call.state.status)) return over;
  if (!now.problem.empty()) {
    return base::Error{base::Code::kPbxUnavailable, now.problem, call.id.Text(), kTryAgain};
  }
  const base::Status ended = world.dialer.HangUp(call);
  if (!ended.Ok()) return WhyNotEnded(world, call, ended.Why());
  // It may have come further meanwhile.
  const auto row = world.store.Find(call.id);
  CallState state = row.Ok() && row.Value() ? row.Value()->state : call.state;
  const bool talking = state.status == CallStatus::kConnected;
  state.status = CallStatus::kDisconnected;
  state.reason = talking ? CallReason::kHangUp : CallReason::kCallerAbandon;
  state.ended_at = world.clock.WallNow();
  // The call has ended, whether or not that can be written down; the log has what went wrong.
  (void)Advance(world.store, world.log, call.id, call.pbx, state, *state.ended_at);
  return base::Done();
}

base::Result<std::vector<Call>> ListCalls(const World& world, const Asker& asker,
                                          const std::optional<base::CallId>& before,
                                          std::size_t limit) {
  CallQuery query;
  query.before = before;
  query.limit = limit;
  if (!asker.admin && !asker.user.empty()) query.user = asker.user;
  if (!asker.admin && asker.user.empty()) query.address = asker.address;
  auto listed = world.store.List(query);
  if (!listed.Ok()) return listed.Why();
  std::vector<Call> calls = std::move(listed).Value();
  int left = kMostRefreshed;
  for (Call& call : calls) {
    if (left == 0 || IsOver(call.state.status)) continue;
    --left;
    Refreshed now = Refresh(world, std::move(call), {});
    if (!now.rights && !now.problem.empty()) left = 0;  // the next one would wait as long
    call = std::move(now.call);
  }
  return calls;
}

}  // namespace click2call::call
