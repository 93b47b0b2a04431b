// With it, longjmp(3) takes another stack for a broken one.
#undef _FORTIFY_SOURCE

#include "fiber/fibers.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <system_error>
#include <thread>

#include <setjmp.h>  // NOLINT: _setjmp
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#elif defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace click2call::fiber {
namespace {

using base::Milliseconds;

// As much as a thread may have of its 8 MB without anybody noticing; what is not used takes no
// memory.
constexpr std::size_t kStackSize = 1024 * std::size_t{1024};

// Who yields the processor and has it back later than this was not the only one who wants it.
constexpr Microseconds kYielded{10};

thread_local Fibers* here = nullptr;

MonotonicTime Now() { return std::chrono::steady_clock::now(); }

int MillisecondsTo(MonotonicTime until) {
  if (until == MonotonicTime::max()) return -1;
  constexpr Milliseconds::rep kMost = std::numeric_limits<int>::max();
  return static_cast<int>(std::min(base::Remaining(until, Now()).count(), kMost));
}

int PollAwake(std::span<pollfd> events, MonotonicTime until, MonotonicTime awake) {
  auto now = Now();
  const auto sleeps_at = std::min(awake, until);
  for (;;) {
    const auto looked = std::exchange(now, Now());
    const bool sleeps = now >= sleeps_at || now - looked > kYielded;
    const int ready = poll(events.data(), events.size(), sleeps ? MillisecondsTo(until) : 0);
    if (ready == 0 && !sleeps) {
      std::this_thread::yield();
    } else if (ready >= 0 || errno != EINTR) {
      return ready;
    }
  }
}

MonotonicTime AwakeUntil(Microseconds awake) {
  return awake.count() > 0 ? Now() + awake : MonotonicTime();
}

[[noreturn]] void Throw(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// With a page below that nobody may touch.
class Stack {
 public:
  Stack() = default;
  explicit Stack(std::size_t size) : size_(size) {
    void* const memory = mmap(nullptr, size_, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) Throw("mmap");  // NOLINT: the macro's cast
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    if (mprotect(memory, page, PROT_NONE) != 0) {
      munmap(memory, size_);
      Throw("mprotect");
    }
    memory_ = memory;
  }
  ~Stack() {
    if (memory_ != nullptr) munmap(memory_, size_);
  }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  void* Memory() const { return memory_; }
  std::size_t Size() const { return size_; }

 private:
  void* memory_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace

class Fibers::Fiber {
 public:
  Fiber() = default;  // Run() itself, on its thread's stack
  Fiber(Fibers* of, std::function<void()> what_it_does)
      : home(of), what(std::move(what_it_does)), stack_(kStackSize), begun_(false) {
    getcontext(&context_);
    context_.uc_stack.ss_sp = stack_.Memory();
    context_.uc_stack.ss_size = stack_.Size();
    makecontext(&context_, reinterpret_cast<void (*)()>(&Fibers::Enter), 0);  // NOLINT: its type
#if defined(__SANITIZE_ADDRESS__)
    bottom_ = stack_.Memory();
    size_ = stack_.Size();
#elif defined(__SANITIZE_THREAD__)
    tsan_ = __tsan_create_fiber(0);
#endif
  }
  ~Fiber() {  // NOLINT(modernize-use-equals-default): not with the thread sanitizer
#if defined(__SANITIZE_THREAD__)
    if (home != nullptr) __tsan_destroy_fiber(tsan_);
#endif
  }
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // From `this`, which runs. Returns when somebody switches back. Not by swapcontext(3), which asks
  // the kernel for the signal mask each time. GoOn() never returns, and the address sanitizer would
  // leave the place of its frame poisoned.
  [[gnu::no_sanitize_address]] void SwitchTo(Fiber* next) {
    if (_setjmp(here_) == 0) next->GoOn(this);  // NOLINT(cert-err52-cpp)
    Arrived();
  }
  [[noreturn, gnu::no_sanitize_address]] void GoOn([[maybe_unused]] Fiber* from) {
#if defined(__SANITIZE_ADDRESS__)
    from_ = from;
    __sanitizer_start_switch_fiber(from->ended ? nullptr : &from->fake_stack_, bottom_, size_);
#elif defined(__SANITIZE_THREAD__)
    if (from->home == nullptr) from->tsan_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(tsan_, 0);
#endif
    if (std::exchange(begun_, true)) _longjmp(here_, 1);  // NOLINT(cert-err52-cpp)
    setcontext(&context_);
    std::abort();
  }
  // It runs now.
  void Arrived() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake_stack_, &from_->bottom_, &from_->size_);
#endif
  }

  Fibers* const home = nullptr;
  const std::function<void()> what;
  bool ended = false;

  // The wait that it is in, else the next one.
  unsigned wait = 0;
  bool waits = false;
  bool listed = false;  // in waiting_, perhaps since a wait before
  MonotonicTime until;
  MonotonicTime awake;
  std::span<pollfd> events;
  int ready = 0;

 private:
  Stack stack_;
  bool begun_ = true;
  ucontext_t context_{};  // until it has begun
  jmp_buf here_{};        // from then on
#if defined(__SANITIZE_ADDRESS__)
  Fiber* from_ = nullptr;
  void* fake_stack_ = nullptr;
  const void* bottom_ = nullptr;
  std::size_t size_ = 0;
#elif defined(__SANITIZE_THREAD__)
  void* tsan_ = nullptr;
#endif
};

void Yield() {
  if (here == nullptr) return std::this_thread::yield();
  here->LetOthers();
}

void SleepFor(Microseconds time) {
  if (here == nullptr) return std::this_thread::sleep_for(time);
  Fibers::SleepUntil(Now() + time);
}

int Poll(std::span<pollfd> events, MonotonicTime until, Microseconds awake) {
  if (here == nullptr) return PollInThread(events, until, awake);
  return here->WaitFor(events, until, awake);
}

int PollInThread(std::span<pollfd> events, MonotonicTime until, Microseconds awake) {
  return PollAwake(events, until, AwakeUntil(awake));
}

Fibers::Fibers()
    : main_(std::make_unique<Fiber>()), waker_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (waker_ < 0) Throw("eventfd");
}

