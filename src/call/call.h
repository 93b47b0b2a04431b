#ifndef CLICK2CALL_CALL_CALL_H_
#define CLICK2CALL_CALL_CALL_H_

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/call_id.h"
#include "base/clock.h"
#include "call/extension.h"

namespace click2call::call {

// What somebody asked for, read and well-formed, not yet judged.
struct CallRequest {
  Extension callee;
  std::optional<Extension> caller;  // a phone that the request names; empty: see `phones`
  std::string user;                 // who asks, as the web server knows them; empty: nobody known
  std::string address = {};         // where they ask from; empty: this machine's shell
  std::vector<std::string> phones = {};  // theirs, by [origins]; empty: call.origin
  std::string key = {};      // of idempotency: one call for each that this asker has; may be empty
  std::string link_id = {};  // of a signed link, which places one call; empty: none

  // Of the JSON API alone.
  bool once = false;            // not while this caller and callee have a call: kAlreadyExists
  std::string sink = {};        // https URL that is told of every change; empty: none
  std::string sink_token = {};  // bearer token for it
};

// Where a call stands, by the names of CAMARA's Click to Dial, in the order in which they may come:
// a call goes forward only, and may leave out any of them.
enum class CallStatus {
  kInitiating,     // the PBX has queued it, or it is on its way there
  kCallingCaller,  // the caller's phone is ringing
  kCallingCallee,  // the caller has answered, the PBX is dialling the callee
  kConnected,      // they can talk
  kDisconnected,   // over, with a reason
  kFailed,         // the PBX never took it
};

// Why a call that the PBX took is over. By CAMARA's names.
enum class CallReason {
  kHangUp,          // somebody hung up, after they could talk
  kCallerBusy,      // or turned away
  kCallerNoAnswer,  // rang until call.ring_s was over
  kCallerFailure,   // cannot be reached
  kCallerAbandon,   // gave up, or pressed Hang up, before they could talk
  kCalleeBusy,
  kCalleeNoAnswer,
  kCalleeFailure,
  kOther,  // it is over, and nobody saw why
};

std::string_view StatusName(CallStatus status);
std::string_view ReasonName(CallReason reason);
std::optional<CallStatus> ParseStatus(std::string_view name);
std::optional<CallReason> ParseReason(std::string_view name);

// Whether it says that the caller's phone was not reached.
bool IsOfCaller(CallReason reason);

inline bool IsOver(CallStatus status) { return status >= CallStatus::kDisconnected; }

// What is known of a call's life. `reason` is set exactly when it is kDisconnected.
struct CallState {
  CallStatus status = CallStatus::kInitiating;
  std::optional<CallReason> reason = std::nullopt;
  std::optional<base::WallTime> answered_at = std::nullopt;  // since when they could talk
  std::optional<base::WallTime> ended_at = std::nullopt;     // set exactly when it is over

  friend bool operator==(const CallState&, const CallState&) = default;
};

// How long they have talked, by `now` or until it was over: zero for a call that never got there,
// empty while it has not and where nobody saw the end.
std::optional<std::chrono::seconds> TalkTime(const CallState& state, base::WallTime now);

// One call, as the journal keeps it.
struct Call {
  base::CallId id;
  std::string caller = {};        // as asked for, or the configured origin
  std::string callee = {};        // as asked for
  std::string caller_exten = {};  // as dialled
  std::string callee_exten = {};  // as dialled
  std::string user = {};          // empty: nobody known
  std::string address = {};       // empty: this machine's shell
  std::string pbx = {};           // the name of its [[pbx]]
  std::string token = {};       // what its page's Hang up button has to send; never shown elsewhere
  std::string sink = {};        // empty: nobody is notified
  std::string sink_token = {};  // for the sink alone
  std::string key = {};         // of the client: the same key is the same call; empty: none
  std::string link_id = {};     // of the signed link that it was placed by; empty: none
  std::string why = {};         // it did not come about, for people; empty: not known, or it did
  base::WallTime created_at = {};
  CallState state = {};
};

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_CALL_H_
