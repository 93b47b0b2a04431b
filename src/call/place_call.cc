#include "call/place_call.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "call/originate_plan.h"

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

base::Result<Call> Place(const Config& config, const CallRequest& request, const World& world,
                         const base::CallId& call_id) {
  const base::Status allowed = CheckRules(config, request);
  if (!allowed.Ok()) return allowed.Why();
  const auto plan = PlanOriginate(config.call, request, call_id);
  if (!plan.Ok()) return plan.Why();

  Call call{call_id,
            request.caller ? request.caller->Asked() : config.call.origin,
            request.callee.Asked(),
            CallStatus::kInitiating,
            world.clock.WallNow(),
            {},
            request.user};
  const auto dialled = world.dialer.Dial(plan.Value());
  if (!dialled.Ok()) return dialled.Why();
  call.status = dialled.Value().status;
  call.pbx = dialled.Value().pbx;
  return call;
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
    line.Add("pbx", placed.Value().pbx).Add("status", StatusName(placed.Value().status));
    world.log.Write(base::LogLevel::kInfo, line);
  } else {
    line.Add("why", placed.Why().message);
    world.log.Write(base::LogLevel::kWarning, line);
  }
  return placed;
}

}  // namespace click2call::call
