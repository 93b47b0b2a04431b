#include "ami/actions.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "ami/show.h"
#include "ami/transcript.h"
#include "base/text.h"
#include "fakes/results.h"

namespace click2call::ami {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;

// The Originate of the transcripts.
Originate RecordedOriginate(const std::string& id) {
  Originate originate;
  originate.action_id = originate.channel_id = Value(id);
  originate.other_channel_id = Value(id + "-2");
  originate.channel = Value("Local/1003@phones/n");
  originate.context = Value("out");
  originate.exten = Value("2001");
  originate.caller_id = Value("\"Click to call\" <1006>");
  originate.timeout = base::Milliseconds(20000);
  return originate;
}

TEST(ActionsTest, LoginIsTheseBytes) {
  EXPECT_EQ(Login(Value("1"), Value("click2call"), Value("s3cret"), Events::kCall).Encode(),
            "Action: Login\r\nActionID: 1\r\nUsername: click2call\r\nSecret: s3cret\r\n"
            "Events: call\r\n\r\n");
  EXPECT_TRUE(
      Has(Login(Value("1"), Value("u"), Value("s"), Events::kOff).Encode(), "Events: off\r\n"));
}

TEST(ActionsTest, WhatIsAskedAboutAnExtensionIsTheseBytes) {
  EXPECT_EQ(ExtensionState(Value("1"), Value("1003"), Value("from-internal")).Encode(),
            "Action: ExtensionState\r\nActionID: 1\r\nExten: 1003\r\nContext: from-internal\r\n"
            "\r\n");
  EXPECT_EQ(Getvar(Value("1"), Value("DEVICE_STATE(SIP/1003)")).Encode(),
            "Action: Getvar\r\nActionID: 1\r\nVariable: DEVICE_STATE(SIP/1003)\r\n\r\n");
  EXPECT_EQ(DBGet(Value("1"), Value("DEVICE/1003"), Value("tech")).Encode(),
            "Action: DBGet\r\nActionID: 1\r\nFamily: DEVICE/1003\r\nKey: tech\r\n\r\n");
}

TEST(ActionsTest, LoginByMD5IsTheseBytes) {
  EXPECT_EQ(ChallengeMD5(Value("c-1")).Encode(),
            "Action: Challenge\r\nActionID: c-1\r\nAuthType: MD5\r\n\r\n");
  EXPECT_EQ(LoginMD5(Value("l-1"), Value("orig"), Value("b21ea4"), Events::kOff).Encode(),
            "Action: Login\r\nActionID: l-1\r\nAuthType: MD5\r\nUsername: orig\r\nKey: b21ea4\r\n"
            "Events: off\r\n\r\n");
}

TEST(ActionsTest, TheMD5KeyIsTheOneThatAsteriskAccepted) {
  const auto after = [](const std::string& text, std::string_view name) {
    const std::size_t begin = text.find(name) + name.size();
    return text.substr(begin, text.find('\r', begin) - begin);
  };
  for (const auto* name : {"asterisk-16-login-md5", "asterisk-22-login-md5"}) {
    const Transcript transcript = ReadTranscript(name);
    const std::string challenge = after(transcript.Received(), "\nChallenge: ");
    EXPECT_EQ(MD5Key(challenge, "secret"), after(transcript.Sent(), "\nKey: ")) << name;
  }
}

TEST(ActionsTest, LogoffIsTheseBytes) {
  EXPECT_EQ(Logoff(Value("bye")).Encode(), "Action: Logoff\r\nActionID: bye\r\n\r\n");
}

TEST(ActionsTest, WhatAsksAndEndsIsTheBytesThatAsteriskTook) {
  for (const auto* name :
       {"asterisk-16-call-hangup-and-status", "asterisk-22-call-hangup-and-status"}) {
    const Transcript transcript = ReadTranscript(name);
    const std::string id = ChannelIdOf(transcript);
    EXPECT_TRUE(Has(transcript.Sent(), Status(Value("s-1"), Value(id)).Encode()));
    EXPECT_TRUE(Has(transcript.Sent(), Hangup(Value("h-1"), Value(id)).Encode()));
  }
}

TEST(ActionsTest, AStatusOfAllChannelsNamesNone) {
  EXPECT_EQ(Status(Value("s"), {}).Encode(), "Action: Status\r\nActionID: s\r\n\r\n");
}

TEST(ActionsTest, PingAndListCommandsAreTheseBytes) {
  EXPECT_EQ(Ping(Value("p")).Encode(), "Action: Ping\r\nActionID: p\r\n\r\n");
  EXPECT_EQ(ListCommands(Value("l")).Encode(), "Action: ListCommands\r\nActionID: l\r\n\r\n");
}

TEST(OriginateTest, IsTheBytesThatAsteriskTook) {
  for (const auto* name : {"asterisk-16-call-connected", "asterisk-22-call-connected"}) {
    const Transcript transcript = ReadTranscript(name);
    const Originate originate = RecordedOriginate(ChannelIdOf(transcript));
    EXPECT_TRUE(transcript.Sent().ends_with(MakeAction(originate).Encode())) << transcript.Sent();
  }
}

TEST(OriginateTest, HasAccountAndVariablesWhereTheyAreSet) {
  Originate originate = RecordedOriginate("c2c-1");
  EXPECT_FALSE(Has(MakeAction(originate).Encode(), "Account"));
  EXPECT_FALSE(Has(MakeAction(originate).Encode(), "Variable"));
  originate.account = Value("sales");
  originate.variables = {Value("A=1"), Value("B=2")};
  EXPECT_TRUE(Has(MakeAction(originate).Encode(),
                  "Timeout: 20000\r\nAccount: sales\r\nVariable: A=1\r\nVariable: B=2\r\n"
                  "Async: yes\r\n\r\n"));
}

TEST(OriginateTest, IsAlwaysAsync) {
  EXPECT_TRUE(Has(MakeAction(Originate()).Encode(), "\r\nAsync: yes\r\n"));
}

TEST(OriginateTest, RefusesWhatAsteriskWouldCut) {
  const struct {
    FieldValue Originate::*field;
    std::string name;
    std::size_t limit;
  } kRows[] = {{&Originate::channel, "Channel", 255},
               {&Originate::caller_id, "CallerID", 255},
               {&Originate::context, "Context", 79},
               {&Originate::exten, "Exten", 79}};
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.name);
    Originate originate = RecordedOriginate("c2c-1");
    originate.*row.field = Value(std::string(row.limit, '1'));
    EXPECT_TRUE(Succeeds(originate.Check()));
    originate.*row.field = Value(std::string(row.limit + 1, '1'));
    EXPECT_TRUE(Fails(originate.Check(), Code::kInvalidArgument));
    EXPECT_TRUE(originate.Check().Why().message.starts_with(row.name + " "));
    EXPECT_TRUE(Has(originate.Check().Why().message, std::to_string(row.limit)));
  }
}

