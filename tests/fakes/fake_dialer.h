#ifndef CLICK2CALL_FAKES_FAKE_DIALER_H_
#define CLICK2CALL_FAKES_FAKE_DIALER_H_

#include <mutex>
#include <utility>
#include <vector>

#include "call/dialer.h"

namespace click2call::fakes {

// A dialer that dials nothing: it keeps the plans and gives the outcome it was told to; until then
// PBX "main" lets the caller's phone ring. Like a real one it may be called from several threads.
class FakeDialer : public call::Dialer {
 public:
  void SetOutcome(base::Result<call::Dialled> outcome) {
    const std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
  }

  base::Result<call::Dialled> Dial(const call::OriginatePlan& plan) override {
    const std::lock_guard lock(mutex_);
    plans_.push_back(plan);
    return outcome_;
  }

  // What it was asked to dial, in order.
  std::vector<call::OriginatePlan> Plans() const {
    const std::lock_guard lock(mutex_);
    return plans_;
  }

 private:
  mutable std::mutex mutex_;
  base::Result<call::Dialled> outcome_ = call::Dialled{call::CallStatus::kCallingCaller, "main"};
  std::vector<call::OriginatePlan> plans_;
};

}  // namespace click2call::fakes

#endif  // CLICK2CALL_FAKES_FAKE_DIALER_H_
