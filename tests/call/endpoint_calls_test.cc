// What is answered under /calls.

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "call/endpoint.h"
#include "call/endpoint_fixture.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using fakes::Has;
using fakes::Must;

constexpr std::string_view kBody =
    R"({"caller": {"number": "1003"}, "callee": {"number": "1006"}})";

class EndpointCallsTest : public EndpointTest {
 protected:
  // A request for …/calls + `path`.
  static web::Request Ask(std::string_view method, std::string_view path,
                          std::string_view format = "json") {
    web::Request request;
    request.method = method;
    request.script_name = "/click2call";
    request.path_info = "/calls" + std::string(path);
    request.remote_addr = "10.0.0.7";
    if (!format.empty()) request.fields.push_back({"format", std::string(format)});
    return request;
  }

  static web::Request Creation(std::string_view body = kBody) {
    web::Request request = Ask("POST", "", "");
    request.content_type = "application/json";
    request.body = body;
    return request;
  }

  // A call of 10.0.0.7.
  Call Placed() {
    Handle(In("none"));
    return world_.store.Calls().back();
  }

  void End(const Call& call, CallReason reason) {
    const auto now = world_.clock.WallNow();
    Must(world_.store.Advance(call.id, {CallStatus::kDisconnected, reason, {}, now}, now));
  }

  std::string Body(const web::Request& request, int status) {
    const web::Response response = Handle(request);
    EXPECT_EQ(response.StatusCode(), status) << response.Body();
    return response.Body();
  }
};

// ---- one call

TEST_F(EndpointCallsTest, ShowsACallInEachForm) {
  const Call call = Placed();
  const std::string path = "/" + call.id.Text();
  EXPECT_TRUE(Has(Body(Ask("GET", path), 200), "\"status\":\"callingCaller\""));
  EXPECT_TRUE(Has(Body(Ask("GET", path, "html"), 200), "1006"));
  EXPECT_EQ(Body(Ask("GET", path, "text"), 200), "callingCaller\n");
  EXPECT_EQ(Body(Ask("GET", path, "none"), 204), "");
  End(call, CallReason::kCalleeBusy);
  EXPECT_EQ(Body(Ask("GET", path, "text"), 200), "disconnected: calleeBusy\n");
}

TEST_F(EndpointCallsTest, TheWholeLifeOfACallIsInItsJson) {
  const Call call = Placed();
  const auto answered = world_.clock.WallNow();
  Must(world_.store.Advance(call.id, {CallStatus::kConnected, {}, answered, {}}, answered));
  world_.clock.Advance(std::chrono::seconds(65));
  EXPECT_TRUE(Has(Body(Ask("GET", "/" + call.id.Text()), 200), "\"durationSeconds\":65"));
  const auto ended = answered + std::chrono::seconds(61);
  Must(world_.store.Advance(call.id, {CallStatus::kDisconnected, CallReason::kHangUp, {}, ended},
                            ended));
  const std::string json = Body(Ask("GET", "/" + call.id.Text()), 200);
  for (const auto* part :
       {"\"status\":\"disconnected\"", "\"reason\":\"hangUp\"", "\"answeredAt\":\"2026-",
        "\"endedAt\":\"2026-", "\"durationSeconds\":61", "\"pbx\":\"main\""}) {
    EXPECT_TRUE(Has(json, part));
  }
  EXPECT_FALSE(Has(json, call.token));
}

TEST_F(EndpointCallsTest, WhatNobodySawIsNotSaid) {
  const Call call = Placed();
  const auto answered = world_.clock.WallNow();
  Must(world_.store.Advance(call.id, {CallStatus::kConnected, {}, answered, {}}, answered));
  world_.clock.Advance(std::chrono::hours(24));
  End(call, CallReason::kOther);
  const std::string json = Body(Ask("GET", "/" + call.id.Text()), 200);
  EXPECT_FALSE(Has(json, "endedAt"));
  EXPECT_FALSE(Has(json, "durationSeconds"));
}

TEST_F(EndpointCallsTest, AFaultOfOursIsInTheLogAndNotInTheAnswer) {
  struct Broken : web::TokenVerifier {
    base::Result<web::TokenClaims> Verify(std::string_view, base::WallTime) const override {
      return base::Error{Code::kInternal, "/lib/jwt.so is missing"};
    }
  } broken;
  tokens_ = &broken;
  for (web::Request request : {Creation(), Ask("GET", ""), Ask("DELETE", "/x")}) {
    request.authorization = "Bearer x";
    EXPECT_FALSE(Has(Body(request, 500), "jwt.so"));
  }
  EXPECT_TRUE(Has(world_.log.Text(), "event=\"internal\" why=\"/lib/jwt.so is missing\""));
}

