#ifndef CLICK2CALL_NET_WARM_PBX_H_
#define CLICK2CALL_NET_WARM_PBX_H_

#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "call/call_progress.h"
#include "call/config.h"
#include "call/dialer.h"
#include "fiber/condition.h"
#include "net/channel_cache.h"
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
  base::Result<Answer> Ask(Command command, const CommandQueue::Meanwhile& meanwhile = {}) {
    return queue_.Ask(std::move(command), meanwhile);
  }

  // The channel that rings `exten`, as ReadChannel() has it, asked for at most once a minute.
  // Errors: ReadChannel()'s, and every kPbx… code.
  base::Result<ami::FieldValue> ChannelOf(const std::string& exten, const ami::FieldValue& context,
                                          base::MonotonicTime deadline);

  // The channels of a call that the PBX has; empty where it will not say, since our AMI user may
  // not ask. Errors: every kPbx… code.
  base::Result<std::optional<call::Sighting>> Sight(const base::CallId& call_id,
                                                    base::MonotonicTime deadline);

  // A session is wanted.
  void Poke() { queue_.Poke(); }

  // Whether the log lacks it: the session has not said it, as it does when it is lost, nor has this
  // been asked of the same since the session began.
  bool IsNews(const base::Error& why);

  // As far as it is known; where it is not, a session is begun and waited for until `deadline`.
  call::PbxHealth Health(base::MonotonicTime deadline);

 private:
  // All at once; the answers in their order.
  base::Result<std::vector<Answer>> AskAll(std::vector<Command> commands);

  void Run();

  const call::PbxConfig& pbx_;
  const base::Clock& clock_;
  base::Log& log_;
  const TransportFactory& connect_;
  LoginGate& gate_;
  CommandQueue queue_;
  ChannelCache channels_;
  mutable std::mutex mutex_;
  fiber::Condition known_;
  call::PbxHealth health_;  // guarded by mutex_
  std::string news_;        // guarded by mutex_; the latest
  std::thread thread_;
};

// An ActionID that this process uses once: "c2c-status-17".
ami::FieldValue NewActionId(std::string_view what);

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_WARM_PBX_H_
