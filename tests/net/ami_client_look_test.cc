// A look at one call: what is asked, what the answers come to, and how long it takes.

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "call/call_progress.h"
#include "net/ami_client.h"
#include "net/ami_client_fixture.h"
#include "net/status_talk.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Milliseconds;
using call::CallStatus;
using fakes::Fails;
using fakes::Has;
using fakes::Must;

class LookTest : public AmiClientTest {
 protected:
  // PBX "a", up to where it has heard both questions.
  fakes::FakePeer& IsAsked() { return LogsIn("host-a").Hears("ListCommands").Hears("Status"); }
  fakes::FakePeer& SaysStatus(const std::string& state, const std::string& bridge = "") {
    return IsAsked().Says(RightsReply() + StatusReply("c2c-status-0", kCallId, state, bridge));
  }
  fakes::FakePeer& HasNoSuchChannel() {
    return IsAsked().Says(RightsReply() + ErrorTo("c2c-status-0", "No such channel"));
  }
  fakes::FakePeer& HasNoChannelAtAll() {
    return HasNoSuchChannel().Hears("Status").Says(StatusBegins("c2c-status-all") +
                                                   StatusEnds("c2c-status-all"));
  }

  void CallIsYoung() { call_.id = base::CallId::Make(clock_.WallNow(), {}); }
};

TEST_F(LookTest, LogsInAsksBothAtOnceAndLogsOff) {
  SaysStatus("Ringing");
  EXPECT_EQ(Outcome(LookAt()), "callingCaller");
  EXPECT_EQ(tried_[0]->sent,
            "Action: Login\r\nActionID: c2c-login\r\nUsername: click2call\r\nSecret: s3cret\r\n"
            "Events: call\r\n\r\n"
            "Action: ListCommands\r\nActionID: c2c-rights\r\n\r\n"
            "Action: Status\r\nActionID: c2c-status-0\r\nChannel: " +
                kCallId + "\r\n\r\nAction: Logoff\r\nActionID: c2c-logoff\r\n\r\n");
  EXPECT_EQ(took_, Milliseconds(0));
  EXPECT_EQ(log_.Text(), "");
}

TEST_F(LookTest, TellsWhatTheUserMayDo) {
  const struct {
    std::string_view may;
    bool originate, hangup, status;
  } kRows[] = {{"Originate Hangup Status", true, true, true},
               {"Originate Status", true, false, true},
               {"Hangup Status", false, true, true},
               {"", false, false, false}};
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.may);
    IsAsked().Says(RightsReply(row.may) + StatusReply("c2c-status-0", kCallId, "Ringing"));
    const call::Rights rights = Must(LookAt()).rights;
    EXPECT_EQ(rights.originate, row.originate);
    EXPECT_EQ(rights.hangup, row.hangup);
    EXPECT_EQ(rights.status, row.status);
  }
}

TEST_F(LookTest, WithoutTheRightToAskTheCallStaysWhereItWas) {
  call_.state.status = CallStatus::kCallingCallee;
  IsAsked().Says(RightsReply("Originate") + ErrorTo("c2c-status-0", "Permission denied"));
  EXPECT_EQ(Outcome(LookAt()), "callingCallee");
}

TEST_F(LookTest, WithoutTheRightToAskItListensAllTheSame) {
  IsAsked()
      .Says(RightsReply("Originate") + ErrorTo("c2c-status-0", "Permission denied"))
      .Pauses(Milliseconds(500))
      .Says(Ringing());
  EXPECT_EQ(Outcome(LookAt(Milliseconds(1000))), "callingCaller");
  EXPECT_EQ(took_, Milliseconds(650));
}

TEST_F(LookTest, WhereTheCallHasMovedItWaitsAMomentForMoreAndNoLonger) {
  SaysStatus("Ringing").Pauses(Milliseconds(100)).Says(Answered());
  EXPECT_EQ(Outcome(LookAt(Milliseconds(5000))), "callingCallee");
  EXPECT_EQ(took_, Milliseconds(150));
  SaysStatus("Ringing").Pauses(Milliseconds(151)).Says(Answered());
  EXPECT_EQ(Outcome(LookAt(Milliseconds(5000))), "callingCaller");
}

