#include "call/call.h"

namespace click2call::call {

std::string_view StatusName(CallStatus status) {
  switch (status) {
    case CallStatus::kInitiating:
      return "initiating";
    case CallStatus::kCallingCaller:
      return "callingCaller";
    case CallStatus::kCallingCallee:
      return "callingCallee";
  }
  return "initiating";
}

}  // namespace click2call::call
