#include "fiber/condition.h"

namespace click2call::fiber {

void Condition::WaitUntil(Lock& lock, MonotonicTime until) {
  if (!Fibers::Here()) {
    // The end of time is too far for the system's own clock.
    if (until == MonotonicTime::max()) return threads_.wait(lock);
    threads_.wait_until(lock, until);
    return;
  }
  Sleeper me{Fibers::NextWait(), nullptr, true};
  {
    const std::lock_guard own(mutex_);
    me.next = last_;
    last_ = &me;
  }
  lock.unlock();
  Fibers::SleepUntil(until);
  {
    const std::lock_guard own(mutex_);
    for (Sleeper** link = &last_; me.listed; link = &(*link)->next) {
      if (*link != &me) continue;
      *link = me.next;
      me.listed = false;
      break;
    }
  }
  lock.lock();
}

bool Condition::WakeLast() {
  if (last_ == nullptr) return false;
  Sleeper& sleeper = *last_;
  last_ = sleeper.next;
  sleeper.listed = false;
  Fibers::Wake(sleeper.wait);
  return true;
}

void Condition::NotifyOne() {
  {
    const std::lock_guard own(mutex_);
    if (WakeLast()) return;
  }
  threads_.notify_one();
}

void Condition::NotifyAll() {
  {
    const std::lock_guard own(mutex_);
    while (WakeLast()) {
    }
  }
  threads_.notify_all();
}

}  // namespace click2call::fiber