TEST_F(LookTest, ALookThatIsNotToListenIsThereAtOnce) {
  SaysStatus("Ringing").Pauses(Milliseconds(1)).Says(Answered());
  EXPECT_EQ(Outcome(LookAt(Milliseconds(0))), "callingCaller");
  EXPECT_EQ(took_, Milliseconds(0));
}

TEST_F(LookTest, ListensForTheNextChange) {
  call_.state.status = CallStatus::kCallingCaller;
  SaysStatus("Ringing").Pauses(Milliseconds(1500)).Says(Answered());
  EXPECT_EQ(Outcome(LookAt(Milliseconds(2000))), "callingCallee");
  EXPECT_EQ(took_, Milliseconds(1650));
}

TEST_F(LookTest, ListensNoLongerThanItWasTold) {
  call_.state.status = CallStatus::kCallingCaller;
  SaysStatus("Ringing").Pauses(Milliseconds(2001)).Says(Answered());
  EXPECT_EQ(Outcome(LookAt(Milliseconds(2000))), "callingCaller");
  EXPECT_EQ(took_, Milliseconds(2000));
}

TEST_F(LookTest, ListensNoLongerThanTenSecondsAltogether) {
  call_.state.status = CallStatus::kCallingCaller;
  SaysStatus("Ringing");
  EXPECT_EQ(Outcome(LookAt(Milliseconds(60'000))), "callingCaller");
  EXPECT_EQ(took_, kTotalWait);
}

TEST_F(LookTest, HearsWhatHappensWhileItAsks) {
  call_.state.status = CallStatus::kCallingCaller;
  IsAsked().Says(Answered() + RightsReply() + StatusReply("c2c-status-0", kCallId, "Ringing"));
  EXPECT_EQ(Outcome(LookAt(Milliseconds(2000))), "callingCallee") << "never backwards";
}

TEST_F(LookTest, WhatThePbxKnowsNothingOfIsOver) {
  call_.state.status = CallStatus::kConnected;
  HasNoChannelAtAll();
  EXPECT_EQ(Must(LookAt()).state.status, CallStatus::kDisconnected);
  EXPECT_EQ(took_, Milliseconds(0));
}

// The PBX forgets a channel a moment before it says why that ended.
TEST_F(LookTest, WaitsAMomentForTheReasonOfACallThatIsGone) {
  call_.state.status = CallStatus::kConnected;
  call_.state.answered_at = clock_.WallNow();
  HasNoChannelAtAll().Pauses(Milliseconds(10)).Says(HangupEvent(kCallId, 16));
  EXPECT_EQ(Outcome(LookAt(Milliseconds(2000))), "disconnected hangUp");
  EXPECT_EQ(took_, Milliseconds(10));
}

TEST_F(LookTest, ALocalChannelThatWasOptimisedAwayDoesNotEndItsCall) {
  call_.state.status = CallStatus::kConnected;
  HasNoSuchChannel().Hears("Status").Says(
      StatusBegins("c2c-status-all") + Leg("c2c-status-all", "17.1", "17.1", "Up") +
      Leg("c2c-status-all", "17.2", kCallId, "Up", "bridge-1") +
      Leg("c2c-status-all", "17.3", kCallId, "Up", "bridge-1") + StatusEnds("c2c-status-all"));
  EXPECT_EQ(Outcome(LookAt()), "connected");
}

TEST_F(LookTest, ACallWhoseOriginateMayBeOnItsWayIsNotOver) {
  CallIsYoung();
  HasNoChannelAtAll();
  EXPECT_EQ(Outcome(LookAt()), "initiating");
  call_.state.status = CallStatus::kCallingCaller;
  HasNoChannelAtAll();
  EXPECT_EQ(Must(LookAt()).state.status, CallStatus::kDisconnected) << "it did arrive";
  call_.state.status = CallStatus::kInitiating;
  clock_.Advance(call::CallProgress::kOnItsWay);
  HasNoChannelAtAll();
  EXPECT_EQ(Must(LookAt()).state.status, CallStatus::kDisconnected);
}

TEST_F(LookTest, HearsNothingButItsOwnCall) {
  call_.state.status = CallStatus::kCallingCaller;
  std::string foreign;
  for (const auto* id : {"c2c-01ARYZ6S410000000000000002", "1795390524.275", ""}) {
    foreign += HangupEvent(id, 17) + StatusReply("of-nobody", id, "Up") +
               ErrorTo("of-nobody", "Permission denied");
  }
  IsAsked()
      .Says(foreign + RightsReply() + foreign + StatusReply("c2c-status-0", kCallId, "Ringing"))
      .Says(foreign);
  EXPECT_EQ(Outcome(LookAt(Milliseconds(1000))), "callingCaller");
  EXPECT_EQ(took_, Milliseconds(1000));
}

// ---- PBXs that are not well

TEST_F(LookTest, GoesToThePbxOfTheCallAlone) {
  EXPECT_TRUE(Fails(LookAt(), Code::kPbxUnavailable));
  EXPECT_EQ(Tried(), (Hosts{"host-a"}));
  call_.pbx = "b";
  EXPECT_TRUE(Fails(LookAt(), Code::kPbxUnavailable));
  EXPECT_EQ(Tried(), (Hosts{"host-b"}));
}

TEST_F(LookTest, APbxThatIsNoLongerConfiguredIsNamed) {
  call_.pbx = "old";
  const auto look = LookAt();
  ASSERT_TRUE(Fails(look, Code::kPbxUnavailable));
  EXPECT_TRUE(Has(look.Why().message, "\"old\""));
  EXPECT_EQ(Tried(), (Hosts{}));
}

TEST_F(LookTest, APbxThatFailsBeforeItHasAnsweredIsAnError) {
  const std::string half = StatusReply("c2c-status-0", kCallId, "Up").substr(0, 60);
  void (*const kFaults[])(fakes::FakePeer&, const std::string&) = {
      [](fakes::FakePeer&, const std::string&) {},  // silence
      [](fakes::FakePeer& peer, const std::string&) { peer.Closes(); },
      [](fakes::FakePeer& peer, const std::string&) { peer.Says(RightsReply()).Resets(); },
      [](fakes::FakePeer& peer, const std::string&) { peer.Says(RightsReply()); },
      [](fakes::FakePeer& peer, const std::string& part) { peer.Says(RightsReply() + part); },
      [](fakes::FakePeer& peer, const std::string& part) {
        peer.Says(RightsReply() + part).Closes();
      },
      [](fakes::FakePeer& peer, const std::string&) {
        peer.Says(RightsReply() + StatusBegins("c2c-status-0"));  // and no end of it
      },
      [](fakes::FakePeer& peer, const std::string&) {
        peer.Says(StatusReply("c2c-status-0", kCallId, "Up"));  // and no rights
      },
  };
  int number = 0;
  for (const auto& fault : kFaults) {
    SCOPED_TRACE(number++);
    fault(IsAsked(), half);
    const auto look = LookAt(Milliseconds(1000));
    ASSERT_TRUE(Fails(look, Code::kPbxUnavailable));
    EXPECT_TRUE(Has(look.Why().message, "PBX \"a\": "));
    EXPECT_GT(look.Why().retry_after, std::chrono::seconds(0));
    EXPECT_LE(took_, ami::kAnswerWait);
  }
}

TEST_F(LookTest, GarbageIsAnError) {
  IsAsked().Says(std::string(100'000, 'x'));
  EXPECT_TRUE(Fails(LookAt(), Code::kPbxProtocol));
}

TEST_F(LookTest, WhatIsKnownStaysKnownWhereThePbxFailsWhileItListens) {
  call_.state.status = CallStatus::kCallingCaller;
  SaysStatus("Ringing").Closes();
  EXPECT_EQ(Outcome(LookAt(Milliseconds(2000))), "callingCaller");
  EXPECT_EQ(took_, Milliseconds(0));
  SaysStatus("Ringing").Says(std::string(100'000, 'x'));
  EXPECT_EQ(Outcome(LookAt(Milliseconds(2000))), "callingCaller");
}

TEST_F(LookTest, ARefusedLoginIsAnError) {
  network_.Peer("host-a")
      .Says(std::string(ami::kBanner))
      .Hears("Login")
      .Says(ErrorTo("c2c-login", "Authentication failed"))
      .Closes();
  EXPECT_TRUE(Fails(LookAt(), Code::kPbxLoginRefused));
}

}  // namespace
}  // namespace click2call::net
