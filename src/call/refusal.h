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

// Why the caller's phone did not answer, by the reason of an ami::CallerReport.
base::Error ExplainCallerFailure(int reason, const OriginatePlan& plan);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_REFUSAL_H_
