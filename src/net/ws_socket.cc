#include "net/ws_socket.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace click2call::net {
namespace {

constexpr std::size_t kReadAtOnce = 16384;

}  // namespace

WsSocket::WsSocket(SocketStream& stream, std::string& outbox, base::MonotonicTime until)
    : StreamSocketImpl(stream.Fd()), stream_(stream), outbox_(outbox), until_(until) {}

// The descriptor is the stream's, and only lent to POCO.
WsSocket::~WsSocket() { reset(); }

void WsSocket::close() { reset(); }

int WsSocket::receiveBytes(void* buffer, int length, int /*flags*/) {
  auto* out = static_cast<char*>(buffer);
  if (until_) return length > 0 ? ReadHead(out) : 0;
  if (position_ == bytes_.size() && !ended_ && ReadMore() == SocketStream::kNothing) throw NotYet();
  const std::size_t count = std::min(bytes_.size() - position_, static_cast<std::size_t>(length));
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(position_), count, out);
  position_ += count;
  return static_cast<int>(count);
}

void WsSocket::Break(const char* problem) {
  problem_ = problem;
  throw BrokenStream(problem);
}

int WsSocket::ReadHead(char* byte) {
  if (head_.size() >= kMaxHead) Break("its answer to the WebSocket handshake is endless");
  int count = 0;
  while ((count = stream_.Read({byte, 1})) == SocketStream::kNothing) {
    if (!stream_.WaitToRead(*until_)) {
      Break("it did not finish the WebSocket handshake in time");
    }
  }
  if (count == 0) Break("it closed the connection during the WebSocket handshake");
  head_.push_back(*byte);
  return count;
}

int WsSocket::ReadMore() {
  std::array<char, kReadAtOnce> buffer;  // NOLINT: uninitialised on purpose
  const int count = stream_.Read(buffer);
  if (count > 0) bytes_.insert(bytes_.end(), buffer.begin(), buffer.begin() + count);
  if (count == 0) ended_ = true;
  return count;
}

bool WsSocket::HasBytes() {
  return position_ < bytes_.size() || ended_ || ReadMore() != SocketStream::kNothing;
}

bool WsSocket::Forget() {
  const bool any = position_ > 0;
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(position_));
  position_ = 0;
  return any;
}

int WsSocket::sendBytes(const void* buffer, int length, int /*flags*/) {
  std::string_view bytes(static_cast<const char*>(buffer), static_cast<std::size_t>(length));
  if (!until_) {
    outbox_ += bytes;
    return length;
  }
  while (!bytes.empty()) {
    const int count = stream_.Write(bytes);
    if (count != SocketStream::kNothing) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (!stream_.WaitToWrite(*until_)) {
      Break("it did not take the WebSocket handshake in time");
    }
  }
  return length;
}

}  // namespace click2call::net
