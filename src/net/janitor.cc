#include "net/janitor.h"

#include <algorithm>
#include <string>

#include "call/tracker.h"
#include "net/no_signals.h"

namespace click2call::net {
namespace {

constexpr std::size_t kStep = 100;  // a few milliseconds
constexpr std::chrono::milliseconds kBetweenSteps{50};
constexpr std::chrono::hours kBetweenRounds{1};
constexpr std::chrono::hours kForgotten{24};  // as long as a page waits for a PBX that is silent

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

void EndForgotten(call::CallStore& store, const std::vector<call::PbxConfig>& pbxs,
                  base::WallTime now, base::Log& log) {
  call::CallQuery query{
      .open = true, .before = base::CallId::FirstOf(now - kForgotten), .limit = kStep};
  for (bool more = true; more;) {
    const auto calls = store.List(query);
    if (!calls.Ok()) return;  // Prune() says why
    for (const call::Call& call : calls.Value()) {
      query.before = call.id;
      if (std::ranges::find(pbxs, call.pbx, &call::PbxConfig::name) != pbxs.end()) continue;
      call::CallState over = call.state;
      over.status = call::CallStatus::kDisconnected;
      over.reason = call::CallReason::kOther;
      over.ended_at = now;
      (void)call::Advance(store, log, call.id, call.pbx, over, now);
    }
    more = calls.Value().size() == kStep;
  }
}

Janitor::Janitor(call::CallStore& store, const std::vector<call::PbxConfig>& pbxs,
                 std::chrono::days keep, const base::Clock& clock, base::Log& log)
    : store_(store), pbxs_(pbxs), keep_(keep), clock_(clock), log_(log) {
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
    EndForgotten(store_, pbxs_, clock_.WallNow(), log_);
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
