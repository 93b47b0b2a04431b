// GET …/metrics, and what it counts.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "call/endpoint_fixture.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using fakes::Has;

// Where the module is missing.
struct NoWriter : web::MetricsWriter {
  base::Result<std::string> Write(const web::Metrics&) const override {
    return base::Error{Code::kInternal, "/usr/lib/click2call/metrics.so: this module is missing"};
  }
};

class EndpointMetricsTest : public EndpointTest {
 protected:
  static web::Request Scrape(std::string_view method = "GET") {
    web::Request request = Get({});
    request.method = method;
    request.path_info = "/metrics";
    return request;
  }

  std::string Text() { return Handle(Scrape()).Body(); }

  static web::Request Creation(std::string body) {
    web::Request request = Get({});
    request.method = "POST";
    request.path_info = "/calls";
    request.content_type = "application/json";
    request.body = std::move(body);
    return request;
  }

  // What was counted since it was asked last: each code with its count, sorted as they are shown.
  std::string Counted() {
    std::string said;
    const web::Counts now = tally_.Read();
    for (std::size_t i = 0; i < now.answers.size(); ++i) {
      const std::uint64_t before = before_.answers.empty() ? 0 : before_.answers[i].count;
      if (now.answers[i].count == before) continue;
      said +=
          std::string(now.answers[i].code) + " " + std::to_string(now.answers[i].count - before);
    }
    before_ = now;
    return said;
  }

 private:
  web::Counts before_;
};

