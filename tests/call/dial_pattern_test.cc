#include "call/dial_pattern.h"

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

TEST(DialPatternTest, MatchesWhatAsteriskMatches) {
  const struct {
    std::string_view pattern;
    std::vector<std::string_view> fits;
    std::vector<std::string_view> not_these;
  } kRows[] = {
      {"1006", {"1006"}, {"", "100", "10060", "1007", "+1006"}},
      {"_XXXX", {"1006", "0000", "9999"}, {"106", "10060", "+100", "10*6", "#100"}},
      {"_Z", {"1", "9"}, {"0", "*", "+"}},
      {"_N", {"2", "9"}, {"0", "1"}},
      {"_xznX", {"0129"}, {"0029", "0119"}},
      {"_NXXNXXXXXX", {"2125551234"}, {"1125551234", "2121551234"}},
      {"_[15-7]", {"1", "5", "6", "7"}, {"2", "4", "8", "-"}},
      {"_[1-35-7]", {"1", "3", "5", "7"}, {"0", "4", "8"}},
      {"_[*#]X", {"*1", "#0"}, {"11", "*", "*#"}},
      {"_10[0-2]X", {"1000", "1029"}, {"1030", "0000"}},
      {"_0.", {"00", "0891234567", "0*"}, {"0", "", "1", "10"}},
      {"_0!", {"0", "00", "0891234567"}, {"", "1"}},
      {"_.", {"1", "112", "+49"}, {""}},
      {"_!", {"", "1"}, {}},
      {"_+49.", {"+491", "+4989123"}, {"+49", "4989123", "0049"}},
      {"+49891234567", {"+49891234567"}, {"49891234567"}},
      {"_*XX", {"*21"}, {"121", "*2"}},
      {"#31#", {"#31#"}, {"#31"}},
      {"XXXX", {"XXXX"}, {"1006"}},
      {"1.", {"1."}, {"11"}},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.pattern);
    const DialPattern pattern = Must(DialPattern::Parse(row.pattern));
    for (const std::string_view number : row.fits) EXPECT_TRUE(pattern.Matches(number)) << number;
    for (const std::string_view number : row.not_these) {
      EXPECT_FALSE(pattern.Matches(number)) << number;
    }
  }
}

TEST(DialPatternTest, DashesAreForTheEye) {
  for (const std::string_view text : {"_1-800-NXX-XXXX", "_1800NXXXXXX"}) {
    const DialPattern pattern = Must(DialPattern::Parse(text));
    EXPECT_TRUE(pattern.Matches("18002551234"));
    EXPECT_FALSE(pattern.Matches("1-800-255-1234"));
  }
  EXPECT_TRUE(Must(DialPattern::Parse("1-1-2")).Matches("112"));
}

TEST(DialPatternTest, RefusesWhatIsMalformedAndSaysWhy) {
  const struct {
    std::string_view pattern;
    std::string_view why;
  } kRows[] = {
      {"", "empty"},    {"_", "empty"},          {"_1.2", "end"},           {"_!1", "end"},
      {"_..", "end"},   {"_.!", "end"},          {"_[12", "closed"},        {"_[", "closed"},
      {"_[]", "empty"}, {"_[9-1]", "backwards"}, {"_1[5-2]X", "backwards"},
  };
  for (const auto& row : kRows) {
    const auto pattern = DialPattern::Parse(row.pattern);
    ASSERT_TRUE(Fails(pattern, Code::kInvalidArgument)) << row.pattern;
    EXPECT_TRUE(Has(pattern.Why().message, "\"" + std::string(row.pattern) + "\""));
    EXPECT_TRUE(Has(pattern.Why().message, row.why));
  }
}

TEST(DialPatternTest, TheMoreSpecificOneIsThatWhichAsteriskTriesFirst) {
  const struct {
    std::string_view first;
    std::string_view second;
  } kRows[] = {
      {"112", "_112"},  {"112", "_XXX"},      {"_1XX", "_XXX"},      {"_0900.", "_0."},
      {"_XXX", "_."},   {"_ZXX", "_XXX"},     {"_NXX", "_ZXX"},      {"_[1-3]XX", "_NXX"},
      {"_1X.", "_1."},  {"_1XX", "_1X."},     {"_1.", "_1!"},        {"_1X!", "_1X"},
      {"_1X.", "_X1X"}, {"_+4989.", "_+49."}, {"_+49.", "_+[1-9]."}, {"_[11]X", "_[12]X"},
      {"_X1", "_XX"},   {"_1-1-2", "_1-1-X"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(std::string(row.first) + " before " + std::string(row.second));
    const DialPattern first = Must(DialPattern::Parse(row.first));
    const DialPattern second = Must(DialPattern::Parse(row.second));
    EXPECT_TRUE(first.MoreSpecificThan(second));
    EXPECT_FALSE(second.MoreSpecificThan(first));
  }
}

TEST(DialPatternTest, EquallyWidePatternsAreEquallySpecific) {
  const struct {
    std::string_view one;
    std::string_view other;
  } kRows[] = {{"112", "112"}, {"_[12]X", "_[13]X"}, {"_1-X.", "_1X."}, {"_X[0-9]", "_[0-9]X"}};
  for (const auto& row : kRows) {
    const DialPattern one = Must(DialPattern::Parse(row.one));
    const DialPattern other = Must(DialPattern::Parse(row.other));
    EXPECT_FALSE(one.MoreSpecificThan(other)) << row.one;
    EXPECT_FALSE(other.MoreSpecificThan(one)) << row.one;
  }
}

TEST(DialPatternTest, KnowsWhatItsWildcardStandsFor) {
  EXPECT_EQ(Must(DialPattern::Parse("_*72.")).TakenByWildcard("*72100"), "100");
  EXPECT_EQ(Must(DialPattern::Parse("_*72!")).TakenByWildcard("*72"), "");
  EXPECT_EQ(Must(DialPattern::Parse("_XXX")).TakenByWildcard("100"), "");
}

TEST(DialPatternTest, KnowsWhetherItNamesExactlyOneNumber) {
  EXPECT_TRUE(Must(DialPattern::Parse("112")).IsLiteral());
  for (const std::string_view text : {"_112", "_XXX", "_."}) {
    EXPECT_FALSE(Must(DialPattern::Parse(text)).IsLiteral()) << text;
  }
  EXPECT_EQ(Must(DialPattern::Parse("_1-X")).Text(), "_1-X");
}

}  // namespace
}  // namespace click2call::call