TEST_F(EndpointCallsTest, ACallThatNeverWasAnsweredLastedNoSeconds) {
  const Call call = Placed();
  EXPECT_FALSE(Has(Body(Ask("GET", "/" + call.id.Text()), 200), "durationSeconds"));
  End(call, CallReason::kCallerNoAnswer);
  EXPECT_TRUE(Has(Body(Ask("GET", "/" + call.id.Text()), 200), "\"durationSeconds\":0"));
}

TEST_F(EndpointCallsTest, UnknownMalformedAndForeignCallsAreNotFound) {
  const Call call = Placed();
  for (const std::string path :
       {"/c2c-01ARYZ6S41000000000000ZZZZ", "/x", "/c2c-", "/call_550e8400"}) {
    EXPECT_TRUE(Has(Body(Ask("GET", path), 404), "NOT_FOUND")) << path;
    EXPECT_TRUE(Has(Body(Ask("DELETE", path), 404), "NOT_FOUND")) << path;
    EXPECT_TRUE(Has(Body(Ask("POST", path + "/hangup"), 404), "NOT_FOUND")) << path;
  }
  web::Request foreign = Ask("GET", "/" + call.id.Text());
  foreign.remote_addr = "10.0.0.8";
  EXPECT_TRUE(Has(Body(foreign, 404), "NOT_FOUND"));
}

TEST_F(EndpointCallsTest, ThePageHasAButtonWhileTheCallLastsAndMayBeEnded) {
  const Call call = Placed();
  const web::Request page = Ask("GET", "/" + call.id.Text(), "html");
  EXPECT_TRUE(Has(Body(page, 200), call.token));
  world_.following.rights = Rights{true, false, true};
  EXPECT_FALSE(Has(Body(page, 200), call.token));
  EXPECT_TRUE(Has(Body(page, 200), "write = originate,call"));
  world_.following.rights = Rights{true, true, true};
  End(call, CallReason::kHangUp);
  EXPECT_FALSE(Has(Body(page, 200), call.token));
}

TEST_F(EndpointCallsTest, ThePageRefreshesItselfUntilTheCallIsOver) {
  const Call call = Placed();
  const web::Request page = Ask("GET", "/" + call.id.Text(), "html");
  EXPECT_TRUE(Has(Body(page, 200), "http-equiv=\"refresh\""));
  End(call, CallReason::kHangUp);
  EXPECT_FALSE(Has(Body(page, 200), "http-equiv=\"refresh\""));
}

TEST_F(EndpointCallsTest, ThePageOffersAWayBackOnThisSiteOnly) {
  const Call call = Placed();
  const auto page = [&](const char* back) {
    web::Request request = Ask("GET", "/" + call.id.Text(), "html");
    request.fields.push_back({"return", back});
    return Body(request, 200);
  };
  EXPECT_TRUE(Has(page("/crm?id=7"), "href=\"/crm?id=7\""));
  EXPECT_FALSE(Has(page("//evil.example"), "evil"));
}

TEST_F(EndpointCallsTest, NoFormOfAnswerIsStored) {
  const Call call = Placed();
  for (const auto* format : {"html", "json", "text", "none"}) {
    EXPECT_EQ(Handle(Ask("GET", "/" + call.id.Text(), format)).Get("Cache-Control"), "no-store");
    EXPECT_EQ(Handle(Ask("GET", "", format)).Get("Cache-Control"), "no-store");
  }
}

TEST_F(EndpointCallsTest, AJournalThatFailsIsSaid) {
  const Call call = Placed();
  world_.store.Break();
  for (const auto& look :
       {Ask("GET", "/" + call.id.Text()), Ask("GET", ""), Ask("DELETE", "/" + call.id.Text())}) {
    EXPECT_TRUE(Has(Body(look, 503), "\"code\":\"UNAVAILABLE\",\"message\":\"calls cannot be"));
  }
  EXPECT_TRUE(Has(Body(Creation(), 503), "UNAVAILABLE"));
  EXPECT_TRUE(Has(Body(In("json"), 503), "UNAVAILABLE"));
}

// ---- hanging up

