#ifndef CLICK2CALL_NET_CHANNEL_ERRAND_H_
#define CLICK2CALL_NET_CHANNEL_ERRAND_H_

#include "ami/message.h"
#include "base/result.h"
#include "call/dialer.h"
#include "net/errand.h"
#include "net/session_driver.h"

namespace click2call::net {

// The channel that rings the first phone of `plan`, asked for over a session that is logged in: as
// far as our rights go, which are asked for first. Errors: those of call::ReadChannel(), and every
// kPbx… code. REQUIRES: plan.ask_channel.
base::Result<ami::FieldValue> AskChannel(const Errand& errand, SessionDriver& driver,
                                         const call::OriginatePlan& plan);

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_CHANNEL_ERRAND_H_
