#ifndef CLICK2CALL_CALL_CALL_H_
#define CLICK2CALL_CALL_CALL_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/call_id.h"
#include "base/clock.h"
#include "call/extension.h"

namespace click2call::call {

// What somebody asked for, read and well-formed, not yet judged.
struct CallRequest {
  Extension callee;
  std::optional<Extension> caller;  // empty: the configured origin
  std::string user;                 // who asks, as the web server knows them; empty: nobody known
  std::string address = {};         // where they ask from, for the log; empty: this machine's shell
};

// Where a call stands, by the names of CAMARA's Click to Dial.
enum class CallStatus {
  kInitiating,     // the PBX has queued it
  kCallingCaller,  // the caller's phone is ringing
  kCallingCallee,  // the caller has answered, the PBX is dialling the callee
};

std::string_view StatusName(CallStatus status);

// A call that the PBX took.
struct Call {
  base::CallId id;
  std::string caller;  // as asked for, or the configured origin
  std::string callee;  // as asked for
  CallStatus status = CallStatus::kInitiating;
  base::WallTime created_at;
  std::string pbx;  // the name of its [[pbx]]
  std::string user;
};

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_CALL_H_
