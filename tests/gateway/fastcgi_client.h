#ifndef CLICK2CALL_GATEWAY_FASTCGI_CLIENT_H_
#define CLICK2CALL_GATEWAY_FASTCGI_CLIENT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "support/unix_socket.h"

namespace click2call::gateway {

// One connection of a web server to a FastCGI program on a unix socket, as the specification has it
// (FastCGI 1.0, §3): the bytes of requests, and what comes back.
class FastCgiClient {
 public:
  enum Type : std::uint8_t {
    kBegin = 1,
    kEnd = 3,
    kParams = 4,
    kStdin = 5,
    kStdout = 6,
  };
  using Params = std::map<std::string, std::string>;
  static constexpr std::size_t kMaxRecord = 65535;

  static std::string Record(Type type, std::string_view content, std::size_t padding = 0) {
    const auto length = static_cast<std::uint16_t>(content.size());
    std::string record = {1, static_cast<char>(type), 0, 1};
    record += {static_cast<char>(length >> 8U), static_cast<char>(length & 0xffU)};
    record += {static_cast<char>(padding), 0};
    return record.append(content).append(padding, '\xaa');
  }

  // `content` in records of at most `size` bytes, and the empty one that ends the stream.
  static std::string Stream(Type type, std::string_view content, std::size_t size = kMaxRecord) {
    std::string stream;
    for (; !content.empty(); content.remove_prefix(std::min(size, content.size()))) {
      const std::string_view piece = content.substr(0, size);
      stream += Record(type, piece, 7 - (piece.size() + 7) % 8);
    }
    return stream + Record(type, "");
  }

  static std::string Begin(bool keep, char role = 1) {
    return Record(kBegin, std::string{0, role, static_cast<char>(keep), 0, 0, 0, 0, 0});
  }

  static std::string Encode(const Params& params) {
    std::string encoded;
    const auto add_length = [&](std::size_t length) {
      if (length > 127) {
        encoded += static_cast<char>(0x80U | (length >> 24U));
        for (const unsigned shift : {16U, 8U}) encoded += static_cast<char>(length >> shift);
      }
      encoded += static_cast<char>(length);
    };
    for (const auto& [name, value] : params) {
      add_length(name.size());
      add_length(value.size());
      encoded += name + value;
    }
    return encoded;
  }

  // A whole request in records of at most `size` bytes.
  static std::string Request(const Params& params, std::string_view body = {}, bool keep = false,
                             std::size_t size = kMaxRecord) {
    return Begin(keep) + Stream(kParams, Encode(params), size) + Stream(kStdin, body, size);
  }

  explicit FastCgiClient(const std::string& path)
      : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_un address = support::UnixAddress(path);
    const timeval patience{10,
                           0};  // longer than the server's; a test that waits so long has failed
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect to " + path);
    }
  }
  ~FastCgiClient() { Close(); }
  FastCgiClient(const FastCgiClient&) = delete;
  FastCgiClient& operator=(const FastCgiClient&) = delete;

  void Send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t count = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return;  // the server has closed, and its answer says why
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  struct Answer {
    std::string out;      // STDOUT, all of it
    bool ended = false;   // END_REQUEST says that the request is complete
    bool closed = false;  // and then the server closed the connection
  };

  // Reads until the server closes.
  Answer Read() const {
    std::string bytes;
    char buffer[4096];
    ssize_t count = 0;
    while ((count = recv(fd_, buffer, sizeof buffer, 0)) > 0) {
      bytes.append(buffer, static_cast<std::size_t>(count));
    }
    Answer answer;
    answer.closed = count == 0;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    for (std::size_t at = 0; at + 8 <= bytes.size();) {
      const std::size_t length = byte(at + 4) * 256U + byte(at + 5);
      const std::string content = bytes.substr(at + 8, length);
      if (byte(at + 1) == kStdout) answer.out += content;
      if (byte(at + 1) == kEnd) answer.ended = content == std::string(8, '\0');
      at += 8 + length + byte(at + 6);
    }
    return answer;
  }

  void Close() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

}  // namespace click2call::gateway

#endif  // CLICK2CALL_GATEWAY_FASTCGI_CLIENT_H_
