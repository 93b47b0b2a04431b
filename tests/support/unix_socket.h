#ifndef CLICK2CALL_SUPPORT_UNIX_SOCKET_H_
#define CLICK2CALL_SUPPORT_UNIX_SOCKET_H_

#include <stdexcept>
#include <string>

#include <sys/socket.h>
#include <sys/un.h>

namespace click2call::support {

inline sockaddr_un UnixAddress(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

// A socket with a file at `path`, which does not listen.
inline int BoundSocket(const std::string& path, int type = SOCK_STREAM) {
  const int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  const sockaddr_un address = UnixAddress(path);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot bind to " + path);
  }
  return fd;
}

inline int ConnectedSocket(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = UnixAddress(path);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect to " + path);
  }
  return fd;
}

}  // namespace click2call::support

#endif  // CLICK2CALL_SUPPORT_UNIX_SOCKET_H_
