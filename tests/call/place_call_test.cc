#include "call/place_call.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

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
    auto placed = PlaceCall(config, request, world_.World());
    if (!placed.Ok()) return placed.Why();
    return std::move(placed).Value().call;
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
    world_.dialer.SetOutcome(Dialled{{row.status}, row.pbx});
    const Call call = Must(Place(ReadConfig(), MakeRequest("10 06", "", "ann")));
    EXPECT_EQ(call.state.status, row.status);
    EXPECT_EQ(call.pbx, row.pbx);
    EXPECT_EQ(call.caller, "1003");
    EXPECT_EQ(call.callee, "10 06") << "as asked for";
    EXPECT_EQ(call.user, "ann");
    EXPECT_EQ(call.created_at, world_.clock.WallNow());
  }
}

TEST_F(PlaceCallTest, AnErrorOfTheDialerComesWithTheCallItIsAbout) {
  world_.dialer.SetOutcome(base::Error{Code::kPbxUnavailable, "down", {}, std::chrono::seconds(5)});
  const auto call = Place(ReadConfig(), MakeRequest("1006"));
  ASSERT_TRUE(Fails(call, Code::kPbxUnavailable));
  EXPECT_EQ(call.Why().message, "down");
  EXPECT_EQ(call.Why().call_id, world_.dialer.Plans()[0].call_id.Text());
  EXPECT_EQ(call.Why().retry_after, std::chrono::seconds(5));
}

// ---- the journal

TEST_F(PlaceCallTest, TheRowStandsBeforeAnythingIsSent) {
  CallRequest request = MakeRequest("10 06", "1004", "ann");
  request.address = "10.0.0.7";
  std::vector<Call> rows;
  world_.dialer.OnDial([&] { rows = world_.store.Calls(); });
  const Call placed = Must(Place(ReadConfig(), request));
  ASSERT_EQ(rows.size(), 1U);
  const Call& row = rows[0];
  EXPECT_EQ(row.id, placed.id);
  EXPECT_EQ(row.state, CallState{});
  EXPECT_EQ(row.caller, "1004");
  EXPECT_EQ(row.callee, "10 06");
  EXPECT_EQ(row.caller_exten, "1004");
  EXPECT_EQ(row.callee_exten, "1006");
  EXPECT_EQ(row.user, "ann");
  EXPECT_EQ(row.address, "10.0.0.7");
  EXPECT_EQ(row.pbx, "main");
  EXPECT_EQ(row.token, placed.token);
  EXPECT_EQ(row.created_at, world_.clock.WallNow());
}

TEST_F(PlaceCallTest, WithoutARowNothingIsDialled) {
  world_.store.Break();
  EXPECT_TRUE(Refuses(Code::kStoreUnavailable, ReadConfig(), MakeRequest("1006")));
}

TEST_F(PlaceCallTest, ARequestThatTheRulesRefuseHasNoRow) {
  ASSERT_TRUE(Refuses(Code::kPermissionDenied, ReadConfig(), MakeRequest("0900123456")));
  EXPECT_EQ(world_.store.Asked(), 0U);
}

TEST_F(PlaceCallTest, TheRowHasTheFirstWord) {
  world_.dialer.SetOutcome(Dialled{{CallStatus::kCallingCallee}, "backup"});
  ASSERT_TRUE(Succeeds(Place(ReadConfig(), MakeRequest("1006"))));
  EXPECT_EQ(world_.store.Calls()[0].state.status, CallStatus::kCallingCallee);
}

TEST_F(PlaceCallTest, TheRowNamesThePbxBeforeThatIsTried) {
  world_.dialer.Tries({"main", "backup"});
  std::string pbx;
  world_.dialer.OnDial([&] { pbx = world_.store.Calls()[0].pbx; });
  ASSERT_TRUE(Succeeds(Place(ReadConfig(), MakeRequest("1006"))));
  EXPECT_EQ(pbx, "backup");
}

