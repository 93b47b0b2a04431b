#include "ami/message.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "ami/show.h"
#include "fakes/results.h"

namespace click2call::ami {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Succeeds;

TEST(FieldValueTest, CannotHoldALineBreakOrNul) {
  for (const std::string_view text :
       {std::string_view("1006\r\nAction: Command"), std::string_view("1006\nPriority: 0"),
        std::string_view("1006\r"), std::string_view("\n"), std::string_view("10\0006", 4)}) {
    EXPECT_TRUE(Fails(FieldValue::From(text), Code::kInvalidArgument)) << text;
  }
}

TEST(FieldValueTest, CannotHoldAnyControlCharacterAnywhere) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string c(1, static_cast<char>(byte));
    const bool control = byte < 0x20 || byte == 0x7f;
    for (const std::string& text : {c + "ab", "a" + c + "b", "ab" + c}) {
      EXPECT_EQ(FieldValue::From(text).Ok(), !control) << byte;
    }
  }
}

TEST(FieldValueTest, KeepsEverythingElseAsItIs) {
  for (const std::string_view text :
       {"", " ", "\"Click to call\" <1006>", "Zo\xc3\xab", "\xff\xfe", "a: b"}) {
    EXPECT_EQ(Value(text).Text(), text);
  }
}

TEST(FieldValueTest, EndsAtItsLimit) {
  EXPECT_TRUE(Succeeds(FieldValue::From(std::string(kMaxValueBytes, 'x'))));
  EXPECT_TRUE(
      Fails(FieldValue::From(std::string(kMaxValueBytes + 1, 'x')), Code::kInvalidArgument));
}

TEST(FieldValueTest, AnErrorDoesNotShowTheText) {
  const std::string secret = "hunter2";
  EXPECT_FALSE(Has(FieldValue::From(secret + "\n").Why().message, secret));
  EXPECT_FALSE(Has(FieldValue::From(secret + std::string(2000, 'x')).Why().message, secret));
}

TEST(ActionTest, IsTheseBytes) {
  Action action("Originate", Value("c2c-1"));
  action.Add("Channel", Value("PJSIP/1003")).Add("Exten", Value("1006"));
  EXPECT_EQ(action.Encode(),
            "Action: Originate\r\n"
            "ActionID: c2c-1\r\n"
            "Channel: PJSIP/1003\r\n"
            "Exten: 1006\r\n"
            "\r\n");
  EXPECT_EQ(action.ActionId(), "c2c-1");
}

TEST(ActionTest, KeepsTheOrderAndRepeatsNames) {
  Action action("Originate", Value("1"));
  action.Add("Variable", Value("B=2")).Add("Variable", Value("A=1")).Add("Variable", Value("B=2"));
  EXPECT_EQ(action.Encode(),
            "Action: Originate\r\nActionID: 1\r\n"
            "Variable: B=2\r\nVariable: A=1\r\nVariable: B=2\r\n\r\n");
}

TEST(ActionTest, EndsWithOneBlankLineHoweverOftenItIsEncoded) {
  const Action action("Ping", Value("1"));
  EXPECT_EQ(action.Encode(), "Action: Ping\r\nActionID: 1\r\n\r\n");
  EXPECT_EQ(action.Encode(), action.Encode());
}

TEST(ActionTest, HasNoLineOverNineHundredBytes) {
  const FieldValue longest = Value(std::string(kMaxValueBytes, 'x'));
  Action action("Abcdefghijklmnopqrstuvwxyzabcdefgh", longest);
  action.Add("Abcdefghijklmnopqrstuvwxyzabcdefgh", longest);
  const std::string bytes = action.Encode();
  std::size_t most = 0;
  for (std::size_t begin = 0; begin < bytes.size();) {
    const std::size_t end = bytes.find("\r\n", begin);
    most = std::max(most, end - begin);
    begin = end + 2;
  }
  EXPECT_EQ(most, kMaxLineBytes);
  EXPECT_EQ(kMaxLineBytes, 900U);
}

TEST(MessageTest, FindsAHeaderWhateverTheCaseOfItsName) {
  Message message;
  message.Add("ActionID", "c2c-1");
  for (const auto* name : {"ActionID", "actionid", "ACTIONID"}) {
    EXPECT_EQ(message.Get(name), "c2c-1") << name;
  }
  EXPECT_EQ(message.Get("ActionI"), "");
  EXPECT_EQ(message.Get(""), "");
}

TEST(MessageTest, TakesTheFirstOfEqualNames) {
  Message message;
  message.Add("Message", "first");
  message.Add("message", "second");
  EXPECT_EQ(message.Get("Message"), "first");
  EXPECT_EQ(message.Headers().size(), 2U);
}

TEST(MessageTest, AnOriginateResponseIsAnEventThoughItHasAResponse) {
  Message originate_response;
  originate_response.Add("Event", "OriginateResponse");
  originate_response.Add("Response", "Failure");
  EXPECT_TRUE(originate_response.IsEvent());

  Message response;
  response.Add("Response", "Success");
  EXPECT_FALSE(response.IsEvent());
  EXPECT_FALSE(Message().IsEvent());
}

}  // namespace
}  // namespace click2call::ami
