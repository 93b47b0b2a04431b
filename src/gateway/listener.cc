#include "gateway/listener.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace click2call::gateway {
namespace {

using base::Code;
using base::Error;
using Poco::Net::SocketAddress;

constexpr int kSystemdFirstFd = 3;  // SD_LISTEN_FDS_START
constexpr int kBacklog = 1024;
constexpr mode_t kSocketMode = 0660;

Error Failed(const std::string& address, const std::string& why) {
  return {Code::kInternal, "--listen " + address + ": " + why};
}

bool Listens(int fd) {
  int listens = 0;
  socklen_t size = sizeof listens;
  return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
}

bool SystemdPassedOne() {
  const char* pid = std::getenv("LISTEN_PID");    // NOLINT(concurrency-mt-unsafe): before threads
  const char* count = std::getenv("LISTEN_FDS");  // NOLINT(concurrency-mt-unsafe)
  return pid != nullptr && count != nullptr && std::to_string(getpid()) == pid &&
         std::string_view(count) != "0";
}

// Makes way for a socket at `path`: removes one that is left over from a process that died.
base::Status MakeWay(const std::string& path, const SocketAddress& address) {
  struct stat file {};
  if (lstat(path.c_str(), &file) != 0) return base::Done();
  if (!S_ISSOCK(file.st_mode)) return Failed(path, "there is a file that is no socket");
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool alive = probe >= 0 && connect(probe, address.addr(), address.length()) == 0;
  if (probe >= 0) close(probe);
  if (alive) return Failed(path, "another process is listening there");
  unlink(path.c_str());
  return base::Done();
}

base::Status Bind(int fd, const SocketAddress& address, bool is_unix) {
  const int on = 1;
  if (!is_unix) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // The mode has to be right from the first moment: umask, not a chmod afterwards.
  const mode_t before = umask(0777 & ~kSocketMode);
  const int bound = bind(fd, address.addr(), address.length());
  const int bind_errno = errno;
  umask(before);
  if (bound != 0) return Error{Code::kInternal, std::strerror(bind_errno)};
  if (listen(fd, kBacklog) != 0) return Error{Code::kInternal, std::strerror(errno)};
  return base::Done();
}

}  // namespace

std::optional<Listener> Listener::Inherited() {
  if (SystemdPassedOne() && Listens(kSystemdFirstFd)) return Listener(kSystemdFirstFd);
  if (Listens(STDIN_FILENO)) return Listener(STDIN_FILENO);
  return std::nullopt;
}

base::Result<Listener> Listener::Open(const std::string& address) {
  const bool is_unix = address.starts_with("unix:");
  if (!is_unix && !address.starts_with("tcp:")) {
    return Failed(address, "write unix:PATH or tcp:ADDRESS:PORT");
  }
  const std::string rest = address.substr(address.find(':') + 1);
  try {
    const SocketAddress where =
        is_unix ? SocketAddress(Poco::Net::AddressFamily::UNIX_LOCAL, rest) : SocketAddress(rest);
    if (is_unix) {
      const base::Status free = MakeWay(rest, where);
      if (!free.Ok()) return free.Why();
    }
    Listener listener(socket(where.af(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (listener.fd_ < 0) return Failed(address, std::strerror(errno));
    const base::Status bound = Bind(listener.fd_, where, is_unix);
    if (!bound.Ok()) return Failed(address, bound.Why().message);
    if (is_unix) listener.path_ = rest;
    return listener;
  } catch (const Poco::Exception& error) {
    return Failed(address, error.displayText());
  }
}

Listener::~Listener() {
  if (fd_ < 0) return;
  close(fd_);
  if (!path_.empty()) unlink(path_.c_str());
}

}  // namespace click2call::gateway
