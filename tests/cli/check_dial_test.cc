#include "cli/check_dial.h"

#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "call/read_config.h"
#include "cli/options.h"
#include "fakes/results.h"

namespace click2call::cli {
namespace {

using call::NumberKind;
using fakes::Has;

// Knows the numbers that it was told.
struct FakeReader : call::NumberReader {
  std::map<std::string, call::NumberAsRead> numbers;
  base::Result<call::NumberAsRead> Read(const call::Extension& extension) const override {
    const auto found = numbers.find(extension.Dialled());
    if (found != numbers.end()) return found->second;
    return call::NumberAsRead{extension.Dialled(), NumberKind::kInternal};
  }
};

class CheckDialTest : public testing::Test {
 protected:
  std::string Check(const std::string& to, const std::string& from = "") {
    std::ostringstream out;
    Findings findings(out);
    CheckDial(config_, with_region_ ? &reader_ : nullptr, to, from, &findings);
    status_ = findings.ExitStatus();
    return out.str();
  }

  call::Config config_ = call::ReadConfig(
      "context = \"internal\"\nring_s = 20\nvariables = { CRM = \"{to}\" }\n"
      "[numbers]\nallow = [\"_1XXX\", \"_+49X.\"]\n"
      "rewrite = [{ match = \"_+49.\", strip = 3, prefix = \"0\" }]\n");
  FakeReader reader_;
  bool with_region_ = false;
  int status_ = -1;
};

TEST_F(CheckDialTest, ShowsStepByStepWhatWouldBeDialled) {
  with_region_ = true;
  reader_.numbers["0891234567"] = {"+49891234567", NumberKind::kFixedLine};
  EXPECT_EQ(Check("089 / 1234567", "1003"),
            "ok       \"089 / 1234567\" is read as +49891234567 (fixed-line)\n"
            "ok       +49891234567 is let through by \"_+49X.\" of numbers.allow\n"
            "ok       0891234567 is dialled, by the rule \"_+49.\" of numbers.rewrite\n"
            "ok       channel PJSIP/1003 rings first, for up to 20 s\n"
            "ok       when it is picked up: extension 0891234567 in context internal, priority 1\n"
            "ok       caller ID \"Click to call\" <+49891234567>\n"
            "ok       variable CRM=+49891234567\n"
            "ok       on PBX \"main\"\n");
  EXPECT_EQ(status_, 0);
}

TEST_F(CheckDialTest, WithoutARegionANumberIsTakenAsItIsTyped) {
  const std::string found = Check("10 06");
  EXPECT_TRUE(Has(found, "\"10 06\" is read as 1006 (as typed: there is no numbers.region)\n"));
  EXPECT_TRUE(Has(found, "1006 is dialled: no rule of numbers.rewrite fits\n"));
  EXPECT_TRUE(Has(found, "channel PJSIP/1003 rings first"));
  EXPECT_EQ(status_, 0);
}

TEST_F(CheckDialTest, ARefusalIsTheLastStepAndSaysWhy) {
  const std::string found = Check("0900123");
  EXPECT_TRUE(Has(found, "ok       \"0900123\" is read as 0900123"));
  EXPECT_TRUE(Has(found, "\nerror    0900123 "));
  EXPECT_TRUE(Has(found, "numbers.allow"));
  EXPECT_FALSE(Has(found, "channel"));
  EXPECT_EQ(status_, kExitFailed);
}

TEST_F(CheckDialTest, ThePhoneIsJudgedToo) {
  EXPECT_TRUE(Has(Check("1006", "2003"), "error    2003 "));
  EXPECT_EQ(status_, kExitFailed);
  EXPECT_TRUE(Has(Check("1003"), "cannot call itself"));
  EXPECT_EQ(status_, kExitFailed);
  config_.call.origin = "";
  EXPECT_TRUE(Has(Check("1006"), "which phone is to ring first?"));
  EXPECT_EQ(status_, kExitFailed);
}

TEST_F(CheckDialTest, WhatIsNoNumberIsSaidToBeNone) {
  EXPECT_TRUE(Has(Check("alice"), "error    "));
  EXPECT_TRUE(Has(Check("alice"), "--dial"));
  EXPECT_TRUE(Has(Check("1006", "bob"), "--from"));
  EXPECT_EQ(status_, kExitFailed);
}

TEST_F(CheckDialTest, ThePbxsAreThoseThatServeThePhone) {
  config_.pbx.push_back(config_.pbx.front());
  config_.pbx.back().name = "backup";
  EXPECT_TRUE(Has(Check("1006"), "on PBX \"main\", else \"backup\"\n"));
  config_.call.balance = call::Balance::kLeastBusy;
  EXPECT_TRUE(Has(Check("1006"), "the one with the fewest calls first"));
  for (auto& pbx : config_.pbx) {
    pbx.serves = {fakes::Must(call::DialPattern::Parse("_2XXX"))};
  }
  EXPECT_TRUE(Has(Check("1006"), "error    no [[pbx]] serves the phone 1003: add a pattern"));
  EXPECT_EQ(status_, kExitFailed);
}

TEST_F(CheckDialTest, AChannelThatIsAutoIsAskedForLater) {
  config_.call.channel = "auto";
  EXPECT_TRUE(Has(Check("1006"), "the PBX is asked which channel rings 1003"));
}

}  // namespace
}  // namespace click2call::cli
