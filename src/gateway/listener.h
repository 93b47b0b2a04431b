#ifndef CLICK2CALL_GATEWAY_LISTENER_H_
#define CLICK2CALL_GATEWAY_LISTENER_H_

#include <optional>
#include <string>
#include <utility>

#include <sys/types.h>

#include "base/result.h"

namespace click2call::gateway {

// A listening socket, and what has to go with it when it closes.
class Listener {
 public:
  // The socket that somebody passed us: systemd's (sd_listen_fds(3), fd 3), or fd 0 when it listens
  // (spawn-fcgi, mod_fcgid, systemd with StandardInput=socket). Empty when there is none.
  static std::optional<Listener> Inherited();

  // "unix:PATH" (mode 0660; a socket file that nobody listens on any more is replaced, any other
  // file is not) or "tcp:ADDRESS:PORT" with a numeric loopback address.
  static base::Result<Listener> Open(const std::string& address);

  Listener(Listener&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)),
        path_(std::exchange(other.path_, {})),
        inode_(other.inode_) {}
  Listener& operator=(Listener&&) = delete;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();  // closes; removes the socket file that Open() made

  int Fd() const { return fd_; }

 private:
  explicit Listener(int fd, std::string path = {}) : fd_(fd), path_(std::move(path)) {}

  int fd_;
  std::string path_;  // of the socket file that Open() made; empty: none
  ino_t inode_ = 0;   // of that file
};

}  // namespace click2call::gateway

#endif  // CLICK2CALL_GATEWAY_LISTENER_H_
