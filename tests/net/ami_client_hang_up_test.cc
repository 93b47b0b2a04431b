// Hanging up one call.

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "net/ami_client.h"
#include "net/ami_client_fixture.h"
#include "net/status_talk.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Milliseconds;
using fakes::Fails;
using fakes::Has;
using fakes::Succeeds;

constexpr std::string_view kNoChannel = "No such channel";

class HangUpTest : public AmiClientTest {
 protected:
  fakes::FakePeer& IsTold() { return LogsIn("host-a").Hears("Hangup"); }
  // It has no first leg, and was asked for the others.
  fakes::FakePeer& LooksForLegs() {
    return IsTold()
        .Says(ErrorTo("c2c-hangup-0", kNoChannel))
        .Hears("Status")
        .Says(ErrorTo("c2c-status-0", kNoChannel))
        .Hears("Status");
  }
};

TEST_F(HangUpTest, LogsInHangsUpAndLogsOff) {
  IsTold().Says(ami::Success("c2c-hangup-0"));
  EXPECT_TRUE(Succeeds(HangUp()));
  EXPECT_EQ(tried_[0]->sent,
            "Action: Login\r\nActionID: c2c-login\r\nUsername: click2call\r\nSecret: s3cret\r\n"
            "Events: off\r\n\r\nAction: Hangup\r\nActionID: c2c-hangup-0\r\nChannel: " +
                kCallId + "\r\nCause: 16\r\n\r\nAction: Logoff\r\nActionID: c2c-logoff\r\n\r\n");
  EXPECT_EQ(log_.Text(), "");
}

TEST_F(HangUpTest, WhereALocalChannelWasOptimisedAwayItEndsWhatIsLeftOfTheCall) {
  LooksForLegs()
      .Says(StatusBegins("c2c-status-all") + Leg("c2c-status-all", "17.1", "17.1", "Up") +
            Leg("c2c-status-all", "17.2", kCallId, "Up") +
            Leg("c2c-status-all", "17.3", kCallId, "Up") + StatusEnds("c2c-status-all"))
      .Hears("Hangup")
      .Hears("Hangup")
      .Says(ami::Success("c2c-hangup-0") + ErrorTo("c2c-hangup-1", kNoChannel));
  EXPECT_TRUE(Succeeds(HangUp()));
  const std::string& sent = tried_[0]->sent;
  EXPECT_TRUE(Has(sent, "Channel: 17.2\r\nCause: 16\r\n"));
  EXPECT_TRUE(Has(sent, "Channel: 17.3\r\nCause: 16\r\n"));
  EXPECT_FALSE(Has(sent, "Channel: 17.1")) << "that is somebody else's call";
}

TEST_F(HangUpTest, ACallThatThePbxKnowsNothingOfIsOver) {
  LooksForLegs().Says(StatusBegins("c2c-status-all") + Leg("c2c-status-all", "17.1", "17.1", "Up") +
                      StatusEnds("c2c-status-all"));
  const auto done = HangUp();
  ASSERT_TRUE(Fails(done, Code::kConflict));
  EXPECT_EQ(done.Why().call_id, kCallId);
  EXPECT_EQ(log_.Text(), "") << "nothing is wrong with the PBX";
}

TEST_F(HangUpTest, ACallThatEndsMeanwhileIsOver) {
  LooksForLegs()
      .Says(StatusBegins("c2c-status-all") + Leg("c2c-status-all", "17.2", kCallId, "Up") +
            StatusEnds("c2c-status-all"))
      .Hears("Hangup")
      .Says(ErrorTo("c2c-hangup-0", kNoChannel));
  EXPECT_TRUE(Fails(HangUp(), Code::kConflict));
}

TEST_F(HangUpTest, NamesTheRightThatIsMissing) {
  IsTold().Says(ErrorTo("c2c-hangup-0", "Permission denied"));
  const auto done = HangUp();
  ASSERT_TRUE(Fails(done, Code::kPbxHangupRefused));
  for (const auto* word : {"PBX \"a\"", "\"click2call\"", "add call", "manager.conf"}) {
    EXPECT_TRUE(Has(done.Why().message, word));
  }
}

TEST_F(HangUpTest, APbxThatFailsIsAnError) {
  void (*const kFaults[])(fakes::FakePeer&) = {
      [](fakes::FakePeer&) {},  // silence
      [](fakes::FakePeer& peer) { peer.Closes(); },
      [](fakes::FakePeer& peer) { peer.Resets(); },
      [](fakes::FakePeer& peer) { peer.Says(ErrorTo("c2c-hangup-0", kNoChannel)).Closes(); },
      [](fakes::FakePeer& peer) {
        peer.Says(ErrorTo("c2c-hangup-0", kNoChannel))
            .Hears("Status")
            .Says(StatusBegins("c2c-status-0"));
      },
      [](fakes::FakePeer& peer) { peer.Says(ErrorTo("of-nobody", kNoChannel)); },
  };
  int number = 0;
  for (const auto& fault : kFaults) {
    SCOPED_TRACE(number++);
    fault(IsTold());
    EXPECT_TRUE(Fails(HangUp(), Code::kPbxUnavailable));
    EXPECT_LE(took_, ami::kAnswerWait);
  }
  IsTold().Says(std::string(100'000, 'x'));
  EXPECT_TRUE(Fails(HangUp(), Code::kPbxProtocol));
}

TEST_F(HangUpTest, APbxThatIsNoLongerConfiguredIsNamed) {
  call_.pbx = "old";
  const auto done = HangUp();
  ASSERT_TRUE(Fails(done, Code::kPbxUnavailable));
  EXPECT_TRUE(Has(done.Why().message, "\"old\""));
}

}  // namespace
}  // namespace click2call::net
