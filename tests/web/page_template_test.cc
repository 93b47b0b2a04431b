#include "web/page_template.h"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <mustache.hpp>

namespace click2call::web {
namespace {

using kainjow::mustache::data;

TEST(PageTemplateTest, IsFilledInAgainAndAgain) {
  PageTemplate page("{{#callee}}Calling {{callee}}\n{{/callee}}{{^callee}}Nobody{{/callee}}");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(page.Render(data("callee", "1006")), "Calling 1006\n");
    EXPECT_EQ(page.Render(data()), "Nobody");
    EXPECT_EQ(page.Render(data("callee", "<1006>")), "Calling &lt;1006&gt;\n");
    page.KeepParsed();
  }
  EXPECT_EQ(page.Error(), "");
}

TEST(PageTemplateTest, ThreadsAndCopiesShareWhatWasParsed) {
  PageTemplate page("Calling {{callee}}");
  page.KeepParsed();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([copy = page, &page, i] {
      const std::string callee = std::to_string(i);
      for (int n = 0; n < 100; ++n) {
        EXPECT_EQ((n % 2 == 0 ? page : copy).Render(data("callee", callee)), "Calling " + callee);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(PageTemplateTest, SaysWhereItIsWrong) {
  PageTemplate page("a{{/return}}");
  EXPECT_EQ(page.Error(), "Unopened section \"return\" at 1");
  EXPECT_EQ(page.Render(data()), "");
  page.KeepParsed();
  EXPECT_EQ(page.Render(data()), "");
  EXPECT_EQ(page.Text(), "a{{/return}}");
}

}  // namespace
}  // namespace click2call::web
