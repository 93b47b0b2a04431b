#include "net/janitor.h"

#include <string>

#include "net/no_signals.h"

namespace click2call::net {
namespace {

constexpr std::size_t kStep = 100;  // a few milliseconds
constexpr std::chrono::milliseconds kBetweenSteps{50};
constexpr std::chrono::hours kBetweenRounds{1};

}  // namespace

base::Result<std::size_t> DeleteOld(call::CallStore& store, base::WallTime now,
                                    std::chrono::days keep, base::Log& log, std::size_t most) {
  auto deleted = store.Prune(now - keep, most);
  if (!deleted.Ok()) {
    log.Write(base::LogLevel::kError, base::LogLine("journal").Add("why", deleted.Why().message));
  } else if (deleted.Value() > 0) {
    log.Write(base::LogLevel::kInfo,
              base::LogLine("old calls deleted").Add("count", std::to_string(deleted.Value())));
  }
  return deleted;
}

Janitor::Janitor(call::CallStore& store, std::chrono::days keep, const base::Clock& clock,
                 base::Log& log)
    : store_(store), keep_(keep), clock_(clock), log_(log) {
  const NoSignals no_signals;
  thread_ = std::thread([this] { Work(); });
}

Janitor::~Janitor() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  thread_.join();
}

void Janitor::Work() {
  do {
    for (;;) {
      const auto deleted = DeleteOld(store_, clock_.WallNow(), keep_, log_, kStep);
      if (!deleted.Ok() || deleted.Value() < kStep) break;
      if (!Pause(kBetweenSteps)) return;
    }
  } while (Pause(kBetweenRounds));
}

bool Janitor::Pause(std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  return !stop_.wait_for(lock, wait, [this] { return stopping_; });
}

}  // namespace click2call::net
