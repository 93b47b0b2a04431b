// call.channel = "auto" over a session of its own: the questions go before the Originate.

#include <string>

#include <gtest/gtest.h>

#include "net/ami_client_fixture.h"
#include "net/channel_talk.h"
#include "net/status_talk.h"

namespace click2call::net {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;

constexpr std::string_view kMayAll = "Originate DBGet ExtensionState Getvar";
constexpr std::string_view kMayCall = "Originate ExtensionState Getvar";

std::string Id(int number) { return "c2c-channel-" + std::to_string(number); }

class AmiClientChannelTest : public AmiClientTest {
 protected:
  // The next connection to "a" gets as far as the questions.
  fakes::FakePeer& IsAsked(std::string_view may) {
    auto& peer = LogsIn("host-a").Hears("ListCommands").Says(RightsReply(may));
    if (Has(may, "DBGet")) peer.Hears("DBGet").Hears("DBGet");
    if (Has(may, "ExtensionState")) peer.Hears("ExtensionState");
    if (Has(may, "Getvar")) peer.Hears("Getvar").Hears("Getvar").Hears("Getvar").Hears("Getvar");
    return peer;
  }
  static std::string NoPhones() {
    std::string all;
    for (int i = 3; i < 7; ++i) all += StateReply(Id(i), "INVALID");
    return all;
  }
  base::Result<call::Dialled> DialAuto() {
    return Do([this](AmiClient& client) {
      return client.Dial(AutoPlan(), [](const std::string&) { return base::Done(); }, {});
    });
  }
  const std::string& Sent() const { return tried_.back()->sent; }
};

TEST_F(AmiClientChannelTest, AsksOnTheSameSessionAndThenPlacesTheCall) {
  IsAsked(kMayAll)
      .Says(DatabaseReply(Id(0), "SIP/1003") + ErrorTo(Id(1), "Database entry not found") +
            Ringing() + HintReply(Id(2), "PJSIP/1003") + NoPhones())
      .Hears("Originate")
      .Says(Queued() + Ringing());
  EXPECT_EQ(Outcome(DialAuto()), "callingCaller on a");
  EXPECT_TRUE(Has(Sent(), "\r\nChannel: SIP/1003\r\n")) << Sent();
  EXPECT_EQ(Originates(), 1);
}

TEST_F(AmiClientChannelTest, AsksOnlyWhatItMay) {
  IsAsked(kMayCall)
      .Says(HintReply(Id(2), "PJSIP/1003") + NoPhones())
      .Hears("Originate")
      .Says(Queued() + Ringing());
  EXPECT_EQ(Outcome(DialAuto()), "callingCaller on a");
  EXPECT_TRUE(Has(Sent(), "\r\nChannel: PJSIP/1003\r\n")) << Sent();
  EXPECT_FALSE(Has(Sent(), "DBGet"));
}

TEST_F(AmiClientChannelTest, WithoutAnyRightToAskItSaysWhichOneWouldHelp) {
  LogsIn("host-a").Hears("ListCommands").Says(RightsReply("Originate")).Hears("Logoff");
  const auto dialled = DialAuto();
  ASSERT_TRUE(Fails(dialled, Code::kPbxOriginateRefused));
  EXPECT_TRUE(Has(dialled.Why().message, "add call")) << dialled.Why().message;
  EXPECT_EQ(Originates(), 0);
  EXPECT_EQ(Tried(), Hosts{"host-a"});
}

TEST_F(AmiClientChannelTest, APhoneThatThePbxDoesNotKnowIsNotRung) {
  IsAsked(kMayCall).Says(HintReply(Id(2), "") + NoPhones()).Hears("Logoff");
  EXPECT_TRUE(Fails(DialAuto(), Code::kCallerNotAvailable));
  EXPECT_EQ(Originates(), 0);
}

TEST_F(AmiClientChannelTest, APbxThatDoesNotAnswerWasNotDialledAndTheNextMayBe) {
  IsAsked(kMayCall).Says(HintReply(Id(2), "PJSIP/1003"));
  LogsIn("host-b")
      .Hears("ListCommands")
      .Says(RightsReply(kMayCall))
      .Hears("ExtensionState")
      .Hears("Getvar")
      .Hears("Getvar")
      .Hears("Getvar")
      .Hears("Getvar")
      .Says(HintReply(Id(2), "SIP/1003") + NoPhones())
      .Hears("Originate")
      .Says(Queued() + Ringing());
  EXPECT_EQ(Outcome(DialAuto()), "callingCaller on b");
  EXPECT_TRUE(Has(Sent(), "\r\nChannel: SIP/1003\r\n")) << Sent();
  EXPECT_EQ(Originates(), 1);
}

TEST_F(AmiClientChannelTest, APbxThatHangsUpMeanwhileWasNotDialled) {
  pbxs_ = {Pbx("a")};
  IsAsked(kMayAll).Says(DatabaseReply(Id(0), "SIP/1003")).Closes();
  EXPECT_TRUE(Fails(DialAuto(), Code::kPbxUnavailable));
  EXPECT_EQ(Originates(), 0);
}

}  // namespace
}  // namespace click2call::net
