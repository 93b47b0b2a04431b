#include "call/dial_policy.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;

// Reads what it was told, and everything else as an internal number.
class FakeReader : public NumberReader {
 public:
  explicit FakeReader(std::map<std::string, NumberAsRead> known) : known_(std::move(known)) {}

  base::Result<NumberAsRead> Read(const Extension& extension) const override {
    const auto found = known_.find(extension.Dialled());
    if (found != known_.end()) return found->second;
    return NumberAsRead{extension.Dialled(), NumberKind::kInternal};
  }

 private:
  std::map<std::string, NumberAsRead> known_;
};

class BrokenReader : public NumberReader {
 public:
  base::Result<NumberAsRead> Read(const Extension&) const override {
    return base::Error{Code::kInternal, "the module is missing"};
  }
};

std::vector<DialPattern> Patterns(const std::vector<std::string_view>& texts) {
  std::vector<DialPattern> patterns;
  for (const std::string_view text : texts) patterns.push_back(Must(DialPattern::Parse(text)));
  return patterns;
}

class DialPolicyTest : public testing::Test {
 protected:
  base::Result<Destination> Judged(std::string_view text) {
    return Judge(numbers_, reader_, Must(Extension::Parse(text, "to")));
  }

  // Refused, with every one of `words` in the reason.
  testing::AssertionResult Refused(std::string_view text,
                                   const std::vector<std::string_view>& words = {}) {
    const auto judged = Judged(text);
    testing::AssertionResult fails = Fails(judged, Code::kPermissionDenied);
    if (!fails) return fails << text;
    for (const std::string_view word : words) {
      testing::AssertionResult has = Has(judged.Why().message, word);
      if (!has) return has;
    }
    return testing::AssertionSuccess();
  }

  void AddRewrite(std::string_view match, std::size_t strip, std::string prefix) {
    numbers_.rewrite.push_back({Must(DialPattern::Parse(match)), strip, std::move(prefix)});
  }

  const FakeReader german_{{
      {"0891234567", {"+49891234567", NumberKind::kFixedLine}},
      {"09001234567", {"+499001234567", NumberKind::kPremium}},
      {"01801123456", {"+491801123456", NumberKind::kSharedCost}},
      {"+12015550123", {"+12015550123", NumberKind::kFixedLineOrMobile}},
      {"+447700900000", {"+447700900000", NumberKind::kUnknown}},
      {"110", {"110", NumberKind::kEmergency}},
      {"11833", {"11833", NumberKind::kPremium}},
  }};
  const NumberReader* reader_ = nullptr;
  NumberConfig numbers_{.region = {},
                        .allow = Patterns({"_XX", "_XXX", "_XXXX", "_XXXXX", "_XXXXXX"}),
                        .deny = {},
                        .deny_kinds = {NumberKind::kPremium, NumberKind::kSharedCost,
                                       NumberKind::kSatellite, NumberKind::kEmergency},
                        .rewrite = {}};
};

// ---- patterns

TEST_F(DialPolicyTest, WithoutARegionANumberIsTakenAsItIsTyped) {
  const Destination destination = Must(Judged("10 06"));
  EXPECT_EQ(destination.number, "1006");
  EXPECT_EQ(destination.kind, NumberKind::kUnknown);
  EXPECT_EQ(destination.pattern, "_XXXX");
  EXPECT_EQ(destination.dialled, "1006");
  EXPECT_EQ(destination.rewritten_by, "");
}

TEST_F(DialPolicyTest, WhatNoPatternOpensIsRefused) {
  EXPECT_TRUE(Refused("0891234567", {"0891234567 matches no pattern of numbers.allow", "add one"}));
  numbers_.allow.clear();
  EXPECT_TRUE(Refused("1006"));
}

TEST_F(DialPolicyTest, TheMostSpecificPatternCountsWhereverItStands) {
  numbers_.allow = Patterns({"_0.", "_0900123.", "_XXXX"});
  numbers_.deny = Patterns({"_0900.", "_00.", "_1XXX", "09001234"});
  EXPECT_EQ(Must(Judged("0891234567")).pattern, "_0.");
  EXPECT_EQ(Must(Judged("0900123567")).pattern, "_0900123.");
  EXPECT_TRUE(Refused("0900999", {"0900999", "\"_0900.\" of numbers.deny", "numbers.allow"}));
  EXPECT_TRUE(Refused("09001234", {"\"09001234\" of numbers.deny"}));
  EXPECT_TRUE(Refused("0049891234567", {"\"_00.\""}));
  EXPECT_TRUE(Refused("1006", {"\"_1XXX\""}));
  EXPECT_TRUE(Succeeds(Judged("2006")));
}

