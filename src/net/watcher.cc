#include "net/watcher.h"

#include <random>
#include <utility>

#include "net/follower.h"
#include "net/no_signals.h"

namespace click2call::net {
Watcher::Watcher(const std::vector<call::PbxConfig>& pbxs, call::CallStore& store,
                 const base::Clock& clock, base::Log& log, TransportFactory connect,
                 LoginGates& gates, FirstWords& words)
    : store_(store),
      clock_(clock),
      log_(log),
      connect_(std::move(connect)),
      gates_(gates),
      words_(words) {
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
    if (wait.count() <= 0) return !stopping_;
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
  const auto heard = [this](const ami::Message& event) { words_.Take(event, clock_.WallNow()); };
  const auto awaited = [this] { return words_.Awaited(); };
  Follower(pbx, {store_, clock_, log_, connect_, gates_.Of(pbx.name), chance, pause, publish, heard,
                 awaited})
      .Run();
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
