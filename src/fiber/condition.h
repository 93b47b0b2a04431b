#ifndef CLICK2CALL_FIBER_CONDITION_H_
#define CLICK2CALL_FIBER_CONDITION_H_

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/clock.h"
#include "fiber/fibers.h"

namespace click2call::fiber {

// As std::condition_variable, for threads and for fibers. Safe in both.
class Condition {
 public:
  using Lock = std::unique_lock<std::mutex>;

  Condition() = default;
  ~Condition() = default;
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  // May return early.
  void WaitUntil(Lock& lock, MonotonicTime until);

  // Whether it is `true_now` at last.
  template <class Predicate>
  bool WaitUntil(Lock& lock, MonotonicTime until, const Predicate& true_now) {
    while (!true_now()) {
      if (std::chrono::steady_clock::now() >= until) return false;
      WaitUntil(lock, until);
    }
    return true;
  }

  template <class Predicate>
  void Wait(Lock& lock, const Predicate& true_now) {
    while (!true_now()) WaitUntil(lock, MonotonicTime::max());
  }

  // Of fibers, the one that came last; where there is none, a thread.
  void NotifyOne();
  void NotifyAll();

 private:
  struct Sleeper {
    Fibers::Wait wait;
    Sleeper* next;
    bool listed;
  };

  bool WakeLast();  // REQUIRES: mutex_ is held

  std::condition_variable threads_;
  std::mutex mutex_;
  Sleeper* last_ = nullptr;  // guarded by mutex_, as are those before
};

}  // namespace click2call::fiber

#endif  // CLICK2CALL_FIBER_CONDITION_H_
