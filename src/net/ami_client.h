#ifndef CLICK2CALL_NET_AMI_CLIENT_H_
#define CLICK2CALL_NET_AMI_CLIENT_H_

#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "call/config.h"
#include "call/dialer.h"
#include "net/transport.h"

namespace click2call::net {

inline constexpr base::Milliseconds kConnectWait{2000};
inline constexpr base::Milliseconds kTotalWait{10000};  // for everything together

// Dials over AMI, with one session of its own for each call: connect, login, Originate, the PBX's
// first word about it, Logoff. With several PBXs it goes to the next one where the one before
// cannot be reached or is shutting down; never where the Originate may have had an effect.
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

  base::Result<call::Dialled> Dial(const call::OriginatePlan& plan) override;

 private:
  const std::vector<call::PbxConfig>& pbxs_;
  base::Milliseconds outcome_wait_;
  const base::Clock& clock_;
  base::Log& log_;
  TransportFactory connect_;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_AMI_CLIENT_H_
