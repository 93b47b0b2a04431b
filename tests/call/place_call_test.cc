#include "call/place_call.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/text.h"
#include "call/make_request.h"
#include "call/read_config.h"
#include "fakes/fake_world.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;

constexpr std::string_view kNoOrigin =
    "[[pbx]]\nusername = \"u\"\nsecret = \"s\"\n[call]\norigin_parameter = true\n";

class PlaceCallTest : public testing::Test {
 protected:
  base::Result<Call> Place(const Config& config, const CallRequest& request) {
    return PlaceCall(config, request, world_.World());
  }

  // The request is refused with `code`, and no dialer hears of it.
  testing::AssertionResult Refuses(Code code, const Config& config, const CallRequest& request) {
    const auto before = world_.dialer.Plans().size();
    const auto refused = Fails(Place(config, request), code);
    if (refused && world_.dialer.Plans().size() != before) {
      return testing::AssertionFailure() << "refused, and dialled all the same";
    }
    return refused;
  }

  fakes::FakeWorld world_;
};

// ---- the rules

TEST_F(PlaceCallTest, DialsInternalNumbersOnlyUntilMoreIsOpened) {
  const Config config = ReadConfig();
  for (const auto* number : {"10", "100", "1006", "10061", "100612"}) {
    EXPECT_TRUE(Succeeds(Place(config, MakeRequest(number)))) << number;
  }
  for (const auto* number : {"1", "1006123", "0891234567", "+4989123456", "*21"}) {
    const CallRequest request = MakeRequest(number);
    EXPECT_TRUE(Refuses(Code::kPermissionDenied, config, request)) << number;
  }
}

TEST_F(PlaceCallTest, DialsWhatAPatternOpens) {
  const Config config = ReadConfig("[numbers]\nallow = [\"_+49.\", \"*21\"]\n");
  EXPECT_TRUE(Succeeds(Place(config, MakeRequest("+49 89 123456"))));
  EXPECT_TRUE(Succeeds(Place(config, MakeRequest("*21"))));
  EXPECT_TRUE(Refuses(Code::kPermissionDenied, config, MakeRequest("1006")));
}

TEST_F(PlaceCallTest, ARefusalNamesTheNumberAndTheKeyThatWouldOpenIt) {
  const std::string message = Place(ReadConfig(), MakeRequest("0900 12345")).Why().message;
  EXPECT_TRUE(Has(message, "090012345"));
  EXPECT_TRUE(Has(message, "numbers.allow"));
}

TEST_F(PlaceCallTest, AnEmergencyNumberIsOneWithWhatTrunksIgnoreAroundItToo) {
  const Config config = ReadConfig("[numbers]\nallow = [\"_X.\", \"_+X.\"]");
  for (const auto* number : {"112#", "112*", "911#0", "+112", "+911#"}) {
    EXPECT_TRUE(Refuses(Code::kPermissionDenied, config, MakeRequest(number))) << number;
  }
}

TEST_F(PlaceCallTest, AnEmergencyNumberNeedsAPatternOfItsOwn) {
  const std::string allow = "[numbers]\nallow = ";
  for (const auto* number : {"112", "911", "1-1-2", "(911)"}) {
    const CallRequest request = MakeRequest(number);
    for (const auto* wildcards : {"[\"_XXX\"]", "[\"_.\"]", "[\"_!\"]", "[\"_[19]X[12]\"]"}) {
      EXPECT_TRUE(Refuses(Code::kPermissionDenied, ReadConfig(allow + wildcards), request))
          << number << " by " << wildcards;
    }
    EXPECT_TRUE(Succeeds(Place(ReadConfig(allow + "[\"112\", \"911\"]"), request))) << number;
  }
  EXPECT_TRUE(Refuses(Code::kPermissionDenied, ReadConfig(allow + "[\"911\", \"_XXX\"]"),
                      MakeRequest("112")));
}

TEST_F(PlaceCallTest, NamesAnEmergencyNumberInTheRefusal) {
  EXPECT_TRUE(Has(Place(ReadConfig(), MakeRequest("112")).Why().message, "emergency"));
}

TEST_F(PlaceCallTest, AnEmergencyServiceIsNoCallerEither) {
  EXPECT_TRUE(Refuses(Code::kPermissionDenied, ReadConfig(), MakeRequest("1006", "112")));
}

TEST_F(PlaceCallTest, TheRulesHoldForACallerThatTheRequestNames) {
  const Config config = ReadConfig();
  EXPECT_TRUE(Succeeds(Place(config, MakeRequest("1006", "1004"))));
  EXPECT_TRUE(Refuses(Code::kPermissionDenied, config, MakeRequest("1006", "0900123456")));
}

TEST_F(PlaceCallTest, TheConfiguredOriginNeedsNoPattern) {
  EXPECT_TRUE(Succeeds(Place(ReadConfig("[numbers]\nallow = [\"1006\"]\n"), MakeRequest("1006"))));
}

TEST_F(PlaceCallTest, APhoneDoesNotCallItself) {
  const Config config = ReadConfig();
  EXPECT_TRUE(Refuses(Code::kSameCallerCallee, config, MakeRequest("1003")));
  EXPECT_TRUE(Refuses(Code::kSameCallerCallee, config, MakeRequest("10-03")));
  EXPECT_TRUE(Refuses(Code::kSameCallerCallee, config, MakeRequest("1006", "1006")));
  EXPECT_TRUE(Succeeds(Place(config, MakeRequest("1003", "1006"))));
}

