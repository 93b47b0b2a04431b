#ifndef CLICK2CALL_CALL_DIALER_H_
#define CLICK2CALL_CALL_DIALER_H_

#include <string>

#include "ami/actions.h"
#include "base/call_id.h"
#include "base/result.h"
#include "call/call.h"

namespace click2call::call {

// An Originate that is ready to go, and the call it stands for.
struct OriginatePlan {
  base::CallId call_id;
  ami::Originate originate;
};

struct Dialled {
  CallStatus status = CallStatus::kInitiating;  // the PBX's first word, as far as it was waited for
  std::string pbx;                              // which took the call
};

// Places calls. The seam between the use cases and whatever keeps sessions to the PBX.
class Dialer {
 public:
  virtual ~Dialer() = default;

  // Sends the plan to a PBX at most once, and returns within 10 s (the lookup of a host name takes
  // as long as the resolver does, on top). May be called from several
  // threads at once. Errors: every kPbx… code (nothing was dialled), kCallerNotAvailable,
  // kCalleeNotAvailable, and kOutcomeUnknown (it may ring: never try again). Those of a call that
  // was begun carry its callId.
  virtual base::Result<Dialled> Dial(const OriginatePlan& plan) = 0;
};

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_DIALER_H_
