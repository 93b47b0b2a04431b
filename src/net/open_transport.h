#ifndef CLICK2CALL_NET_OPEN_TRANSPORT_H_
#define CLICK2CALL_NET_OPEN_TRANSPORT_H_

#include <memory>

#include "base/result.h"
#include "call/config.h"
#include "net/transport.h"

namespace click2call::net {

// The program's TransportFactory: plain TCP is built in, the others are in the module "transports",
// opened when the first of them is needed. kInternal where that or a file of tls is not good; the
// files are read anew each time.
base::Result<std::unique_ptr<Transport>> OpenTransport(const call::PbxConfig& pbx);

// What the module gives: net/transports.h.
using MakeTransport = base::Result<std::unique_ptr<Transport>>(const call::PbxConfig& pbx);

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_OPEN_TRANSPORT_H_
