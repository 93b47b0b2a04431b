#ifndef CLICK2CALL_NET_TCP_TRANSPORT_H_
#define CLICK2CALL_NET_TCP_TRANSPORT_H_

#include <cstdint>
#include <string>

#include <Poco/Net/StreamSocket.h>

#include "net/transport.h"

namespace click2call::net {

// Plain TCP. The host name is looked up in Connect(); POCO offers no limit for that, the resolver's
// own (resolv.conf) holds.
class TcpTransport : public Transport {
 public:
  TcpTransport(std::string host, std::uint16_t port) : host_(std::move(host)), port_(port) {}

  base::Status Connect(base::Milliseconds wait) override;
  base::Result<std::size_t> Send(std::string_view bytes, base::Milliseconds wait) override;
  base::Result<Received> Receive(std::span<char> buffer, base::Milliseconds wait) override;

 private:
  std::string host_;
  std::uint16_t port_;
  Poco::Net::StreamSocket socket_;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_TCP_TRANSPORT_H_
