#include "net/watcher.h"

#include <random>
#include <utility>

#include <signal.h>  // NOLINT: pthread_sigmask

#include "net/follower.h"

namespace click2call::net {
namespace {

// While it lives, no signal is for this thread, nor for those that it starts: they keep that.
class NoSignals {
 public:
  NoSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~NoSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  NoSignals(const NoSignals&) = delete;
  NoSignals& operator=(const NoSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

Watcher::Watcher(const std::vector<call::PbxConfig>& pbxs, call::CallStore& store,
                 const base::Clock& clock, base::Log& log, TransportFactory connect)
    : store_(store), clock_(clock), log_(log), connect_(std::move(connect)) {
  const NoSignals no_signals;
  try {
    for (const call::PbxConfig& pbx : pbxs) {
      threads_.emplace_back([this, &pbx] { Follow(pbx); });
    }
  } catch (...) {
    Stop();
    throw;
  }
}

Watcher::~Watcher() { Stop(); }

std::optional<call::Rights> Watcher::On(const std::string& pbx) const {
  const std::lock_guard lock(mutex_);
  const auto found = rights_.find(pbx);
  if (found == rights_.end()) return std::nullopt;
  return found->second;
}

void Watcher::Follow(const call::PbxConfig& pbx) {
  std::mt19937 random{std::random_device()()};
  const auto chance = [&] { return std::uniform_real_distribution<double>()(random); };
  const auto pause = [this](base::Milliseconds wait) {
    std::unique_lock lock(mutex_);
    return !stop_.wait_for(lock, wait, [this] { return stopping_; });
  };
  const auto publish = [this, &pbx](const std::optional<call::Rights>& rights) {
    const std::lock_guard lock(mutex_);
    if (rights) {
      rights_.insert_or_assign(pbx.name, *rights);
    } else {
      rights_.erase(pbx.name);
    }
  };
  Follower(pbx, {store_, clock_, log_, connect_, chance, pause, publish}).Run();
}

void Watcher::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

}  // namespace click2call::net
