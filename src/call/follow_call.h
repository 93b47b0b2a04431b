#ifndef CLICK2CALL_CALL_FOLLOW_CALL_H_
#define CLICK2CALL_CALL_FOLLOW_CALL_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "call/call.h"
#include "call/call_store.h"
#include "call/world.h"

namespace click2call::call {

// Who asks about a call.
struct Asker {
  std::string user;       // empty: nobody known
  std::string address;    // where they ask from
  bool admin = false;     // may see everyone's calls
  bool by_token = false;  // they have shown a good bearer token
};

// Whether it is theirs: the user's own, or, where the call has no known user, one from the same
// address. A call from this machine's shell is only an admin's to see.
bool MaySee(const Asker& asker, const Call& call);

struct Shown {
  Call call;
  bool may_hang_up = false;  // it goes on, and the AMI user may end it
  std::string why_not;       // with a call that goes on and that cannot be ended from here
};

// The use case: how a call stands. Where nobody follows it, the PBX is asked, listened to for up to
// `listen`, and the journal brought up to date; a PBX that does not answer leaves the call as it
// was last known. kNotFound for an id that is malformed, unknown or somebody else's: all alike.
base::Result<Shown> ShowCall(const World& world, const Asker& asker, std::string_view call_id,
                             base::Milliseconds listen);

// The use case: ends a call. `token` is that of the call's page; null where who asks has shown who
// they are in another way. Errors: those of ShowCall, kPermissionDenied for a wrong token,
// kConflict for a call that is over, and Dialer::HangUp()'s.
base::Status EndCall(const World& world, const Asker& asker, std::string_view call_id,
                     const std::string* token);

// The use case: the asker's calls (an admin's: everyone's), newest first, at most `limit`, those
// older than `before` if it is set. Calls of which the end may have been missed are asked for, a
// few at a time.
base::Result<std::vector<Call>> ListCalls(const World& world, const Asker& asker,
                                          const std::optional<base::CallId>& before,
                                          std::size_t limit);

// A call as it stands now, brought up to date in the journal on the way.
struct Refreshed {
  Call call;
  std::optional<Rights> rights;  // empty: the call is over, or its PBX does not answer
  std::string problem;           // why it does not
};
Refreshed Refresh(const World& world, Call call, base::Milliseconds listen);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_FOLLOW_CALL_H_
