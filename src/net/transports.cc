#include "net/transports.h"

#include <utility>

#include <Poco/Exception.h>

#include "base/version.h"
#include "net/tls_client.h"
#include "net/tls_stream.h"
#include "net/ws_transport.h"

namespace click2call::net {
namespace {

using call::PbxConfig;
using call::PbxTransport;

// TLS, and AMI right on top of it.
class TlsTransport : public TcpTransport {
 public:
  using TcpTransport::TcpTransport;
  explicit TlsTransport(std::unique_ptr<SocketStream> stream) : TcpTransport(std::move(stream)) {}

 protected:
  // OpenSSL keeps what it could not write, and has to be given the same again.
  std::size_t Put(std::string_view bytes) override {
    constexpr std::size_t kSendAtOnce = 16384;
    Outbox() = bytes.substr(0, kSendAtOnce);
    const std::size_t taken = Outbox().size();
    Flush();
    return taken;
  }
};

std::unique_ptr<SocketStream> MakeStream(const PbxConfig& pbx) {
  if (pbx.transport == PbxTransport::kWs) {
    return std::make_unique<SocketStream>(pbx.host, pbx.port);
  }
  ForgetErrors();
  return std::make_unique<TlsStream>(pbx.host, pbx.port, pbx.tls, MakeTlsContext(pbx.tls));
}

}  // namespace

base::Result<std::unique_ptr<Transport>> MakeLayeredTransport(const PbxConfig& pbx) {
  try {
    auto stream = MakeStream(pbx);
    if (pbx.transport == PbxTransport::kTls) {
      return std::unique_ptr<Transport>(std::make_unique<TlsTransport>(std::move(stream)));
    }
    return std::unique_ptr<Transport>(std::make_unique<WsTransport>(std::move(stream), pbx.path));
  } catch (const Poco::Exception& error) {
    return base::Error{base::Code::kInternal, "pbx \"" + pbx.name + "\": " + error.displayText()};
  }
}

}  // namespace click2call::net

// See net/module.h.
extern "C" void* click2call_transports(  // NOLINT(readability-identifier-naming)
    const char* version) {
  if (std::string_view(version) != click2call::base::kVersion) return nullptr;
  return reinterpret_cast<void*>(&click2call::net::MakeLayeredTransport);
}
