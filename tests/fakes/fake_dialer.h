#ifndef CLICK2CALL_FAKES_FAKE_DIALER_H_
#define CLICK2CALL_FAKES_FAKE_DIALER_H_

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "call/dialer.h"

namespace click2call::fakes {

// A dialer that dials nothing: it keeps what it was asked for and gives the outcomes it was told
// to. Until then PBX "main" lets the caller's phone ring, knows no more of a call than who asks
// about it, grants all rights, and hangs up whatever it is to. Like a real one it may be called
// from several threads.
class FakeDialer : public call::Dialer {
 public:
  void SetOutcome(base::Result<call::Dialled> outcome) {
    const std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
  }
  void SetLook(base::Result<call::Look> look) {
    const std::lock_guard lock(mutex_);
    look_ = std::move(look);
  }
  void SetHangUp(base::Status outcome) {
    const std::lock_guard lock(mutex_);
    hang_up_ = std::move(outcome);
  }
  // The PBXs that each call tries, in order.
  void Tries(std::vector<std::string> pbxs) {
    const std::lock_guard lock(mutex_);
    tries_ = std::move(pbxs);
  }
  // A PBX that leaves whoever dials the time until it has answered.
  void IsSlow(std::string pbx) {
    const std::lock_guard lock(mutex_);
    slow_ = std::move(pbx);
  }
  // What happens while the Originate is on its way.
  void OnDial(std::function<void()> what) {
    const std::lock_guard lock(mutex_);
    on_dial_ = std::move(what);
  }

  base::Result<call::Dialled> Dial(const call::OriginatePlan& plan,
                                   const BeforeTrying& before_trying,
                                   const Meanwhile& meanwhile) override {
    const std::lock_guard lock(mutex_);
    for (const std::string& pbx : tries_) {
      const base::Status told = before_trying(pbx);
      if (!told.Ok()) return told.Why();
      if (pbx == slow_) meanwhile();
    }
    plans_.push_back(plan);
    if (on_dial_) on_dial_();
    return outcome_;
  }

  base::Result<call::Look> LookAt(const call::Call& call, base::Milliseconds listen) override {
    const std::lock_guard lock(mutex_);
    looked_.push_back(call.id);
    listened_ = listen;
    return look_ ? *look_ : call::Look{{true, true, true}, call.state};
  }

  base::Status HangUp(const call::Call& call) override {
    const std::lock_guard lock(mutex_);
    hung_up_.push_back(call.id);
    return hang_up_;
  }

  std::vector<call::PbxHealth> Health() override {
    const std::lock_guard lock(mutex_);
    return health_;
  }
  void SetHealth(std::vector<call::PbxHealth> health) {
    const std::lock_guard lock(mutex_);
    health_ = std::move(health);
  }

  // What it was asked to dial, to look at and to hang up, in order.
  std::vector<call::OriginatePlan> Plans() const {
    const std::lock_guard lock(mutex_);
    return plans_;
  }
  std::vector<base::CallId> Looked() const {
    const std::lock_guard lock(mutex_);
    return looked_;
  }
  std::vector<base::CallId> HungUp() const {
    const std::lock_guard lock(mutex_);
    return hung_up_;
  }
  // How long it was to listen, the last time.
  base::Milliseconds Listened() const {
    const std::lock_guard lock(mutex_);
    return listened_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> tries_ = {"main"};
  std::string slow_;
  std::function<void()> on_dial_;
  base::Result<call::Dialled> outcome_ = call::Dialled{{call::CallStatus::kCallingCaller}, "main"};
  std::optional<base::Result<call::Look>> look_;
  base::Status hang_up_ = base::Done();
  std::vector<call::OriginatePlan> plans_;
  std::vector<call::PbxHealth> health_;
  std::vector<base::CallId> looked_;
  std::vector<base::CallId> hung_up_;
  base::Milliseconds listened_{};
};

}  // namespace click2call::fakes

#endif  // CLICK2CALL_FAKES_FAKE_DIALER_H_
