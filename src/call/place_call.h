#ifndef CLICK2CALL_CALL_PLACE_CALL_H_
#define CLICK2CALL_CALL_PLACE_CALL_H_

#include <functional>

#include "base/call_id.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "call/call.h"
#include "call/config.h"
#include "call/dialer.h"

namespace click2call::call {

// What the use cases need of the world. All of it outlives them and may be used from several
// threads at once.
struct World {
  Dialer& dialer;
  const base::Clock& clock;
  std::function<base::CallId()> new_call_id;  // each one new
  base::Log& log;
};

// Whether the rules let this request through: kPermissionDenied for a number that no pattern of
// numbers.allow opens, kSameCallerCallee, and kInvalidArgument where no phone is known that could
// ring first. Emergency numbers (112, 911) need a pattern that names them exactly: a wildcard for
// three-digit extensions is not meant for them.
base::Status CheckRules(const Config& config, const CallRequest& request);

// The use case: rules, plan, dial. A refused request reaches no PBX. One line in the log for each
// request, whatever becomes of it.
base::Result<Call> PlaceCall(const Config& config, const CallRequest& request, const World& world);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_PLACE_CALL_H_
