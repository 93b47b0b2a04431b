#ifndef CLICK2CALL_NET_HANG_UP_ERRAND_H_
#define CLICK2CALL_NET_HANG_UP_ERRAND_H_

#include "base/call_id.h"
#include "base/result.h"
#include "net/errand.h"

namespace click2call::net {

// Ends a call on one PBX: see call::Dialer::HangUp(). Where its first channel is gone, as that of a
// Local channel that was optimised away is, all others of the call are hung up.
base::Status HangUpOn(const Errand& errand, const base::CallId& call_id);

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_HANG_UP_ERRAND_H_