Fibers::~Fibers() { close(waker_); }

void Fibers::Add(std::function<void()> what) {
  all_.push_back(std::make_unique<Fiber>(this, std::move(what)));
  ready_.push_back(all_.back().get());
  ++left_;
}

void Fibers::Run() {
  here = this;
  while (left_ > 0) {
    // In the order in which they became ready, and each once on average: those that keep each other
    // busy shall not keep the others from what they wait for.
    std::size_t next = 0;
    while (next < std::min(ready_.size(), all_.size())) {
      current_ = ready_[next++];
      main_->SwitchTo(current_);
    }
    ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(next));
    if (left_ > 0) Look();
  }
  here = nullptr;
}

void Fibers::Enter() noexcept {
  Fiber& me = *here->current_;
  me.Arrived();
  me.what();
  me.ended = true;
  --me.home->left_;
  me.SwitchTo(me.home->main_.get());
  std::abort();  // nobody switches to who has ended
}

bool Fibers::Here() { return here != nullptr; }

Fibers::Wait Fibers::NextWait() { return {here->current_, here->current_->wait}; }

void Fibers::SleepUntil(MonotonicTime until) { (void)here->WaitFor({}, until, {}); }

int Fibers::WaitFor(std::span<pollfd> events, MonotonicTime until, Microseconds awake) {
  Fiber& me = *current_;
  me.waits = true;
  me.events = events;
  me.until = until;
  me.awake = AwakeUntil(awake);
  me.ready = 0;
  // Whoever waits for nothing but to be woken is not asked at every look.
  const bool asked = !events.empty() || until != MonotonicTime::max();
  if (asked && !std::exchange(me.listed, true)) waiting_.push_back(&me);
  Park();
  return me.ready;
}

void Fibers::LetOthers() {
  yielded_.push_back(current_);
  Park();
}

void Fibers::Park() { current_->SwitchTo(main_.get()); }

void Fibers::MakeReady(Fiber* fiber) {
  fiber->waits = false;
  ++fiber->wait;
  ready_.push_back(fiber);
}

void Fibers::Wake(const Wait& wait) {
  Fibers* const home = wait.fiber->home;
  if (home == nullptr) return;  // Run() itself waits for nobody
  if (here == home) {
    if (wait.fiber->waits && wait.fiber->wait == wait.number) home->MakeReady(wait.fiber);
    return;
  }
  const std::lock_guard lock(home->mutex_);
  home->woken_.push_back(wait);
  if (std::exchange(home->asleep_, false)) (void)eventfd_write(home->waker_, 1);
}

void Fibers::TakeFromOthers() {
  const std::lock_guard lock(mutex_);
  asleep_ = false;
  for (const Wait& wait : woken_) {
    if (wait.fiber->waits && wait.fiber->wait == wait.number) MakeReady(wait.fiber);
  }
  woken_.clear();
}

// Waits, but for nothing where somebody is ready, and finds who is.
void Fibers::Look() {
  std::erase_if(waiting_, [](Fiber* fiber) {
    fiber->listed = fiber->waits;
    return !fiber->listed;
  });
  events_.assign(1, {waker_, POLLIN, 0});
  auto until = MonotonicTime::max();
  MonotonicTime awake;
  for (const Fiber* fiber : waiting_) {
    std::ranges::copy(fiber->events, std::back_inserter(events_));
    until = std::min(until, fiber->until);
    awake = std::max(awake, fiber->awake);
  }
  {
    const std::lock_guard lock(mutex_);
    asleep_ = ready_.empty() && yielded_.empty() && woken_.empty();
    if (!asleep_) until = MonotonicTime();
  }
  const int found = PollAwake(events_, until, awake);
  TakeFromOthers();
  if (events_.front().revents != 0) {
    eventfd_t ignored = 0;
    (void)eventfd_read(waker_, &ignored);
  }
  const auto now = found > 0 && until == MonotonicTime::max() ? MonotonicTime() : Now();
  auto event = events_.cbegin() + 1;
  for (Fiber* const fiber : waiting_) {
    int ready = 0;
    for (pollfd& mine : fiber->events) {
      mine.revents = (event++)->revents;
      if (mine.revents != 0) ++ready;
    }
    fiber->ready = found < 0 ? found : ready;
    const bool over = fiber->ready != 0 || now >= fiber->until;
    if (fiber->waits && over) MakeReady(fiber);
  }
  ready_.insert(ready_.end(), yielded_.begin(), yielded_.end());
  yielded_.clear();
}

}  // namespace click2call::fiber
