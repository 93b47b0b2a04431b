// One call on a PBX that is well: what is sent, and what its words come to.

#include "net/ami_client.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "ami/transcript.h"
#include "net/ami_client_fixture.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Milliseconds;
using fakes::Fails;
using fakes::Has;

constexpr std::string_view kLogoff = "Action: Logoff\r\nActionID: c2c-logoff\r\n\r\n";

TEST_F(AmiClientTest, LogsInPlacesTheCallAndLogsOff) {
  QueuesIt("host-a").Says(Ringing());
  EXPECT_EQ(Outcome(Dial()), "callingCaller on a");
  ASSERT_EQ(Tried(), (Hosts{"host-a"}));
  EXPECT_EQ(tried_[0]->port, 5038);
  EXPECT_EQ(tried_[0]->sent,
            "Action: Login\r\nActionID: c2c-login\r\nUsername: click2call\r\nSecret: s3cret\r\n"
            "Events: call\r\n\r\n" +
                OriginateBytes() + std::string(kLogoff));
  EXPECT_EQ(took_, Milliseconds(0));
  EXPECT_EQ(log_.Text(), "");
}

TEST_F(AmiClientTest, ByMD5TheSecretNeverLeaves) {
  pbxs_[0].credentials.auth = ami::Auth::kMD5;
  network_.Peer("host-a")
      .Says(std::string(ami::kBanner))
      .Hears("Challenge")
      .Says("Response: Success\r\nActionID: c2c-challenge\r\nChallenge: 1\r\n\r\n")
      .Hears("Login")
      .Says(std::string(ami::kLoginAccepted))
      .Hears("Originate")
      .Says(Queued() + Ringing());
  EXPECT_EQ(Outcome(Dial()), "callingCaller on a");
  EXPECT_FALSE(Has(tried_[0]->sent, kSecret));
}

TEST_F(AmiClientTest, TheFirstWordIsTheOutcomeBeforeTheReplyOrAfterIt) {
  const struct {
    std::string word;
    std::string outcome;  // what it begins with
  } kRows[] = {{Ringing(), "callingCaller on a"},
               {Answered(), "callingCallee on a"},
               {Ringing() + Answered(), "callingCaller on a"},
               {Failed(5), "disconnected callerBusy on a"},
               {Failed(3), "disconnected callerNoAnswer on a"}};
  for (const auto& row : kRows) {
    for (const std::string& said : {row.word + Queued(), Queued() + row.word, row.word}) {
      HearsIt("host-a").Says(said);
      EXPECT_EQ(Outcome(Dial()).substr(0, row.outcome.size()), row.outcome);
      EXPECT_EQ(Originates(), 1);
      EXPECT_EQ(took_, Milliseconds(0));
    }
  }
}

TEST_F(AmiClientTest, ACallerWhoDoesNotAnswerIsACallThatIsOverAndNoError) {
  for (const int reason : {0, 1, 3, 5, 8}) {
    QueuesIt("host-a").Says(Failed(reason));
    const call::CallState state = fakes::Must(Dial()).state;
    EXPECT_EQ(state.status, call::CallStatus::kDisconnected) << reason;
    EXPECT_TRUE(state.reason) << reason;
    EXPECT_EQ(state.ended_at, clock_.WallNow());
    EXPECT_EQ(Tried(), (Hosts{"host-a"})) << "the call was placed: no other PBX";
    EXPECT_EQ(log_.Text(), "");
  }
}

// What a PJSIP phone does: the reason comes behind the failure.
TEST_F(AmiClientTest, APhoneThatTurnsTheCallAwayIsBusyAndNotUnreachable) {
  const std::string channel = "Event: Newchannel\r\nUniqueid: " + kCallId + "\r\n\r\n";
  QueuesIt("host-a")
      .Says(channel + Failed(0))
      .Pauses(Milliseconds(5))
      .Says("Event: Hangup\r\nUniqueid: " + kCallId + "\r\nCause: 17\r\n\r\n");
  EXPECT_EQ(Outcome(Dial()), "disconnected callerBusy on a");
  QueuesIt("host-a").Says(channel + Failed(0));
  EXPECT_EQ(Outcome(Dial()), "disconnected callerFailure on a") << "no reason ever came";
  EXPECT_EQ(took_, Milliseconds(1000));
}

TEST_F(AmiClientTest, SaysWhichPbxItTriesBeforeItDoes) {
  QueuesIt("host-b").Says(Ringing());
  EXPECT_EQ(Outcome(Dial()), "callingCaller on b");
  EXPECT_EQ(told_, (Hosts{"a", "b"}));
  may_try_ = base::Error{Code::kStoreUnavailable, "the disk is full"};
  EXPECT_TRUE(Fails(Dial(), Code::kStoreUnavailable));
  EXPECT_EQ(told_, (Hosts{"a"}));
  EXPECT_EQ(Tried(), (Hosts{})) << "not even a connection";
}