TEST_F(DialPolicyTest, DenyWinsWhereBothAreEquallySpecific) {
  numbers_.allow = Patterns({"_[12]XXX", "1006"});
  numbers_.deny = Patterns({"_[13]XXX", "1006"});
  EXPECT_TRUE(Refused("1006", {"\"1006\" of numbers.deny"}));
  EXPECT_TRUE(Refused("1007", {"\"_[13]XXX\""}));
  EXPECT_TRUE(Succeeds(Judged("2006")));
}

TEST_F(DialPolicyTest, WhatIsDeniedAndNotAllowedEitherIsDenied) {
  numbers_.deny = Patterns({"_0."});
  EXPECT_TRUE(Refused("0891234567", {"numbers.deny"}));
}

TEST_F(DialPolicyTest, PatternsSeeTheNumberAsRead) {
  reader_ = &german_;
  numbers_.allow = Patterns({"_0."});
  EXPECT_TRUE(Refused("089 1234567", {"+49891234567 matches no pattern"}));
  numbers_.allow = Patterns({"_+49."});
  EXPECT_EQ(Must(Judged("089 1234567")).number, "+49891234567");
  numbers_.deny = Patterns({"_+4989."});
  EXPECT_TRUE(Refused("089 1234567", {"_+4989."}));
}

// ---- star codes

TEST_F(DialPolicyTest, AWildcardOpensNoFeatureCode) {
  for (const auto* pattern : {"_.", "_!", "_X.", "_*.", "_*7!", "_XXXX"}) {
    numbers_.allow = Patterns({pattern});
    for (const auto* code : {"*72*100", "*#21#", "100*1", "#31#100*"}) {
      EXPECT_TRUE(Refused(code, {code, "numbers.allow", "not for * and #"})) << pattern;
    }
  }
}

TEST_F(DialPolicyTest, APatternThatHasTheStarsInTheirPlacesOpensAFeatureCode) {
  numbers_.allow = Patterns({"_*72.", "*97", "_[*#]8X", "_#31#."});
  for (const auto* code : {"*721006", "*97", "*81", "#81", "#31#1006"}) {
    EXPECT_EQ(Must(Judged(code)).dialled, code);
  }
  for (const auto* code : {"*72*1", "*98", "*8#", "#31#1#"}) EXPECT_TRUE(Refused(code)) << code;
}

TEST_F(DialPolicyTest, AWildcardDeniesFeatureCodesToo) {
  numbers_.allow = Patterns({"_*XX"});
  numbers_.deny = Patterns({"_*9."});
  EXPECT_TRUE(Succeeds(Judged("*81")));
  EXPECT_TRUE(Refused("*97", {"\"_*9.\" of numbers.deny"}));
}

// ---- kinds

TEST_F(DialPolicyTest, EmergencyNumbersNeedAnEntryOfTheirOwn) {
  for (const NumberReader* reader :
       {static_cast<const NumberReader*>(nullptr), static_cast<const NumberReader*>(&german_)}) {
    reader_ = reader;
    numbers_.allow = Patterns({"_XXX", "_112!", "_X.", "_+X.", "_XXX#", "_112*X"});
    for (const auto* number : {"112", "911", "+112", "112#", "112*1", "+911"}) {
      EXPECT_TRUE(Refused(number, {"emergency", "numbers.allow", number})) << number;
    }
    for (const auto* number : {"113", "1120", "1112"}) EXPECT_TRUE(Succeeds(Judged(number)));
    numbers_.allow = Patterns({"112"});
    EXPECT_EQ(Must(Judged("112")).kind, NumberKind::kEmergency);
    EXPECT_TRUE(Refused("911"));
    EXPECT_TRUE(Refused("112#"));
  }
}

TEST_F(DialPolicyTest, WithARegionItsOwnEmergencyNumbersAreSuchToo) {
  EXPECT_TRUE(Succeeds(Judged("110")));
  reader_ = &german_;
  EXPECT_TRUE(Refused("110", {"110 is an emergency number", "numbers.deny_kinds"}));
  numbers_.allow = Patterns({"110"});
  EXPECT_TRUE(Succeeds(Judged("110")));
}

TEST_F(DialPolicyTest, EmergencyNumbersCanBeOpenedLikeAnyOtherKind) {
  numbers_.deny_kinds = {};
  EXPECT_TRUE(Succeeds(Judged("112")));
}

TEST_F(DialPolicyTest, ARefusedKindIsOpenedByItsNumberOnly) {
  reader_ = &german_;
  numbers_.allow = Patterns({"_+4990012345XX", "_+49.", "_XXXXX"});
  EXPECT_TRUE(Refused("0900 1234567", {"+499001234567 is a premium number", "numbers.deny_kinds",
                                       "\"+499001234567\" to numbers.allow"}));
  EXPECT_TRUE(Refused("01801 123456", {"a shared-cost number"}));
  EXPECT_TRUE(Refused("11833", {"a premium number"}));
  numbers_.allow = Patterns({"+499001234567"});
  const Destination destination = Must(Judged("0900 1234567"));
  EXPECT_EQ(destination.kind, NumberKind::kPremium);
  EXPECT_EQ(destination.pattern, "+499001234567");
}

