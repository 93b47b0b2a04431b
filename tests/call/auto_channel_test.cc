// call.channel = "auto": what a PBX is asked, and what its answers make of it.

#include "call/auto_channel.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ami/show.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;

constexpr std::size_t kAnswers = 7;
enum : std::size_t { kDial, kTech, kHint, kPjsip, kSip, kIax2, kSccp };

// What a PBX answers to all questions about 1003; by itself it knows nothing of it.
class Pbx {
 public:
  Pbx() {
    for (const std::size_t key : {kDial, kTech}) Say(key, "Message", "Database entry not found");
    Say(kHint, "Hint", "");
    for (const std::size_t state : {kPjsip, kSip, kIax2, kSccp}) Say(state, "Value", "INVALID");
  }
  Pbx& Say(std::size_t place, std::string name, std::string value) {
    answers_[place] = ami::Message();
    answers_[place].Add(std::move(name), std::move(value));
    return *this;
  }
  Pbx& Deny(std::size_t place) {
    answers_[place] = PermissionDenied();
    return *this;
  }
  base::Result<ami::FieldValue> Read() const {
    return ReadChannel("1003", ami::Value("from-internal"), answers_, "web");
  }
  std::string Channel() const {
    const auto channel = Read();
    return channel.Ok() ? channel.Value().Text() : "none";
  }

 private:
  std::vector<ami::Message> answers_{kAnswers};
};

std::string DialIs(const std::string& value) { return Pbx().Say(kDial, "Val", value).Channel(); }
std::string TechIs(const std::string& value) { return Pbx().Say(kTech, "Val", value).Channel(); }
std::string HintIs(const std::string& value) { return Pbx().Say(kHint, "Hint", value).Channel(); }

TEST(AutoChannelTest, AsksAllAtOnceEachWithTheRightItNeeds) {
  std::string all;
  for (const auto& question : AskForChannel("1003", ami::Value("from-internal"), "c2c-channel-9")) {
    all += question.action.Encode();
    EXPECT_EQ(question.list, question.right == &Rights::dbget);
  }
  EXPECT_EQ(all,
            "Action: DBGet\r\nActionID: c2c-channel-9-0\r\nFamily: DEVICE/1003\r\nKey: dial\r\n\r\n"
            "Action: DBGet\r\nActionID: c2c-channel-9-1\r\nFamily: DEVICE/1003\r\nKey: tech\r\n\r\n"
            "Action: ExtensionState\r\nActionID: c2c-channel-9-2\r\nExten: 1003\r\n"
            "Context: from-internal\r\n\r\n"
            "Action: Getvar\r\nActionID: c2c-channel-9-3\r\n"
            "Variable: DEVICE_STATE(PJSIP/1003)\r\n\r\n"
            "Action: Getvar\r\nActionID: c2c-channel-9-4\r\n"
            "Variable: DEVICE_STATE(SIP/1003)\r\n\r\n"
            "Action: Getvar\r\nActionID: c2c-channel-9-5\r\n"
            "Variable: DEVICE_STATE(IAX2/1003)\r\n\r\n"
            "Action: Getvar\r\nActionID: c2c-channel-9-6\r\n"
            "Variable: DEVICE_STATE(SCCP/1003)\r\n\r\n");
}

TEST(AutoChannelTest, FreePBXSaysItInAstDB) {
  EXPECT_EQ(DialIs("PJSIP/1003"), "PJSIP/1003");
  EXPECT_EQ(DialIs("SIP/1003-desk"), "SIP/1003-desk");
  EXPECT_EQ(DialIs("DAHDI/1"), "DAHDI/1");
  EXPECT_EQ(DialIs("Local/1003@phones/n"), "Local/1003@phones/n");
  EXPECT_EQ(DialIs("Local/1003@phones"), "Local/1003@phones");
  EXPECT_EQ(TechIs("pjsip"), "PJSIP/1003");
  EXPECT_EQ(TechIs("iax2"), "IAX2/1003");
  EXPECT_EQ(TechIs("custom"), "none");
  EXPECT_EQ(TechIs("local"), "none") << "which context?";
}

TEST(AutoChannelTest, TheHintSaysIt) {
  EXPECT_EQ(HintIs("PJSIP/1003"), "PJSIP/1003");
  EXPECT_EQ(HintIs("PJSIP/alice"), "PJSIP/alice");
  EXPECT_EQ(HintIs("PJSIP/1003&Custom:DND1003,CustomPresence:1003"), "PJSIP/1003");
  EXPECT_EQ(HintIs("Custom:DND1003&SIP/1003&PJSIP/1003"), "SIP/1003");
  EXPECT_EQ(HintIs("Custom:DND1003,CustomPresence:1003"), "none");
  EXPECT_EQ(HintIs(",PJSIP/1003"), "none");
  EXPECT_EQ(HintIs("&&&"), "none");
}

TEST(AutoChannelTest, APhoneThatIsThereSaysItAndOneThatIsRegisteredFirst) {
  for (const std::string state :
       {"NOT_INUSE", "INUSE", "BUSY", "RINGING", "RINGINUSE", "ONHOLD", "UNAVAILABLE"}) {
    EXPECT_EQ(Pbx().Say(kSip, "Value", state).Channel(), "SIP/1003") << state;
  }
  for (const std::string state : {"INVALID", "UNKNOWN", "", "not_inuse"}) {
    EXPECT_EQ(Pbx().Say(kSip, "Value", state).Channel(), "none") << state;
  }
  Pbx both;
  both.Say(kPjsip, "Value", "UNAVAILABLE").Say(kSip, "Value", "UNAVAILABLE");
  EXPECT_EQ(both.Channel(), "PJSIP/1003");
  EXPECT_EQ(both.Say(kSip, "Value", "NOT_INUSE").Channel(), "SIP/1003");
}

