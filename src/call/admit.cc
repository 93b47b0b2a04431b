#include "call/admit.h"

#include <string>
#include <utility>
#include <vector>

#include "call/follow_call.h"

namespace click2call::call {
namespace {

// Of one refusal: each call that nobody follows costs a session to the PBX.
constexpr std::size_t kMostAsked = 10;

// Asks for open calls until one of them turns out to be over, or there are no more to ask for.
bool SomeAreOver(const World& world, const CallQuery& query) {
  const auto open = world.store.List(query);
  if (!open.Ok()) return false;  // the insert that follows says it too
  bool over = false;
  for (const Call& call : open.Value()) {
    const Refreshed now = Refresh(world, call, {});
    over = over || IsOver(now.call.state.status);
    if (!now.rights && !now.problem.empty()) break;  // the next one would wait as long
  }
  return over;
}

// Whether there is room after all: of the asker, to the callee, or in all.
bool IsRoom(const World& world, const Call& call, const LimitConfig& limits) {
  CallQuery theirs{.open = true, .limit = kMostAsked};
  (call.user.empty() ? theirs.address : theirs.user) = call.user.empty() ? call.address : call.user;
  bool room = limits.asker.concurrent > 0 && SomeAreOver(world, theirs);
  if (limits.callee.concurrent > 0) {
    const CallQuery there{.callee_exten = call.callee_exten, .open = true, .limit = kMostAsked};
    room = SomeAreOver(world, there) || room;
  }
  if (limits.total.concurrent > 0) {
    room = SomeAreOver(world, {.open = true, .limit = kMostAsked}) || room;
  }
  return room;
}

}  // namespace

LimitConfig LimitsFor(const Config& config, const CallRequest& request) {
  const bool shell = request.user.empty() && request.address.empty();
  return shell ? LimitConfig{} : config.limits;
}

base::Result<std::optional<Call>> Admit(const World& world, const Call& call,
                                        const Admission& admission) {
  auto inserted = world.store.Insert(call, admission);
  if (inserted.Ok()) return inserted;
  if (inserted.Why().code == base::Code::kTooManyCalls) {
    if (IsRoom(world, call, admission.limits)) return world.store.Insert(call, admission);
    return inserted;
  }
  if (inserted.Why().code != base::Code::kAlreadyExists) return inserted;
  const auto other_id = base::CallId::Parse(inserted.Why().call_id);
  if (!other_id) return inserted;
  const auto other = world.store.Find(*other_id);
  if (!other.Ok() || !other.Value()) return inserted;
  if (IsOver(Refresh(world, *other.Value(), {}).call.state.status)) {
    return world.store.Insert(call, admission);
  }
  base::Error why = inserted.Why();
  if (!MaySee({call.user, call.address}, *other.Value())) why.call_id.clear();
  return why;
}

}  // namespace click2call::call
