#include "call/place_call.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "call/admit.h"
#include "call/follow_call.h"
#include "call/originate_plan.h"
#include "call/pbx_choice.h"
#include "call/refusal.h"
#include "call/tracker.h"
#include "web/error_table.h"

namespace click2call::call {
namespace {

std::string Join(const std::vector<std::string>& phones, std::string_view between) {
  std::string joined;
  for (const std::string& phone : phones) {
    if (!joined.empty()) joined += between;
    joined += phone;
  }
  return joined;
}

base::Result<Parties> FindCaller(const Config& config, const NumberReader* numbers,
                                 const CallRequest& request) {
  if (request.caller) {
    auto caller = Judge(config.numbers, numbers, *request.caller);
    if (!caller.Ok()) return caller.Why();
    return Parties{{caller.Value().dialled}, request.caller->Asked(), {}};
  }
  if (!request.phones.empty()) return Parties{request.phones, Join(request.phones, ", "), {}};
  if (!config.call.origin.empty()) return Parties{{config.call.origin}, config.call.origin, {}};
  return base::Error{base::Code::kInvalidArgument,
                     "`from` is missing: which phone is to ring first? (call.origin, or [origins], "
                     "can say it for everybody)"};
}

// For the log, of a request that went nowhere.
std::string CallerOf(const Config& config, const CallRequest& request) {
  if (request.caller) return request.caller->Dialled();
  return request.phones.empty() ? config.call.origin : Join(request.phones, "&");
}

// What a filter of the log goes by stands before all that a client chose.
void AddRefusal(base::Code code, const CallRequest& request, base::LogLine* line) {
  using base::Code;
  std::string_view rule = "pbx";
  if (code == Code::kPermissionDenied) rule = request.link_id.empty() ? "number" : "link";
  if (code == Code::kTooManyRequests || code == Code::kTooManyCalls) rule = "limit";
  if (code == Code::kInvalidArgument || code == Code::kSameCallerCallee) rule = "form";
  line->Add("rule", rule).Add("code", web::RowOf(code).name).Add("address", request.address);
}

void AddCall(const base::CallId& call_id, const std::string& from, const CallRequest& request,
             base::LogLine* line) {
  line->Add("callId", call_id.Text())
      .Add("from", from)
      .Add("to", request.callee.Dialled())
      .Add("user", request.user);
}

base::LogLine LineOf(const Call& call, bool again, const CallRequest& request) {
  base::LogLine line(again ? "same call" : "call");
  AddCall(call.id, call.caller_exten, request, &line);
  line.Add("address", request.address)
      .Add("pbx", call.pbx)
      .Add("status", StatusName(call.state.status));
  return line;
}

base::LogLine LineOf(const base::Error& why, const Config& config, const CallRequest& request,
                     const base::CallId& call_id) {
  const bool unknown = why.code == base::Code::kOutcomeUnknown;
  base::LogLine line(unknown ? "outcome unknown" : "no call");
  AddRefusal(why.code, request, &line);
  AddCall(call_id, CallerOf(config, request), request, &line);
  line.Add("why", why.message);
  return line;
}

Call NewCall(const CallRequest& request, const Parties& parties, const World& world,
             const base::CallId& call_id) {
  Call call{.id = call_id};
  call.caller = parties.caller;
  call.callee = request.callee.Asked();
  call.caller_exten = Join(parties.phones, "&");
  call.callee_exten = parties.callee.dialled;
  call.user = request.user;
  call.address = request.address;
  call.token = world.new_token();
  call.sink = request.sink;
  call.sink_token = request.sink_token;
  call.key = request.key;
  call.link_id = request.link_id;
  call.created_at = call_id.Time();
  return call;
}

// Whether the call that `code` is about was never taken by a PBX.
bool NeverTaken(base::Code code) { return code != base::Code::kOutcomeUnknown; }

void Conclude(const World& world, Call* call, const CallState& state) {
  const base::WallTime now = world.clock.WallNow();
  call->state = state;
  // What has happened has happened, whether or not it can be written down; the log has the trouble.
  (void)Advance(world.store, world.log, call->id, call->pbx, state, now);
}

base::Result<Placed> Dial(const OriginatePlan& plan, const World& world, Call call,
                          const Foresee& foresee) {
  bool foreseen = false;
  const auto before_trying = [&](const std::string& pbx) -> base::Status {
    foreseen = false;
    if (pbx == call.pbx) return base::Done();
    call.pbx = pbx;
    return world.store.SetPbx(call.id, pbx);
  };
  const auto meanwhile = [&] {
    foresee(call);
    foreseen = true;
  };
  const auto dialled = world.dialer.Dial(plan, before_trying, meanwhile);
  if (!dialled.Ok()) {
    if (NeverTaken(dialled.Why().code)) {
      (void)world.store.Explain(call.id, dialled.Why().message);
      Conclude(world, &call, {CallStatus::kFailed, {}, {}, world.clock.WallNow()});
    }
    return dialled.Why();
  }
  call.pbx = dialled.Value().pbx;
  const CallState& state = dialled.Value().state;
  if (state == call.state) return Placed{std::move(call), /*again=*/false, foreseen};
  Conclude(world, &call, state);
  if (IsOver(state.status)) {
    base::Error why = ExplainCallerFailure(state.reason.value_or(CallReason::kOther), plan);
    (void)world.store.Explain(call.id, why.message);
    return why;
  }
  return Placed{std::move(call)};
}

// The same click again: the same answer.
base::Result<Placed> Again(Call call, const OriginatePlan& plan) {
  if (call.state.reason && IsOfCaller(*call.state.reason)) {
    base::Error why = ExplainCallerFailure(*call.state.reason, plan);
    why.call_id = call.id.Text();
    return why;
  }
  return Placed{std::move(call), /*again=*/true};
}

base::Result<Placed> Place(const Config& config, const CallRequest& request, const World& world,
                           const base::CallId& call_id, const Foresee& foresee) {
  const auto parties = CheckRules(config, world.numbers, request);
  if (!parties.Ok()) return parties.Why();
  auto planned = PlanOriginate(config, request, parties.Value(), call_id);
  if (!planned.Ok()) return planned.Why();
  OriginatePlan plan = std::move(planned).Value();
  Call call = NewCall(request, parties.Value(), world, call_id);
  auto pbxs = ChoosePbxs(config, parties.Value().phones.front(), world.store);
  if (!pbxs.Ok()) return pbxs.Why();
  plan.pbxs = std::move(pbxs).Value();
  call.pbx = plan.pbxs.front();
  auto same = Admit(world, call, {request.once, LimitsFor(config, request)});
  if (!same.Ok()) return same.Why();
  if (same.Value()) return Again(*std::move(same).Value(), plan);
  auto placed = Dial(plan, world, std::move(call), foresee);
  if (placed.Ok() || !placed.Why().call_id.empty()) return placed;
  base::Error why = placed.Why();
  why.call_id = call_id.Text();
  return why;
}

}  // namespace

base::Result<Parties> CheckRules(const Config& config, const NumberReader* numbers,
                                 const CallRequest& request) {
  auto found = FindCaller(config, numbers, request);
  if (!found.Ok()) return found;
  Parties parties = std::move(found).Value();
  auto callee = Judge(config.numbers, numbers, request.callee);
  if (!callee.Ok()) return callee.Why();
  parties.callee = std::move(callee).Value();
  if (std::ranges::find(parties.phones, parties.callee.dialled) != parties.phones.end()) {
    return base::Error{
        base::Code::kSameCallerCallee,
        parties.callee.dialled + " is the phone that would ring first: it cannot call itself"};
  }
  return parties;
}

base::Result<Placed> PlaceCall(const Config& config, const CallRequest& request, const World& world,
                               const Foresee& foresee) {
  const base::CallId call_id = world.new_call_id();
  std::optional<base::LogLine> line;
  auto placed = Place(config, request, world, call_id, [&](const Call& call) {
    line = LineOf(call, /*again=*/false, request);
    if (foresee) foresee(call);
  });
  if (!placed.Ok()) {
    world.log.Write(base::LogLevel::kWarning, LineOf(placed.Why(), config, request, call_id));
    return placed;
  }
  const Placed& there = placed.Value();
  if (!line || !there.foreseen) line = LineOf(there.call, there.again, request);
  world.log.Write(base::LogLevel::kInfo, *line);
  return placed;
}

}  // namespace click2call::call
