#ifndef CLICK2CALL_NET_ERRAND_H_
#define CLICK2CALL_NET_ERRAND_H_

#include <string>
#include <string_view>

#include "ami/actions.h"
#include "ami/message.h"
#include "base/call_id.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "call/config.h"
#include "call/dialer.h"
#include "net/session_driver.h"
#include "net/transport.h"

namespace click2call::net {

inline constexpr base::Milliseconds kConnectWait{2000};
inline constexpr base::Milliseconds kTotalWait{10000};      // for everything together
inline constexpr base::Milliseconds kPingWhenIdle{15'000};  // in a session that is kept

// How long a PBX that has no channel of a call any more is listened to before that is believed: the
// Hangup, with its reason, may be on its way still.
inline constexpr base::Milliseconds kLastWordsWait{200};

// One thing to do on one PBX, over a session of its own. What is referred to outlives it.
struct Errand {
  const call::PbxConfig& pbx;
  const TransportFactory& connect;
  const base::Clock& clock;
  base::MonotonicTime deadline;  // for all of it
};

// A connection, which logs in by itself.
base::Result<SessionDriver> Connect(const Errand& errand, ami::Events events);

// Connects, and waits until the login is done.
base::Result<SessionDriver> LogIn(const Errand& errand, ami::Events events);

void LogOff(SessionDriver& driver);

// An ActionID, or the Uniqueid of a call's first leg. REQUIRES: it fits by construction.
ami::FieldValue Own(std::string_view text);

// `error` as it is for whoever asked.
base::Error OnPbx(const call::PbxConfig& pbx, base::Error error);

// The same; what is for the log alone, the address, is written there.
base::Error ReportTrouble(base::Log& log, const call::PbxConfig& pbx, const base::CallId& call_id,
                          base::Error error);

// Why nothing can be asked about a call whose PBX is not in the configuration any more.
base::Error NotConfigured(const call::Call& call);

// What ListCommands says of our rights.
call::Rights ReadRights(const ami::Message& list_commands_reply);

// Those of whom we know nothing: the PBX will say what it does not let us do.
call::Rights AllRights();

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_ERRAND_H_