TEST_F(EndpointCallsTest, ThePagesButtonEndsTheCallAndLeadsBackToThePage) {
  const Call call = Placed();
  web::Request press = Ask("POST", "/" + call.id.Text() + "/hangup", "html");
  press.fields.push_back({"return", "/crm"});
  EXPECT_TRUE(Has(Body(press, 403), "Hang up"));
  press.fields.push_back({"token", call.token});
  const web::Response response = Handle(press);
  EXPECT_EQ(response.StatusCode(), 303);
  EXPECT_EQ(response.Get("Location"), "/click2call/calls/" + call.id.Text() + "?return=%2Fcrm");
  EXPECT_EQ(world_.dialer.HungUp(), std::vector<base::CallId>{call.id});
}

TEST_F(EndpointCallsTest, DeleteEndsACallOnce) {
  const Call call = Placed();
  const web::Request end = Ask("DELETE", "/" + call.id.Text(), "");
  EXPECT_EQ(Body(end, 204), "");
  EXPECT_TRUE(Has(Body(end, 409), "CONFLICT"));
  EXPECT_EQ(world_.dialer.HungUp().size(), 1U);
}

TEST_F(EndpointCallsTest, OnlyItsOwnMethodsDoAnything) {
  const Call call = Placed();
  const std::string path = "/" + call.id.Text();
  for (const auto* method : {"GET", "PUT", "DELETE"}) {
    EXPECT_EQ(Handle(Ask(method, path + "/hangup")).StatusCode(), 405) << method;
  }
  for (const auto* method : {"POST", "PUT", "PATCH"}) {
    EXPECT_EQ(Handle(Ask(method, path)).StatusCode(), 405) << method;
  }
  for (const auto* method : {"HEAD", "OPTIONS", "DELETE"}) Handle(Ask(method, ""));
  web::Request prefetch = Ask("DELETE", path);
  prefetch.purpose = "prefetch";
  EXPECT_EQ(Handle(prefetch).StatusCode(), 503);
  EXPECT_TRUE(world_.dialer.HungUp().empty());
}

// ---- the JSON API

TEST_F(EndpointCallsTest, CreatesACallFromItsJson) {
  const web::Response response = Handle(Creation());
  EXPECT_EQ(response.StatusCode(), 201) << response.Body();
  const Call call = world_.store.Calls().back();
  EXPECT_EQ(response.Get("Location"), "/click2call/calls/" + call.id.Text());
  EXPECT_TRUE(Has(response.Body(), "\"callId\":\"" + call.id.Text() + "\""));
  EXPECT_EQ(world_.dialer.Plans().back().originate.exten.Text(), "1006");
  EXPECT_EQ(Handle(Creation()).StatusCode(), 409) << "these two have a call already";
  EXPECT_EQ(DialledSoFar(), 1U);
}

TEST_F(EndpointCallsTest, ABodyThatIsWrongIsRefusedAndNotDialled) {
  const struct {
    const char* body;
    int status;
    const char* code;
  } kRows[] = {
      {"", 400, "INVALID_ARGUMENT"},
      {"{", 400, "INVALID_ARGUMENT"},
      {R"({"callee": {"number": "1006"}})", 400, "INVALID_ARGUMENT"},
      {R"({"caller": {"number": "1003"}, "callee": {"number": "1006"}, "x": 1})", 400,
       "INVALID_ARGUMENT"},
      {R"({"caller": {"number": "1003"}, "callee": {"number": "10 06"}})", 422,
       "INVALID_PHONE_NUMBER"},
      {R"({"caller": {"number": "1003"}, "callee": {"number": "+0"}})", 422,
       "INVALID_PHONE_NUMBER"},
      {R"({"caller": {"number": "1003"}, "callee": {"number": "1003"}})", 422,
       "SAME_CALLER_CALLEE"},
      {R"({"caller": {"number": "1004"}, "callee": {"number": "1006"}})", 403, "PERMISSION_DENIED"},
      {R"({"caller": {"number": "1003"}, "callee": {"number": "+4989123456"}})", 403,
       "PERMISSION_DENIED"},
      {R"({"caller": {"number": "1003"}, "callee": {"number": "1006"}, "recordingEnabled": true})",
       422, "RECORDING_NOT_SUPPORTED"},
      {R"({"caller": {"number": "1003"}, "callee": {"number": "1006"}, "sink": "https://in.side/"})",
       403, "PERMISSION_DENIED"},
      {R"({"caller": {"number": "1003"}, "callee": {"number": "1006"}, "sink": "ftp://in.side/"})",
       400, "INVALID_ARGUMENT"},
  };
  for (const auto& row : kRows) {
    const std::string body = Body(Creation(row.body), row.status);
    EXPECT_TRUE(Has(body, row.code)) << row.body;
  }
  web::Request form = Creation("caller=1003&callee=1006");
  form.content_type = "application/x-www-form-urlencoded";
  EXPECT_TRUE(Has(Body(form, 415), "UNSUPPORTED_MEDIA_TYPE"));
  EXPECT_EQ(DialledSoFar(), 0U);
}

