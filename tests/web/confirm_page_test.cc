#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "web/confirm_token.h"
#include "web/pages.h"
#include "web/pages_fixture.h"

namespace click2call::web {
namespace {

std::string PageOf(const ConfirmPage& page, const PageLinks& links = {"/click2call", ""}) {
  return RenderConfirm(Pages::BuiltIn(), page, links);
}

// The value that the form sends under that name without anybody's doing; "none" where there is no
// such field.
std::string Hidden(const std::string& page, const std::string& name) {
  const std::string before = "<input type=\"hidden\" name=\"" + name + "\" value=\"";
  const std::size_t begin = page.find(before);
  if (begin == std::string::npos) return "none";
  const std::size_t value = begin + before.size();
  return page.substr(value, page.find('"', value) - value);
}

TEST(ConfirmPageTest, ItSaysWhatWouldBeCalledAndWhichPhoneRingsFirst) {
  const std::string page = PageOf({"1006", {{"", "1003"}}, "token"});
  EXPECT_TRUE(Has(page, "<title>Call 1006?</title>"));
  EXPECT_TRUE(Has(page, "<h1>Call 1006?</h1>"));
  EXPECT_TRUE(Has(page, "Your phone <b>1003</b> rings first."));
  EXPECT_TRUE(Has(page, ">Call 1006</button>"));
  EXPECT_TRUE(Has(page, "Nothing has been dialled yet."));
}

TEST(ConfirmPageTest, ItsButtonPostsTheCallWithTheToken) {
  const std::string page = PageOf({"1006", {{"1003", "1003"}}, "token", "key-1"}, {"/c2c", "/crm"});
  EXPECT_TRUE(Has(page, "<form action=\"/c2c\" method=\"post\">"));
  EXPECT_EQ(Hidden(page, "to"), "1006");
  EXPECT_EQ(Hidden(page, "from"), "1003");
  EXPECT_EQ(Hidden(page, "token"), "token");
  EXPECT_EQ(Hidden(page, "key"), "key-1");
  EXPECT_EQ(Hidden(page, "return"), "/crm");
  EXPECT_TRUE(Has(PageOf({"1006", {}, "token"}, {"", ""}), "<form action=\"/\" method=\"post\">"));
}

// A 204, which format=none would give, leaves nobody knowing whether the button did anything.
TEST(ConfirmPageTest, WhatFollowsItIsAPage) {
  EXPECT_EQ(Hidden(PageOf({"1006", {}, "token"}), "format"), "html");
}

TEST(ConfirmPageTest, WhatIsNotKnownIsNotSent) {
  const std::string page = PageOf({"1006", {{"", "1003"}}, "token"});
  for (const char* name : {"from", "key", "return"}) EXPECT_EQ(Hidden(page, name), "none") << name;
  EXPECT_FALSE(Has(page, ">Back<"));
  EXPECT_FALSE(Has(page, "radio"));
  EXPECT_TRUE(Has(PageOf({"1006", {}, "token"}), "Your phone rings first."));
}

TEST(ConfirmPageTest, SeveralPhonesAreAChoice) {
  const std::string page =
      PageOf({"1006", {{"", "all of them"}, {"1003", "1003", true}, {"1013", "1013"}}, "token"});
  EXPECT_TRUE(Has(page, "<legend>Which phone of yours rings first?</legend>"));
  EXPECT_TRUE(Has(page,
                  "<label><input type=\"radio\" name=\"from\" value=\"\" required> all of "
                  "them</label>"));
  EXPECT_TRUE(Has(page,
                  "<label><input type=\"radio\" name=\"from\" value=\"1003\" required checked> "
                  "1003</label>"));
  EXPECT_TRUE(Has(page, "value=\"1013\" required> 1013</label>"));
  EXPECT_EQ(Hidden(page, "from"), "none");
  EXPECT_FALSE(Has(page, "Your phone <b>"));
}

TEST(ConfirmPageTest, AfterAPageThatWasOpenForTooLongItSaysSo) {
  const std::string words =
      "open for more than " + std::to_string(kConfirmLife.count()) + " minutes";
  EXPECT_FALSE(Has(PageOf({"1006", {}, "token"}), words));
  EXPECT_TRUE(Has(PageOf({"1006", {}, "token", "", true}), words));
}

TEST(ConfirmPageTest, NothingOnItDialsByItselfOrIsScript) {
  const std::string page = PageOf({"1006", {{"1003", "1003"}, {"1013", "1013"}}, "token"});
  for (const std::string_view text :
       {"<script", "javascript:", "http-equiv", " style=", " onclick", "autofocus", "<img"}) {
    EXPECT_FALSE(Has(page, text)) << text;
  }
}

}  // namespace
}  // namespace click2call::web
