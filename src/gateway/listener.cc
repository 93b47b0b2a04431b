#include "gateway/listener.h"

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/NumberParser.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

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

// 0 when there is no such file.
ino_t InodeOf(const std::string& path) {
  struct stat file {};
  return lstat(path.c_str(), &file) == 0 ? file.st_ino : 0;
}

// Makes way for a socket at `path`: removes one that is left over from a process that died.
base::Status MakeWay(const std::string& path, const SocketAddress& address) {
  struct stat file {};
  if (lstat(path.c_str(), &file) != 0) return base::Done();
  if (!S_ISSOCK(file.st_mode)) return Failed(path, "there is a file that is no socket");
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool refused =
      probe >= 0 && connect(probe, address.addr(), address.length()) != 0 && errno == ECONNREFUSED;
  if (probe >= 0) close(probe);
  if (!refused) return Failed(path, "another process is listening there");
  unlink(path.c_str());
  return base::Done();
}

// Never looks a name up. Throws Poco::Exception.
SocketAddress NumericAddress(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const unsigned port = Poco::NumberParser::parseUnsigned(text.substr(colon + 1));
  if (colon == std::string::npos || port > 65535) {
    throw Poco::InvalidArgumentException("write tcp:ADDRESS:PORT with a port of at most 65535");
  }
  const Poco::Net::IPAddress ip(host);
  // Whoever connects is believed to be the web server.
  if (!ip.isLoopback()) {
    throw Poco::InvalidArgumentException("only a loopback address, 127.0.0.1 or [::1]");
  }
  return {ip, static_cast<Poco::UInt16>(port)};
}

base::Status Bind(int fd, const SocketAddress& address, bool is_unix) {
  const int on = 1;
  if (!is_unix) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // The mode has to be right from the first moment: umask, not a chmod afterwards.
  const mode_t before = umask(0777 & ~kSocketMode);
  const int bound = bind(fd, address.addr(), address.length());
  const int bind_errno = errno;
  umask(before);
  if (bound != 0) return Error{Code::kInternal, base::ErrnoText(bind_errno)};
  if (listen(fd, kBacklog) != 0) return Error{Code::kInternal, base::ErrnoText(errno)};
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
  if (is_unix && (rest.empty() || rest.size() >= sizeof(sockaddr_un::sun_path))) {
    return Failed(address, "the path must have from 1 to " +
                               std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " bytes");
  }
  try {
    const SocketAddress where =
        is_unix ? SocketAddress(Poco::Net::AddressFamily::UNIX_LOCAL, rest) : NumericAddress(rest);
    if (is_unix) {
      const base::Status free = MakeWay(rest, where);
      if (!free.Ok()) return free.Why();
    }
    Listener listener(socket(where.af(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (listener.fd_ < 0) return Failed(address, base::ErrnoText(errno));
    const base::Status bound = Bind(listener.fd_, where, is_unix);
    if (!bound.Ok()) return Failed(address, bound.Why().message);
    if (is_unix) {
      listener.path_ = rest;
      listener.inode_ = InodeOf(rest);
    }
    return listener;
  } catch (const Poco::Exception& error) {
    return Failed(address, error.displayText());
  }
}

Listener::~Listener() {
  if (fd_ < 0) return;
  // Another process may have put its own socket there since. Ours goes before it stops listening,
  // or one that starts now could find it dead, replace it, and lose the new one to this unlink.
  if (!path_.empty() && InodeOf(path_) == inode_) unlink(path_.c_str());
  close(fd_);
}

}  // namespace click2call::gateway
