#include "net/open_transport.h"

#include "net/module.h"
#include "net/tcp_transport.h"

namespace click2call::net {

base::Result<std::unique_ptr<Transport>> OpenTransport(const call::PbxConfig& pbx) {
  if (pbx.transport == call::PbxTransport::kTcp) {
    return std::unique_ptr<Transport>(std::make_unique<TcpTransport>(pbx.host, pbx.port));
  }
  const auto make = OpenModule<MakeTransport>("transports");
  if (!make.Ok()) return make.Why();
  return make.Value()(pbx);
}

}  // namespace click2call::net