TEST(SafeValueTest, KeepsOnlyBytesThatMeanNothingToAsterisk) {
  constexpr std::string_view kHarmless = " ._@+-";
  for (int byte = 0; byte < 256; ++byte) {
    const std::string c(1, static_cast<char>(byte));
    const bool stays = base::IsAlnum(c[0]) || kHarmless.find(c) != std::string_view::npos;
    EXPECT_EQ(SafeValue("a" + c + "z"), stays ? "a" + c + "z" : "az") << byte;
  }
}

TEST(SafeValueTest, TakesDialplanExpressionsApart) {
  const struct {
    std::string_view value, safe;
  } kRows[] = {
      {"${SHELL(id)}", "SHELLid"},
      {"$[1+1]", "1+1"},
      {"a,B=c", "aBc"},
      {"a\r\nAction: Command", "aAction Command"},
      {"\"Ann\" <1006>&SIP/1|x;y", "Ann 1006SIP1xy"},
      {"ann.bell@example.org", "ann.bell@example.org"},
      {"", ""},
  };
  for (const auto& row : kRows) EXPECT_EQ(SafeValue(row.value), row.safe) << row.value;
}

TEST(SafeValueTest, KeepsNamesInUtf8AndDropsBrokenOnes) {
  EXPECT_EQ(SafeValue("Zo\xc3\xab M\xc3\xbcller \xe2\x82\xac"),
            "Zo\xc3\xab M\xc3\xbcller \xe2\x82\xac");
  EXPECT_EQ(SafeValue("Zo\xc3"), "Zo");
  EXPECT_EQ(SafeValue("\xc0\xafx\xff"), "x");
}

TEST(MakeVariableTest, KeepsTheValueAsConfigured) {
  EXPECT_EQ(Must(MakeVariable("CRM_USER", "ann")).Text(), "CRM_USER=ann");
  EXPECT_EQ(Must(MakeVariable("URL", "https://crm.example/?id=*97;y")).Text(),
            "URL=https://crm.example/?id=*97;y");
  EXPECT_TRUE(Fails(MakeVariable("A", "x\r\nAction: y"), Code::kInvalidArgument));
}

TEST(MakeVariableTest, RefusesWhatIsTooLongForALine) {
  EXPECT_TRUE(Succeeds(MakeVariable("A", std::string(kMaxValueBytes - 2, 'x'))));
  EXPECT_TRUE(
      Fails(MakeVariable("A", std::string(kMaxValueBytes - 1, 'x')), Code::kInvalidArgument));
}

}  // namespace
}  // namespace click2call::ami
