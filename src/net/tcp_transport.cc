#include "net/tcp_transport.h"

#include <utility>

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Timespan.h>

#include "base/text.h"

namespace click2call::net {
namespace {

constexpr const char* kConnectHint =
    "; is Asterisk running, and are host and port of [[pbx]] those of its AMI (manager.conf: "
    "enabled, bindaddr, port)?";

Poco::Timespan ToTimespan(base::Milliseconds wait) { return {wait.count() * 1000}; }

base::Error Failed(std::string why) { return {base::Code::kPbxUnavailable, std::move(why)}; }

// What happened, without the address, which POCO's own texts hold: this reaches whoever clicked.
base::Error Failed(const Poco::Exception& error) {
  // The code of a failed name lookup is none of errno's.
  const bool lookup = dynamic_cast<const Poco::Net::DNSException*>(&error) != nullptr;
  return Failed(lookup || error.code() == 0 ? error.name() : base::ErrnoText(error.code()));
}

}  // namespace

base::Status TcpTransport::Connect(base::Milliseconds wait) {
  try {
    socket_.connect(Poco::Net::SocketAddress(host_, port_), ToTimespan(wait));
    socket_.setNoDelay(true);
    // Never blocking: Send() and Receive() wait in poll(), where the wait is theirs to choose.
    socket_.setBlocking(false);
    return base::Done();
  } catch (const Poco::TimeoutException&) {
    return Failed("no answer to the connection attempt; is that host up, or a firewall between?");
  } catch (const Poco::Net::NetException& error) {
    return Failed(Failed(error).message + kConnectHint);
  } catch (const Poco::Exception& error) {  // out of descriptors, for one: no fault of the PBX
    return Failed(error);
  }
}

base::Result<std::size_t> TcpTransport::Send(std::string_view bytes, base::Milliseconds wait) {
  try {
    if (!socket_.poll(ToTimespan(wait), Poco::Net::Socket::SELECT_WRITE)) return std::size_t{0};
    const int sent = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
    return sent > 0 ? static_cast<std::size_t>(sent) : std::size_t{0};
  } catch (const Poco::TimeoutException&) {
    return std::size_t{0};  // EAGAIN: poll() was too optimistic
  } catch (const Poco::Exception& error) {
    return Failed(error);
  }
}

base::Result<Transport::Received> TcpTransport::Receive(std::span<char> buffer,
                                                        base::Milliseconds wait) {
  try {
    if (!socket_.poll(ToTimespan(wait), Poco::Net::Socket::SELECT_READ)) return Received{};
    const int count = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
    if (count < 0) return Received{};  // EAGAIN
    return Received{static_cast<std::size_t>(count), count == 0};
  } catch (const Poco::TimeoutException&) {
    return Received{};
  } catch (const Poco::Exception& error) {
    return Failed(error);
  }
}

}  // namespace click2call::net
