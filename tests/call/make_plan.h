#ifndef CLICK2CALL_CALL_MAKE_PLAN_H_
#define CLICK2CALL_CALL_MAKE_PLAN_H_

#include <string>

#include "call/originate_plan.h"

namespace click2call::call {

// The plan for a request, as if the rules let it through as it is.
inline base::Result<OriginatePlan> MakePlan(const Config& config, const CallRequest& request,
                                            const base::CallId& call_id) {
  const std::string from = request.caller ? request.caller->Dialled() : config.call.origin;
  Parties parties{{from}, from, {}};
  parties.callee.number = parties.callee.dialled = request.callee.Dialled();
  return PlanOriginate(config, request, parties, call_id);
}

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_MAKE_PLAN_H_