TEST_F(EndpointCallsTest, ExtensionsAreNumbersUnlessTheConfigurationSaysNo) {
  Configure("[api]\nextensions = false\n");
  EXPECT_TRUE(Has(Body(Creation(), 422), "E.164"));
  Configure("origin_parameter = true\n[api]\nextensions = false\n[numbers]\nallow = [\"_+44.\"]\n");
  const std::string body = Body(Creation(R"({"caller": {"number": "+447700900000"},
                                             "callee": {"number": "+447700900123"}})"),
                                201);
  EXPECT_TRUE(Has(body, "\"caller\":{\"number\":\"+447700900000\"}"));
}

TEST_F(EndpointCallsTest, TheSinkIsKeptWithItsTokenAndShownNowhere) {
  Configure("[access]\nsinks = [\"crm.example.org\"]\n");
  const std::string body = Body(Creation(R"({"caller": {"number": "1003"},
      "callee": {"number": "1006"}, "sink": "https://crm.example.org/events",
      "sinkCredential": {"credentialType": "ACCESSTOKEN", "accessToken": "t0ken",
      "accessTokenExpiresUtc": "2027-01-01T00:00:00Z", "accessTokenType": "bearer"}})"),
                                201);
  const Call call = world_.store.Calls().back();
  EXPECT_EQ(call.sink, "https://crm.example.org/events");
  EXPECT_EQ(call.sink_token, "t0ken");
  EXPECT_FALSE(Has(body + world_.log.Text(), "t0ken"));
}

TEST_F(EndpointCallsTest, ASinksTokenThatHasExpiredIsRefused) {
  Configure("[access]\nsinks = [\"crm.example.org\"]\n");
  const std::string body = Body(Creation(R"({"caller": {"number": "1003"},
      "callee": {"number": "1006"}, "sink": "https://crm.example.org/events",
      "sinkCredential": {"credentialType": "ACCESSTOKEN", "accessToken": "t0ken",
      "accessTokenExpiresUtc": "2026-11-23T01:20:00Z", "accessTokenType": "bearer"}})"),
                                400);
  EXPECT_TRUE(Has(body, "accessTokenExpiresUtc` is past"));
  EXPECT_EQ(DialledSoFar(), 0U);
}

TEST_F(EndpointCallsTest, TheCorrelatorComesBack) {
  web::Request request = Creation();
  request.correlator = "b4333c46-49c0";
  EXPECT_EQ(Handle(request).Get("x-correlator"), "b4333c46-49c0");
  EXPECT_EQ(Handle(request).Get("x-correlator"), "b4333c46-49c0") << "of a refusal too";
  web::Request lost = Ask("GET", "/x/y");
  lost.correlator = "b4333c46-49c0";
  EXPECT_EQ(Handle(lost).Get("x-correlator"), "b4333c46-49c0");
  request.correlator = "no blanks";
  EXPECT_EQ(Handle(request).StatusCode(), 400);
}

// ---- tokens

// Knows the tokens "ann" and "reader"; every other one is bad.
struct FakeTokens : web::TokenVerifier {
  base::Result<web::TokenClaims> Verify(std::string_view token, base::WallTime) const override {
    if (token == "ann") {
      return web::TokenClaims{
          "ann",
          {"click-to-dial:calls:create", "click-to-dial:calls:read", "click-to-dial:calls:delete"}};
    }
    if (token == "reader") return web::TokenClaims{"ann", {"click-to-dial:calls:read"}};
    return base::Error{Code::kUnauthenticated, "the token's signature is not right"};
  }
};

class EndpointTokensTest : public EndpointCallsTest {
 protected:
  EndpointTokensTest() { tokens_ = &fake_tokens_; }

  static web::Request As(std::string_view token, web::Request request) {
    request.authorization = "Bearer " + std::string(token);
    return request;
  }

  FakeTokens fake_tokens_;
};

