#include "call/place_call.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "call/follow_call.h"
#include "call/originate_plan.h"
#include "call/pbx_choice.h"
#include "call/refusal.h"
#include "call/tracker.h"

namespace click2call::call {
namespace {

// Trunks take "112#" and "+112" for 112.
bool IsEmergency(std::string_view number) {
  if (number.starts_with('+')) number.remove_prefix(1);
  number = number.substr(0, number.find_first_of("*#"));
  return number == "112" || number == "911";
}

base::Status CheckAllowed(const NumberConfig& numbers, const Extension& extension) {
  const std::string& number = extension.Dialled();
  const bool emergency = IsEmergency(number);
  const bool open =
      std::any_of(numbers.allow.begin(), numbers.allow.end(), [&](const DialPattern& pattern) {
        return pattern.Matches(number) && (!emergency || pattern.IsLiteral());
      });
  if (open) return base::Done();
  return base::Error{
      base::Code::kPermissionDenied,
      number + (emergency ? " is an emergency number, which numbers.allow has to name "
                            "before it may be called from here"
                          : " matches no pattern of numbers.allow: add one that it "
                            "does, if it is to be called from here")};
}

Call NewCall(const Config& config, const CallRequest& request, const World& world,
             const base::CallId& call_id) {
  Call call{.id = call_id};
  call.caller = request.caller ? request.caller->Asked() : config.call.origin;
  call.callee = request.callee.Asked();
  call.caller_exten = request.caller ? request.caller->Dialled() : config.call.origin;
  call.callee_exten = request.callee.Dialled();
  call.user = request.user;
  call.address = request.address;
  call.token = world.new_token();
  call.sink = request.sink;
  call.sink_token = request.sink_token;
  call.created_at = call_id.Time();
  return call;
}

// The row that stands before anything is sent.
base::Status Record(const World& world, const Call& call, bool once) {
  base::Status inserted = world.store.Insert(call, once);
  if (inserted.Ok() || inserted.Why().code != base::Code::kAlreadyExists) return inserted;
  // That other call may be over, and nobody was there to see it.
  const auto other_id = base::CallId::Parse(inserted.Why().call_id);
  if (!other_id) return inserted;
  const auto other = world.store.Find(*other_id);
  if (!other.Ok() || !other.Value()) return inserted;
  if (IsOver(Refresh(world, *other.Value(), {}).call.state.status)) {
    return world.store.Insert(call, once);
  }
  base::Error why = inserted.Why();
  const bool theirs = MaySee({call.user, call.address}, *other.Value());
  if (!theirs) why.call_id.clear();
  return why;
}

// Whether the call that `code` is about was never taken by a PBX.
bool NeverTaken(base::Code code) { return code != base::Code::kOutcomeUnknown; }

void Conclude(const World& world, Call* call, const CallState& state) {
  const base::WallTime now = world.clock.WallNow();
  call->state = state;
  // What has happened has happened, whether or not it can be written down; the log has the trouble.
  (void)Advance(world.store, world.log, call->id, call->pbx, state, now);
}

base::Result<Call> Dial(const OriginatePlan& plan, const World& world, Call call) {
  const auto before_trying = [&](const std::string& pbx) -> base::Status {
    if (pbx == call.pbx) return base::Done();
    call.pbx = pbx;
    return world.store.SetPbx(call.id, pbx);
  };
  const auto dialled = world.dialer.Dial(plan, before_trying);
  if (!dialled.Ok()) {
    if (NeverTaken(dialled.Why().code)) {
      Conclude(world, &call, {CallStatus::kFailed, {}, {}, world.clock.WallNow()});
    }
    return dialled.Why();
  }
  call.pbx = dialled.Value().pbx;
  const CallState& state = dialled.Value().state;
  Conclude(world, &call, state);
  if (IsOver(state.status)) {
    return ExplainCallerFailure(state.reason.value_or(CallReason::kOther), plan);
  }
  return call;
}

base::Result<Call> Place(const Config& config, const CallRequest& request, const World& world,
                         const base::CallId& call_id) {
  const base::Status allowed = CheckRules(config, request);
  if (!allowed.Ok()) return allowed.Why();
  auto planned = PlanOriginate(config.call, request, call_id);
  if (!planned.Ok()) return planned.Why();
  OriginatePlan plan = std::move(planned).Value();
  Call call = NewCall(config, request, world, call_id);
  auto pbxs = ChoosePbxs(config, call.caller_exten, world.store);
  if (!pbxs.Ok()) return pbxs.Why();
  plan.pbxs = std::move(pbxs).Value();
  call.pbx = plan.pbxs.front();
  const base::Status recorded = Record(world, call, request.once);
  if (!recorded.Ok()) return recorded.Why();
  auto placed = Dial(plan, world, std::move(call));
  if (placed.Ok() || !placed.Why().call_id.empty()) return placed;
  base::Error why = placed.Why();
  why.call_id = call_id.Text();
  return why;
}

}  // namespace

base::Status CheckRules(const Config& config, const CallRequest& request) {
  if (!request.caller && config.call.origin.empty()) {
    return base::Error{base::Code::kInvalidArgument,
                       "`from` is missing: which phone is to ring first?"};
  }
  if (request.caller) {
    base::Status caller = CheckAllowed(config.numbers, *request.caller);
    if (!caller.Ok()) return caller;
  }
  base::Status callee = CheckAllowed(config.numbers, request.callee);
  if (!callee.Ok()) return callee;
  const std::string& from = request.caller ? request.caller->Dialled() : config.call.origin;
  if (from == request.callee.Dialled()) {
    return base::Error{base::Code::kSameCallerCallee,
                       from + " is the phone that would ring first: it cannot call itself"};
  }
  return base::Done();
}

base::Result<Call> PlaceCall(const Config& config, const CallRequest& request, const World& world) {
  const base::CallId call_id = world.new_call_id();
  auto placed = Place(config, request, world, call_id);

  const bool unknown = !placed.Ok() && placed.Why().code == base::Code::kOutcomeUnknown;
  base::LogLine line(placed.Ok() ? "call" : unknown ? "outcome unknown" : "no call");
  line.Add("callId", call_id.Text())
      .Add("from", request.caller ? request.caller->Dialled() : config.call.origin)
      .Add("to", request.callee.Dialled())
      .Add("user", request.user)
      .Add("address", request.address);
  if (placed.Ok()) {
    line.Add("pbx", placed.Value().pbx).Add("status", StatusName(placed.Value().state.status));
    world.log.Write(base::LogLevel::kInfo, line);
  } else {
    line.Add("why", placed.Why().message);
    world.log.Write(base::LogLevel::kWarning, line);
  }
  return placed;
}

}  // namespace click2call::call
