#include "net/https_post.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HostEntry.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>

#include "base/text.h"
#include "base/version.h"
#include "net/tls_client.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Error;
using base::Milliseconds;
using base::MonotonicTime;
using base::Result;
using base::Status;
using Poco::Net::SecureStreamSocket;
using Poco::Net::Socket;
using Poco::Net::StreamSocket;

// How soon a wait sees that it is to stop.
constexpr Milliseconds kSlice{50};

// For one address, while the host has others.
constexpr Milliseconds kConnect{2000};

Error Failed(std::string why) { return {Code::kInternal, std::move(why)}; }

Error Failed(const Poco::Exception& error) {
  const auto* cause = error.nested();
  const std::string text =
      error.message().empty() && cause != nullptr ? cause->message() : error.message();
  return Failed(std::string(error.name()) + (text.empty() ? "" : ": " + text));
}

// One POST. All its sockets are non-blocking: POCO's own timeouts count for each call alone, so a
// peer that sends a byte at a time would never be given up.
class Exchange {
 public:
  Exchange(const HttpsPost& post, const std::stop_token& stop, Poco::Net::Context::Ptr context)
      : post_(post),
        stop_(stop),
        context_(std::move(context)),
        deadline_(std::chrono::steady_clock::now() + post.timeout) {}

  // Throws POCO's exceptions.
  Result<int> Run() {
    const std::string request = Request();
    const auto connected = Connect();
    if (!connected.Ok()) return connected.Why();
    SecureStreamSocket tls = SecureStreamSocket::attach(connected.Value(), post_.to.host, context_);
    const Status trusted = Handshake(&tls);
    if (!trusted.Ok()) return trusted.Why();
    const Status sent = Send(&tls, request);
    if (!sent.Ok()) return sent.Why();
    return ReceiveStatus(&tls);
  }

 private:
  std::string Request() const {
    Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_POST, post_.to.target,
                                   Poco::Net::HTTPMessage::HTTP_1_1);
    const std::string authority = post_.to.Authority();
    request.set("Host",
                post_.to.port == 443 ? authority.substr(0, authority.rfind(':')) : authority);
    request.set("User-Agent", std::string("click2call/") + base::kVersion);
    for (const auto& [name, value] : post_.headers) request.set(name, value);
    request.setContentLength(static_cast<std::streamsize>(post_.body.size()));
    request.setKeepAlive(false);
    std::ostringstream text;
    request.write(text);
    text << post_.body;
    return text.str();
  }

  static std::vector<Poco::Net::IPAddress> Lookup(const std::string& host) {
    Poco::Net::IPAddress literal;
    if (Poco::Net::IPAddress::tryParse(host, literal)) return {literal};
    return Poco::Net::DNS::hostByName(host).addresses();
  }

  Result<StreamSocket> Connect() {
    const auto addresses = Lookup(post_.to.host);
    Error why = Failed("that host has no address");
    for (const auto& address : addresses) {
      StreamSocket socket;
      const Milliseconds wait = addresses.size() > 1 ? kConnect : post_.timeout;
      const MonotonicTime until = std::min(deadline_, std::chrono::steady_clock::now() + wait);
      try {
        socket.connectNB({address, post_.to.port});
        const Status connected = Wait(socket, Socket::SELECT_WRITE, until);
        const int error = socket.impl()->socketError();
        if (connected.Ok() && error == 0) return socket;
        why = connected.Ok() ? Failed(base::ErrnoText(error)) : connected.Why();
      } catch (const Poco::Exception& error) {
        why = Failed(error);
      }
    }
    return why;
  }

  Status Handshake(SecureStreamSocket* tls) {
    Status done =
        CompleteHandshake(*tls, [&](bool to_write) { return WaitForTls(*tls, to_write); });
    if (done.Ok()) tls->verifyPeerCertificate(post_.to.host);
    return done;
  }

  Status Send(SecureStreamSocket* tls, std::string_view bytes) {
    while (!bytes.empty()) {
      const int sent = tls->sendBytes(bytes.data(), static_cast<int>(bytes.size()));
      if (sent > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
        continue;
      }
      const Status ready = WaitForTls(*tls, WantsToWrite(sent));
      if (!ready.Ok()) return ready.Why();
    }
    return base::Done();
  }

  Result<int> ReceiveStatus(SecureStreamSocket* tls) {
    std::string head;
    std::array<char, 4096> buffer{};
    for (;;) {
      const int received = tls->receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
      if (received < 0) {
        const Status ready = WaitForTls(*tls, WantsToWrite(received));
        if (!ready.Ok()) return ready.Why();
        continue;
      }
      if (received == 0) return Failed("the connection ended before the answer");
      head.append(buffer.data(), static_cast<std::size_t>(received));
      if (const auto status = StatusIn(&head)) return *status;
      if (head.size() > kMaxAnswerHead) return Failed("the head of the answer has no end");
    }
  }

  // Empty while the answer's head is not complete. Interim answers (1xx) are left out.
  static std::optional<int> StatusIn(std::string* head) {
    constexpr std::string_view kEnd = "\r\n\r\n";
    for (;;) {
      const std::size_t end = head->find(kEnd);
      if (end == std::string::npos) return std::nullopt;
      std::istringstream text(head->substr(0, end + kEnd.size()));
      Poco::Net::HTTPResponse response;
      response.read(text);
      if (response.getStatus() >= 200) return response.getStatus();
      head->erase(0, end + kEnd.size());
    }
  }

  Status WaitForTls(const SecureStreamSocket& tls, bool to_write) const {
    return Wait(tls, to_write ? Socket::SELECT_WRITE : Socket::SELECT_READ, deadline_);
  }

  Status Wait(const Socket& socket, int mode, MonotonicTime until) const {
    for (;;) {
      if (stop_.stop_requested()) return Failed("the program ends");
      const Milliseconds left = base::Remaining(until, std::chrono::steady_clock::now());
      if (left.count() == 0) return Failed("no answer in time");
      const Milliseconds slice = std::min(left, kSlice);
      if (socket.poll(Poco::Timespan(slice.count() * 1000), mode | Socket::SELECT_ERROR)) {
        return base::Done();
      }
    }
  }

  const HttpsPost& post_;
  const std::stop_token& stop_;
  Poco::Net::Context::Ptr context_;
  MonotonicTime deadline_;
};

class TlsPoster : public HttpsPoster {
 public:
  explicit TlsPoster(Poco::Net::Context::Ptr context) : context_(std::move(context)) {}

  Result<int> Post(const HttpsPost& post, const std::stop_token& stop) override {
    for (const auto& [name, value] : post.headers) {
      if (base::HasControl(name + value)) {
        return Error{Code::kInvalidArgument, "the header " + name + " has a control character"};
      }
    }
    ForgetErrors();
    try {
      return Exchange(post, stop, context_).Run();
    } catch (const Poco::Exception& error) {
      ForgetErrors();
      return Failed(error);
    }
  }

 private:
  Poco::Net::Context::Ptr context_;
};

}  // namespace

Result<std::unique_ptr<HttpsPoster>> MakeHttpsPoster() {
  try {
    return std::unique_ptr<HttpsPoster>(std::make_unique<TlsPoster>(MakeTlsContext({})));
  } catch (const Poco::Exception& error) {
    return Failed(error);
  }
}

}  // namespace click2call::net

// See net/module.h.
extern "C" void* click2call_https(const char* version) {  // NOLINT(readability-identifier-naming)
  if (std::string_view(version) != click2call::base::kVersion) return nullptr;
  return reinterpret_cast<void*>(&click2call::net::MakeHttpsPoster);
}
