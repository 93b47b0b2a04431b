#include "web/json.h"

#include <string>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace click2call::web {
namespace {

using namespace std::string_literals;  // NOLINT: "…"s keeps a NUL

Poco::JSON::Object::Ptr Parsed(const std::string& json) {
  return Poco::JSON::Parser().parse(json).extract<Poco::JSON::Object::Ptr>();
}

CallView SomeCall() {
  CallView call;
  call.call_id = "c2c-01ARYZ6S410000000000000000";
  call.caller = "1003";
  call.callee = "1006";
  call.status = "callingCaller";
  call.created_at = "2026-11-23T01:20:16.042Z";
  call.pbx = "main";
  call.user = "alice";
  return call;
}

CallView EndedCall() {
  CallView call = SomeCall();
  call.status = "disconnected";
  call.reason = "hangUp";
  call.answered_at = "2026-11-23T01:20:21.000Z";
  call.ended_at = "2026-11-23T01:21:26.000Z";
  call.duration_seconds = 65;
  return call;
}

TEST(JsonTest, ACallHasTheKeysOfCamaraInTheirOrderAndThenOurs) {
  EXPECT_EQ(CallJson(SomeCall()),
            R"({"callId":"c2c-01ARYZ6S410000000000000000","caller":{"number":"1003"},)"
            R"("callee":{"number":"1006"},"status":"callingCaller",)"
            R"("createdAt":"2026-11-23T01:20:16.042Z","pbx":"main","user":"alice"})");
}

TEST(JsonTest, ACallThatIsOverSaysWhenWhyAndHowLong) {
  EXPECT_EQ(CallJson(EndedCall()),
            R"({"callId":"c2c-01ARYZ6S410000000000000000","caller":{"number":"1003"},)"
            R"("callee":{"number":"1006"},"status":"disconnected","reason":"hangUp",)"
            R"("createdAt":"2026-11-23T01:20:16.042Z","answeredAt":"2026-11-23T01:20:21.000Z",)"
            R"("endedAt":"2026-11-23T01:21:26.000Z","durationSeconds":65,"pbx":"main",)"
            R"("user":"alice"})");
}

TEST(JsonTest, WhatIsNotKnownIsNotThere) {
  CallView call = SomeCall();
  call.user = "";
  for (const char* key : {"user", "reason", "answeredAt", "endedAt", "durationSeconds"}) {
    EXPECT_FALSE(Parsed(CallJson(call))->has(key)) << key;
  }
  call.duration_seconds = 0;
  EXPECT_EQ(Parsed(CallJson(call))->getValue<int>("durationSeconds"), 0);
}

TEST(JsonTest, CallsAreAListAndWhereItGoesOn) {
  EXPECT_EQ(CallsJson({}), R"({"calls":[]})");
  EXPECT_EQ(CallsJson({{SomeCall(), EndedCall()}, true, "c2c-9"}),
            R"({"calls":[)" + CallJson(SomeCall()) + "," + CallJson(EndedCall()) +
                R"(],"older":"c2c-9"})");
}

std::string MessageOf(const std::string& text) {
  return Parsed(ErrorJson({base::Code::kNotFound, text}))->getValue<std::string>("message");
}

TEST(JsonTest, AMessageHasFiveHundredAndTwelveCharactersAtMost) {
  const std::string most(512, 'x');
  EXPECT_EQ(MessageOf(most), most);
  EXPECT_EQ(MessageOf(most + "y"), most);
  std::string letters;
  for (int i = 0; i < 511; ++i) letters += "\xc3\xab";
  EXPECT_EQ(MessageOf(letters + "\xf0\x9f\x93\x9e"), letters + "\xf0\x9f\x93\x9e");
  EXPECT_EQ(MessageOf(letters + "a\xc3\xab"), letters + "a");
}

TEST(JsonTest, AnErrorHasItsStatusCodeAndMessage) {
  EXPECT_EQ(ErrorJson({base::Code::kPermissionDenied, "no", "c2c-1"}),
            R"({"status":403,"code":"PERMISSION_DENIED","message":"no","callId":"c2c-1"})");
}

TEST(JsonTest, AnErrorWithoutACallHasNoCallId) {
  EXPECT_EQ(ErrorJson({base::Code::kNotFound, "no"}),
            R"({"status":404,"code":"NOT_FOUND","message":"no"})");
}

TEST(JsonTest, WhateverAStringHoldsIsReadBackAsItWas) {
  for (const std::string& text : {
           "\"},{\"status\":\"connected"s,
           "\\"s,
           "\\u0041"s,
           "a\nb\r\n\tc"s,
           "a\0b"s,
           "\x1b\x7f"s,
           "</script><!--"s,
           "Zo\xc3\xab \xf0\x9f\x93\x9e"s,
           "\xe2\x80\xa8"s,
           ""s,
       }) {
    CallView call = SomeCall();
    call.caller = call.callee = call.pbx = text;
    call.user = text + "!";
    const auto object = Parsed(CallJson(call));
    EXPECT_EQ(object->getObject("caller")->getValue<std::string>("number"), text);
    EXPECT_EQ(object->getObject("callee")->getValue<std::string>("number"), text);
    EXPECT_EQ(object->getValue<std::string>("pbx"), text);
    EXPECT_EQ(object->getValue<std::string>("user"), text + "!");
    EXPECT_EQ(object->getValue<std::string>("status"), "callingCaller");

    const auto error = Parsed(ErrorJson({base::Code::kNotFound, text}));
    EXPECT_EQ(error->getValue<std::string>("message"), text);
    EXPECT_EQ(error->getValue<int>("status"), 404);
  }
}

TEST(JsonTest, IsUtf8WhateverItWasMadeOf) {
  CallView call = SomeCall();
  call.caller = call.callee = call.pbx = call.user = "Zo\xeb\xed\xa0\x80";
  const std::string json = CallJson(call);
  EXPECT_EQ(base::ToUtf8(json), json);
  EXPECT_EQ(Parsed(json)->getValue<std::string>("user"), "Zo????");
  const std::string error = ErrorJson({base::Code::kNotFound, "Zo\xeb"});
  EXPECT_EQ(Parsed(error)->getValue<std::string>("message"), "Zo?");
}

}  // namespace
}  // namespace click2call::web
