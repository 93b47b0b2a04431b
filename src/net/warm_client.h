#ifndef CLICK2CALL_NET_WARM_CLIENT_H_
#define CLICK2CALL_NET_WARM_CLIENT_H_

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "call/config.h"
#include "call/dialer.h"
#include "net/first_words.h"
#include "net/login_gate.h"
#include "net/transport.h"
#include "net/warm_pbx.h"

namespace click2call::net {

// Asks PBXs over AMI for a process that stays: over one session to each, which is kept, and which
// all threads share. What it does is what AmiClient does.
//
// A call whose Originate has left and was not answered is asked for, over a new session if need be;
// it is never sent again.
class WarmClient : public call::Dialer {
 public:
  // REQUIRES: what is referred to outlives the client; every PbxConfig has its secret; the process
  // does not fork any more. `words` hears what `following` hears. Throws std::system_error where
  // there are no more threads.
  WarmClient(const std::vector<call::PbxConfig>& pbxs, base::Milliseconds outcome_wait,
             const call::Following& following, FirstWords& words, LoginGates& gates,
             const base::Clock& clock, base::Log& log, TransportFactory connect);

  base::Result<call::Dialled> Dial(const call::OriginatePlan& plan,
                                   const BeforeTrying& before_trying,
                                   const Meanwhile& meanwhile) override;
  base::Result<call::Look> LookAt(const call::Call& call, base::Milliseconds listen) override;
  base::Status HangUp(const call::Call& call) override;
  std::vector<call::PbxHealth> Health() override;

 private:
  base::Result<call::Dialled> DialOn(WarmPbx& pbx, const call::OriginatePlan& plan,
                                     base::MonotonicTime deadline, const Meanwhile& meanwhile);

  // The first word of a call that the PBX has queued, or what can be said without.
  call::CallState FirstWord(WarmPbx& pbx, FirstWords::Ear& ear, const base::CallId& call_id,
                            base::MonotonicTime deadline);

  // A call whose Originate was not answered: its state, if it can be found out that there is one.
  base::Result<call::Dialled> Settle(WarmPbx& pbx, FirstWords::Ear& ear,
                                     const base::CallId& call_id, base::MonotonicTime deadline,
                                     const base::Error& why);

  // `why` as it is for whoever asked; the log has it too, where it is news there.
  base::Error Report(WarmPbx& pbx, const base::CallId& call_id, const base::Error& why);

  // Whether there was such a channel.
  static base::Result<bool> HangUpChannel(WarmPbx& pbx, const std::string& channel,
                                          base::MonotonicTime deadline);

  std::vector<WarmPbx*> ToTry(const call::OriginatePlan& plan) const;
  WarmPbx* Find(const std::string& name) const;  // null: not configured

  base::Milliseconds outcome_wait_;
  const call::Following& following_;
  FirstWords& words_;
  const base::Clock& clock_;
  base::Log& log_;
  const TransportFactory connect_;
  std::vector<std::unique_ptr<WarmPbx>> pbxs_;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_WARM_CLIENT_H_