TEST_F(EndpointMetricsTest, IsTheTextOfPrometheus) {
  world_.dialer.SetHealth(
      {{.name = "main", .state = PbxHealth::State::kUp, .rights = Rights{true, false, true}},
       {.name = "spare", .state = PbxHealth::State::kRefused}});
  Handle(Click());
  const web::Response response = Handle(Scrape());
  EXPECT_EQ(response.StatusCode(), 200);
  EXPECT_EQ(response.Get("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(response.Get("Cache-Control"), "no-store");
  for (const char* line :
       {"click2call_pbx_up{pbx=\"main\"} 1", "click2call_pbx_up{pbx=\"spare\"} 0",
        "click2call_pbx_right{pbx=\"main\",right=\"originate\"} 1",
        "click2call_pbx_right{pbx=\"main\",right=\"hangup\"} 0",
        "click2call_pbx_right{pbx=\"main\",right=\"status\"} 1",
        "click2call_open_calls{pbx=\"main\"} 1", "click2call_open_calls{pbx=\"spare\"} 0",
        "click2call_answers_total{code=\"PLACED\"} 1",
        "click2call_answers_total{code=\"PBX_UNAVAILABLE\"} 0", "click2call_place_seconds_count 1",
        "process_start_time_seconds 1795396816.042"}) {
    EXPECT_TRUE(Has(response.Body(), "\n" + std::string(line) + "\n")) << line;
  }
  EXPECT_FALSE(Has(response.Body(), "pbx=\"spare\",right"));
}

TEST_F(EndpointMetricsTest, OnlyLooks) {
  const web::Response head = Handle(Scrape("HEAD"));
  EXPECT_EQ(head.StatusCode(), 200);
  EXPECT_EQ(head.Body(), "");
  EXPECT_EQ(Handle(Scrape("POST")).StatusCode(), 405);
  EXPECT_EQ(Handle(Scrape("OPTIONS")).Get("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(Counted(), "");
  EXPECT_EQ(DialledSoFar(), 0U);
}

TEST_F(EndpointMetricsTest, IsForClientsInAccessNetworksAlone) {
  for (const char* method : {"GET", "HEAD"}) {
    web::Request request = Scrape(method);
    request.remote_addr = "203.0.113.9";
    const web::Response response = Handle(request);
    EXPECT_EQ(response.StatusCode(), 403) << method;
    EXPECT_FALSE(Has(response.Body(), "click2call_")) << method;
  }
  EXPECT_TRUE(Has(world_.log.Text(), "event=\"refused\" rule=\"network\""));
}

TEST_F(EndpointMetricsTest, ATokenIsNeitherNeededNorEnough) {
  struct : web::TokenVerifier {
    base::Result<web::TokenClaims> Verify(std::string_view, base::WallTime) const override {
      return web::TokenClaims{"alice", {"click-to-dial:calls:read"}};
    }
  } everybody;
  tokens_ = &everybody;
  web::Request request = Scrape();
  EXPECT_EQ(Handle(request).StatusCode(), 200);
  request.authorization = "Bearer x.y.z";
  EXPECT_EQ(Handle(request).StatusCode(), 200);
  request.remote_addr = "203.0.113.9";
  EXPECT_EQ(Handle(request).StatusCode(), 403);
}

TEST_F(EndpointMetricsTest, AProcessForOneRequestHasNothingToCount) {
  counts_ = false;
  world_.dialer.SetHealth({{.name = "main"}});
  EXPECT_EQ(Handle(Click()).StatusCode(), 303);
  EXPECT_EQ(Handle(Click("x")).StatusCode(), 422);
  const std::string text = Text();
  EXPECT_TRUE(Has(text, "click2call_build_info{"));
  EXPECT_TRUE(Has(text, "click2call_pbx_up{pbx=\"main\"} 0"));
  EXPECT_TRUE(Has(text, "click2call_open_calls{pbx=\"main\"} 1"));
  for (const char* family : {"answers_total", "place_seconds", "process_start"}) {
    EXPECT_FALSE(Has(text, family)) << family;
  }
}

TEST_F(EndpointMetricsTest, WithoutTheModuleOnlyTheLogSaysWhatIsMissing) {
  metrics_ = std::make_unique<NoWriter>();
  const web::Response response = Handle(In("json", Scrape()));
  EXPECT_EQ(response.StatusCode(), 500);
  EXPECT_TRUE(Has(response.Body(), "\"INTERNAL\""));
  EXPECT_FALSE(Has(response.Body(), "metrics.so"));
  EXPECT_TRUE(Has(world_.log.Text(), "/usr/lib/click2call/metrics.so"));
  EXPECT_EQ(Counted(), "");
}

TEST_F(EndpointMetricsTest, WithoutTheJournalTheRestIsThere) {
  world_.dialer.SetHealth({{.name = "main", .state = PbxHealth::State::kUp}, {.name = "spare"}});
  world_.store.Break();
  const std::string text = Text();
  EXPECT_TRUE(Has(text, "click2call_pbx_up{pbx=\"main\"} 1"));
  EXPECT_FALSE(Has(text, "open_calls"));
  EXPECT_EQ(world_.store.Asked(), 1U);
  EXPECT_TRUE(Has(world_.log.Text(), "event=\"journal\""));
}

// ---- What counts

TEST_F(EndpointMetricsTest, ACallCountsOnceAndTheSameClickAgainAsSuch) {
  Configure("[limits]\n");
  Handle(Click());
  EXPECT_EQ(Counted(), "PLACED 1");
  Handle(Click());
  EXPECT_EQ(Counted(), "DUPLICATE 1");
  Handle(Creation(R"({"caller": {"number": "1003"}, "callee": {"number": "1007"}})"));
  EXPECT_EQ(Counted(), "PLACED 1");
  Handle(Creation(R"({"caller": {"number": "1003"}, "callee": {"number": "1007"}})"));
  EXPECT_EQ(Counted(), "ALREADY_EXISTS 1");
}

TEST_F(EndpointMetricsTest, HowLongACallTookIsMeasured) {
  world_.dialer.OnDial([this] { world_.clock.Advance(base::Milliseconds(250)); });
  Handle(Click());
  world_.dialer.SetOutcome(base::Error{Code::kPbxUnavailable, "down"});
  Handle(Click());
  const web::Counts counts = tally_.Read();
  EXPECT_EQ(counts.placed_in_all, 1U);
  EXPECT_DOUBLE_EQ(counts.seconds_in_all, 0.25);
}

TEST_F(EndpointMetricsTest, AnErrorCountsOnceUnderItsCode) {
  Handle(Click("x"));
  EXPECT_EQ(Counted(), "INVALID_PHONE_NUMBER 1");
  Handle(Get({}));
  EXPECT_EQ(Counted(), "INVALID_ARGUMENT 1");
  Handle(Click("0900123456"));
  EXPECT_EQ(Counted(), "PERMISSION_DENIED 1");
  Handle(Click("1003"));
  EXPECT_EQ(Counted(), "SAME_CALLER_CALLEE 1");
  Handle(Creation("{"));
  EXPECT_EQ(Counted(), "INVALID_ARGUMENT 1");
  web::Request foreign = Click();
  foreign.remote_addr = "203.0.113.9";
  Handle(foreign);
  EXPECT_EQ(Counted(), "PERMISSION_DENIED 1");
  web::Request correlator = Click();
  correlator.correlator = "a b";
  Handle(correlator);
  EXPECT_EQ(Counted(), "INVALID_ARGUMENT 1");
  world_.store.Break();
  Handle(Click());
  EXPECT_EQ(Counted(), "UNAVAILABLE 1");
}

TEST_F(EndpointMetricsTest, WhatThePbxSaidCountsToo) {
  const struct {
    Code code;
    const char* name;
  } kCases[] = {
      {Code::kPbxUnavailable, "PBX_UNAVAILABLE 1"},
      {Code::kPbxLoginRefused, "PBX_REFUSED 1"},
      {Code::kPbxOriginateRefused, "PBX_REFUSED 1"},
      {Code::kCalleeNotAvailable, "CALLEE_NOT_AVAILABLE 1"},
      {Code::kOutcomeUnknown, "OUTCOME_UNKNOWN 1"},
  };
  for (const auto& [code, name] : kCases) {
    world_.dialer.SetOutcome(base::Error{code, "no"});
    Handle(Click());
    EXPECT_EQ(Counted(), name);
  }
}

TEST_F(EndpointMetricsTest, WhatWasToPlaceNoCallDoesNotCount) {
  web::Request request = Click();
  for (const char* method : {"HEAD", "OPTIONS", "PUT"}) {
    request.method = method;
    Handle(request);
  }
  request = Click();
  request.purpose = "prefetch";
  Handle(request);
  for (const char* path : {"/calls", "/calls/c2c-01ARYZ6S410000000000000000", "/nothing"}) {
    request = Click();
    request.path_info = path;
    Handle(request);
    request.remote_addr = "203.0.113.9";
    Handle(request);
  }
  EXPECT_EQ(Counted(), "");
}

TEST_F(EndpointMetricsTest, APageThatAsksFirstIsNoAnswerYet) {
  web::Request browser = Click();
  browser.accept_language = "de";
  EXPECT_EQ(Handle(browser).StatusCode(), 200);
  EXPECT_EQ(Counted(), "");
}

}  // namespace
}  // namespace click2call::call
