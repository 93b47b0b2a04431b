#ifndef CLICK2CALL_NET_WS_TRANSPORT_H_
#define CLICK2CALL_NET_WS_TRANSPORT_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/Net/WebSocket.h>

#include "net/tcp_transport.h"
#include "net/ws_socket.h"

namespace click2call::net {

// The byte stream of AMI in the frames of a WebSocket (RFC 6455), through a bridge such as
// websockify: text and binary frames carry it alike, and only the order of their bytes counts.
// Pings are answered.
class WsTransport : public TcpTransport {
 public:
  static constexpr std::size_t kMaxFrame = 65536;  // a longer one ends the connection

  // `stream` is plain for ws, TLS for wss. `path` as in call::PbxConfig.
  WsTransport(std::unique_ptr<SocketStream> stream, std::string path);

 protected:
  base::Status Greet(base::MonotonicTime until) override;
  std::size_t Put(std::string_view bytes) override;
  std::optional<Received> Take(std::span<char> buffer) override;

 private:
  bool TakeFrame();  // false: there is none as a whole
  void TakePing(std::string_view payload);
  void TakeClose(std::string_view payload);

  const std::string path_;
  WsSocket* socket_ = nullptr;  // of websocket_
  std::optional<Poco::Net::WebSocket> websocket_;
  std::vector<char> payload_;
  std::string_view inbox_;  // of payload_, what was not taken yet
  bool ended_ = false;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_WS_TRANSPORT_H_
