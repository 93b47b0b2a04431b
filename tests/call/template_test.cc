#include "call/template.h"

#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Succeeds;

std::string Expand(std::string_view text) {
  const std::vector<std::pair<std::string_view, std::string_view>> values = {
      {"to", "1006"}, {"from", "1003"}, {"user", "{to}{from}"}};
  return ExpandTemplate(text, values);
}

TEST(TemplateTest, FillsInEachNameAsOftenAsItStands) {
  EXPECT_EQ(Expand("\"Click to call\" <{to}>"), "\"Click to call\" <1006>");
  EXPECT_EQ(Expand("{from}{to}/{to}"), "10031006/1006");
  EXPECT_EQ(Expand("no names"), "no names");
  EXPECT_EQ(Expand(""), "");
  EXPECT_EQ(Expand("a } b"), "a } b");
}

TEST(TemplateTest, ReadsNoPlaceholderInAValue) { EXPECT_EQ(Expand("{user}!"), "{to}{from}!"); }

TEST(TemplateTest, TakesTheNamesThatAreFilledIn) {
  EXPECT_TRUE(Succeeds(CheckTemplate("PJSIP/{from}", kFrom)));
  EXPECT_TRUE(Succeeds(CheckTemplate("{user}: {from} to {to}", kToFromUser)));
  EXPECT_TRUE(Succeeds(CheckTemplate("none } at all", kFrom)));
}

TEST(TemplateTest, RefusesOtherNamesAndSaysWhichThereAre) {
  for (const std::string_view text :
       {"{frm}", "PJSIP/{from}{to}", "{}", "{ from }", "{From}", "{{from}}", "{nothing"}) {
    const base::Status status = CheckTemplate(text, kFrom);
    ASSERT_TRUE(Fails(status, Code::kInvalidArgument)) << text;
    EXPECT_TRUE(Has(status.Why().message, "filled in: {from}"));
  }
  EXPECT_TRUE(Has(CheckTemplate("{x}", kToFromUser).Why().message, "{x}"));
  EXPECT_TRUE(Has(CheckTemplate("{x}", kToFromUser).Why().message, "{to} {from} {user}"));
}

TEST(TemplateTest, RefusesABraceThatIsNeverClosed) {
  EXPECT_TRUE(Fails(CheckTemplate("PJSIP/{from", kFrom), Code::kInvalidArgument));
}

}  // namespace
}  // namespace click2call::call
