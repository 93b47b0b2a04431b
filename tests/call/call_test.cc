#include "call/call.h"

#include <utility>

#include <gtest/gtest.h>

namespace click2call::call {
namespace {

constexpr std::pair<CallStatus, const char*> kStatuses[] = {
    {CallStatus::kInitiating, "initiating"},       {CallStatus::kCallingCaller, "callingCaller"},
    {CallStatus::kCallingCallee, "callingCallee"}, {CallStatus::kConnected, "connected"},
    {CallStatus::kDisconnected, "disconnected"},   {CallStatus::kFailed, "failed"},
};

constexpr std::pair<CallReason, const char*> kReasons[] = {
    {CallReason::kHangUp, "hangUp"},
    {CallReason::kCallerBusy, "callerBusy"},
    {CallReason::kCallerNoAnswer, "callerNoAnswer"},
    {CallReason::kCallerFailure, "callerFailure"},
    {CallReason::kCallerAbandon, "callerAbandon"},
    {CallReason::kCalleeBusy, "calleeBusy"},
    {CallReason::kCalleeNoAnswer, "calleeNoAnswer"},
    {CallReason::kCalleeFailure, "calleeFailure"},
    {CallReason::kOther, "other"},
};

TEST(CallTest, ItsStatusHasTheNamesOfCamara) {
  for (const auto& [status, name] : kStatuses) {
    EXPECT_EQ(StatusName(status), name);
    EXPECT_EQ(ParseStatus(name), status);
  }
}

TEST(CallTest, ItsReasonHasTheNamesOfCamara) {
  for (const auto& [reason, name] : kReasons) {
    EXPECT_EQ(ReasonName(reason), name);
    EXPECT_EQ(ParseReason(name), reason);
  }
}

TEST(CallTest, OtherNamesAreNone) {
  for (const auto* name : {"", "Connected", "hangup", "connected "}) {
    EXPECT_FALSE(ParseStatus(name)) << name;
    EXPECT_FALSE(ParseReason(name)) << name;
  }
}

TEST(CallTest, IsOverOnceDisconnectedOrFailed) {
  for (const auto& [status, name] : kStatuses) {
    const bool over = status == CallStatus::kDisconnected || status == CallStatus::kFailed;
    EXPECT_EQ(IsOver(status), over) << name;
  }
}

TEST(CallTest, HowLongTheyTalkedIsSaidWhereItIsKnown) {
  using std::chrono::seconds;
  const base::WallTime begin{std::chrono::hours(1)};
  CallState state;
  EXPECT_EQ(TalkTime(state, begin), std::nullopt) << "not there yet";
  state = {CallStatus::kConnected, {}, begin, {}};
  EXPECT_EQ(TalkTime(state, begin + seconds(65)), seconds(65)) << "so far";
  EXPECT_EQ(TalkTime(state, begin - seconds(65)), seconds(0)) << "the clock was set back";
  state = {CallStatus::kDisconnected, CallReason::kHangUp, begin, begin + seconds(7)};
  EXPECT_EQ(TalkTime(state, begin + seconds(65)), seconds(7));
  state.reason = CallReason::kOther;
  EXPECT_EQ(TalkTime(state, begin), std::nullopt) << "nobody saw the end";
  state = {CallStatus::kDisconnected, CallReason::kCalleeBusy, {}, begin};
  EXPECT_EQ(TalkTime(state, begin), seconds(0));
  state = {CallStatus::kFailed, {}, {}, begin};
  EXPECT_EQ(TalkTime(state, begin), seconds(0));
}

}  // namespace
}  // namespace click2call::call
