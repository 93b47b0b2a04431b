#ifndef CLICK2CALL_CALL_PLACE_CALL_H_
#define CLICK2CALL_CALL_PLACE_CALL_H_

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "call/call.h"
#include "call/config.h"
#include "call/dial_policy.h"
#include "call/number_reader.h"
#include "call/world.h"

namespace click2call::call {

// Who takes part in a call that the rules let through.
struct Parties {
  std::vector<std::string> phones;  // that ring first, together: at least one; each for {from}
  std::string caller;               // the same, as people read it
  Destination callee;
};

// Whether the rules let this request through: what Judge() refuses, of the callee and of a caller
// that the request itself names; kSameCallerCallee, and kInvalidArgument where no phone is known
// that could ring first. `numbers` is null without numbers.region.
base::Result<Parties> CheckRules(const Config& config, const NumberReader* numbers,
                                 const CallRequest& request);

struct Placed {
  Call call;
  bool again = false;     // it was there already: the same click, or the same key
  bool foreseen = false;  // it is as it was foreseen
};

// Told, while a PBX is asked and has not answered yet, of the call as it will be if that takes it
// and says no more: what is made of it then need not be made later. Perhaps never told, perhaps of
// one PBX after the other.
using Foresee = std::function<void(const Call& call)>;

// The use case: rules, plan, a row in the journal, dial. A refused request reaches no PBX; without
// a row nothing is dialled (kStoreUnavailable). What CallStore::Insert() refuses is refused, once
// it is sure that no call is counted that has ended unseen; nobody's limits hold for this machine's
// shell. One line in the log for each request, whatever becomes of it. Errors that are about a call
// carry its callId.
base::Result<Placed> PlaceCall(const Config& config, const CallRequest& request, const World& world,
                               const Foresee& foresee = {});

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_PLACE_CALL_H_
