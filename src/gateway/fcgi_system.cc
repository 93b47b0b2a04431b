// What libfcgi asks of the system, as the linker gives it to it in the place of its own (--wrap,
// see the Makefile). Its own waits for ever and holds up the whole thread: half a header would keep
// a worker, with fibers all of them.

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <functional>

#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include "fiber/fibers.h"

namespace {

using click2call::base::MonotonicTime;

// For the next bytes of a request, and for room for those of an answer.
constexpr std::chrono::seconds kWait{5};

// A web server that has connected sends at once: to sleep takes longer.
constexpr std::chrono::microseconds kAwake{50};

// For a web server that closes last.
constexpr std::chrono::seconds kLinger{2};

MonotonicTime In(std::chrono::seconds wait) { return std::chrono::steady_clock::now() + wait; }

int Try(int fd, short events, MonotonicTime until, const std::function<ssize_t()>& call) {
  for (;;) {
    const ssize_t count = call();
    if (count >= 0 || (errno != EAGAIN && errno != EINTR)) return static_cast<int>(count);
    std::array<pollfd, 1> socket{{{fd, events, 0}}};
    if (click2call::fiber::Poll(socket, until, kAwake) > 0) continue;
    errno = ETIMEDOUT;
    return -1;
  }
}

int Read(int fd, char* bytes, std::size_t size, MonotonicTime until) {
  return Try(fd, POLLIN, until, [&] { return recv(fd, bytes, size, MSG_DONTWAIT); });
}

}  // namespace

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming):
// the linker's names
extern "C" {

int __wrap_OS_Read(int fd, char* bytes, std::size_t size) {
  return Read(fd, bytes, size, In(kWait));
}

int __wrap_OS_Write(int fd, char* bytes, std::size_t size) {
  return Try(fd, POLLOUT, In(kWait),
             [&] { return send(fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL); });
}

int __wrap_OS_IpcClose(int fd, int is_to_linger) {
  if (fd < 0) return 0;
  // With anything unread a close is a reset, which could overtake the answer.
  if (is_to_linger != 0 && shutdown(fd, SHUT_WR) == 0) {
    const MonotonicTime until = In(kLinger);
    std::array<char, 4096> unread;  // NOLINT: uninitialised on purpose
    while (Read(fd, unread.data(), unread.size(), until) > 0) {
      if (std::chrono::steady_clock::now() >= until) break;
    }
  }
  return close(fd);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)
