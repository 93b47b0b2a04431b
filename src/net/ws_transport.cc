#include "net/ws_transport.h"

#include <algorithm>
#include <utility>

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>

#include "ami/foreign.h"
#include "base/version.h"

namespace click2call::net {
namespace {

using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;
using Poco::Net::WebSocket;

constexpr std::size_t kSendAtOnce = 16384;

constexpr int kNormalClose = 1000;
constexpr std::size_t kCloseCodeBytes = 2;

constexpr const char* kBridgeHint =
    "; host, port and path of [[pbx]] have to be those of a WebSocket bridge to AMI";

// POCO's connects anew, and to whom it likes, where a request cannot be sent.
class OneConnection : public Poco::Net::HTTPClientSession {
 public:
  using HTTPClientSession::HTTPClientSession;

 protected:
  void connect(const Poco::Net::SocketAddress& /*address*/) override {
    throw BrokenStream("it broke the connection during the WebSocket handshake");
  }
};

// What answered instead of a bridge.
base::Error NoBridge(const std::string& head, int status, const std::string& reason,
                     const std::string& problem) {
  const bool http = head.starts_with("HTTP/");
  if (!head.empty() && !http) {
    const bool tls = ami::BeginsTls(head);
    return Failed(ami::DescribeAnswer(head) + " instead of a WebSocket" +
                  (tls ? "; over TLS it is transport = \"wss\"" : kBridgeHint));
  }
  if (http && status != 0 && status != HTTPResponse::HTTP_SWITCHING_PROTOCOLS) {
    return Failed("there is no WebSocket bridge: the answer was HTTP " + std::to_string(status) +
                  " " + reason + kBridgeHint);
  }
  return Failed("no WebSocket bridge answered: " + problem + kBridgeHint);
}

}  // namespace

WsTransport::WsTransport(std::unique_ptr<SocketStream> stream, std::string path)
    : TcpTransport(std::move(stream)), path_(std::move(path)), payload_(kMaxFrame) {}

base::Status WsTransport::Greet(base::MonotonicTime until) {
  socket_ = new WsSocket(Stream(), Outbox(), until);
  const Poco::Net::StreamSocket socket(socket_);  // owns it, with websocket_
  OneConnection session(socket);
  HTTPRequest request(HTTPRequest::HTTP_GET, path_, HTTPRequest::HTTP_1_1);
  request.setHost(Stream().Host(), Stream().Port());
  request.set("User-Agent", std::string("click2call/") + base::kVersion);
  request.set("Sec-WebSocket-Protocol", "binary");
  HTTPResponse response(HTTPResponse::HTTP_CONTINUE);
  std::string problem;
  try {
    websocket_.emplace(session, request, response);
    websocket_->setMaxPayloadSize(static_cast<int>(kMaxFrame));
    socket_->HandshakeIsOver();
    return base::Done();
  } catch (const BrokenStream& error) {
    problem = error.what();
  } catch (const Poco::Net::WebSocketException& error) {
    problem = error.message();
  } catch (const Poco::Net::MessageException& error) {
    problem = "its answer is not well-formed HTTP";
  } catch (const Poco::Exception& error) {
    problem = Failed(error).message;
  }
  if (!socket_->Problem().empty()) problem = socket_->Problem();
  const int status = response.getStatus();
  return NoBridge(socket_->Head(), status == HTTPResponse::HTTP_CONTINUE ? 0 : status,
                  response.getReason(), problem);
}

std::size_t WsTransport::Put(std::string_view bytes) {
  const std::string_view chunk = bytes.substr(0, kSendAtOnce);
  websocket_->sendFrame(chunk.data(), static_cast<int>(chunk.size()), WebSocket::FRAME_BINARY);
  Flush();
  return chunk.size();
}

std::optional<Transport::Received> WsTransport::Take(std::span<char> buffer) {
  while (inbox_.empty() && !ended_) {
    if (!TakeFrame()) return std::nullopt;
  }
  const std::size_t count = inbox_.copy(buffer.data(), buffer.size());
  inbox_.remove_prefix(count);
  return Received{count, count == 0 && ended_};
}

bool WsTransport::TakeFrame() {
  if (!socket_->HasBytes()) return false;
  int flags = 0;
  int count = 0;
  try {
    count = websocket_->receiveFrame(payload_.data(), static_cast<int>(payload_.size()), flags);
  } catch (const WsSocket::NotYet&) {
    socket_->Rewind();
    return false;
  } catch (const Poco::Net::WebSocketException& error) {
    throw BrokenStream("the WebSocket bridge sent a frame that is none: " + error.message());
  }
  // Not by flags and count, which are those of an empty continuation too.
  ended_ = !socket_->Forget();
  if (ended_) return true;
  const std::string_view payload(payload_.data(), static_cast<std::size_t>(std::max(count, 0)));
  switch (flags & WebSocket::FRAME_OP_BITMASK) {
    case WebSocket::FRAME_OP_CONT:
    case WebSocket::FRAME_OP_TEXT:
    case WebSocket::FRAME_OP_BINARY:
      inbox_ = payload;
      break;
    case WebSocket::FRAME_OP_PING:
      TakePing(payload);
      break;
    case WebSocket::FRAME_OP_CLOSE:
      TakeClose(payload);
      break;
    case WebSocket::FRAME_OP_PONG:
      break;
    default:
      throw BrokenStream("the WebSocket bridge sent a frame of a kind that there is not");
  }
  return true;
}

void WsTransport::TakePing(std::string_view payload) {
  // To one who pings and does not read, there is nothing to say.
  if (Outbox().size() > kMaxFrame) return;
  websocket_->sendFrame(payload.data(), static_cast<int>(payload.size()),
                        static_cast<int>(WebSocket::FRAME_FLAG_FIN) | WebSocket::FRAME_OP_PONG);
}

void WsTransport::TakeClose(std::string_view payload) {
  ended_ = true;
  if (payload.size() < kCloseCodeBytes) return;
  const int code =
      static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
  websocket_->shutdown();
  Flush();
  if (code == kNormalClose) return;
  throw BrokenStream("the WebSocket bridge closed the connection: " +
                     std::string(payload.substr(kCloseCodeBytes)) + " (" + std::to_string(code) +
                     ")");
}

}  // namespace click2call::net
