#include "call/call_progress.h"

#include <string>

#include <gtest/gtest.h>

#include "call/call_progress_fixture.h"

namespace click2call::call {
namespace {

// Until the caller has answered

TEST_F(CallProgressTest, RingingIsANewstateOrADialState) {
  EXPECT_EQ(Newstate("Ringing"), "callingCaller");
  StartAt();
  EXPECT_EQ(Originating("DialState", "PROGRESS"), "initiating");
  EXPECT_EQ(Originating("DialState", "RINGING"), "callingCaller");
}

TEST_F(CallProgressTest, ADialBeginAloneIsNoRinging) {
  EXPECT_EQ(Originating("DialBegin"), "initiating");
  EXPECT_EQ(Dial("DialBegin", kId), "initiating");
}

TEST_F(CallProgressTest, TheCalleesRingingIsNotTheCallers) {
  EXPECT_EQ(Dial("DialState", kPhone, "RINGING"), "initiating");
}

TEST_F(CallProgressTest, TheSecondHalfOfALocalChannelIsNotTheCaller) {
  EXPECT_EQ(Newstate("Up", kId + "-2"), "initiating");
}

TEST_F(CallProgressTest, OtherStatesSayNothing) {
  for (const auto* state : {"Down", "Ring", "Dialing", "Busy", ""}) {
    EXPECT_EQ(Newstate(state), "initiating") << state;
  }
}

TEST_F(CallProgressTest, TheCallerHasAnsweredByAnyOfThreeSigns) {
  EXPECT_EQ(Newstate("Up"), "callingCallee");
  StartAt();
  EXPECT_EQ(Dial("DialBegin", kPhone), "callingCallee");
  StartAt();
  EXPECT_EQ(Take({{"Event", "OriginateResponse"}, {"Response", "Success"}, {"Uniqueid", kId}}),
            "callingCallee");
}

TEST_F(CallProgressTest, AResponseIsNoEventWhateverItHolds) {
  EXPECT_EQ(Take({{"Response", "Success"}, {"ActionID", kId}, {"Uniqueid", kId}}), "initiating");
}

TEST_F(CallProgressTest, TheReasonOfTheOriginateIsTheEnd) {
  const struct {
    const char* reason;
    const char* end;
  } kRows[] = {{"5", "callerBusy"},
               {"3", "callerNoAnswer"},
               {"1", "callerAbandon"},
               {"8", "callerFailure"},
               {"0", "callerFailure"},
               {"", "callerFailure"},
               {"99999999999999999999", "callerFailure"}};
  for (const auto& row : kRows) {
    StartAt();
    EXPECT_EQ(Refused(row.reason), row.end) << row.reason;
  }
}

TEST_F(CallProgressTest, AnOriginateResponseIsKnownByItsActionIDWhereNoChannelCameToBe) {
  EXPECT_EQ(Take({{"Event", "OriginateResponse"},
                  {"ActionID", kId},
                  {"Response", "Failure"},
                  {"Reason", "8"},
                  {"Uniqueid", "<null>"}}),
            "callerFailure");
}

TEST_F(CallProgressTest, ABareFailureOfAChannelWaitsForItsReason) {
  Newchannel();
  EXPECT_EQ(Refused("0"), "initiating");
  EXPECT_EQ(Unsettled(), "callerFailure");
  EXPECT_EQ(Originating("DialEnd", "BUSY"), "callerBusy");
}

TEST_F(CallProgressTest, TheReasonMayComeBeforeTheFailure) {
  Newchannel();
  EXPECT_EQ(Originating("DialEnd", "BUSY"), "initiating");
  EXPECT_EQ(Refused("0"), "callerBusy");
}

TEST_F(CallProgressTest, TheReasonMayComeWithTheHangup) {
  Newchannel();
  Refused("0");
  EXPECT_EQ(Originating("DialEnd", "NOANSWER"), "initiating");
  EXPECT_EQ(Hangup("21"), "callerBusy");
}

TEST_F(CallProgressTest, AFailureWithAReasonNeedsNoOther) {
  Newchannel();
  Originating("DialEnd", "BUSY");
  EXPECT_EQ(Refused("3"), "callerNoAnswer");
}

TEST_F(CallProgressTest, AChannelOfTheCalleeIsNotTheCallers) {
  Newchannel(kId + "-2");
  EXPECT_EQ(Refused("0"), "callerFailure");
}

TEST_F(CallProgressTest, AHangupBeforeAnyWordIsAnEndByItsCause) {
  const struct {
    const char* cause;
    const char* end;
  } kRows[] = {{"17", "callerBusy"},     {"21", "callerBusy"},    {"18", "callerNoAnswer"},
               {"19", "callerNoAnswer"}, {"16", "callerAbandon"}, {"34", "callerFailure"},
               {"3", "callerFailure"},   {"20", "callerFailure"}, {"1", "callerFailure"}};
  for (const auto& row : kRows) {
    StartAt();
    EXPECT_EQ(Hangup(row.cause), row.end) << row.cause;
  }
}

TEST_F(CallProgressTest, AHangupThatSaysNothingWaitsForTheOriginateResponse) {
  Newchannel();
  Newstate("Ringing");
  EXPECT_EQ(Hangup("0"), "callingCaller");
  EXPECT_NE(Unsettled(), "callingCaller");
  EXPECT_EQ(Refused("3"), "callerNoAnswer");
}

TEST_F(CallProgressTest, HowTheDialEndedAndTheCauseTellTogether) {
  const struct {
    const char* status;
    const char* cause;
    const char* end;
  } kRows[] = {
      {"BUSY", "16", "callerBusy"},          {"CONGESTION", "16", "callerFailure"},
      {"CHANUNAVAIL", "3", "callerFailure"}, {"CANCEL", "16", "callerAbandon"},
      {"NOANSWER", "16", "callerAbandon"},  // somebody hung it up
      {"NOANSWER", "0", "callerNoAnswer"},   {"NOANSWER", "19", "callerNoAnswer"},
      {"NOANSWER", "21", "callerBusy"},      {"NOANSWER", "1", "callerFailure"},
      {"ANSWER", "16", "callerAbandon"},
  };
  for (const auto& row : kRows) {
    StartAt();
    Newchannel();
    Newstate("Ringing");
    Originating("DialEnd", row.status);
    EXPECT_EQ(Hangup(row.cause), row.end) << row.status << " " << row.cause;
  }
}

TEST_F(CallProgressTest, ThePhoneBehindALocalChannelTells) {
  const struct {
    const char* status;
    const char* end;
  } kRows[] = {{"NOANSWER", "callerNoAnswer"},
               {"BUSY", "callerBusy"},
               {"CONGESTION", "callerFailure"},
               {"CANCEL", "callerAbandon"}};
  for (const auto& row : kRows) {
    StartAt();
    Newchannel();
    Newchannel(kPhone);
    Newstate("Ringing");
    Dial("DialBegin", kPhone, "", kId + "-2");
    Originating("DialEnd", "NOANSWER");
    Refused("0");
    EXPECT_EQ(Hangup("16"), "callingCaller") << "its phone has not hung up yet";
    Dial("DialEnd", kPhone, row.status, kId + "-2");
    EXPECT_EQ(Hangup("16", kPhone), row.end) << row.status;
  }
}

TEST_F(CallProgressTest, OtherChannelsEndNothing) {
  Newchannel();
  for (const std::string& other : {kId + "-2", kPhone}) {
    EXPECT_EQ(Hangup("17", other), "initiating");
    EXPECT_EQ(Dial("DialEnd", other, "BUSY", kPhone), "initiating");
  }
}

// Until they can talk

TEST_F(CallProgressTest, ACallerLegThatIsUpSaysNothingOfTheCallee) {
  Answer();
  EXPECT_EQ(Dial("DialBegin", kPhone), "callingCallee");
  EXPECT_EQ(Dial("DialEnd", kPhone, "ANSWER"), "callingCallee");
}

TEST_F(CallProgressTest, HowTheDialledPhoneEnded) {
  const struct {
    const char* status;
    const char* cause;
    const char* end;
  } kRows[] = {
      {"BUSY", "17", "calleeBusy"},
      {"NOANSWER", "0", "calleeNoAnswer"},
      {"NOANSWER", "19", "calleeNoAnswer"},
      {"NOANSWER", "21", "calleeBusy"},
      {"NOANSWER", "1", "calleeFailure"},
      {"CONGESTION", "34", "calleeFailure"},
      {"CHANUNAVAIL", "3", "calleeFailure"},
      {"CHANUNAVAIL", "21", "calleeBusy"},
      {"CONGESTION", "17", "calleeBusy"},
      {"CANCEL", "16", "callerAbandon"},
      {"ANSWER", "16", "hangUp"},
  };
  for (const auto& row : kRows) {
    StartAt();
    Answer();
    Newchannel(kPhone);
    Dial("DialBegin", kPhone);
    Dial("DialEnd", kPhone, row.status);
    EXPECT_EQ(Hangup("16"), "callingCallee") << "its phone has not hung up yet";
    EXPECT_EQ(Hangup(row.cause, kPhone), row.end) << row.status << " " << row.cause;
  }
}

TEST_F(CallProgressTest, ADialThatNobodyEndedWasStillRinging) {
  Answer();
  Dial("DialBegin", kPhone);
  EXPECT_EQ(Hangup("16"), "callerAbandon");
}

TEST_F(CallProgressTest, OfARingGroupTheMostHopefulCounts) {
  const struct {
    const char* one;
    const char* other;
    const char* end;
  } kRows[] = {
      {"BUSY", "NOANSWER", "calleeNoAnswer"},
      {"CHANUNAVAIL", "BUSY", "calleeBusy"},
      {"NOANSWER", "CANCEL", "callerAbandon"},
      {"CANCEL", "ANSWER", "hangUp"},
  };
  for (const auto& row : kRows) {
    StartAt();
    Answer();
    Dial("DialBegin", kPhone);
    Dial("DialBegin", kOther);
    Dial("DialEnd", kPhone, row.one);
    Dial("DialEnd", kOther, row.other);
    EXPECT_EQ(Hangup("16"), row.end) << row.one << " " << row.other;
  }
}

TEST_F(CallProgressTest, OfPhonesDialledOneAfterTheOtherTheLastCounts) {
  Answer();
  Dial("DialBegin", kPhone);
  Dial("DialEnd", kPhone, "NOANSWER");
  Dial("DialBegin", kOther);
  Dial("DialEnd", kOther, "BUSY");
  EXPECT_EQ(Hangup("17"), "calleeBusy");
}

TEST_F(CallProgressTest, AQueueSaysTwiceHowAMemberEnded) {
  Answer();
  Dial("DialBegin", kPhone);
  Dial("DialEnd", kPhone, "NOANSWER");
  Dial("DialEnd", kPhone, "CANCEL");
  EXPECT_EQ(Hangup("16"), "calleeNoAnswer");
}

TEST_F(CallProgressTest, WhereNobodyWasDialledTheCauseTells) {
  const struct {
    const char* cause;
    const char* end;
  } kRows[] = {{"16", "hangUp"},         {"0", "hangUp"},        {"17", "calleeBusy"},
               {"19", "calleeNoAnswer"}, {"3", "calleeFailure"}, {"1", "calleeFailure"},
               {"20", "calleeFailure"},  {"34", "calleeFailure"}};
  for (const auto& row : kRows) {
    StartAt();
    Answer();
    EXPECT_EQ(Hangup(row.cause), row.end) << row.cause;
  }
}

TEST_F(CallProgressTest, ADialplanMayGoOnAfterItsDial) {
  Answer();
  Newchannel(kPhone);
  Dial("DialBegin", kPhone);
  Dial("DialEnd", kPhone, "NOANSWER");
  EXPECT_EQ(Hangup("0", kPhone), "callingCallee");
  EXPECT_EQ(Hangup("0"), "calleeNoAnswer");
}

// While they can talk

TEST_F(CallProgressTest, TheyCanTalkOnceTheyShareABridge) {
  Answer();
  EXPECT_EQ(Enter(kPhone, "b", "1"), "callingCallee");
  EXPECT_EQ(Enter(kId, "b", "2"), "connected");
  StartAt();
  Answer();
  EXPECT_EQ(Enter(kId, "b", "1"), "callingCallee");
  EXPECT_EQ(Enter(kPhone, "b", "2"), "connected");
}

TEST_F(CallProgressTest, TheOtherMayBeOfACallThatIsNotHeard) {
  Answer();
  EXPECT_EQ(Enter(kId, "b", "2"), "connected");
}

TEST_F(CallProgressTest, TwoBridgesConnectNobody) {
  Answer();
  EXPECT_EQ(Enter(kId, "a", "1"), "callingCallee");
  EXPECT_EQ(Enter(kPhone, "b", "1"), "callingCallee");
  EXPECT_EQ(Enter(kId + "-2", "b", "2"), "callingCallee");
}

TEST_F(CallProgressTest, AConferenceIsWhatTheCallerWanted) {
  Answer();
  EXPECT_EQ(Enter(kId, "b", "1", "ConfBridge", "softmix"), "connected");
}

TEST_F(CallProgressTest, WaitingTogetherIsNoTalk) {
  Answer();
  EXPECT_EQ(Enter(kId, "b", "3", "BridgeWait", "holding_bridge"), "callingCallee");
}

TEST_F(CallProgressTest, KnowsSinceWhenAndUntilWhen) {
  Answer();
  clock_.Advance(base::Milliseconds(5));
  const auto begin = clock_.WallNow();
  Enter(kId, "b", "2");
  clock_.Advance(base::Milliseconds(5));
  Enter(kId, "c", "2");
  EXPECT_EQ(progress_.State(), (CallState{CallStatus::kConnected, {}, begin, {}}));
  clock_.Advance(base::Milliseconds(5));
  Hangup("16");
  EXPECT_EQ(progress_.State(),
            (CallState{CallStatus::kDisconnected, CallReason::kHangUp, begin, clock_.WallNow()}));
}

TEST_F(CallProgressTest, TheCallersHangupEndsItWhateverBecameOfTheOther) {
  Answer();
  Newchannel(kPhone);
  Enter(kId, "b", "2");
  EXPECT_EQ(Hangup("16"), "hangUp");
}

TEST_F(CallProgressTest, ALocalChannelThatIsOptimisedAwayEndsNothing) {
  Answer();
  Newchannel(kPhone);
  Newchannel(kOther);
  Enter(kId, "b", "2");
  Take({{"Event", "LocalOptimizationBegin"}, {"LocalOneUniqueid", kId}});
  EXPECT_EQ(Hangup("16"), "connected");
  EXPECT_EQ(Unsettled(), "connected");
  EXPECT_EQ(Hangup("16", kPhone), "connected");
  EXPECT_EQ(Hangup("16", kOther), "hangUp");
}

TEST_F(CallProgressTest, NeverGoesBackwards) {
  Answer();
  Enter(kId, "b", "2");
  EXPECT_EQ(Newstate("Ringing"), "connected");
  EXPECT_EQ(Dial("DialBegin", kPhone), "connected");
  EXPECT_EQ(Refused("5"), "connected");
  EXPECT_EQ(Settle({{kId, "Ringing", false, ""}}), "connected");
}

TEST_F(CallProgressTest, NothingChangesItOnceItIsOver) {
  Refused("5");
  const auto end = progress_.State();
  clock_.Advance(base::Milliseconds(5));
  Newchannel();
  EXPECT_FALSE(progress_.Take(MakeMessage({{"Event", "Hangup"}, {"Uniqueid", kId}}), {}));
  Enter(kId, "b", "2");
  Settle({});
  EXPECT_EQ(progress_.State(), end);
  EXPECT_EQ(progress_.Unsettled(clock_.WallNow()), end);
}

}  // namespace
}  // namespace click2call::call
