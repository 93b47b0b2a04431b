#ifndef CLICK2CALL_NET_TCP_TRANSPORT_H_
#define CLICK2CALL_NET_TCP_TRANSPORT_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/socket_stream.h"
#include "net/transport.h"

namespace click2call::net {

// Plain TCP, and what everything on top of it has in common.
class TcpTransport : public Transport {
 public:
  TcpTransport(std::string host, std::uint16_t port);

  base::Status Connect(base::Milliseconds wait) final;
  base::Result<std::size_t> Send(std::string_view bytes, base::Milliseconds wait) final;
  base::Result<Received> Receive(std::span<char> buffer, base::Milliseconds wait) final;
  base::Status Await(base::Milliseconds wait, base::Microseconds awake) final;
  void Wake() final { stream_->Wake(); }

 protected:
  explicit TcpTransport(std::unique_ptr<SocketStream> stream);

  // What a protocol on top of the stream does with it. They never wait, but for Greet(), and may
  // throw what the stream throws.
  virtual base::Status Greet(base::MonotonicTime until);
  virtual std::size_t Put(std::string_view bytes);  // how much it took; asked with an empty outbox
  virtual std::optional<Received> Take(std::span<char> buffer);  // empty: nothing is there

  SocketStream& Stream() { return *stream_; }

  // Counts as handed over, and has not left yet.
  std::string& Outbox() { return outbox_; }
  bool Flush();  // true when nothing is left

 private:
  std::unique_ptr<SocketStream> stream_;
  std::string outbox_;
  std::atomic<bool> held_back_ = false;  // is there something in the outbox
  std::atomic<bool> awaited_ = false;    // is Await() under way
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_TCP_TRANSPORT_H_
