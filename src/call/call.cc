#include "call/call.h"

#include <algorithm>
#include <array>
#include <utility>

namespace click2call::call {
namespace {

constexpr std::array kStatusNames = {
    std::pair{CallStatus::kInitiating, std::string_view("initiating")},
    std::pair{CallStatus::kCallingCaller, std::string_view("callingCaller")},
    std::pair{CallStatus::kCallingCallee, std::string_view("callingCallee")},
    std::pair{CallStatus::kConnected, std::string_view("connected")},
    std::pair{CallStatus::kDisconnected, std::string_view("disconnected")},
    std::pair{CallStatus::kFailed, std::string_view("failed")},
};

constexpr std::array kReasonNames = {
    std::pair{CallReason::kHangUp, std::string_view("hangUp")},
    std::pair{CallReason::kCallerBusy, std::string_view("callerBusy")},
    std::pair{CallReason::kCallerNoAnswer, std::string_view("callerNoAnswer")},
    std::pair{CallReason::kCallerFailure, std::string_view("callerFailure")},
    std::pair{CallReason::kCallerAbandon, std::string_view("callerAbandon")},
    std::pair{CallReason::kCalleeBusy, std::string_view("calleeBusy")},
    std::pair{CallReason::kCalleeNoAnswer, std::string_view("calleeNoAnswer")},
    std::pair{CallReason::kCalleeFailure, std::string_view("calleeFailure")},
    std::pair{CallReason::kOther, std::string_view("other")},
};

// REQUIRES: `names` has every enumerator.
template <class Names, class Enum>
std::string_view NameOf(const Names& names, Enum value) {
  return std::find_if(names.begin(), names.end(),
                      [&](const auto& row) { return row.first == value; })
      ->second;
}

template <class Enum, class Names>
std::optional<Enum> Parse(const Names& names, std::string_view name) {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const auto& row) { return row.second == name; });
  if (found == names.end()) return std::nullopt;
  return found->first;
}

}  // namespace

std::string_view StatusName(CallStatus status) { return NameOf(kStatusNames, status); }
std::string_view ReasonName(CallReason reason) { return NameOf(kReasonNames, reason); }

std::optional<CallStatus> ParseStatus(std::string_view name) {
  return Parse<CallStatus>(kStatusNames, name);
}
std::optional<CallReason> ParseReason(std::string_view name) {
  return Parse<CallReason>(kReasonNames, name);
}

bool IsOfCaller(CallReason reason) {
  using enum CallReason;
  return reason == kCallerBusy || reason == kCallerNoAnswer || reason == kCallerFailure ||
         reason == kCallerAbandon;
}

std::optional<std::chrono::seconds> TalkTime(const CallState& state, base::WallTime now) {
  if (state.reason == CallReason::kOther) return std::nullopt;
  if (!state.answered_at) {
    return IsOver(state.status) ? std::optional(std::chrono::seconds(0)) : std::nullopt;
  }
  // The wall clock may have been set back meanwhile.
  const auto talked = state.ended_at.value_or(now) - *state.answered_at;
  return std::chrono::duration_cast<std::chrono::seconds>(
      std::max(talked, base::WallTime::duration(0)));
}

}  // namespace click2call::call
