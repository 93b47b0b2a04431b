#ifndef CLICK2CALL_CALL_PLACE_CALL_H_
#define CLICK2CALL_CALL_PLACE_CALL_H_

#include "base/result.h"
#include "call/call.h"
#include "call/config.h"
#include "call/world.h"

namespace click2call::call {

// Whether the rules let this request through: kPermissionDenied for a number that no pattern of
// numbers.allow opens, kSameCallerCallee, and kInvalidArgument where no phone is known that could
// ring first. Emergency numbers (112, 911) need a pattern that names them exactly: a wildcard for
// three-digit extensions is not meant for them.
base::Status CheckRules(const Config& config, const CallRequest& request);

// The use case: rules, plan, a row in the journal, dial. A refused request reaches no PBX; without
// a row nothing is dialled (kStoreUnavailable). One line in the log for each request, whatever
// becomes of it. Errors that are about a call carry its callId.
base::Result<Call> PlaceCall(const Config& config, const CallRequest& request, const World& world);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_PLACE_CALL_H_
