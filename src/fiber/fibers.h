#ifndef CLICK2CALL_FIBER_FIBERS_H_
#define CLICK2CALL_FIBER_FIBERS_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include <poll.h>

#include "base/clock.h"

namespace click2call::fiber {

using base::Microseconds;
using base::MonotonicTime;

// ---- Waits that are the same in a thread and in a fiber: there only the fiber waits, and the
// others of its thread go on. REQUIRES, in a fiber: no mutex is held, and no exception is being
// handled.

// Lets others go on who can.
void Yield();

void SleepFor(Microseconds time);

// As poll(2), but `until` then; for the first `awake` without sleeping, as long as nobody else
// wants the processor. No signal ends it.
int Poll(std::span<pollfd> events, MonotonicTime until, Microseconds awake = {});

// The same, but all of the thread waits: for a moment in which others must not interfere.
int PollInThread(std::span<pollfd> events, MonotonicTime until, Microseconds awake = {});

// ---- Functions that wait, each on a stack of its own, in one thread: to go from one to the next
// takes a tenth of what a switch of threads takes, and no lock. What waits by other means than
// those above (and Condition) holds up all of them.
class Fibers {
 public:
  class Fiber;

  // What wakes a fiber, for its next wait: later it is of no effect.
  struct Wait {
    Fiber* fiber;
    unsigned number;
  };

  Fibers();  // throws std::system_error where there are no more descriptors
  ~Fibers();
  Fibers(const Fibers&) = delete;
  Fibers& operator=(const Fibers&) = delete;

  // REQUIRES: Run() was not called; `what` throws nothing. Throws std::system_error where there is
  // no more memory for stacks.
  void Add(std::function<void()> what);

  // Returns when all have ended.
  void Run();

  // ---- of the fiber that runs in this thread

  static bool Here();  // whether there is one
  static Wait NextWait();
  // Until then, or until it is woken.
  static void SleepUntil(MonotonicTime until);

  // From any thread. REQUIRES: the Fibers that it is of live.
  static void Wake(const Wait& wait);

 private:
  friend void Yield();
  friend int Poll(std::span<pollfd> events, MonotonicTime until, Microseconds awake);

  int WaitFor(std::span<pollfd> events, MonotonicTime until, Microseconds awake);
  void LetOthers();
  void Park();
  void MakeReady(Fiber* fiber);
  void Look();
  void TakeFromOthers();
  [[noreturn]] static void Enter() noexcept;

  std::vector<std::unique_ptr<Fiber>> all_;
  std::size_t left_ = 0;
  const std::unique_ptr<Fiber> main_;  // Run() itself
  Fiber* current_ = nullptr;
  std::vector<Fiber*> ready_;
  std::vector<Fiber*> yielded_;
  std::vector<Fiber*> waiting_;  // for events, or a time
  std::vector<pollfd> events_;   // of all that wait

  int waker_;  // an eventfd
  std::mutex mutex_;
  std::vector<Wait> woken_;  // by other threads; guarded by mutex_
  bool asleep_ = false;      // guarded by mutex_
};

}  // namespace click2call::fiber

#endif  // CLICK2CALL_FIBER_FIBERS_H_
