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
  return {"c2c-01ARYZ6S410000000000000000", "1003", "1006", "callingCaller",
          "2026-11-23T01:20:16.042Z",       "main", "alice"};
}

TEST(JsonTest, ACallHasTheKeysOfCamaraInTheirOrderAndThenOurs) {
  EXPECT_EQ(CallJson(SomeCall()),
            R"({"callId":"c2c-01ARYZ6S410000000000000000","caller":{"number":"1003"},)"
            R"("callee":{"number":"1006"},"status":"callingCaller",)"
            R"("createdAt":"2026-11-23T01:20:16.042Z","pbx":"main","user":"alice"})");
}

TEST(JsonTest, AUserWhoIsNotKnownIsNotThere) {
  CallView call = SomeCall();
  call.user = "";
  EXPECT_FALSE(Parsed(CallJson(call))->has("user"));
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