TEST_F(PlaceCallTest, APhoneThatCannotBeRungIsAnErrorAndTheRowSaysWhy) {
  world_.dialer.SetOutcome(Dialled{
      {CallStatus::kDisconnected, CallReason::kCallerBusy, {}, world_.clock.WallNow()}, "main"});
  const auto call = Place(ReadConfig(), MakeRequest("1006"));
  ASSERT_TRUE(Fails(call, Code::kCallerNotAvailable));
  EXPECT_TRUE(Has(call.Why().message, "PJSIP/1003 is busy"));
  const Call row = world_.store.Calls()[0];
  EXPECT_EQ(call.Why().call_id, row.id.Text());
  EXPECT_EQ(row.state.status, CallStatus::kDisconnected);
  EXPECT_EQ(row.state.reason, CallReason::kCallerBusy);
}

TEST_F(PlaceCallTest, ACallThatNoPbxTookHasFailed) {
  for (const Code code : {Code::kPbxUnavailable, Code::kPbxLoginRefused, Code::kCalleeNotAvailable,
                          Code::kPbxOriginateRefused, Code::kPbxProtocol}) {
    world_.dialer.SetOutcome(base::Error{code, "why"});
    ASSERT_TRUE(Fails(Place(ReadConfig(), MakeRequest("1006")), code));
    const CallState state = world_.store.Calls().back().state;
    EXPECT_EQ(state.status, CallStatus::kFailed);
    EXPECT_FALSE(state.reason);
    EXPECT_TRUE(state.ended_at);
  }
}

TEST_F(PlaceCallTest, ACallOfWhichNothingIsKnownIsLeftToBeSettled) {
  world_.dialer.SetOutcome(base::Error{Code::kOutcomeUnknown, "why"});
  ASSERT_TRUE(Fails(Place(ReadConfig(), MakeRequest("1006")), Code::kOutcomeUnknown));
  EXPECT_EQ(world_.store.Calls()[0].state, CallState{});
}

TEST_F(PlaceCallTest, AJournalThatBreaksAfterwardsTakesNothingBack) {
  world_.dialer.OnDial([&] { world_.store.Break(); });
  EXPECT_TRUE(Succeeds(Place(ReadConfig(), MakeRequest("1006"))));
  EXPECT_TRUE(Has(world_.log.Text(), "journal"));
}

TEST_F(PlaceCallTest, OnceMeansNotWhileTheyHaveACall) {
  CallRequest request = MakeRequest("1006");
  request.once = true;
  request.address = "10.0.0.7";
  const Call first = Must(Place(ReadConfig(), request));
  const auto again = Place(ReadConfig(), request);
  ASSERT_TRUE(Refuses(Code::kAlreadyExists, ReadConfig(), request));
  EXPECT_EQ(again.Why().call_id, first.id.Text());
  request.address = "10.0.0.8";
  EXPECT_EQ(Place(ReadConfig(), request).Why().call_id, "") << "that is somebody else's call";
  request.once = false;
  EXPECT_TRUE(Succeeds(Place(ReadConfig(), request)));
}

TEST_F(PlaceCallTest, ACallWhoseEndNobodySawIsNoneThatTheyHave) {
  world_.followed = false;
  CallRequest request = MakeRequest("1006");
  request.once = true;
  ASSERT_TRUE(Succeeds(Place(ReadConfig(), request)));
  world_.dialer.SetLook(
      Look{{}, {CallStatus::kDisconnected, CallReason::kOther, {}, world_.clock.WallNow()}});
  EXPECT_TRUE(Succeeds(Place(ReadConfig(), request)));
}

// ---- while the PBX is asked

TEST_F(PlaceCallTest, ForeseesTheCallThatAPbxTakes) {
  world_.dialer.IsSlow("main");
  world_.dialer.SetOutcome(Dialled{{}, "main"});
  std::vector<Call> foreseen;
  const auto placed = Must(PlaceCall(ReadConfig(), MakeRequest("1006"), world_.World(),
                                     [&](const Call& call) { foreseen.push_back(call); }));
  EXPECT_TRUE(placed.foreseen);
  ASSERT_EQ(foreseen.size(), 1U);
  EXPECT_EQ(foreseen[0].id, placed.call.id);
  EXPECT_EQ(foreseen[0].pbx, placed.call.pbx);
  EXPECT_EQ(foreseen[0].callee, placed.call.callee);
  EXPECT_EQ(foreseen[0].state, placed.call.state);
  EXPECT_TRUE(Has(world_.log.Lines().back().text, "pbx=\"main\" status=\"initiating\""));
}