TEST_F(PlaceCallTest, ACallNeedsAPhoneThatRingsFirst) {
  const Config config = Must(ParseConfig(kNoOrigin, "c.toml"));
  EXPECT_TRUE(Refuses(Code::kInvalidArgument, config, MakeRequest("1006")));
  EXPECT_TRUE(Has(Place(config, MakeRequest("1006")).Why().message, "`from`"));
  EXPECT_TRUE(Succeeds(Place(config, MakeRequest("1006", "1004"))));
}

TEST_F(PlaceCallTest, WhatDoesNotFitIsNotDialled) {
  EXPECT_TRUE(Refuses(Code::kInternal, ReadConfig("caller_id = \"{user}\"\n"),
                      MakeRequest("1006", "", std::string(300, 'x'))));
}

// ---- the call

TEST_F(PlaceCallTest, DialsThePlanOnce) {
  ASSERT_TRUE(Succeeds(Place(ReadConfig(), MakeRequest("1006", "1004"))));
  const auto plans = world_.dialer.Plans();
  ASSERT_EQ(plans.size(), 1U);
  EXPECT_EQ(plans[0].originate.channel.Text(), "PJSIP/1004");
  EXPECT_EQ(plans[0].originate.exten.Text(), "1006");
}

TEST_F(PlaceCallTest, EachCallHasAnIdOfItsOwn) {
  const auto first = Must(Place(ReadConfig(), MakeRequest("1006")));
  const auto second = Must(Place(ReadConfig(), MakeRequest("1006")));
  EXPECT_NE(first.id, second.id);
  EXPECT_EQ(world_.dialer.Plans()[0].call_id, first.id);
  EXPECT_EQ(world_.dialer.Plans()[1].call_id, second.id);
}

TEST_F(PlaceCallTest, TheCallIsWhatThePbxSaid) {
  const struct {
    CallStatus status;
    const char* pbx;
  } kRows[] = {{CallStatus::kInitiating, "main"},
               {CallStatus::kCallingCaller, "main"},
               {CallStatus::kCallingCallee, "backup"}};
  for (const auto& row : kRows) {
    world_.dialer.SetOutcome(Dialled{row.status, row.pbx});
    const Call call = Must(Place(ReadConfig(), MakeRequest("10 06", "", "ann")));
    EXPECT_EQ(call.status, row.status);
    EXPECT_EQ(call.pbx, row.pbx);
    EXPECT_EQ(call.caller, "1003");
    EXPECT_EQ(call.callee, "10 06") << "as asked for";
    EXPECT_EQ(call.user, "ann");
    EXPECT_EQ(call.created_at, world_.clock.WallNow());
  }
}

TEST_F(PlaceCallTest, AnErrorOfTheDialerComesAsItIs) {
  world_.dialer.SetOutcome(
      base::Error{Code::kPbxUnavailable, "down", "c2c-x", std::chrono::seconds(5)});
  const auto call = Place(ReadConfig(), MakeRequest("1006"));
  ASSERT_TRUE(Fails(call, Code::kPbxUnavailable));
  EXPECT_EQ(call.Why().message, "down");
  EXPECT_EQ(call.Why().call_id, "c2c-x");
  EXPECT_EQ(call.Why().retry_after, std::chrono::seconds(5));
}

// ---- the log

TEST_F(PlaceCallTest, LogsACallInOneLine) {
  const Call call = Must(Place(ReadConfig(), MakeRequest("10 06", "", "ann")));
  const auto lines = world_.log.Lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].level, base::LogLevel::kInfo);
  EXPECT_EQ(lines[0].text,
            "event=\"call\" callId=\"" + call.id.Text() +
                "\" from=\"1003\" to=\"1006\" user=\"ann\" address=\"\" pbx=\"main\" "
                "status=\"callingCaller\"");
}

TEST_F(PlaceCallTest, LogsARefusalInOneLine) {
  const auto call = Place(ReadConfig(), MakeRequest("0900123456", "", "ann"));
  const auto lines = world_.log.Lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].level, base::LogLevel::kWarning);
  EXPECT_TRUE(lines[0].text.starts_with("event=\"no call\" callId=\"c2c-"));
  EXPECT_TRUE(
      Has(lines[0].text, "from=\"1003\" to=\"0900123456\" user=\"ann\" address=\"\" why=\""));
  EXPECT_TRUE(Has(lines[0].text, call.Why().message));
}

TEST_F(PlaceCallTest, NothingThatAnybodySendsEndsTheLogsLine) {
  world_.dialer.SetOutcome(base::Error{Code::kPbxOriginateRefused, "it said \r\n\"x\" y=\"1\n"});
  (void)Place(ReadConfig(), MakeRequest("1006", "", "ann\r\nevent=\"call\" x=\"\x1b[2J\xff"));
  const auto lines = world_.log.Lines();
  ASSERT_EQ(lines.size(), 1U);
  const std::string& text = lines[0].text;
  EXPECT_FALSE(base::HasControl(text)) << text;
  // Seven fields with two quotes each that are not escaped: nobody has added another.
  std::size_t quotes = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      ++quotes;
    }
  }
  EXPECT_EQ(quotes, 2U * 7U) << text;
}

}  // namespace
}  // namespace click2call::call
