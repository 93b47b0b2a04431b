#ifndef CLICK2CALL_CALL_PBX_CHOICE_H_
#define CLICK2CALL_CALL_PBX_CHOICE_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "call/call_store.h"
#include "call/config.h"

namespace click2call::call {

// Whether that phone lives on that PBX.
bool Serves(const PbxConfig& pbx, std::string_view caller);

// The names of the PBXs to try, in order, for a call whose first phone is `caller`: those that
// serve it, in the order of the configuration; with call.balance = "least-busy", those with the
// fewest calls first that go on by the journal (up to kMostCounted: busier ones are all alike).
// kCallerNotAvailable where none serves that phone; the journal's errors.
inline constexpr std::size_t kMostCounted = 200;
base::Result<std::vector<std::string>> ChoosePbxs(const Config& config, std::string_view caller,
                                                  CallStore& store);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_PBX_CHOICE_H_