TEST_F(AmiClientTest, WaitsForTheFirstWordFromTheMomentTheCallWasQueued) {
  HearsIt("host-a")
      .Pauses(Milliseconds(3000))
      .Says(Queued())
      .Pauses(Milliseconds(999))
      .Says(Ringing());
  EXPECT_EQ(Outcome(Dial()), "callingCaller on a");
  EXPECT_EQ(took_, Milliseconds(3999));
}

TEST_F(AmiClientTest, WhereNoWordComesInTimeTheCallIsQueued) {
  QueuesIt("host-a").Pauses(Milliseconds(1001)).Says(Ringing());
  EXPECT_EQ(Outcome(Dial()), "initiating on a");
  EXPECT_EQ(took_, Milliseconds(1000));
}

TEST_F(AmiClientTest, WithoutAWaitItAsksForNoEventsAndAnswersWhenTheCallIsQueued) {
  outcome_wait_ = Milliseconds(0);
  HearsIt("host-a").Pauses(Milliseconds(10)).Says(Queued());
  EXPECT_EQ(Outcome(Dial()), "initiating on a");
  EXPECT_EQ(took_, Milliseconds(10));
  EXPECT_TRUE(Has(tried_[0]->sent, "\r\nEvents: off\r\n\r\nAction: Originate\r\n"));
  EXPECT_TRUE(tried_[0]->sent.ends_with(kLogoff));
}

TEST_F(AmiClientTest, HearsNothingButItsOwnCall) {
  std::string foreign;
  for (const auto* id : {"c2c-01ARYZ6S410000000000000002", "1795390524.275", ""}) {
    foreign += "Event: Newstate\r\nChannelStateDesc: Up\r\nUniqueid: " + std::string(id) +
               "\r\n\r\nEvent: OriginateResponse\r\nActionID: " + id +
               "\r\nResponse: Failure\r\nReason: 5\r\n\r\n" + "Response: Error\r\nActionID: " + id +
               "\r\nMessage: Permission denied\r\n\r\n";
  }
  HearsIt("host-a").Says(foreign + Queued() + foreign + Ringing());
  EXPECT_EQ(Outcome(Dial()), "callingCaller on a");
}

TEST_F(AmiClientTest, FindsItsReplyBehindTwentyThousandEvents) {
  std::string flood;
  for (int i = 0; i < 20'000; ++i) flood += "Event: Newchannel\r\nUniqueid: 17.1\r\n\r\n";
  HearsIt("host-a").Says(flood + Queued() + Ringing());
  EXPECT_EQ(Outcome(Dial()), "callingCaller on a");
}

TEST_F(AmiClientTest, AFloodWithoutEndEndsAtTheDeadline) {
  std::string flood;
  for (int i = 0; i < 500; ++i) flood += "Event: Newchannel\r\nUniqueid: 17.1\r\n\r\n";
  auto& peer = HearsIt("host-a");
  for (int i = 0; i < 200; ++i) peer.Says(flood).Pauses(Milliseconds(50));
  EXPECT_TRUE(Fails(Dial(), Code::kOutcomeUnknown));
  EXPECT_EQ(took_, ami::kAnswerWait);
}

// ---- the recorded calls

const struct {
  const char* call;
  const char* outcome;
} kRecorded[] = {
    {"connected", "callingCallee on a"},
    {"callee-busy", "callingCallee on a"},
    {"callee-no-answer", "callingCallee on a"},
    {"callee-unreachable", "callingCallee on a"},
    {"hangup-and-status", "callingCallee on a"},
    {"priority-zero", "callingCallee on a"},
    {"caller-no-answer", "callingCaller on a"},
    {"duplicate-channelid", "callingCaller on a"},
    {"caller-busy", "disconnected callerBusy on a"},
    {"caller-unregistered", "disconnected callerFailure on a"},
    {"caller-unknown-endpoint", "disconnected callerFailure on a"},
    {"unknown-technology", "disconnected callerFailure on a"},
};

// What Asterisk said from the reply to the Originate on, with our id.
std::string AfterOriginate(const std::string& name) {
  ami::Transcript transcript = ami::ReadTranscript(name);
  transcript.Replace(ami::ChannelIdOf(transcript), kCallId);
  std::string bytes;
  bool originated = false;
  for (const auto& part : transcript.parts) {
    if (!part.received) originated |= part.bytes.starts_with("Action: Originate");
    if (part.received && originated) bytes += part.bytes;
  }
  return bytes;
}

TEST_F(AmiClientTest, TellsTheTruthAboutEachRecordedCallHoweverItsBytesArrive) {
  for (const auto* version : {"asterisk-16-call-", "asterisk-22-call-"}) {
    for (const auto& [call, outcome] : kRecorded) {
      SCOPED_TRACE(std::string(version) + call);
      for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::string::npos}) {
        network_.Peer("host-a")
            .InPiecesOf(piece)
            .Says(std::string(ami::kBanner))
            .Hears("Login")
            .Says(std::string(ami::kLoginAccepted))
            .Hears("Originate")
            .Says(AfterOriginate(std::string(version) + call));
        EXPECT_EQ(Outcome(Dial()), outcome);
        EXPECT_EQ(Originates(), 1);
      }
    }
  }
}

}  // namespace
}  // namespace click2call::net
