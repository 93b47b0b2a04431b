#include "net/login_gate.h"

namespace click2call::net {

base::Status LoginGate::Enter() {
  std::unique_lock lock(mutex_);
  const int failures = failures_;
  free_.wait(lock, [this] { return !taken_; });
  const bool refused = clock_.Now() < refused_until_;
  if (why_ && (refused || failures_ != failures)) return *why_;
  taken_ = true;
  return base::Done();
}

void LoginGate::Leave(const base::Status& outcome) {
  {
    const std::lock_guard lock(mutex_);
    taken_ = false;
    if (!outcome.Ok()) {
      ++failures_;
      why_ = outcome.Why();
      if (why_->code == base::Code::kPbxLoginRefused) {
        refused_until_ = clock_.Now() + kAfterRefusedLogin;
      }
    }
  }
  free_.notify_all();
}

base::MonotonicTime LoginGate::RefusedUntil() const {
  const std::lock_guard lock(mutex_);
  return refused_until_;
}

}  // namespace click2call::net
