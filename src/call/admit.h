#ifndef CLICK2CALL_CALL_ADMIT_H_
#define CLICK2CALL_CALL_ADMIT_H_

#include <optional>

#include "base/result.h"
#include "call/call.h"
#include "call/call_store.h"
#include "call/config.h"
#include "call/world.h"

namespace click2call::call {

// The limits that hold for who asks: none for this machine's shell.
LimitConfig LimitsFor(const Config& config, const CallRequest& request);

// CallStore::Insert(), where a refusal counts only once the calls that stand in the way were asked
// for: one may have ended, and nobody was there to see it. An error names the callId of another
// call only where it is of the same user or address.
base::Result<std::optional<Call>> Admit(const World& world, const Call& call,
                                        const Admission& admission);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_ADMIT_H_
