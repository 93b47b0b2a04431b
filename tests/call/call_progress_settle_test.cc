#include <string>

#include <gtest/gtest.h>

#include "call/call_progress.h"
#include "call/call_progress_fixture.h"

namespace click2call::call {
namespace {

// What Status says

TEST_F(CallProgressTest, ReadsTheLegsOfItsCall) {
  const auto leg = ReadLeg(MakeMessage({{"Event", "Status"},
                                        {"ChannelStateDesc", "Up"},
                                        {"Uniqueid", kPhone},
                                        {"Linkedid", kId},
                                        {"BridgeID", "b"},
                                        {"Application", "AppDial"}}),
                           Id());
  ASSERT_TRUE(leg);
  EXPECT_EQ(leg->uniqueid, kPhone);
  EXPECT_EQ(leg->state, "Up");
  EXPECT_TRUE(leg->bridged);
  EXPECT_EQ(leg->application, "AppDial");
}

TEST_F(CallProgressTest, AndNoOthers) {
  EXPECT_FALSE(ReadLeg(MakeMessage({{"Event", "Status"}, {"Uniqueid", kPhone}}), Id()));
  EXPECT_FALSE(ReadLeg(MakeMessage({{"Event", "Newstate"}, {"Uniqueid", kId}}), Id()));
}

TEST_F(CallProgressTest, SettlesByTheCallersLeg) {
  const struct {
    Sighting::Leg leg;
    const char* status;
  } kRows[] = {
      {{kId, "Down", false, ""}, "initiating"},
      {{kId, "Ring", false, ""}, "initiating"},
      {{kId, "Ringing", false, "AppDial2"}, "callingCaller"},
      {{kId, "Up", false, "Dial"}, "callingCallee"},
      {{kId, "Up", false, "Queue"}, "callingCallee"},
      {{kId, "Up", true, "Dial"}, "connected"},
      {{kId, "Up", true, "BridgeWait"}, "callingCallee"},
      {{kId, "Up", false, "VoiceMail"}, "connected"},
      {{kId, "Up", false, "ConfBridge"}, "connected"},
  };
  for (const auto& row : kRows) {
    StartAt();
    EXPECT_EQ(Settle({row.leg}), row.status) << row.leg.state << " " << row.leg.application;
  }
}

TEST_F(CallProgressTest, ALocalChannelsPhonesGoOnWithoutIt) {
  EXPECT_EQ(Settle({{kPhone, "Ringing", false, ""}}), "initiating");
  EXPECT_EQ(Settle({{kPhone, "Up", true, "AppDial"}, {kOther, "Up", true, "AppDial"}}),
            "connected");
  EXPECT_EQ(Hangup("16", kPhone), "connected");
  EXPECT_EQ(Hangup("16", kOther), "hangUp");
}

TEST_F(CallProgressTest, WithoutAChannelItIsOverAndOnlyWhatIsKnownIsSaid) {
  EXPECT_EQ(Settle({}), "other");
  for (const auto status :
       {CallStatus::kCallingCaller, CallStatus::kCallingCallee, CallStatus::kConnected}) {
    StartAt(status);
    EXPECT_EQ(Settle({}), "other");
  }
}

TEST_F(CallProgressTest, ACallWhoseOriginateMayBeOnItsWayIsNotOver) {
  for (const auto age : {base::Milliseconds(0), CallProgress::kOnItsWay - base::Milliseconds(1),
                         base::Milliseconds(-1000)}) {
    CallProgress progress(Id());
    EXPECT_FALSE(progress.Settle({}, Id().Time() + age)) << age.count();
  }
  CallProgress progress(Id());
  EXPECT_TRUE(progress.Settle({}, Id().Time() + CallProgress::kOnItsWay));
  CallProgress set_back(Id());
  EXPECT_TRUE(set_back.Settle({}, Id().Time() - std::chrono::hours(1)));
  CallProgress ringing(Id(), {CallStatus::kCallingCaller, {}, {}, {}});
  EXPECT_TRUE(ringing.Settle({}, Id().Time())) << "it has been there";
}

TEST_F(CallProgressTest, ASightingOfTheCallersLegAloneForgetsNoOther) {
  Answer();
  Newchannel(kPhone);
  Dial("DialBegin", kPhone);
  EXPECT_EQ(Settle({{kId, "Up", false, "Dial"}}), "callingCallee");
  Dial("DialEnd", kPhone, "NOANSWER");
  EXPECT_EQ(Hangup("16"), "callingCallee") << "the phone's own Hangup has the reason";
  EXPECT_EQ(Hangup("21", kPhone), "calleeBusy");
}

TEST_F(CallProgressTest, WhoComesLateKnowsADeclinedCallByTheCallersOwnCause) {
  for (const auto& [cause, reason] : {std::pair{"21", "calleeBusy"}, {"16", "calleeNoAnswer"}}) {
    StartAt(CallStatus::kCallingCallee);
    Settle({{kId, "Up", false, "Dial"}});
    Dial("DialEnd", kPhone, "NOANSWER");
    EXPECT_EQ(Hangup(cause), reason);
  }
}

TEST_F(CallProgressTest, WhatWasHeardBeforeIsKnown) {
  Answer();
  Dial("DialBegin", kPhone);
  Dial("DialEnd", kPhone, "BUSY");
  EXPECT_EQ(Settle({}), "calleeBusy");
  StartAt();
  Newchannel();
  Refused("0");
  EXPECT_EQ(Settle({}), "callerFailure");
  StartAt();
  Answer();
  Dial("DialBegin", kPhone);
  EXPECT_EQ(Settle({}), "other");
}

// Whose event

TEST(CallOfTest, IsInAnyOfTheHeadersThatNameAChannel) {
  for (const auto* name : {"Uniqueid", "DestUniqueid", "LocalOneUniqueid", "Linkedid",
                           "DestLinkedid", "LocalOneLinkedid", "ActionID"}) {
    EXPECT_EQ(CallOf(MakeMessage({{"Event", "E"}, {name, kId}})), Id()) << name;
    EXPECT_FALSE(CallOf(MakeMessage({{"Event", "E"}, {name, kPhone}}))) << name;
  }
  EXPECT_EQ(CallOf(MakeMessage({{"Event", "E"}, {"Uniqueid", kId + "-2"}})), Id());
  EXPECT_FALSE(CallOf(MakeMessage({{"Response", "Success"}, {"ActionID", kId}})));
}

TEST(CallOfTest, AChannelIsOfItsOwnCallWhoeverItMet) {
  const std::string met = "c2c-01ARYZ6S410000000000000002";
  EXPECT_EQ(CallOf(MakeMessage({{"Event", "Hangup"}, {"Linkedid", met}, {"Uniqueid", kId}})), Id());
}

}  // namespace
}  // namespace click2call::call
