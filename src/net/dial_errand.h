#ifndef CLICK2CALL_NET_DIAL_ERRAND_H_
#define CLICK2CALL_NET_DIAL_ERRAND_H_

#include "base/clock.h"
#include "base/result.h"
#include "call/dialer.h"
#include "net/errand.h"

namespace click2call::net {

// Sends the plan to one PBX: login, Originate, the PBX's first word about it, Logoff. Of its errors
// only kPbxUnavailable says that another PBX may be tried: all others either reached this one or
// would be no better there.
base::Result<call::Dialled> DialOn(const Errand& errand, const call::OriginatePlan& plan,
                                   base::Milliseconds outcome_wait);

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_DIAL_ERRAND_H_
