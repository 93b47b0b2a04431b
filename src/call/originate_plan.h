#ifndef CLICK2CALL_CALL_ORIGINATE_PLAN_H_
#define CLICK2CALL_CALL_ORIGINATE_PLAN_H_

#include "base/call_id.h"
#include "base/result.h"
#include "call/call.h"
#include "call/config.h"
#include "call/dialer.h"
#include "call/place_call.h"

namespace click2call::call {

// The channel variable by which the context origins.together learns which channels to ring.
inline constexpr std::string_view kPhonesVariable = "CLICK2CALL_PHONES";

// The Originate for a request that the rules let through. Channel technology, Context, Priority,
// Account and the Variables' names come from `config` alone. Several phones are rung by the context
// origins.together of the PBX's dialplan, since an Originate has one channel.
// Fails with kInternal when a template grows beyond what Asterisk keeps of it.
base::Result<OriginatePlan> PlanOriginate(const Config& config, const CallRequest& request,
                                          const Parties& parties, const base::CallId& call_id);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_ORIGINATE_PLAN_H_
