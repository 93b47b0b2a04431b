#include "net/tcp_transport.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace click2call::net {
namespace {

// "As long as it takes" would be more than a time can hold.
constexpr base::Milliseconds kLongest{3'600'000};

constexpr base::Microseconds kAsleep{0};

base::MonotonicTime In(base::Milliseconds wait) {
  return std::chrono::steady_clock::now() + std::min(wait, kLongest);
}

}  // namespace

TcpTransport::TcpTransport(std::string host, std::uint16_t port)
    : TcpTransport(std::make_unique<SocketStream>(std::move(host), port)) {}

TcpTransport::TcpTransport(std::unique_ptr<SocketStream> stream) : stream_(std::move(stream)) {}

base::Status TcpTransport::Connect(base::Milliseconds wait) {
  const base::MonotonicTime until = In(wait);
  base::Status open = stream_->Open(until);
  return open.Ok() ? Greet(until) : open;
}

base::Result<std::size_t> TcpTransport::Send(std::string_view bytes, base::Milliseconds wait) {
  const base::MonotonicTime until = In(wait);
  try {
    for (;;) {
      const std::size_t sent = Flush() ? Put(bytes) : 0;
      held_back_ = !outbox_.empty();
      if (held_back_ && awaited_) stream_->Wake();  // who waits does not know of it yet
      if (sent > 0 || !stream_->WaitToWrite(until)) return sent;
    }
  } catch (const Poco::Exception& error) {
    return Failed(error);
  } catch (const BrokenStream& error) {
    return Failed(error.what());
  }
}

base::Result<Transport::Received> TcpTransport::Receive(std::span<char> buffer,
                                                        base::Milliseconds wait) {
  const base::MonotonicTime until = In(wait);
  try {
    for (;;) {
      // First, since a peer that takes no more may have said why.
      if (const auto received = Take(buffer)) return *received;
      held_back_ = !Flush();
      if (wait.count() <= 0) return Received{};
      if (!stream_->WaitOrWake(until, /*or_write=*/held_back_, kAsleep)) return Received{};
    }
  } catch (const Poco::Exception& error) {
    return Failed(error);
  } catch (const BrokenStream& error) {
    return Failed(error.what());
  }
}

base::Status TcpTransport::Await(base::Milliseconds wait, base::Microseconds awake) {
  base::Status waited = base::Done();
  awaited_ = true;
  try {
    (void)stream_->WaitOrWake(In(wait), held_back_, awake);
  } catch (const BrokenStream& error) {
    waited = Failed(error.what());
  }
  awaited_ = false;
  return waited;
}

base::Status TcpTransport::Greet(base::MonotonicTime /*until*/) { return base::Done(); }

std::size_t TcpTransport::Put(std::string_view bytes) {
  return static_cast<std::size_t>(std::max(stream_->Write(bytes), 0));
}

std::optional<Transport::Received> TcpTransport::Take(std::span<char> buffer) {
  const int count = stream_->Read(buffer);
  if (count == SocketStream::kNothing) return std::nullopt;
  return Received{static_cast<std::size_t>(count), count == 0};
}

bool TcpTransport::Flush() {
  while (!outbox_.empty()) {
    const int count = stream_->Write(outbox_);
    if (count == SocketStream::kNothing) return false;
    outbox_.erase(0, static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace click2call::net
