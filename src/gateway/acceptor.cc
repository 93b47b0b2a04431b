#include "gateway/acceptor.h"

#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "fiber/fibers.h"

namespace click2call::gateway {
namespace {

void Watch(int epoll, int operation, int fd, unsigned events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  if (epoll_ctl(epoll, operation, fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

bool IsGone(int accept_error) {
  return accept_error == EAGAIN || accept_error == EWOULDBLOCK || accept_error == EINTR ||
         accept_error == ECONNABORTED;
}

}  // namespace

Acceptor::Acceptor(int listen_fd)
    : listen_fd_(listen_fd),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  // Another process may take the connection that we were told of.
  fcntl(listen_fd_, F_SETFL, fcntl(listen_fd_, F_GETFL) | O_NONBLOCK);  // NOLINT: variadic
  Watch(epoll_, EPOLL_CTL_ADD, stop_, EPOLLIN);
  // For one at a time, who lets the next one have it: or all that wait would be woken.
  Watch(epoll_, EPOLL_CTL_ADD, listen_fd_, EPOLLIN | EPOLLONESHOT);
}

Acceptor::~Acceptor() {
  close(stop_);
  close(epoll_);
}

base::Result<int> Acceptor::Accept() {
  const bool fiber = fiber::Fibers::Here();
  if (fiber) TakeTurn();
  // Where many come, the next one is there already: fibers look before they wait.
  bool looks = fiber;
  while (true) {
    const bool comes = looks || (fiber ? AwaitAsFiber() : AwaitAsThread());
    if (!comes || stopped_) {
      if (fiber) GoOn();
      return kStopped;
    }
    looks = false;
    const int connection = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
    const int why = errno;
    if (connection < 0 && !IsGone(why)) {
      return base::Error{base::Code::kInternal, base::ErrnoText(why)};
    }
    if (connection >= 0 || !fiber) GoOn();
    if (connection >= 0) return connection;
  }
}

void Acceptor::TakeTurn() {
  std::unique_lock lock(mutex_);
  free_.Wait(lock, [this] { return !taken_; });
  taken_ = true;
}

bool Acceptor::AwaitAsFiber() const {
  std::array<pollfd, 2> sockets{{{listen_fd_, POLLIN, 0}, {stop_, POLLIN, 0}}};
  (void)fiber::Poll(sockets, base::MonotonicTime::max());
  return sockets[1].revents == 0;
}

bool Acceptor::AwaitAsThread() const {
  epoll_event event{};
  while (epoll_wait(epoll_, &event, 1, -1) < 1) {
  }
  return event.data.fd != stop_;
}

void Acceptor::GoOn() {
  if (!fiber::Fibers::Here()) {
    return Watch(epoll_, EPOLL_CTL_MOD, listen_fd_, EPOLLIN | EPOLLONESHOT);
  }
  {
    const std::lock_guard lock(mutex_);
    taken_ = false;
  }
  free_.NotifyOne();
}

void Acceptor::Stop() {
  stopped_ = true;
  (void)eventfd_write(stop_, 1);
}

}  // namespace click2call::gateway