TEST_F(EndpointTokensTest, TheJsonApiNeedsAGoodToken) {
  const Call call = Placed();
  for (web::Request request : {Creation(), Ask("GET", ""), Ask("GET", "/" + call.id.Text()),
                               Ask("DELETE", "/" + call.id.Text())}) {
    for (const auto* header : {"", "Basic YW5uOng=", "Bearer bad", "Bearer "}) {
      request.authorization = header;
      const web::Response response = Handle(request);
      EXPECT_EQ(response.StatusCode(), 401) << request.method << " " << header;
      EXPECT_TRUE(Has(response.Get("WWW-Authenticate"), "Bearer"));
      EXPECT_FALSE(Has(response.Body(), "bad"));
    }
  }
  EXPECT_EQ(DialledSoFar(), 1U);
  EXPECT_TRUE(world_.dialer.HungUp().empty());
}

TEST_F(EndpointTokensTest, ATokenNeedsTheScope) {
  EXPECT_TRUE(Has(Body(As("reader", Creation()), 403), "click-to-dial:calls:create"));
  EXPECT_EQ(Handle(As("reader", Ask("GET", ""))).StatusCode(), 200);
  const Call call = Placed();
  EXPECT_TRUE(Has(Body(As("reader", Ask("DELETE", "/" + call.id.Text())), 403),
                  "click-to-dial:calls:delete"));
}

TEST_F(EndpointTokensTest, TheTokensSubjectIsTheUser) {
  EXPECT_TRUE(Has(Body(As("ann", Creation()), 201), "\"user\":\"ann\""));
  const Call call = world_.store.Calls().back();
  EXPECT_EQ(call.user, "ann");
  EXPECT_EQ(Handle(As("reader", Ask("GET", "/" + call.id.Text()))).StatusCode(), 200);
  EXPECT_EQ(Handle(As("ann", Ask("DELETE", "/" + call.id.Text()))).StatusCode(), 204);
}

TEST_F(EndpointTokensTest, LinksAndPagesNeedNone) {
  const Call call = Placed();
  EXPECT_EQ(Handle(Ask("GET", "/" + call.id.Text(), "html")).StatusCode(), 200);
  EXPECT_EQ(Handle(Ask("GET", "", "html")).StatusCode(), 200);
}

// ---- the list

TEST_F(EndpointCallsTest, ListsOnesCallsInEachForm) {
  const Call first = Placed();
  const Call last = Placed();
  const std::string json = Body(Ask("GET", ""), 200);
  EXPECT_LT(json.find(last.id.Text()), json.find(first.id.Text()));
  EXPECT_TRUE(Has(Body(Ask("GET", "", "html"), 200), "calls/" + first.id.Text()));
  const web::Response csv = Handle(Ask("GET", "", "csv"));
  EXPECT_EQ(csv.StatusCode(), 200);
  EXPECT_TRUE(Has(csv.Get("Content-Type"), "text/csv"));
  EXPECT_TRUE(Has(csv.Body(), last.id.Text()));
}

TEST_F(EndpointCallsTest, GoesThroughTheListPageByPage) {
  std::vector<Call> placed;
  for (int i = 0; i < 5; ++i) placed.push_back(Placed());
  web::Request page = Ask("GET", "");
  page.fields.push_back({"limit", "2"});
  EXPECT_TRUE(Has(Body(page, 200), "\"older\":\"" + placed[3].id.Text() + "\""));
  page.fields.push_back({"before", placed[1].id.Text()});
  const std::string last = Body(page, 200);
  EXPECT_TRUE(Has(last, placed[0].id.Text()));
  EXPECT_FALSE(Has(last, "\"older\""));
}

TEST_F(EndpointCallsTest, AListThatCannotBeReadIsRefused) {
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"limit", "0"}, {"limit", "201"}, {"limit", "x"}, {"before", "x"}}) {
    web::Request request = Ask("GET", "");
    request.fields.push_back({name, value});
    EXPECT_TRUE(Has(Body(request, 400), name)) << value;
  }
}

TEST_F(EndpointCallsTest, AnAdminsListHasEveryonesCalls) {
  Placed();
  Configure("[access]\nremote_user = true\nadmins = [\"root\"]\n");
  web::Request request = Ask("GET", "");
  request.remote_addr = "10.9.9.9";
  EXPECT_FALSE(Has(Body(request, 200), "c2c-"));
  request.remote_user = "root";
  EXPECT_TRUE(Has(Body(request, 200), "c2c-"));
}

}  // namespace
}  // namespace click2call::call
