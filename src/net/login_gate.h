#ifndef CLICK2CALL_NET_LOGIN_GATE_H_
#define CLICK2CALL_NET_LOGIN_GATE_H_

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "call/config.h"

namespace click2call::net {

// A login that was refused is not tried again at once: failed logins get a host banned.
inline constexpr base::Milliseconds kAfterRefusedLogin{60'000};

// Before every login of this process to one PBX: one at a time, so that a wrong secret is shown to
// the PBX once and not by every session at once. Safe in threads.
class LoginGate {
 public:
  explicit LoginGate(const base::Clock& clock) : clock_(clock) {}

  // Waits while another login is under way; where that fails, its error is ours as well. An error
  // too within kAfterRefusedLogin of one that was refused. Where it succeeds, Leave() has to
  // follow.
  base::Status Enter();

  // How the login went.
  void Leave(const base::Status& outcome);

  // When the next login may be tried; in the past where none was refused.
  base::MonotonicTime RefusedUntil() const;

 private:
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable free_;
  bool taken_ = false;              // all guarded by mutex_
  int failures_ = 0;                // so far
  std::optional<base::Error> why_;  // of the latest
  base::MonotonicTime refused_until_ = base::MonotonicTime::min();
};

// One for each PBX.
class LoginGates {
 public:
  LoginGates(const std::vector<call::PbxConfig>& pbxs, const base::Clock& clock) {
    for (const call::PbxConfig& pbx : pbxs) gates_.try_emplace(pbx.name, clock);
  }

  // REQUIRES: it is one of them.
  LoginGate& Of(const std::string& pbx) { return gates_.find(pbx)->second; }

 private:
  std::map<std::string, LoginGate> gates_;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_LOGIN_GATE_H_
