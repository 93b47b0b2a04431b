#ifndef CLICK2CALL_CALL_ORIGINATE_PLAN_H_
#define CLICK2CALL_CALL_ORIGINATE_PLAN_H_

#include "base/call_id.h"
#include "base/result.h"
#include "call/call.h"
#include "call/config.h"
#include "call/dialer.h"

namespace click2call::call {

// The Originate for a request that the rules let through. Channel technology, Context, Priority,
// Account and the Variables' names come from `config` alone.
// Fails with kInternal when a template grows beyond what Asterisk keeps of it.
base::Result<OriginatePlan> PlanOriginate(const CallConfig& config, const CallRequest& request,
                                          const base::CallId& call_id);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_ORIGINATE_PLAN_H_
