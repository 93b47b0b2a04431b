#include "web/answer.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/text.h"
#include "web/assets.h"
#include "web/csv.h"
#include "web/error_table.h"
#include "web/guards.h"
#include "web/json.h"
#include "web/return_path.h"

namespace click2call::web {
namespace {

using base::Code;
using base::Error;

constexpr Format kFormats[] = {Format::kHtml, Format::kJson, Format::kText, Format::kNone,
                               Format::kCsv};
constexpr std::string_view kHtmlType = "text/html; charset=utf-8";
constexpr std::string_view kJsonType = "application/json";
constexpr std::string_view kCsvType = "text/csv; charset=utf-8";
constexpr std::string_view kTextType = "text/plain; charset=utf-8";

const Pages kPages = Pages::BuiltIn();
CallView SomeCall() {
  CallView call;
  call.call_id = "c2c-1";
  call.caller = "1003";
  call.callee = "1006";
  call.status = "callingCaller";
  call.created_at = "2026-11-23T01:20:16.042Z";
  call.pbx = "main";
  return call;
}

const CallView kCall = SomeCall();
const CallPage kPage = {kCall, "token", "", ""};
const CallList kList = {{kCall}, false, ""};
const ConfirmPage kConfirm = {"1006", {{"1003", "1003"}}, "only-here"};
const PageLinks kLinks = {"/click2call", "/crm?id=7&x=1"};

Response PlacedAs(Format format, bool again = false, const PageLinks& links = kLinks) {
  return AnswerPlaced(format, kCall, links, again);
}
Response CallAs(Format format) { return AnswerCall(format, kPages, kPage, kLinks); }
Response CallsAs(Format format) { return AnswerCalls(format, kPages, kList, kLinks); }
Response ConfirmAs(Format format) { return AnswerConfirm(format, kPages, kConfirm, kLinks); }
Response HungUpAs(Format format) { return AnswerHungUp(format, "c2c-1", kLinks); }
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

void ExpectEmpty(const Response& response, int status) {
  EXPECT_EQ(response.StatusCode(), status);
  EXPECT_EQ(response.Body(), "");
  EXPECT_EQ(response.Get("Content-Type"), "");
}

void ExpectBody(const Response& response, int status, std::string_view type,
                std::string_view body) {
  EXPECT_EQ(response.StatusCode(), status);
  EXPECT_EQ(response.Get("Content-Type"), type);
  EXPECT_EQ(response.Body(), body);
}

TEST(AnswerTest, EveryAnswerIsGuarded) {
  for (const Format format : kFormats) {
    for (const bool again : {false, true}) ExpectGuarded(PlacedAs(format, again));
    ExpectGuarded(CallAs(format));
    ExpectGuarded(CallsAs(format));
    ExpectGuarded(ConfirmAs(format));
    ExpectGuarded(HungUpAs(format));
    ExpectGuarded(ErrorAs(format, {Code::kNotFound, "no"}));
  }
  ExpectGuarded(AnswerEmpty(204));
}

TEST(AnswerPlacedTest, AsHtmlItLeadsToTheCallsOwnPageWithTheWayBack) {
  ExpectEmpty(PlacedAs(Format::kHtml), 303);
  EXPECT_EQ(PlacedAs(Format::kHtml).Get("Location"),
            "/click2call/calls/c2c-1?return=%2Fcrm%3Fid%3D7%26x%3D1");
  EXPECT_EQ(PlacedAs(Format::kHtml, true, {"", ""}).Get("Location"), "/calls/c2c-1");
}

TEST(AnswerPlacedTest, AsJsonItIsCreatedUnderItsOwnAddress) {
  ExpectBody(PlacedAs(Format::kJson), 201, kJsonType, CallJson(kCall));
  EXPECT_EQ(PlacedAs(Format::kJson).Get("Location"), "/click2call/calls/c2c-1");
}

TEST(AnswerPlacedTest, TheSameClickAgainCreatesNothing) {
  ExpectBody(PlacedAs(Format::kJson, true), 200, kJsonType, CallJson(kCall));
  EXPECT_EQ(PlacedAs(Format::kJson, true).Get("Location"), "/click2call/calls/c2c-1");
}

TEST(AnswerPlacedTest, AsTextItIsTheScriptsSentenceToTheByte) {
  ExpectBody(PlacedAs(Format::kText), 200, kTextType, "Call successfully initiated");
}

TEST(AnswerPlacedTest, AsNoneItLeavesThePageWhereItIs) {
  ExpectEmpty(PlacedAs(Format::kNone), 204);
  EXPECT_EQ(PlacedAs(Format::kNone).Get("Location"), "");
}

TEST(AnswerCallTest, ComesInEveryForm) {
  ExpectBody(CallAs(Format::kHtml), 200, kHtmlType, RenderCall(kPages, kPage, kLinks));
  ExpectBody(CallAs(Format::kJson), 200, kJsonType, CallJson(kCall));
  ExpectBody(CallAs(Format::kText), 200, kTextType, "callingCaller\n");
  ExpectEmpty(CallAs(Format::kNone), 204);
}

TEST(AnswerCallTest, AsTextItSaysWhyItIsOver) {
  CallPage page = kPage;
  page.call.status = "disconnected";
  page.call.reason = "calleeBusy";
  EXPECT_EQ(AnswerCall(Format::kText, kPages, page, kLinks).Body(), "disconnected: calleeBusy\n");
}

TEST(AnswerCallTest, TheTokenIsOnThePageAlone) {
  CallPage page = kPage;
  page.hang_up_token = "only-here";
  for (const Format format : kFormats) {
    const std::string answer = AnswerCall(format, kPages, page, kLinks).Serialize();
    EXPECT_EQ(answer.find("only-here") != std::string::npos, format == Format::kHtml);
  }
}

TEST(AnswerCallsTest, ComesInEveryForm) {
  ExpectBody(CallsAs(Format::kHtml), 200, kHtmlType, RenderCalls(kPages, kList, kLinks));
  ExpectBody(CallsAs(Format::kJson), 200, kJsonType, CallsJson(kList));
  ExpectBody(CallsAs(Format::kCsv), 200, kCsvType, CallsCsv(kList));
  ExpectBody(CallsAs(Format::kText), 200, kTextType, CallsCsv(kList));
  ExpectEmpty(CallsAs(Format::kNone), 204);
}

TEST(AnswerCallsTest, CsvIsAFileToKeep) {
  EXPECT_EQ(CallsAs(Format::kCsv).Get("Content-Disposition"), "attachment; filename=\"calls.csv\"");
  EXPECT_EQ(CallsAs(Format::kText).Get("Content-Disposition"), "");
}

TEST(AnswerConfirmTest, IsAPageWhereverThereMayBeAPerson) {
  for (const Format format : {Format::kHtml, Format::kNone}) {
    ExpectBody(ConfirmAs(format), 200, kHtmlType, RenderConfirm(kPages, kConfirm, kLinks));
  }
}

TEST(AnswerConfirmTest, ToAProgramItIsARefusalWithoutTheToken) {
  for (const Format format : {Format::kJson, Format::kText, Format::kCsv}) {
    const Response response = ConfirmAs(format);
    EXPECT_EQ(response.Serialize(), ErrorAs(format, NotConfirmed()).Serialize());
    EXPECT_EQ(response.StatusCode(), 403);
    EXPECT_EQ(response.Serialize().find("only-here"), std::string::npos);
  }
  const std::string json = ConfirmAs(Format::kJson).Body();
  EXPECT_NE(json.find("PERMISSION_DENIED"), std::string::npos);
  EXPECT_NE(json.find("a program sends a POST"), std::string::npos);
}

TEST(AnswerHungUpTest, AsHtmlItLeadsBackToTheCallsPage) {
  ExpectEmpty(HungUpAs(Format::kHtml), 303);
  EXPECT_EQ(HungUpAs(Format::kHtml).Get("Location"),
            "/click2call/calls/c2c-1?return=%2Fcrm%3Fid%3D7%26x%3D1");
}

TEST(AnswerHungUpTest, ToProgramsItSaysNoMoreThanDone) {
  ExpectEmpty(HungUpAs(Format::kJson), 204);
  ExpectEmpty(HungUpAs(Format::kNone), 204);
  ExpectBody(HungUpAs(Format::kText), 200, kTextType, "Call ended");
}

TEST(AnswerTest, TheLongestHeadersFitIntoTheFourKilobytesOfAWebServer) {
  const PageLinks links{"/click2call", "/" + std::string(kMaxReturnBytes - 1, '"')};
  const std::string answer = PlacedAs(Format::kHtml, false, links).Serialize();
  EXPECT_LT(answer.size(), 4096U);
}

TEST(AnswerTest, WhoIsNotKnownIsToldHowToSayWhoTheyAre) {
  for (const Format format : kFormats) {
    EXPECT_EQ(ErrorAs(format, {Code::kUnauthenticated, "no"}).Get("WWW-Authenticate"), "Bearer");
    EXPECT_EQ(ErrorAs(format, {Code::kPermissionDenied, "no"}).Get("WWW-Authenticate"), "");
  }
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
  EXPECT_EQ(ErrorAs(Format::kCsv, error).Serialize(), ErrorAs(Format::kText, error).Serialize());
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

TEST(AnswerTest, NothingCanAddAHeader) {
  const std::string evil = "x\r\nSet-Cookie: a=b";
  for (const Format format : kFormats) {
    for (const Response& response : {AnswerPlaced(format, kCall, {"/" + evil, "/" + evil}, false),
                                     AnswerHungUp(format, evil, {"/" + evil, "/" + evil})}) {
      EXPECT_EQ(response.Serialize().find("\nSet-Cookie"), std::string::npos);
    }
  }
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
  EXPECT_EQ(response.Body(), kStyle);
  EXPECT_FALSE(response.Body().empty());
}

}  // namespace
}  // namespace click2call::web
