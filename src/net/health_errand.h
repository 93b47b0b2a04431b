#ifndef CLICK2CALL_NET_HEALTH_ERRAND_H_
#define CLICK2CALL_NET_HEALTH_ERRAND_H_

#include "call/dialer.h"
#include "net/errand.h"

namespace click2call::net {

// How one PBX is, by trying: login, our rights, Logoff.
call::PbxHealth HealthOf(const Errand& errand);

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_HEALTH_ERRAND_H_
