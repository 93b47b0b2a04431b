#include "cli/call_command.h"

#include <sstream>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "fakes/fake_world.h"

namespace click2call::cli {
namespace {

using base::Code;
using base::Error;
using call::CallStatus;

class CallCommandTest : public testing::Test {
 protected:
  CallCommandTest() {
    auto config = call::ParseConfig(
        "[[pbx]]\nusername = 'u'\nsecret = 'hunter2'\n"
        "[call]\norigin = '1003'\n"
        "[numbers]\nallow = ['_1XXX', '_+49X.']\n",
        "c.toml");
    if (!config.Ok()) throw std::runtime_error(config.Why().message);
    config_ = std::move(config).Value();
  }

  int Run(const std::string& to, const std::string& from = "") {
    Options options;
    options.command = Options::Command::kCall;
    options.to = to;
    options.from = from;
    out_.str("");
    err_.str("");
    return RunCall(options, config_, world_.World(), out_, err_);
  }

  // The Channel and Exten of the only Originate so far.
  std::string Dialled() const {
    const auto plans = world_.dialer.Plans();
    if (plans.size() != 1) return std::to_string(plans.size()) + " plans";
    const auto& originate = plans.front().originate;
    return originate.channel.Text() + " to " + originate.exten.Text();
  }

  call::Config config_;
  fakes::FakeWorld world_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(CallCommandTest, PrintsWhatThePbxSaidAndNothingElse) {
  const struct {
    CallStatus status;
    std::string said;
  } kCases[] = {
      {CallStatus::kInitiating,
       "the PBX has queued the call to 1003; it has not said that it rings"},
      {CallStatus::kCallingCaller, "1003 is ringing; when it is picked up, the PBX dials 1006"},
      {CallStatus::kCallingCallee, "1003 has answered; the PBX dials 1006"},
      {CallStatus::kConnected, "1003 and 1006 are connected"},
  };
  for (const auto& [status, said] : kCases) {
    world_.dialer.SetOutcome(call::Dialled{{status}, "main"});
    EXPECT_EQ(Run("1006"), 0);
    EXPECT_EQ(out_.str(), "PBX \"main\": " + said + "\ncallId " +
                              world_.dialer.Plans().back().call_id.Text() + "\n");
    EXPECT_EQ(err_.str(), "");
  }
}

TEST_F(CallCommandTest, DialsFromTheConfiguredPhone) {
  EXPECT_EQ(Run("1006"), 0);
  EXPECT_EQ(Dialled(), "PJSIP/1003 to 1006");
}

TEST_F(CallCommandTest, FromCountsWhateverOriginParameterSays) {
  ASSERT_FALSE(config_.call.origin_parameter);
  EXPECT_EQ(Run("1006", "1004"), 0);
  EXPECT_EQ(Dialled(), "PJSIP/1004 to 1006");
}

TEST_F(CallCommandTest, NumbersAreReadAsPeopleWriteThem) {
  EXPECT_EQ(Run("tel:+49 (0) 89-1234", "10 04"), 0);
  EXPECT_EQ(Dialled(), "PJSIP/1004 to +49891234");
}

TEST_F(CallCommandTest, TheRulesHold) {
  const struct {
    std::string to;
    std::string from;
    std::string why;
  } kCases[] = {
      {"2006", "", "2006 matches no pattern of numbers.allow"},
      {"1006", "2004", "2004 matches no pattern of numbers.allow"},
      {"1003", "", "it cannot call itself"},
      {"1006", "1006", "it cannot call itself"},
      {"112", "", "112 is an emergency number"},
  };
  for (const auto& [to, from, why] : kCases) {
    EXPECT_EQ(Run(to, from), kExitFailed) << to;
    EXPECT_NE(err_.str().find(why), std::string::npos) << err_.str();
    EXPECT_EQ(out_.str(), "");
  }
  EXPECT_EQ(Dialled(), "0 plans");
}

TEST_F(CallCommandTest, WhatIsNoNumberIsAWrongCommandLine) {
  const struct {
    std::string to;
    std::string from;
    std::string named;
  } kCases[] = {
      {"alice", "", "TO"},
      {"", "", "TO"},
      {"10\r\n06", "", "TO"},
      {"1006", "alice", "--from"},
      {"1006", "SIP/1004", "--from"},
  };
  for (const auto& [to, from, named] : kCases) {
    EXPECT_EQ(Run(to, from), kExitUsage) << to;
    EXPECT_NE(err_.str().find(named), std::string::npos) << err_.str();
    EXPECT_EQ(out_.str(), "");
  }
  EXPECT_EQ(Dialled(), "0 plans");
}

TEST_F(CallCommandTest, ACallThatWasNotPlacedIsStatusOneAndTheReason) {
  for (const Code code : {Code::kPbxUnavailable, Code::kPbxLoginRefused, Code::kCallerNotAvailable,
                          Code::kCalleeNotAvailable}) {
    world_.dialer.SetOutcome(Error{code, "the reason", "c2c-1"});
    EXPECT_EQ(Run("1006"), kExitFailed);
    EXPECT_TRUE(err_.str().starts_with("click2call: the reason")) << err_.str();
    EXPECT_EQ(out_.str(), "");
  }
}

TEST_F(CallCommandTest, ACallOfWhichNothingIsKnownHasAStatusOfItsOwnAndItsId) {
  world_.dialer.SetOutcome(Error{Code::kOutcomeUnknown, "the reason", "c2c-1"});
  EXPECT_EQ(Run("1006"), kExitUnknown);
  EXPECT_EQ(err_.str(), "click2call: the reason\ncallId c2c-1\n");
}

// An Error's message may hold text that came from outside, so whoever prints it escapes
// (base/result.h); here that is the PBX, and the reader is a terminal.
TEST_F(CallCommandTest, WhatThePbxSaidReachesTheTerminalWithoutControlCharacters) {
  world_.dialer.SetOutcome(
      Error{Code::kPbxOriginateRefused, "said: \x1b[2J\r\xc2\x9bm Zo\xeb", ""});
  EXPECT_EQ(Run("1006"), kExitFailed);
  const std::string printed = err_.str();
  for (const std::string hostile : {"\x1b", "\r", "\xc2\x9b", "\xeb"}) {
    EXPECT_EQ(printed.find(hostile), std::string::npos) << testing::PrintToString(printed);
  }
  EXPECT_NE(printed.find("said: "), std::string::npos);
}

}  // namespace
}  // namespace click2call::cli
