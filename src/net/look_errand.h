#ifndef CLICK2CALL_NET_LOOK_ERRAND_H_
#define CLICK2CALL_NET_LOOK_ERRAND_H_

#include "base/clock.h"
#include "base/result.h"
#include "call/dialer.h"
#include "net/errand.h"

namespace click2call::net {

// How `call` stands on one PBX, which is its own: see call::Dialer::LookAt(). Without the right to
// ask for it, the state is what was known before, and what is heard while it listens.
base::Result<call::Look> LookOn(const Errand& errand, const call::Call& call,
                                base::Milliseconds listen);

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_LOOK_ERRAND_H_