TEST(AutoChannelTest, WhatSaysMostGoesFirst) {
  Pbx pbx;
  EXPECT_EQ(pbx.Say(kIax2, "Value", "NOT_INUSE").Channel(), "IAX2/1003");
  EXPECT_EQ(pbx.Say(kHint, "Hint", "SCCP/1003").Channel(), "SCCP/1003");
  EXPECT_EQ(pbx.Say(kTech, "Val", "sip").Channel(), "SIP/1003");
  EXPECT_EQ(pbx.Say(kDial, "Val", "PJSIP/1003").Channel(), "PJSIP/1003");
  EXPECT_EQ(pbx.Say(kDial, "Val", "no device").Channel(), "SIP/1003") << "the next one counts";
}

// Whatever a PBX says (or who plays one), the Originate's Channel is a technology of the list and a
// plain name.
TEST(AutoChannelTest, NothingElseBecomesAChannel) {
  const std::vector<std::string> none = {"",
                                         "/",
                                         "PJSIP;",
                                         "PJSIP/",
                                         "/1003",
                                         "PJSIP/10 03",
                                         "PJSIP/1|2",
                                         "PJSIP/a/b",
                                         "PJSIP/a@b",
                                         "PJSIP/a:b",
                                         "PJSIP/${X}",
                                         "PJSIP/a\"b",
                                         "PJSIP/a\\b",
                                         "PJSIP/a;b",
                                         "PJSIP/\xc3\xa4",
                                         "PJSIP/a(b)",
                                         "Nonsense/1",
                                         "AGI/x",
                                         "Local/1003",
                                         "Local/@a",
                                         "Local/a@",
                                         "Local/a@b@c",
                                         "Local/a@b/nj",
                                         "Local/a@b/n/n",
                                         "Console/1",
                                         "PJSIP/a\tb",
                                         "SIP/1003?x",
                                         "PJSIP /1003",
                                         "PJSIP/" + std::string(80, '1')};
  for (const std::string& value : none) {
    EXPECT_EQ(DialIs(value), "none") << value;
    EXPECT_EQ(HintIs(value), "none") << value;
    EXPECT_EQ(TechIs(value), "none") << value;
  }
  EXPECT_EQ(DialIs("PJSIP/1003&PJSIP/1004"), "none");
  EXPECT_EQ(DialIs("PJSIP/1003,30"), "none");
  EXPECT_EQ(DialIs("PJSIP/" + std::string(79, '1')), "PJSIP/" + std::string(79, '1'));
  EXPECT_EQ(HintIs("PJSIP/1003;x&PJSIP/1004"), "PJSIP/1004");
}

TEST(AutoChannelTest, APhoneThatNobodyKnowsIsNotAvailable) {
  const auto unknown = Pbx().Read();
  ASSERT_TRUE(Fails(unknown, Code::kCallerNotAvailable));
  for (const std::string_view part :
       {"1003", "from-internal", "PJSIP SIP IAX2 SCCP", "AstDB", "call.channel"}) {
    EXPECT_TRUE(Has(unknown.Why().message, part)) << unknown.Why().message;
  }
  EXPECT_FALSE(Has(unknown.Why().message, "write ="));
}

TEST(AutoChannelTest, WhichRightWouldHelpIsSaid) {
  Pbx pbx;
  auto why = pbx.Deny(kDial).Deny(kTech).Read();
  ASSERT_TRUE(Fails(why, Code::kCallerNotAvailable));
  EXPECT_TRUE(Has(why.Why().message, "reporting in its write = line")) << why.Why().message;
  EXPECT_TRUE(Has(why.Why().message, "\"web\"")) << why.Why().message;
  for (const std::size_t place : {kHint, kPjsip, kSip, kIax2, kSccp}) pbx.Deny(place);
  why = pbx.Read();
  ASSERT_TRUE(Fails(why, Code::kPbxOriginateRefused));
  EXPECT_TRUE(Has(why.Why().message, "add call to its write = line")) << why.Why().message;
}

TEST(AutoChannelTest, WhatIsDeniedDoesNotMatterWhereSomethingElseSaysIt) {
  Pbx pbx;
  for (const std::size_t place : {kHint, kPjsip, kSip, kIax2, kSccp}) pbx.Deny(place);
  EXPECT_EQ(pbx.Say(kTech, "Val", "pjsip").Channel(), "PJSIP/1003");
  EXPECT_EQ(Pbx().Deny(kDial).Deny(kTech).Say(kHint, "Hint", "SIP/1003").Channel(), "SIP/1003");
}

TEST(AutoChannelTest, OfWhatIsNoNameOfAPhoneNothingIsAsked) {
  for (const std::string& exten :
       {std::string(), std::string("10 03"), std::string("1003)"), std::string(80, '1')}) {
    EXPECT_TRUE(AskForChannel(exten, {}, "c2c-channel").empty()) << exten;
    EXPECT_TRUE(Fails(ReadChannel(exten, {}, {}, "web"), Code::kCallerNotAvailable)) << exten;
  }
  EXPECT_EQ(AskForChannel(std::string(79, '1'), {}, "c2c-channel").size(), kAnswers);
}

TEST(AutoChannelTest, AnAnswerThatIsMissingIsNoAnswer) {
  EXPECT_TRUE(Fails(ReadChannel("1003", {}, {}, "web"), Code::kInternal));
}

}  // namespace
}  // namespace click2call::call
