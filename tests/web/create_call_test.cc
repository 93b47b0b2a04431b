#include "web/create_call.h"

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "fakes/results.h"

namespace click2call::web {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;
using namespace std::string_literals;  // NOLINT: "…"s keeps a NUL

constexpr std::string_view kJson = "application/json";

const std::string kSmall =
    R"({"caller":{"number":"+447700900000"},"callee":{"number":"+447700900123"}})";

const std::string kFull =
    R"({"caller": {"number": "1003"}, "callee": {"number": "+447700900123"},)"
    R"( "sink": "https://crm.example.com/calls?of=7", "sinkCredential":)"
    R"( {"credentialType": "ACCESSTOKEN", "accessToken": "ya29.Zo-_~+/=",)"
    R"( "accessTokenExpiresUtc": "2027-01-01T00:00:00Z", "accessTokenType": "bearer"},)"
    R"( "recordingEnabled": false})";

const base::WallTime kNow{std::chrono::seconds(1'795'396'816)};  // 2026-11-23T01:20:16Z

base::Result<CreateCall> Read(std::string_view body) { return ReadCreateCall(kJson, body, kNow); }

// kFull with `text` in the place of `part`.
std::string Full(const std::string& part, const std::string& text) {
  std::string body = kFull;
  const std::size_t at = body.find(part);
  if (at == std::string::npos) throw std::runtime_error("no " + part);
  return body.replace(at, part.size(), text);
}

std::string WithMember(const std::string& member) {
  return kSmall.substr(0, kSmall.size() - 1) + "," + member + "}";
}

std::string Why(const std::string& body) {
  const auto read = Read(body);
  EXPECT_TRUE(Fails(read, Code::kInvalidArgument)) << body;
  return read.Ok() ? "" : read.Why().message;
}

TEST(CreateCallTest, ReadsTheTwoNumbersAndNothingMoreIsNeeded) {
  const CreateCall read = Must(Read(kSmall));
  EXPECT_EQ(read.caller, "+447700900000");
  EXPECT_EQ(read.callee, "+447700900123");
  EXPECT_EQ(read.sink, "");
  EXPECT_EQ(read.sink_token, "");
}

TEST(CreateCallTest, ReadsTheSinkAndItsToken) {
  const CreateCall read = Must(Read(kFull));
  EXPECT_EQ(read.caller, "1003");
  EXPECT_EQ(read.callee, "+447700900123");
  EXPECT_EQ(read.sink, "https://crm.example.com/calls?of=7");
  EXPECT_EQ(read.sink_token, "ya29.Zo-_~+/=");
}

TEST(CreateCallTest, TheOrderOfThePropertiesAndBlanksDoNotMatter) {
  const CreateCall read =
      Must(Read("\r\n\t {\"callee\" : {\"number\":\"2\"} ,\"caller\":{ \"number\" :\"1\"}}\n"));
  EXPECT_EQ(read.caller, "1");
  EXPECT_EQ(read.callee, "2");
}

TEST(CreateCallTest, ANumberIsNotJudgedHere) {
  for (const std::string& number : {""s, "x"s, "Zo\xc3\xab"s, std::string(10'000, '1')}) {
    const auto read = Read(R"({"caller":{"number":"1"},"callee":{"number":")" + number + R"("}})");
    EXPECT_EQ(Must(read).callee, number);
  }
}

TEST(CreateCallTest, TakesJsonOnly) {
  for (const std::string_view type :
       {"application/json", "Application/JSON", "application/json; charset=utf-8",
        "application/json;charset=UTF-8", " application/json ;x=y"}) {
    EXPECT_TRUE(Succeeds(ReadCreateCall(type, kSmall, kNow))) << type;
  }
  for (const std::string_view type :
       {"", ";", "text/plain", "application/jsonp", "application/x-www-form-urlencoded",
        "text/json; application/json", "application/json, text/plain",
        "application/cloudevents+json"}) {
    EXPECT_TRUE(Fails(ReadCreateCall(type, kSmall, kNow), Code::kUnsupportedMediaType)) << type;
  }
}

TEST(CreateCallTest, WhatIsMissingIsNamed) {
  EXPECT_TRUE(Has(Why("{}"), "`caller` is missing"));
  EXPECT_TRUE(Has(Why(R"({"callee":{"number":"1"}})"), "`caller` is missing"));
  EXPECT_TRUE(Has(Why(R"({"caller":{"number":"1"}})"), "`callee` is missing"));
  EXPECT_TRUE(Has(Why(R"({"caller":{},"callee":{"number":"1"}})"), "`caller.number` is missing"));
  EXPECT_TRUE(Has(Why(R"({"caller":{"number":"1"},"callee":{}})"), "`callee.number` is missing"));
}

TEST(CreateCallTest, APropertyThatIsNotInTheSchemaIsRefusedAtEveryLevel) {
  struct Case {
    std::string part;
    std::string text;
    std::string name;
  };
  for (const auto& [part, text, name] : {
           Case{R"("caller")", R"("x":1,"caller")", "`x`"},
           Case{R"("caller")", R"("x":{"number":"1"},"caller")", "`x`"},
           Case{R"("caller")", R"("Caller")", "`Caller`"},
           Case{R"("caller")", R"("":1,"caller")", "``"},
           Case{R"("number")", R"("name":null,"number")", "`caller.name`"},
           Case{R"("number")", R"("caller":{"number":"1"},"number")", "`caller.caller`"},
           Case{R"("credentialType")", R"("clientId":"x","credentialType")",
                "`sinkCredential.clientId`"},
       }) {
    EXPECT_TRUE(Has(Why(Full(part, text)), name + " is not a property"));
  }
}

TEST(CreateCallTest, AWrongTypeIsRefusedAndTheRightOneNamed) {
  const std::vector<std::string> values = {"null",
                                           "1",
                                           "-1",
                                           "4294967295",
                                           "1e3",
                                           "true",
                                           "\"x\"",
                                           "[]",
                                           "[{}]",
                                           "{}",
                                           "9223372036854775807",
                                           "18446744073709551615"};
  for (const std::string& value : values) {
    if (value != "{}") {
      EXPECT_TRUE(Has(Why(Full(R"({"number": "1003"})", value)), "`caller` must be an object"));
      EXPECT_TRUE(Has(Why(WithMember(R"("sinkCredential":)" + value)),
                      "`sinkCredential` must be an object"));
    }
    if (value != "\"x\"") {
      EXPECT_TRUE(Has(Why(Full(R"("1003")", value)), "`caller.number` must be a string"));
      EXPECT_TRUE(Has(Why(WithMember(R"("sink":)" + value)), "`sink` must be a string"));
    }
    if (value != "true") {
      EXPECT_TRUE(Has(Why(WithMember(R"("recordingEnabled":)" + value)),
                      "`recordingEnabled` must be true or false"));
    }
  }
}

TEST(CreateCallTest, ABodyThatIsNoObjectIsRefused) {
  for (const std::string& body :
       {"null"s, "1"s, "true"s, "\"caller\""s, "[]"s, "[" + kSmall + "]"}) {
    EXPECT_TRUE(Has(Why(body), "must be a JSON object")) << body;
  }
}

TEST(CreateCallTest, APropertyGivenTwiceIsRefused) {
  EXPECT_TRUE(Has(Why(WithMember(R"("caller":{"number":"666"})")), "`caller` is given twice"));
  EXPECT_TRUE(
      Has(Why(Full(R"("1003")", R"("1003","number":"666")")), "`caller.number` is given twice"));
  EXPECT_TRUE(Has(Why(WithMember(R"("recordingEnabled":false,"recordingEnabled":false)")),
                  "`recordingEnabled` is given twice"));
  EXPECT_TRUE(Has(Why(WithMember(R"("c\u0061ller":{"number":"666"})")), "`caller` is given twice"));
}

TEST(CreateCallTest, ADotInANameIsNoWayDown) {
  EXPECT_TRUE(Has(Why(R"({"caller.number":"1","callee.number":"2","caller":{},"callee":{}})"),
                  "`caller.number` is not a property"));
}

TEST(CreateCallTest, ANulDoesNotEndAName) {
  EXPECT_TRUE(Has(Why(Full("\"caller\"", "\"caller\\u0000x\"")), "not well-formed"));
  EXPECT_TRUE(Has(Why(Full("\"caller\"", "\"caller\0\""s)), "not well-formed"));
}

TEST(CreateCallTest, WhatIsNoJsonIsRefused) {
  for (const std::string& body : {""s,
                                  " "s,
                                  "{"s,
                                  kSmall + "x",
                                  kSmall + kSmall,
                                  kSmall + "}",
                                  kSmall + "\0"s,
                                  "\xef\xbb\xbf" + kSmall,
                                  "to=1006&from=1003"s,
                                  "{'caller':{'number':'1'}}"s,
                                  WithMember(""),
                                  WithMember("\"sink\":"),
                                  Full("1003\"", "1003"),
                                  Full(": false", ": False"),
                                  Full(": false", ": 1e999"),
                                  Full(": false", ": 99999999999999999999999"),
                                  Full("{\"caller\"", "{/**/\"caller\""),
                                  Full("1003", "10\n03"),
                                  Full("1003", "\\ud800"),
                                  Full("1003", "\\x41")}) {
    EXPECT_TRUE(Has(Why(body), "not well-formed")) << body;
  }
}

TEST(CreateCallTest, WhatIsNoUtf8IsRefused) {
  for (const std::string& bytes : {"\xff"s, "\xc3"s, "\xc0\xaf"s, "\xed\xa0\x80"s}) {
    EXPECT_TRUE(Has(Why(Full("1003", bytes)), "UTF-8"));
    EXPECT_TRUE(Has(Why(Full("caller", bytes)), "UTF-8"));
  }
}

TEST(CreateCallTest, AControlCharacterInAStringIsRefusedHoweverItIsWritten) {
  for (const std::string& text :
       {"\\n"s, "\\r"s, "\\t"s, "\\b"s, "\\u001b"s, "\\u007f"s, "\x7f"s, "\\r\\nAction: Logoff"s}) {
    EXPECT_TRUE(Has(Why(Full("1003", text)), "`caller.number` holds a control character"));
    EXPECT_TRUE(Has(Why(Full("crm", text)), "`sink` holds a control character"));
    EXPECT_TRUE(Has(Why(Full("ya29", text)), "`sinkCredential.accessToken` holds a control"));
  }
  EXPECT_TRUE(Fails(Read(Full("1003", "\\u0000")), Code::kInvalidArgument));
}

TEST(CreateCallTest, NestingWithoutEndIsRefused) {
  for (const std::size_t depth : {9U, 1'000U, 30'000U}) {
    const std::string open(depth, '[');
    const std::string close(depth, ']');
    Why(open);
    Why(open + close);
    Why(WithMember("\"sink\":" + open + close));
    std::string objects;
    for (std::size_t i = 0; i < depth; ++i) objects += "{\"caller\":";
    Why(objects);
    Why(objects + "1" + std::string(depth, '}'));
  }
}

TEST(CreateCallTest, AMessageStaysShortAndPrintableWhateverTheNameIs) {
  for (const std::string& name : {std::string(60'000, 'x'), "\\n\\u001b[2J"s, "\xe2\x80\xa8"s,
                                  std::string(63, 'x') + "\xc3\xab"}) {
    const std::string why = Why(WithMember('"' + name + "\":1"));
    EXPECT_LT(why.size(), 512U);
    EXPECT_EQ(base::Visible(why), why);
  }
}

// What a good one is stands in sink_test.cc.
TEST(CreateCallTest, ASinkIsAUrlThatCanBeNotified) {
  EXPECT_EQ(Must(Read(WithMember(R"("sink":"https://a/x")"))).sink, "https://a/x");
  for (const std::string& url : {""s, " "s, "no url"s, "/x"s, "http://a/"s, "https://u:p@a/"s,
                                 "https://"s, "https://a/\xc3\xab"s}) {
    EXPECT_TRUE(Has(Why(WithMember("\"sink\":\"" + url + '"')), "sink is no https URL")) << url;
  }
}

TEST(CreateCallTest, ACredentialIsWholeAndForASink) {
  const auto why = [](const std::string& part, const std::string& text) {
    return Why(Full(part, text));
  };
  EXPECT_TRUE(Has(why(R"("sink": "https://crm.example.com/calls?of=7", )", ""), "without `sink`"));
  EXPECT_TRUE(Has(why(R"("credentialType": "ACCESSTOKEN", )", ""),
                  "`sinkCredential.credentialType` is missing"));
  EXPECT_TRUE(Has(why(R"("accessToken": "ya29.Zo-_~+/=",)", ""),
                  "`sinkCredential.accessToken` is missing"));
  EXPECT_TRUE(Has(why(R"("accessTokenExpiresUtc": "2027-01-01T00:00:00Z", )", ""),
                  "`sinkCredential.accessTokenExpiresUtc` is missing"));
  EXPECT_TRUE(Has(why(R"(, "accessTokenType": "bearer")", ""),
                  "`sinkCredential.accessTokenType` is missing"));
  for (const std::string& type : {"PLAIN"s, "PRIVATE_KEY_JWT"s, "accesstoken"s, ""s}) {
    EXPECT_TRUE(Has(why("ACCESSTOKEN", type), "`sinkCredential.credentialType` must be"));
  }
  for (const std::string& type : {"Bearer"s, "mac"s, ""s}) {
    EXPECT_TRUE(Has(why("\"bearer\"", '"' + type + '"'), "`sinkCredential.accessTokenType` must"));
  }
}

TEST(CreateCallTest, ATokenIsWhatAHeaderCanCarry) {
  const std::string longest(kMaxAccessTokenBytes, 't');
  EXPECT_EQ(Must(Read(Full("ya29.Zo-_~+/=", longest))).sink_token, longest);
  for (const std::string& token : {""s, longest + 't', "s3 cret"s, " s3cret"s, "Zo\xc3\xab"s}) {
    const std::string why = Why(Full("ya29.Zo-_~+/=", token));
    EXPECT_TRUE(Has(why, "`sinkCredential.accessToken` must be"));
    EXPECT_TRUE(token.empty() || why.find(token) == std::string::npos) << "a secret in a message";
  }
}

TEST(CreateCallTest, TheEndOfATokenIsATimeWithItsZone) {
  for (const std::string& time :
       {"2027-01-01T00:00:00Z"s, "2028-02-29T23:59:60Z"s, "2027-12-31T23:59:59.123456+05:30"s,
        "2027-01-01t00:00:00z"s, "2027-01-01T00:00:00-00:00"s, "9999-12-31T23:59:59-23:59"s}) {
    EXPECT_TRUE(Succeeds(Read(Full("2027-01-01T00:00:00Z", time)))) << time;
  }
  for (const std::string& time :
       {""s, "tomorrow"s, "2027-01-01"s, "2027-01-01T00:00:00"s, "2027-01-01 00:00:00Z"s,
        "2027-1-1T0:0:0Z"s, "2027-13-01T00:00:00Z"s, "2027-02-29T00:00:00Z"s,
        "2027-01-01T24:00:00Z"s, "2027-01-01T00:60:00Z"s, "2027-01-01T00:00:61Z"s,
        "2027-01-01T00:00:00+24:00"s, "2027-01-01T00:00:00Zx"s, "x2027-01-01T00:00:00Z"s,
        "2027-01-01T00:00:00.Z"s, "1798761600"s,
        "2027-01-01T00:00:00." + std::string(64, '0') + "Z"}) {
    EXPECT_TRUE(Has(Why(Full("2027-01-01T00:00:00Z", time)), "accessTokenExpiresUtc` must"))
        << time;
  }
}

TEST(CreateCallTest, ATokenThatHasExpiredIsRefused) {
  const auto expiring = [](const std::string& time) { return Full("2027-01-01T00:00:00Z", time); };
  for (const std::string& time :
       {"2026-11-23T01:20:16Z"s, "2020-01-01T00:00:00Z"s, "2026-11-23T06:50:16+05:30"s,
        "2026-11-22T19:50:16.5-05:30"s, "0001-01-01T00:00:00+00:00"s}) {
    EXPECT_TRUE(Has(Why(expiring(time)), "`sinkCredential.accessTokenExpiresUtc` is past")) << time;
  }
  for (const std::string& time : {"2026-11-23T01:20:17Z"s, "2026-11-23T06:50:17+05:30"s,
                                  "2026-11-22T19:50:17-05:30"s, "2026-11-23t01:20:17.0z"s}) {
    EXPECT_TRUE(Succeeds(Read(expiring(time)))) << time;
  }
}

TEST(CreateCallTest, NothingIsRecordedHere) {
  EXPECT_TRUE(Fails(Read(Full(": false", ": true")), Code::kRecordingNotSupported));
  // What is wrong with the body goes before what we do not do.
  EXPECT_TRUE(Has(Why(R"({"recordingEnabled":true})"), "`caller` is missing"));
}

TEST(CreateCallTest, EveryPrefixOfABodyIsRefused) {
  for (std::size_t length = 0; length < kFull.size(); ++length) Why(kFull.substr(0, length));
}

// Never a crash, never an exception, and never a control character in what was read or said.
TEST(CreateCallTest, SurvivesEveryChangeOfASingleByte) {
  std::size_t read_well = 0;
  const auto look = [&](const std::string& body) {
    const auto read = Read(body);
    if (read.Ok()) {
      ++read_well;
      const CreateCall& call = read.Value();
      EXPECT_FALSE(base::HasControl(call.caller + call.callee + call.sink + call.sink_token));
    } else {
      EXPECT_EQ(base::Visible(read.Why().message), read.Why().message);
    }
  };
  for (std::size_t at = 0; at < kSmall.size(); ++at) {
    std::string body = kSmall;
    for (int byte = 0; byte < 256; ++byte) {
      body[at] = static_cast<char>(byte);
      look(body);
    }
  }
  for (std::size_t at = 0; at < kFull.size(); ++at) {
    for (int bit = 1; bit < 256; bit *= 2) {
      std::string body = kFull;
      body[at] = static_cast<char>(body[at] ^ bit);
      look(body);
    }
    look(std::string(kFull).erase(at, 1));
    look(std::string(kFull).insert(at, 1, kFull[at]));
  }
  EXPECT_GT(read_well, kFull.size());
}

TEST(CreateCallTest, E164IsAPlusAndFiveToFifteenDigits) {
  for (const std::string_view text : {"+12345", "+447700900000", "+123456789012345", "+99999"}) {
    EXPECT_TRUE(IsE164(text)) << text;
  }
  for (const std::string_view text :
       {"", "+", "+1234", "+1234567890123456", "+012345", "447700900000", "00447700900000", "1003",
        "+44 7700900000", "+44770090000x", " +447700900000", "+447700900000\n", "++44770090000"}) {
    EXPECT_FALSE(IsE164(text)) << text;
  }
}

TEST(CreateCallTest, APlainExtensionIsDigitsStarsAndHashes) {
  for (const std::string& text : {"1"s, "1003"s, "*43"s, "#31#"s, std::string(32, '9')}) {
    EXPECT_TRUE(IsPlainExtension(text)) << text;
  }
  for (const std::string& text : {""s, "+1003"s, "10 03"s, "1003;x=y"s, "1003\n"s, "a"s,
                                  "${EXTEN}"s, "\xd9\xa1"s, std::string(33, '9')}) {
    EXPECT_FALSE(IsPlainExtension(text)) << text;
  }
}

TEST(CreateCallTest, ACorrelatorIsWhatCamaraSays) {
  for (const std::string& text :
       {""s, "b4333c46-49c0-4f62-80d7-f0ef930f1c46"s, "aZ09-_:;./<>{}"s, std::string(256, 'x')}) {
    EXPECT_TRUE(IsCorrelator(text)) << text;
  }
  for (const std::string& text :
       {" "s, "a b"s, "a\n"s, "\xc3\xab"s, "a,b"s, "\""s, "\0"s, std::string(257, 'x')}) {
    EXPECT_FALSE(IsCorrelator(text)) << text;
  }
}

}  // namespace
}  // namespace click2call::web
