#include "net/socket_stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <limits>
#include <utility>

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Timespan.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/text.h"
#include "fiber/fibers.h"

namespace click2call::net {
namespace {

constexpr const char* kConnectHint =
    "; is Asterisk running, and are host and port of [[pbx]] those of its AMI (manager.conf: "
    "enabled, bindaddr, port)?";

base::Milliseconds Left(base::MonotonicTime until) {
  return base::Remaining(until, std::chrono::steady_clock::now());
}

}  // namespace

base::Error Failed(std::string why) { return {base::Code::kPbxUnavailable, std::move(why)}; }

base::Error Failed(const Poco::Exception& error) {
  // The code of a failed name lookup is none of errno's.
  const bool lookup = dynamic_cast<const Poco::Net::DNSException*>(&error) != nullptr;
  return Failed(lookup || error.code() == 0 ? error.name() : base::ErrnoText(error.code()));
}

SocketStream::SocketStream(std::string host, std::uint16_t port)
    : read_needs_(POLLIN),
      write_needs_(POLLOUT),
      host_(std::move(host)),
      port_(port),
      waker_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

SocketStream::~SocketStream() {
  if (waker_ >= 0) close(waker_);
}

base::Status SocketStream::Open(base::MonotonicTime until) {
  if (waker_ < 0) return Failed(base::ErrnoText(EMFILE));
  try {
    socket_.connect(Poco::Net::SocketAddress(host_, port_),
                    Poco::Timespan(Left(until).count() * 1000));
    socket_.setNoDelay(true);
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

int SocketStream::Read(std::span<char> buffer) {
  const int count = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
  return count < 0 ? kNothing : count;
}

int SocketStream::Write(std::string_view bytes) {
  const std::size_t most = std::numeric_limits<int>::max();
  try {
    const auto size = static_cast<int>(std::min(bytes.size(), most));
    return socket_.sendBytes(bytes.data(), size);
  } catch (const Poco::IOException& error) {
    if (error.code() == EAGAIN) return kNothing;
    throw;
  }
}

bool SocketStream::WaitToRead(base::MonotonicTime until) const {
  return WaitFor(read_needs_, until);
}

bool SocketStream::WaitToWrite(base::MonotonicTime until) const {
  return WaitFor(write_needs_, until);
}

bool SocketStream::WaitFor(short events, base::MonotonicTime until) const {
  std::array<pollfd, 1> socket{{{Fd(), events, 0}}};
  const int ready = fiber::PollInThread(socket, until);
  if (ready < 0) throw BrokenStream(base::ErrnoText(errno));
  return ready > 0;
}

// Not POCO's poll(), which makes an epoll set for each wait.
bool SocketStream::WaitOrWake(base::MonotonicTime until, bool or_write, base::Microseconds awake) {
  const int events = read_needs_ | (or_write ? write_needs_.load() : 0);
  std::array<pollfd, 2> sockets{{{Fd(), static_cast<short>(events), 0}, {waker_, POLLIN, 0}}};
  if (fiber::Poll(sockets, until, awake) < 0) throw BrokenStream(base::ErrnoText(errno));
  eventfd_t ignored = 0;
  if (sockets[1].revents != 0) (void)eventfd_read(waker_, &ignored);
  return sockets[0].revents != 0;
}

void SocketStream::Wake() { (void)eventfd_write(waker_, 1); }

}  // namespace click2call::net
