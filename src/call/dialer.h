#ifndef CLICK2CALL_CALL_DIALER_H_
#define CLICK2CALL_CALL_DIALER_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ami/actions.h"
#include "base/call_id.h"
#include "base/clock.h"
#include "base/result.h"
#include "call/call.h"

namespace click2call::call {

// An Originate that is ready to go, and the call it stands for.
struct OriginatePlan {
  base::CallId call_id;
  // With `ask_channel` its channel is the extension alone: which channel rings that, each PBX is
  // asked before.
  ami::Originate originate;
  std::vector<std::string> pbxs = {};  // to try, in order; empty: all that are configured
  bool ask_channel = false;
};

struct Dialled {
  CallState state;  // the PBX's first word, as far as it was waited for; over, with a reason, where
                    // the caller's phone cannot be rung
  std::string pbx;  // which took the call
};

// What our AMI user may do on a PBX, as ListCommands says.
struct Rights {
  bool originate = false;
  bool hangup = false;
  bool status = false;
  // The classes of manager.conf that it has in "write" and that no call needs, sorted: "command",
  // "config", "system" …
  std::vector<std::string> beyond = {};
  // To find out which technology an extension has.
  bool extension_state = false;
  bool getvar = false;
  bool dbget = false;
};

// How we get on with a PBX.
struct PbxHealth {
  enum class State {
    kUp,       // logged in
    kDown,     // cannot be reached, or is of no use
    kRefused,  // did not let us in
    kIdle,     // nobody has needed it yet
  };

  std::string name;
  State state = State::kIdle;
  base::WallTime since = {};          // of that state
  std::string error = {};             // why it is not up
  std::string asterisk = {};          // its version, or of its AMI, as far as we may know
  std::optional<Rights> rights = {};  // set where it is up

  bool TakesCalls() const { return state == State::kUp && rights && rights->originate; }
};

struct Look {
  Rights rights;
  CallState state;  // what the row said, and what the PBX has said since
};

// Asks PBXs for things. The seam between the use cases and whatever keeps sessions to them. All of
// it may be called from several threads at once, and returns within 10 s (the lookup of a host name
// takes as long as the resolver does, on top).
class Dialer {
 public:
  virtual ~Dialer() = default;

  // Told the name of each PBX that is about to be tried, before it is: an error stops the call.
  using BeforeTrying = std::function<base::Status(const std::string& pbx)>;

  // What can be done while a PBX is asked and has not answered yet: time that costs the call
  // nothing. Once at most for each PBX that is tried; not everybody who dials has such time.
  using Meanwhile = std::function<void()>;

  // Sends the plan to a PBX at most once. Errors: every kPbx… code and kCalleeNotAvailable (nothing
  // was dialled), what `before_trying` said, and kOutcomeUnknown (it may ring: never try again).
  virtual base::Result<Dialled> Dial(const OriginatePlan& plan, const BeforeTrying& before_trying,
                                     const Meanwhile& meanwhile) = 0;

  // How `call`, which is not over, stands on its PBX now. Where it is still going on, listens for
  // up to `listen` for its next change. Errors: every kPbx… code.
  virtual base::Result<Look> LookAt(const Call& call, base::Milliseconds listen) = 0;

  // Ends `call` on its PBX. Errors: kConflict where the PBX has no such call (any more),
  // kPbxHangupRefused (the message names the right that is missing), and every kPbx… code.
  virtual base::Status HangUp(const Call& call) = 0;

  // All PBXs, in the order of the configuration. What is not known yet is found out.
  virtual std::vector<PbxHealth> Health() = 0;
};

// Who follows the calls of a PBX all the time, under FastCGI.
class Following {
 public:
  virtual ~Following() = default;

  // Our rights there, while its events are followed and the journal is up to date; empty while they
  // are not (the PBX is down), or nobody follows that PBX.
  virtual std::optional<Rights> On(const std::string& pbx) const = 0;
};

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_DIALER_H_
