#ifndef CLICK2CALL_NET_WS_FIXTURE_H_
#define CLICK2CALL_NET_WS_FIXTURE_H_

// A WebSocket server on the loopback that writes its frames byte by byte.

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include <Poco/Base64Encoder.h>
#include <Poco/SHA1Engine.h>
#include <gtest/gtest.h>

#include "fakes/results.h"
#include "net/transport_fixture.h"
#include "net/transports.h"

namespace click2call::net {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using Poco::Net::StreamSocket;

inline constexpr int kFin = 0x80;
inline constexpr int kContinuation = 0;
inline constexpr int kText = 1;
inline constexpr int kBinary = 2;
inline constexpr int kClose = 8;
inline constexpr int kPing = 9;
inline constexpr int kPong = 10;

// A frame as a server sends it.
inline std::string Frame(int flags, std::string_view payload) {
  std::string frame(1, static_cast<char>(flags));
  const std::size_t size = payload.size();
  if (size < 126) {
    frame += static_cast<char>(size);
  } else {
    const int bytes = size < 65536 ? 2 : 8;
    frame += static_cast<char>(bytes == 2 ? 126 : 127);
    for (int i = bytes - 1; i >= 0; --i) frame += static_cast<char>(size >> (8 * i));
  }
  return frame + std::string(payload);
}

struct Heard {
  int flags = 0;
  std::string payload;
};

// One frame as a client sends it: masked, and short.
inline Heard HearFrame(StreamSocket& peer) {
  const std::string head = Hear(peer, 2);
  if (head.size() < 2) return {};
  EXPECT_TRUE((head[1] & 0x80) != 0) << "not masked";
  std::size_t size = head[1] & 0x7f;
  if (size == 126) {
    const std::string more = Hear(peer, 2);
    size = static_cast<unsigned char>(more[0]) * 256U + static_cast<unsigned char>(more[1]);
  }
  const std::string mask = Hear(peer, 4);
  std::string payload = Hear(peer, size);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  }
  return {static_cast<unsigned char>(head[0]), payload};
}

inline std::string HearHead(StreamSocket& peer) {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    const std::string more = Hear(peer, 1);
    if (more.empty()) break;
    head += more;
  }
  return head;
}

// The answer that opens the WebSocket.
inline std::string Welcome(const std::string& request) {
  const std::string_view name = "Sec-WebSocket-Key: ";
  const std::size_t key = request.find(name) + name.size();
  Poco::SHA1Engine sha1;
  sha1.update(request.substr(key, request.find('\r', key) - key) +
              "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
  std::ostringstream accept;
  Poco::Base64Encoder base64(accept);
  for (const unsigned char byte : sha1.digest()) base64.put(static_cast<char>(byte));
  base64.close();
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Protocol: binary\r\nSec-WebSocket-Accept: " +
         accept.str() + "\r\n\r\n";
}

class WsTransportTest : public testing::Test {
 protected:
  WsTransportTest() {
    std::signal(SIGPIPE, SIG_IGN);  // as main() does
  }

  // A server that opens the WebSocket, and goes on with `script`.
  static OneServer::Script Bridge(OneServer::Script script) {
    return [script = std::move(script)](StreamSocket& peer) {
      Say(peer, Welcome(HearHead(peer)));
      script(peer);
    };
  }

  static std::unique_ptr<Transport> Make(std::uint16_t port, const std::string& path = "/ws") {
    call::PbxConfig pbx;
    pbx.host = "localhost";
    pbx.port = port;
    pbx.transport = call::PbxTransport::kWs;
    pbx.path = path;
    return Must(MakeLayeredTransport(pbx));
  }

  static std::unique_ptr<Transport> Connected(const OneServer& server) {
    auto transport = Make(server.Port());
    Must(transport->Connect(kLong));
    return transport;
  }

  // What arrives where the bridge sends just that and closes.
  static std::string Received(const std::string& bytes, std::size_t count = 1'000'000) {
    const OneServer server(Bridge([&](StreamSocket& peer) {
      Say(peer, bytes);
      peer.shutdownSend();
      HearTheEnd(peer);
    }));
    auto transport = Connected(server);
    return ReceiveAll(*transport, count);
  }

  // Why the first Receive() fails where the bridge sends that.
  static std::string Failure(const std::string& bytes) {
    const OneServer server(Bridge([&](StreamSocket& peer) {
      Say(peer, bytes);
      HearTheEnd(peer);
    }));
    auto transport = Connected(server);
    std::array<char, 64> buffer{};
    const auto received = transport->Receive(buffer, kLong);
    return Fails(received, Code::kPbxUnavailable) ? received.Why().message : "none";
  }

  static std::string RefusalBy(OneServer::Script script, base::Milliseconds wait = kLong) {
    const OneServer server(std::move(script));
    const base::Status status = Make(server.Port())->Connect(wait);
    if (!Fails(status, Code::kPbxUnavailable)) return "none";
    EXPECT_FALSE(Has(status.Why().message, "localhost"));
    EXPECT_FALSE(Has(status.Why().message, std::to_string(server.Port())));
    return status.Why().message;
  }

  static OneServer::Script Answers(const std::string& answer) {
    return [answer](StreamSocket& peer) {
      (void)HearHead(peer);
      Say(peer, answer);
      peer.shutdownSend();
      HearTheEnd(peer);
    };
  }
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_WS_FIXTURE_H_
