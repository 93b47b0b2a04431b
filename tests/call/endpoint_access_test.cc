#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "call/endpoint_fixture.h"
#include "fakes/results.h"

// Who may have a call placed, as the whole endpoint answers it. The rules themselves: act_test.cc,
// identify_test.cc, read_click_test.cc, admit_test.cc.
namespace click2call::call {
namespace {

using fakes::Has;

class EndpointAccessTest : public EndpointTest {
 protected:
  // Somebody has typed the address, or a page hid where it is.
  static web::Request Browser(std::string_view to = "1006") {
    web::Request request = Click(to);
    request.accept = "text/html";
    request.accept_language = "de";
    request.host = "pbx.example";
    return request;
  }

  // The value of the hidden field `name` on a page.
  static std::string Hidden(const std::string& page, const std::string& name) {
    const std::string before = "name=\"" + name + "\" value=\"";
    const std::size_t begin = page.find(before);
    if (begin == std::string::npos) return {};
    const std::size_t from = begin + before.size();
    return page.substr(from, page.find('"', from) - from);
  }

  // The button of such a page, pressed.
  static web::Request Press(const std::string& page, std::string_view to = "1006") {
    web::Request request = Browser(to);
    request.method = "POST";
    request.origin = "null";
    request.fields.push_back({"token", Hidden(page, "token")});
    request.fields.push_back({"key", Hidden(page, "key")});
    return request;
  }
};

TEST_F(EndpointAccessTest, ABrowserOfWhichNothingIsKnownIsAskedFirst) {
  const auto page = Handle(Browser());
  EXPECT_EQ(page.StatusCode(), 200);
  EXPECT_TRUE(Has(page.Body(), "1006"));
  EXPECT_TRUE(Has(page.Body(), "1003"));
  EXPECT_EQ(DialledSoFar(), 0U);
  EXPECT_EQ(Handle(Press(page.Body())).StatusCode(), 303);
  EXPECT_EQ(DialledSoFar(), 1U);
}

TEST_F(EndpointAccessTest, TheButtonIsOneCallHoweverOftenItIsPressed) {
  const auto page = Handle(Browser());
  const auto first = Handle(Press(page.Body()));
  const auto second = Handle(Press(page.Body()));
  EXPECT_EQ(first.Get("Location"), second.Get("Location"));
  EXPECT_EQ(DialledSoFar(), 1U);
  const auto other = Handle(Browser());
  EXPECT_NE(Handle(Press(other.Body())).Get("Location"), first.Get("Location"));
}

TEST_F(EndpointAccessTest, TheButtonIsForItsNumberAlone) {
  const auto page = Handle(Browser());
  EXPECT_EQ(Handle(Press(page.Body(), "1007")).StatusCode(), 403);
  EXPECT_EQ(DialledSoFar(), 0U);
}

TEST_F(EndpointAccessTest, AButtonOfLongAgoAsksAgain) {
  const auto page = Handle(Browser());
  world_.clock.Advance(std::chrono::minutes(11));
  const auto again = Handle(Press(page.Body()));
  EXPECT_EQ(again.StatusCode(), 200);
  EXPECT_EQ(DialledSoFar(), 0U);
  EXPECT_EQ(Handle(Press(again.Body())).StatusCode(), 303);
}

TEST_F(EndpointAccessTest, NobodyIsAskedWhatIsRefusedAnyway) {
  EXPECT_EQ(Handle(Browser("0900123456")).StatusCode(), 403);
}

TEST_F(EndpointAccessTest, AClickOnTheSameSiteDials) {
  web::Request request = Browser();
  request.referer = "http://pbx.example/page";
  EXPECT_EQ(Handle(request).StatusCode(), 303);
  EXPECT_EQ(DialledSoFar(), 1U);
}

TEST_F(EndpointAccessTest, AnotherSiteDoesNotDialUnlessItMay) {
  web::Request request = Browser();
  request.referer = "http://crm.example/page";
  const auto refused = Handle(request);
  EXPECT_EQ(refused.StatusCode(), 403);
  EXPECT_TRUE(Has(refused.Body(), "access.sites"));
  EXPECT_EQ(DialledSoFar(), 0U);
  Configure("[access]\nsites = [\"crm.example\"]\n");
  EXPECT_EQ(Handle(request).StatusCode(), 303);
}

TEST_F(EndpointAccessTest, WithConfirmALinkAlwaysAsksFirst) {
  Configure("[access]\nconfirm = true\n");
  web::Request request = Browser();
  request.referer = "http://pbx.example/page";
  const auto page = Handle(request);
  EXPECT_EQ(page.StatusCode(), 200);
  EXPECT_EQ(DialledSoFar(), 0U);
  EXPECT_EQ(Handle(Press(page.Body())).StatusCode(), 303);
}

TEST_F(EndpointAccessTest, NoNetworkNoAnswer) {
  web::Request request = Click();
  request.remote_addr = "203.0.113.9";
  EXPECT_EQ(Handle(request).StatusCode(), 403);
  request.script_name = "/click2call/calls";
  EXPECT_EQ(Handle(request).StatusCode(), 403);
  EXPECT_TRUE(Has(world_.log.Text(),
                  "event=\"refused\" rule=\"network\" code=\"PERMISSION_DENIED\" "
                  "address=\"203.0.113.9\""));
}

TEST_F(EndpointAccessTest, SeveralPhonesRingTogetherOrOneIsChosen) {
  Configure("[origins]\naddresses = { \"10.0.0.7\" = [\"1004\", \"1104\"] }\n");
  const auto page = Handle(Browser());
  EXPECT_TRUE(Has(page.Body(), "1104"));
  web::Request together = Press(page.Body());
  ASSERT_EQ(Handle(together).StatusCode(), 303);
  const auto plan = world_.dialer.Plans().back().originate;
  EXPECT_EQ(plan.channel.Text(), "Local/1004@click2call-together/n");
  EXPECT_EQ(plan.variables.at(0).Text(), "CLICK2CALL_PHONES=PJSIP/1004&PJSIP/1104");
  web::Request one = Press(Handle(Browser("1007")).Body(), "1007");
  one.fields.push_back({"from", "1104"});
  ASSERT_EQ(Handle(one).StatusCode(), 303);
  EXPECT_EQ(world_.dialer.Plans().back().originate.channel.Text(), "PJSIP/1104");
}

TEST_F(EndpointAccessTest, TooManyAreToldWhenToTryAgain) {
  Configure("[limits]\nper_minute = 1\nduplicate_s = 0\n");
  EXPECT_EQ(Handle(In("json")).StatusCode(), 201);
  const auto second = Handle(In("json"));
  EXPECT_EQ(second.StatusCode(), 429);
  EXPECT_TRUE(Has(second.Body(), "TOO_MANY_REQUESTS"));
  EXPECT_NE(second.Get("Retry-After"), "");
}

TEST_F(EndpointAccessTest, TheSameClickIsTheSameCall) {
  Configure("[limits]\n");
  const auto first = Handle(In("json"));
  const auto second = Handle(In("json"));
  EXPECT_EQ(first.StatusCode(), 201);
  EXPECT_EQ(second.StatusCode(), 200);
  EXPECT_EQ(first.Get("Location"), second.Get("Location"));
  EXPECT_EQ(DialledSoFar(), 1U);
}

TEST_F(EndpointAccessTest, AnErrorOfACallGivesWayToItsPageWhichSaysWhy) {
  world_.dialer.SetOutcome(base::Error{base::Code::kPbxUnavailable, "the PBX is on holiday"});
  const auto error = Handle(In("html"));
  EXPECT_EQ(error.StatusCode(), 503);
  EXPECT_TRUE(Has(error.Body(), "on holiday"));
  const std::string page = "/click2call/calls/" + world_.store.Calls().back().id.Text();
  EXPECT_EQ(error.Get("Refresh"), "0; url=" + page);
  web::Request look = In("html", Get({}));
  look.script_name = page;
  EXPECT_TRUE(Has(Handle(look).Body(), "on holiday"));
}

TEST_F(EndpointAccessTest, WhatHasNoPageOrIsForAProgramLeadsNowhere) {
  EXPECT_EQ(Handle(In("html", Click("0900123456"))).Get("Refresh"), "");
  world_.dialer.SetOutcome(base::Error{base::Code::kPbxUnavailable, "down"});
  EXPECT_EQ(Handle(In("json")).Get("Refresh"), "");
  EXPECT_EQ(Handle(In("text")).Get("Refresh"), "");
}

TEST_F(EndpointAccessTest, CallAgainIsAskedOnlyOnce) {
  const auto first = Handle(In("html"));
  web::Request look = Get({});
  look.script_name = std::string(first.Get("Location"));
  world_.dialer.SetLook(Look{{}, {}});
  const Call call = world_.store.Calls().back();
  ASSERT_TRUE(
      world_.store
          .Advance(call.id,
                   {CallStatus::kDisconnected, CallReason::kHangUp, {}, world_.clock.WallNow()},
                   world_.clock.WallNow())
          .Ok());
  const auto page = Handle(In("html", look));
  ASSERT_EQ(page.StatusCode(), 200);
  EXPECT_EQ(Handle(Press(page.Body())).StatusCode(), 303);
  EXPECT_EQ(DialledSoFar(), 2U);
}

}  // namespace
}  // namespace click2call::call