TEST_F(PlaceCallTest, WhatThePbxSaysOtherwiseCountsAndNotWhatWasForeseen) {
  world_.dialer.IsSlow("main");
  const auto foresee = [](const Call&) {};
  const auto placed = Must(PlaceCall(ReadConfig(), MakeRequest("1006"), world_.World(), foresee));
  EXPECT_FALSE(placed.foreseen);
  EXPECT_TRUE(Has(world_.log.Lines().back().text, "status=\"callingCaller\""));

  world_.dialer.SetOutcome(Dialled{{}, "backup"});
  world_.dialer.Tries({"main", "backup"});
  const auto moved = Must(PlaceCall(ReadConfig(), MakeRequest("1007"), world_.World(), foresee));
  EXPECT_FALSE(moved.foreseen) << "on another PBX";
  EXPECT_TRUE(Has(world_.log.Lines().back().text, "pbx=\"backup\" status=\"initiating\""));

  world_.dialer.SetOutcome(base::Error{Code::kPbxOriginateRefused, "why"});
  world_.dialer.Tries({"main"});
  EXPECT_TRUE(Fails(PlaceCall(ReadConfig(), MakeRequest("1008"), world_.World(), foresee),
                    Code::kPbxOriginateRefused));
  EXPECT_TRUE(world_.log.Lines().back().text.starts_with("event=\"no call\""));
}

// ---- the log

TEST_F(PlaceCallTest, LogsACallAfterItsFirstState) {
  const Call call = Must(Place(ReadConfig(), MakeRequest("10 06", "", "ann")));
  const auto lines = world_.log.Lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(lines[0].text.starts_with("event=\"state\""));
  EXPECT_EQ(lines[1].level, base::LogLevel::kInfo);
  EXPECT_EQ(lines[1].text,
            "event=\"call\" callId=\"" + call.id.Text() +
                "\" from=\"1003\" to=\"1006\" user=\"ann\" address=\"\" pbx=\"main\" "
                "status=\"callingCaller\"");
}

TEST_F(PlaceCallTest, LogsARefusalInOneLine) {
  const auto call = Place(ReadConfig(), MakeRequest("0900123456", "", "ann"));
  const auto lines = world_.log.Lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].level, base::LogLevel::kWarning);
  EXPECT_TRUE(lines[0].text.starts_with(
      "event=\"no call\" rule=\"number\" code=\"PERMISSION_DENIED\" address=\"\" callId=\"c2c-"));
  EXPECT_TRUE(Has(lines[0].text, "from=\"1003\" to=\"0900123456\" user=\"ann\" why=\""));
  EXPECT_TRUE(Has(lines[0].text, call.Why().message));
}

TEST_F(PlaceCallTest, NothingThatAnybodySendsEndsTheLogsLine) {
  world_.dialer.SetOutcome(base::Error{Code::kPbxOriginateRefused, "it said \r\n\"x\" y=\"1\n"});
  (void)Place(ReadConfig(), MakeRequest("1006", "", "ann\r\nevent=\"call\" x=\"\x1b[2J\xff"));
  const auto lines = world_.log.Lines();
  ASSERT_EQ(lines.size(), 2U) << "its state, and what became of the request";
  const std::string& text = lines[1].text;
  EXPECT_FALSE(base::HasControl(text)) << text;
  // Nine fields with two quotes each that are not escaped: nobody has added another.
  std::size_t quotes = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      ++quotes;
    }
  }
  EXPECT_EQ(quotes, 2U * 9U) << text;
}

}  // namespace
}  // namespace click2call::call
