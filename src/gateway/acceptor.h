#ifndef CLICK2CALL_GATEWAY_ACCEPTOR_H_
#define CLICK2CALL_GATEWAY_ACCEPTOR_H_

#include <atomic>
#include <mutex>

#include "base/result.h"
#include "fiber/condition.h"

namespace click2call::gateway {

// Gives the connections to a listening socket to threads, or to the fibers of one thread, that wait
// for one. Who waited last gets the next: its stack and its memory are still in the processor's
// cache, and those that are not needed sleep on. (accept() itself takes the one that waited
// longest.)
class Acceptor {
 public:
  static constexpr int kStopped = -1;

  // REQUIRES: `listen_fd` listens and outlives it. The socket does not block afterwards, for
  // whoever else has it either. Throws std::system_error where there are no more descriptors.
  explicit Acceptor(int listen_fd);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  // The next connection, or kStopped. An errno where the system has no room for one: nobody gets
  // another before GoOn().
  base::Result<int> Accept();
  void GoOn();

  // From now on Accept() is kStopped for everybody, whoever else still wants to connect.
  void Stop();

 private:
  bool AwaitAsThread() const;
  bool AwaitAsFiber() const;
  void TakeTurn();

  const int listen_fd_;
  int epoll_;
  int stop_;                           // an eventfd
  std::atomic<bool> stopped_ = false;  // for who need not wait

  // Of fibers, one waits for the socket at a time.
  std::mutex mutex_;
  bool taken_ = false;  // guarded by mutex_
  fiber::Condition free_;
};

}  // namespace click2call::gateway

#endif  // CLICK2CALL_GATEWAY_ACCEPTOR_H_
