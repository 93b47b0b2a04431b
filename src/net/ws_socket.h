#ifndef CLICK2CALL_NET_WS_SOCKET_H_
#define CLICK2CALL_NET_WS_SOCKET_H_

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include <Poco/Net/StreamSocketImpl.h>

#include "base/clock.h"
#include "net/socket_stream.h"

namespace click2call::net {

// What POCO's WebSocket takes for its socket. It bends our stream, which never blocks, to POCO's
// code, which never stops within a handshake or a frame:
//   - During the handshake it waits, until one absolute deadline. It gives one byte at a time, so
//     that POCO does not read beyond the end of the HTTP head.
//   - Afterwards it never waits. Where a frame is not there as a whole, reading throws NotYet;
//   after
//     Rewind() POCO begins the same frame again. What is written goes to the outbox.
class WsSocket : public Poco::Net::StreamSocketImpl {
 public:
  // In the middle of a frame.
  class NotYet : public std::exception {};

  static constexpr std::size_t kMaxHead = 16384;  // of the answer to the handshake

  // REQUIRES: both outlive it; the handshake has to be over at `until`.
  WsSocket(SocketStream& stream, std::string& outbox, base::MonotonicTime until);
  WsSocket(const WsSocket&) = delete;
  WsSocket& operator=(const WsSocket&) = delete;

  void HandshakeIsOver() { until_.reset(); }
  // What was received in it, and why it failed, where POCO has not broken it off itself: its
  // streams swallow exceptions.
  const std::string& Head() const { return head_; }
  const std::string& Problem() const { return problem_; }

  // Whether a frame may have begun; reads what is there where none has.
  bool HasBytes();
  void Rewind() { position_ = 0; }  // to where the last frame ended
  bool Forget();                    // the frame that was read; false: there was none

  int receiveBytes(void* buffer, int length, int flags) override;
  int sendBytes(const void* buffer, int length, int flags) override;
  void close() override;

 protected:
  ~WsSocket() override;

 private:
  [[noreturn]] void Break(const char* problem);
  int ReadHead(char* byte);
  int ReadMore();

  SocketStream& stream_;
  std::string& outbox_;
  std::optional<base::MonotonicTime> until_;
  std::string head_;
  std::string problem_;
  std::vector<char> bytes_;   // since the last frame ended
  std::size_t position_ = 0;  // in bytes_
  bool ended_ = false;        // behind bytes_ there is nothing more
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_WS_SOCKET_H_
