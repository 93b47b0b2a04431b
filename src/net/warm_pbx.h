#ifndef CLICK2CALL_NET_WARM_PBX_H_
#define CLICK2CALL_NET_WARM_PBX_H_

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "call/call_progress.h"
#include "call/config.h"
#include "call/dialer.h"
#include "net/command_queue.h"
#include "net/login_gate.h"
#include "net/transport.h"

namespace click2call::net {

// One PBX and the session that is kept to it, in a thread of its own that takes no signals. Safe in
// threads.
class WarmPbx {
 public:
  // REQUIRES: what is referred to outlives it; the process does not fork any more. Throws
  // std::system_error where there are no more threads.
  WarmPbx(const call::PbxConfig& pbx, const base::Clock& clock, base::Log& log,
          const TransportFactory& connect, LoginGate& gate);

  // Says Logoff. REQUIRES: nobody waits for a command.
  ~WarmPbx();
  WarmPbx(const WarmPbx&) = delete;
  WarmPbx& operator=(const WarmPbx&) = delete;

  const call::PbxConfig& Config() const { return pbx_; }

  // See CommandQueue.
  base::Result<Answer> Ask(Command command) { return queue_.Ask(std::move(command)); }

  // The channels of a call that the PBX has; empty where it will not say, since our AMI user may
  // not ask. Errors: every kPbx… code.
  base::Result<std::optional<call::Sighting>> Sight(const base::CallId& call_id,
                                                    base::MonotonicTime deadline);

  // A session is wanted.
  void Poke() { queue_.Poke(); }

  // As far as it is known; where it is not, a session is begun and waited for until `deadline`.
  call::PbxHealth Health(base::MonotonicTime deadline);

 private:
  void Run();

  const call::PbxConfig& pbx_;
  const base::Clock& clock_;
  base::Log& log_;
  const TransportFactory& connect_;
  LoginGate& gate_;
  CommandQueue queue_;
  mutable std::mutex mutex_;
  std::condition_variable known_;
  call::PbxHealth health_;  // guarded by mutex_
  std::thread thread_;
};

// An ActionID that this process uses once: "c2c-status-17".
ami::FieldValue NewActionId(std::string_view what);

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_WARM_PBX_H_
