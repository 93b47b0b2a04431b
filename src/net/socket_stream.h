#ifndef CLICK2CALL_NET_SOCKET_STREAM_H_
#define CLICK2CALL_NET_SOCKET_STREAM_H_

#include <atomic>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <Poco/Exception.h>
#include <Poco/Net/StreamSocket.h>

#include "base/clock.h"
#include "base/result.h"

namespace click2call::net {

// kPbxUnavailable, and what happened without the address, which POCO's own texts hold: this reaches
// whoever clicked.
base::Error Failed(std::string why);
base::Error Failed(const Poco::Exception& error);

// A stream that is of no more use; what() is for people.
class BrokenStream : public std::runtime_error {
 public:
  using runtime_error::runtime_error;
};

// A TCP connection that never blocks, and the waits that belong to it. Used by one thread at a
// time, but for Wake() and WaitOrWake(). Reading and writing throw POCO's exceptions and
// BrokenStream.
class SocketStream {
 public:
  static constexpr int kNothing = -1;  // would have to wait

  SocketStream(std::string host, std::uint16_t port);
  virtual ~SocketStream();
  SocketStream(const SocketStream&) = delete;
  SocketStream& operator=(const SocketStream&) = delete;

  const std::string& Host() const { return host_; }
  std::uint16_t Port() const { return port_; }
  int Fd() const { return socket_.impl()->sockfd(); }

  // Connects. The host name is looked up first; POCO offers no limit for that, the resolver's own
  // (resolv.conf) holds. Throws nothing.
  virtual base::Status Open(base::MonotonicTime until);

  // How much was read, 0 at the end, or kNothing.
  virtual int Read(std::span<char> buffer);
  // How much was written, or kNothing.
  virtual int Write(std::string_view bytes);

  // Wait until it is worth to try again what gave kNothing, and say whether it is; Wake() does not
  // end them, and all of the thread waits.
  bool WaitToRead(base::MonotonicTime until) const;
  bool WaitToWrite(base::MonotonicTime until) const;

  // Waits for the next Read(), with `or_write` for the next Write() too, and sleeps only after
  // `awake`. In a fiber only that waits. False at `until`, or once for one or more Wake().
  bool WaitOrWake(base::MonotonicTime until, bool or_write, base::Microseconds awake);
  void Wake();

 protected:
  // Before both are changed: REQUIRES `socket` does not block.
  Poco::Net::StreamSocket socket_;
  std::atomic<short> read_needs_;   // what poll() has to see before it is worth to read again
  std::atomic<short> write_needs_;  // or to write

 private:
  bool WaitFor(short events, base::MonotonicTime until) const;

  const std::string host_;
  const std::uint16_t port_;
  int waker_;  // an eventfd
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_SOCKET_STREAM_H_
