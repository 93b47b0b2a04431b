#ifndef CLICK2CALL_NET_AMI_CLIENT_H_
#define CLICK2CALL_NET_AMI_CLIENT_H_

#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "call/config.h"
#include "call/dialer.h"
#include "net/errand.h"
#include "net/transport.h"

namespace click2call::net {

// Asks PBXs over AMI, with one session of its own for each thing. With several PBXs a call goes to
// the next one where the one before cannot be reached or is shutting down; never where the
// Originate may have had an effect. What went wrong with a PBX is in the log, with its address.
class AmiClient : public call::Dialer {
 public:
  // `outcome_wait` counts from the moment the PBX has queued the call; 0 does not wait and asks for
  // no events at all. REQUIRES: what is referred to outlives the client; every PbxConfig has its
  // secret.
  AmiClient(const std::vector<call::PbxConfig>& pbxs, base::Milliseconds outcome_wait,
            const base::Clock& clock, base::Log& log, TransportFactory connect)
      : pbxs_(pbxs),
        outcome_wait_(outcome_wait),
        clock_(clock),
        log_(log),
        connect_(std::move(connect)) {}

  base::Result<call::Dialled> Dial(const call::OriginatePlan& plan,
                                   const BeforeTrying& before_trying,
                                   const Meanwhile& meanwhile) override;
  base::Result<call::Look> LookAt(const call::Call& call, base::Milliseconds listen) override;
  base::Status HangUp(const call::Call& call) override;
  std::vector<call::PbxHealth> Health() override;

 private:
  Errand ErrandTo(const call::PbxConfig& pbx) const;

  std::vector<const call::PbxConfig*> ToTry(const call::OriginatePlan& plan) const;
  const call::PbxConfig* Find(const std::string& name) const;  // null: not configured

  const std::vector<call::PbxConfig>& pbxs_;
  base::Milliseconds outcome_wait_;
  const base::Clock& clock_;
  base::Log& log_;
  TransportFactory connect_;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_AMI_CLIENT_H_
