#ifndef CLICK2CALL_CALL_REFUSAL_H_
#define CLICK2CALL_CALL_REFUSAL_H_

#include <string_view>

#include "base/result.h"
#include "call/dialer.h"

namespace click2call::call {

// Why the PBX answered an Originate with an Error, by the Message of its Response (Asterisk,
// main/manager.c), and what to change so that it won't. `username` is the AMI user's.
base::Error ExplainRefusal(std::string_view message, const OriginatePlan& plan,
                           std::string_view username);

// Why the caller's phone did not answer, as kCallerNotAvailable. REQUIRES: `reason` is one of the
// caller's: kCallerBusy, kCallerNoAnswer, kCallerAbandon or kCallerFailure.
base::Error ExplainCallerFailure(CallReason reason, const OriginatePlan& plan);

// Why the PBX answered a Hangup with an Error that is not "No such channel".
base::Error ExplainHangupRefusal(std::string_view message, std::string_view username);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_REFUSAL_H_
