#ifndef CLICK2CALL_NET_TRANSPORTS_H_
#define CLICK2CALL_NET_TRANSPORTS_H_

#include <memory>

#include "base/result.h"
#include "call/config.h"
#include "net/transport.h"

namespace click2call::net {

// The transports on top of TCP: tls, ws and wss. Part of the module "transports": the program
// itself has them from net/open_transport.h, which says more. REQUIRES: SIGPIPE is ignored.
base::Result<std::unique_ptr<Transport>> MakeLayeredTransport(const call::PbxConfig& pbx);

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_TRANSPORTS_H_
