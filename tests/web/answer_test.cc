#include "web/answer.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/text.h"
#include "web/assets.h"
#include "web/error_table.h"
#include "web/json.h"

namespace click2call::web {
namespace {

using base::Code;
using base::Error;

constexpr Format kFormats[] = {Format::kHtml, Format::kJson, Format::kText, Format::kNone};
constexpr std::string_view kHtmlType = "text/html; charset=utf-8";
constexpr std::string_view kJsonType = "application/json";
constexpr std::string_view kTextType = "text/plain; charset=utf-8";

const Pages kPages = Pages::BuiltIn();
const CallView kCall = {"c2c-1", "1003", "1006", "callingCaller", "2026-11-23T01:20:16.042Z",
                        "main",  ""};
const PageLinks kLinks = {"/click2call", "/crm"};

Response CallAs(Format format) { return AnswerCall(format, kPages, kCall, kLinks); }
Response ErrorAs(Format format, const Error& error) {
  return AnswerError(format, kPages, error, kLinks);
}
std::string TextOf(Code code) { return ErrorAs(Format::kText, {code, "the reason"}).Body(); }

// No cache keeps it, nothing sniffs, frames or runs in it, and its address goes nowhere.
void ExpectGuarded(const Response& response) {
  EXPECT_EQ(response.Get("Cache-Control"), "no-store");
  EXPECT_EQ(response.Get("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(response.Get("Referrer-Policy"), "no-referrer");
  const std::string_view policy = response.Get("Content-Security-Policy");
  for (const std::string_view directive :
       {"default-src 'none'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'",
        "form-action 'self'"}) {
    EXPECT_NE(policy.find(directive), std::string_view::npos) << directive;
  }
}

TEST(AnswerTest, EveryAnswerIsGuarded) {
  for (const Format format : kFormats) {
    ExpectGuarded(CallAs(format));
    ExpectGuarded(ErrorAs(format, {Code::kNotFound, "no"}));
  }
  ExpectGuarded(AnswerEmpty(204));
}

TEST(AnswerTest, ACallAsHtmlIsItsPage) {
  const Response response = CallAs(Format::kHtml);
  EXPECT_EQ(response.StatusCode(), 200);
  EXPECT_EQ(response.Get("Content-Type"), kHtmlType);
  EXPECT_EQ(response.Body(), RenderCall(kPages, kCall, kLinks));
}

TEST(AnswerTest, ACallAsJsonIsCreatedUnderItsOwnAddress) {
  const Response response = CallAs(Format::kJson);
  EXPECT_EQ(response.StatusCode(), 201);
  EXPECT_EQ(response.Get("Location"), "/click2call/calls/c2c-1");
  EXPECT_EQ(response.Get("Content-Type"), kJsonType);
  EXPECT_EQ(response.Body(), CallJson(kCall));
}

TEST(AnswerTest, ACallAsTextIsTheScriptsSentenceToTheByte) {
  const Response response = CallAs(Format::kText);
  EXPECT_EQ(response.StatusCode(), 200);
  EXPECT_EQ(response.Get("Content-Type"), kTextType);
  EXPECT_EQ(response.Body(), "Call successfully initiated");
}

TEST(AnswerTest, ACallAsNoneLeavesThePageWhereItIs) {
  const Response response = CallAs(Format::kNone);
  EXPECT_EQ(response.StatusCode(), 204);
  EXPECT_EQ(response.Body(), "");
  EXPECT_EQ(response.Get("Content-Type"), "");
}

TEST(AnswerTest, AnErrorHasItsStatusInEveryForm) {
  for (int i = 0; i <= static_cast<int>(Code::kInternal); ++i) {
    const Error error{static_cast<Code>(i), "the reason", "c2c-1"};
    for (const Format format : kFormats) {
      const Response response = ErrorAs(format, error);
      EXPECT_EQ(response.StatusCode(), RowOf(error.code).status);
      EXPECT_NE(response.Body().find("the reason"), std::string::npos);
    }
  }
}

TEST(AnswerTest, AnErrorHasTheBodyOfItsForm) {
  const Error error{Code::kPbxUnavailable, "the \"reason\"", "c2c-1"};
  const Response html = ErrorAs(Format::kHtml, error);
  EXPECT_EQ(html.Get("Content-Type"), kHtmlType);
  EXPECT_EQ(html.Body(), RenderError(kPages, error, kLinks));

  const Response json = ErrorAs(Format::kJson, error);
  EXPECT_EQ(json.Get("Content-Type"), kJsonType);
  EXPECT_EQ(json.Body(), ErrorJson(error));

  EXPECT_EQ(ErrorAs(Format::kText, error).Get("Content-Type"), kTextType);
}

TEST(AnswerTest, AnErrorAsNoneIsAPageSinceA204WouldHideIt) {
  const Error error{Code::kPbxUnavailable, "the reason"};
  EXPECT_EQ(ErrorAs(Format::kNone, error).Serialize(), ErrorAs(Format::kHtml, error).Serialize());
}

TEST(AnswerTest, TextHasTheWordsThatCallersOfTheScriptLookFor) {
  EXPECT_EQ(TextOf(Code::kPbxUnavailable), "Error: AMI connection failed: the reason");
  EXPECT_EQ(TextOf(Code::kPbxProtocol), "Error: AMI connection failed: the reason");
  EXPECT_EQ(TextOf(Code::kPbxLoginRefused), "Error: AMI authentication failed\nthe reason");
  EXPECT_EQ(TextOf(Code::kPbxOriginateRefused), "Error: Call originate failed\nthe reason");
  EXPECT_EQ(TextOf(Code::kCallerNotAvailable), "Error: Call originate failed\nthe reason");
  EXPECT_EQ(TextOf(Code::kCalleeNotAvailable), "Error: Call originate failed\nthe reason");
  EXPECT_EQ(TextOf(Code::kOutcomeUnknown), "Error: Call originate failed\nthe reason");
}

TEST(AnswerTest, TextOfWhatTheScriptDidNotKnowIsOurs) {
  for (const Code code : {Code::kInvalidArgument, Code::kPermissionDenied, Code::kNotFound,
                          Code::kInvalidPhoneNumber, Code::kSameCallerCallee, Code::kInternal}) {
    EXPECT_EQ(TextOf(code), "Error: the reason");
  }
}

// Its Content-Type says so, and the message may quote the PBX.
TEST(AnswerTest, TextIsUtf8WhateverTheMessageHolds) {
  const std::string body = ErrorAs(Format::kText, {Code::kNotFound, "Zo\xeb \xe2\x82"}).Body();
  EXPECT_EQ(base::ToUtf8(body), body);
}

TEST(AnswerTest, AdviceToWaitIsGivenOnlyWhereThereIsSome) {
  Error error{Code::kPbxUnavailable, "no"};
  for (const Format format : kFormats) EXPECT_EQ(ErrorAs(format, error).Get("Retry-After"), "");
  error.retry_after = std::chrono::seconds(60);
  for (const Format format : kFormats) EXPECT_EQ(ErrorAs(format, error).Get("Retry-After"), "60");
}

TEST(AnswerTest, AMountCannotAddAHeader) {
  const Response response = AnswerCall(Format::kJson, kPages, kCall, {"/a\r\nSet-Cookie: a=b", {}});
  EXPECT_EQ(response.Serialize().find("\nSet-Cookie"), std::string::npos);
}

TEST(AnswerTest, AnEmptyAnswerHasNoBody) {
  EXPECT_EQ(AnswerEmpty(200).StatusCode(), 200);
  EXPECT_EQ(AnswerEmpty(200).Body(), "");
  EXPECT_EQ(AnswerEmpty(200).Get("Content-Type"), "");
}

TEST(AnswerTest, TheStyleSheetMayBeKeptForAnHour) {
  const Response response = AnswerStyleSheet();
  EXPECT_EQ(response.StatusCode(), 200);
  EXPECT_EQ(response.Get("Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(response.Get("Cache-Control"), "max-age=3600");
  EXPECT_EQ(response.Get("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(response.Body(), kStyleSheet);
  EXPECT_FALSE(response.Body().empty());
}

}  // namespace
}  // namespace click2call::web