TEST_F(DialPolicyTest, KindsThatTheConfigurationDoesNotNamePass) {
  reader_ = &german_;
  numbers_.allow = Patterns({"_+X."});
  numbers_.deny_kinds = {NumberKind::kPager};
  EXPECT_TRUE(Succeeds(Judged("0900 1234567")));
  EXPECT_EQ(Must(Judged("+447700900000")).kind, NumberKind::kUnknown);
}

TEST_F(DialPolicyTest, NumbersOfUnknownKindCanBeRefusedAsSuch) {
  reader_ = &german_;
  numbers_.allow = Patterns({"_+X."});
  numbers_.deny_kinds = {NumberKind::kUnknown};
  EXPECT_TRUE(Refused("+447700900000", {"a number of unknown kind"}));
}

TEST_F(DialPolicyTest, ALineThatMayBeAMobileIsRefusedByEitherName) {
  reader_ = &german_;
  numbers_.allow = Patterns({"_+X."});
  for (const NumberKind kind : {NumberKind::kMobile, NumberKind::kFixedLine}) {
    numbers_.deny_kinds = {kind};
    EXPECT_TRUE(Refused("+1 201 555 0123", {"a fixed-line-or-mobile number"}));
  }
}

TEST_F(DialPolicyTest, ADenyingPatternStandsEvenWhereAnEntryOpensTheKind) {
  reader_ = &german_;
  numbers_.allow = Patterns({"+499001234567"});
  numbers_.deny = Patterns({"_+49900."});
  EXPECT_TRUE(Succeeds(Judged("09001234567")));
  numbers_.deny = Patterns({"+499001234567"});
  EXPECT_TRUE(Refused("09001234567", {"numbers.deny"}));
}

TEST_F(DialPolicyTest, WithoutAReaderThatWorksNothingIsDecided) {
  const BrokenReader broken;
  reader_ = &broken;
  EXPECT_TRUE(Fails(Judged("1006"), Code::kInternal));
}

// ---- rewriting

TEST_F(DialPolicyTest, TheFirstRuleThatMatchesRewritesTheNumberAsRead) {
  reader_ = &german_;
  numbers_.allow = Patterns({"_+X.", "_XXXX"});
  AddRewrite("_+49.", 3, "0");
  AddRewrite("_+4989.", 5, "99");
  AddRewrite("_+.", 1, "00");
  Destination destination = Must(Judged("089 1234567"));
  EXPECT_EQ(destination.number, "+49891234567");
  EXPECT_EQ(destination.dialled, "0891234567");
  EXPECT_EQ(destination.rewritten_by, "_+49.");
  EXPECT_EQ(destination.pattern, "_+X.");
  destination = Must(Judged("+12015550123"));
  EXPECT_EQ(destination.dialled, "0012015550123");
  destination = Must(Judged("1006"));
  EXPECT_EQ(destination.dialled, "1006");
  EXPECT_EQ(destination.rewritten_by, "");
}

TEST_F(DialPolicyTest, AllowAndDenyDoNotSeeWhatWasRewritten) {
  reader_ = &german_;
  AddRewrite("_+49.", 3, "0");
  numbers_.allow = Patterns({"_+49."});
  numbers_.deny = Patterns({"_0."});
  EXPECT_EQ(Must(Judged("089 1234567")).dialled, "0891234567");
}

TEST_F(DialPolicyTest, WhatARuleMakesHasToBeDialable) {
  AddRewrite("_1XXX", 4, "");
  AddRewrite("_2XXX", 9, "+");
  AddRewrite("_3XXX", 1, "123456789012345678901234567890");
  AddRewrite("_4XXX", 9, "*70");
  for (const auto* number : {"1006", "2006", "3006"}) {
    EXPECT_TRUE(Refused(number, {number, "numbers.rewrite", "no number", "change that rule"}));
  }
  EXPECT_EQ(Must(Judged("4006")).dialled, "*70");
}

TEST_F(DialPolicyTest, NoRuleMakesAnEmergencyNumberOfAnotherOne) {
  AddRewrite("_0XXX", 1, "");
  EXPECT_TRUE(Refused("0112", {"0112", "emergency number 112", "\"_0XXX\" of numbers.rewrite"}));
  EXPECT_EQ(Must(Judged("0110")).dialled, "110");
  reader_ = &german_;
  EXPECT_TRUE(Refused("0110", {"emergency number 110"}));
  numbers_.allow = Patterns({"_XXXX", "112"});
  EXPECT_EQ(Must(Judged("0112")).dialled, "112");
}

TEST_F(DialPolicyTest, AnEmergencyNumberMayBeRewritten) {
  numbers_.allow = Patterns({"112"});
  AddRewrite("112", 0, "0");
  EXPECT_EQ(Must(Judged("112")).dialled, "0112");
}

}  // namespace
}  // namespace click2call::call
