#include "web/pages.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"

namespace click2call::web {
namespace {

constexpr std::string_view kHostile =
    "\"><script>alert('x')</script>{{callee}}{{{callee}}}&amp;<b x=";
constexpr std::string_view kEscaped =
    "&quot;&gt;&lt;script&gt;alert(&apos;x&apos;)&lt;/script&gt;{{callee}}{{{callee}}}&amp;amp;"
    "&lt;b x=";
constexpr std::string_view kPlain = "plain";

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

bool Has(const std::string& page, std::string_view text) {
  return page.find(text) != std::string::npos;
}

// What a page shows, all in one.
struct Subject {
  CallView call{"c2c-1", "1003", "1006", "callingCaller", "2026-11-23T01:20:16.042Z", "main", ""};
  base::Error error{base::Code::kPbxUnavailable, "it is down", "c2c-1"};
  PageLinks links{"/click2call", "/crm"};

  std::string CallPage(const Pages& pages = Pages::BuiltIn()) const {
    return RenderCall(pages, call, links);
  }
  std::string ErrorPage(const Pages& pages = Pages::BuiltIn()) const {
    return RenderError(pages, error, links);
  }
};

// Every text in a page that might come from outside.
const std::vector<std::function<std::string&(Subject&)>> kTexts = {
    [](Subject& subject) -> std::string& { return subject.call.call_id; },
    [](Subject& subject) -> std::string& { return subject.call.caller; },
    [](Subject& subject) -> std::string& { return subject.call.callee; },
    [](Subject& subject) -> std::string& { return subject.call.created_at; },
    [](Subject& subject) -> std::string& { return subject.call.pbx; },
    [](Subject& subject) -> std::string& { return subject.call.user; },
    [](Subject& subject) -> std::string& { return subject.links.mount; },
    [](Subject& subject) -> std::string& { return subject.links.back; },
    [](Subject& subject) -> std::string& { return subject.error.message; },
    [](Subject& subject) -> std::string& { return subject.error.call_id; },
};

TEST(PagesTest, TheBuiltInOnesAreValid) { EXPECT_TRUE(Pages::BuiltIn().Check().Ok()); }

TEST(PagesTest, EveryValueIsEscapedWhereverItStands) {
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    Subject hostile;
    kTexts[i](hostile) = kHostile;
    Subject plain;
    kTexts[i](plain) = kPlain;
    EXPECT_EQ(Replaced(hostile.CallPage(), kEscaped, kPlain), plain.CallPage()) << "text " << i;
    EXPECT_EQ(Replaced(hostile.ErrorPage(), kEscaped, kPlain), plain.ErrorPage()) << "text " << i;
  }
}

TEST(PagesTest, EveryValueIsEscapedInTemplatesOfOnesOwn) {
  const Pages pages{"<a title=\"{{callee}}\" href='{{return}}'>{{caller}}</a>",
                    "<p title='{{message}}'>{{message}}"};
  Subject subject;
  subject.call.callee = subject.call.caller = subject.links.back = kHostile;
  subject.error.message = kHostile;
  EXPECT_EQ(Replaced(subject.CallPage(pages), kEscaped, kPlain),
            "<a title=\"plain\" href='plain'>plain</a>");
  EXPECT_EQ(Replaced(subject.ErrorPage(pages), kEscaped, kPlain), "<p title='plain'>plain");
}

TEST(PagesTest, EachStatusOfACallHasItsOwnWords) {
  const struct {
    std::string_view status;
    std::string_view words;
  } kCases[] = {
      {"initiating", "Your call is on its way"},
      {"callingCaller", "Your phone is ringing"},
      {"callingCallee", "You have answered"},
  };
  for (const auto& shown : kCases) {
    Subject subject;
    subject.call.status = shown.status;
    for (const auto& [status, words] : kCases) {
      EXPECT_EQ(Has(subject.CallPage(), words), status == shown.status) << shown.status;
    }
  }
}

TEST(PagesTest, ACallSaysWhoWhereAndWhen) {
  const std::string page = Subject().CallPage();
  for (const std::string_view text :
       {"<b>1003</b>", "<b>1006</b>", "<title>Calling 1006</title>", "c2c-1", "main",
        "2026-11-23T01:20:16.042Z", "href=\"/click2call/style.css\""}) {
    EXPECT_TRUE(Has(page, text)) << text;
  }
}

TEST(PagesTest, AnErrorSaysWhatHappenedAndWhatToDoNext) {
  const std::string page = Subject().ErrorPage();
  for (const std::string_view text :
       {"<title>The telephone system does not answer</title>", "No call was placed.", "it is down",
        "503 PBX_UNAVAILABLE", "c2c-1", "href=\"/click2call/style.css\""}) {
    EXPECT_TRUE(Has(page, text)) << text;
  }
}

TEST(PagesTest, TheWayBackIsOfferedOnlyWhereThereIsOne) {
  Subject subject;
  EXPECT_TRUE(Has(subject.CallPage(), "href=\"/crm\""));
  EXPECT_TRUE(Has(subject.ErrorPage(), "href=\"/crm\""));
  subject.links.back = "";
  EXPECT_FALSE(Has(subject.CallPage(), ">Back<"));
  EXPECT_FALSE(Has(subject.ErrorPage(), ">Back<"));
}

TEST(PagesTest, WhatIsAbsentShowsNothing) {
  Subject subject;
  subject.error.call_id = "";
  EXPECT_TRUE(Has(subject.ErrorPage(), "503 PBX_UNAVAILABLE</footer>"));

  subject.call = {};
  subject.links = {};
  subject.error.message = "";
  const Pages pages{
      "{{#callId}}1{{/callId}}{{#caller}}2{{/caller}}{{#callee}}3{{/callee}}{{#pbx}}4{{/pbx}}"
      "{{#createdAt}}5{{/createdAt}}{{#return}}6{{/return}}[{{callId}}{{return}}{{nothing}}]",
      "{{#callId}}1{{/callId}}{{#message}}2{{/message}}{{#return}}3{{/return}}[{{message}}]"};
  EXPECT_EQ(subject.CallPage(pages), "[]");
  EXPECT_EQ(subject.ErrorPage(pages), "[]");
}

TEST(PagesTest, APageIsUtf8WhateverItWasMadeOf) {
  for (const auto& text : kTexts) {
    Subject subject;
    text(subject) = "Zo\xeb\xe2\x82";
    EXPECT_EQ(base::ToUtf8(subject.CallPage()), subject.CallPage());
    EXPECT_EQ(base::ToUtf8(subject.ErrorPage()), subject.ErrorPage());
  }
}

TEST(PagesTest, EveryElementIsClosed) {
  for (const std::string& page : {Subject().CallPage(), Subject().ErrorPage()}) {
    std::vector<std::string> open;
    for (std::size_t at = 0; (at = page.find('<', at)) != std::string::npos; ++at) {
      const bool closes = page[at + 1] == '/';
      const std::size_t begin = at + (closes ? 2 : 1);
      const std::string name = page.substr(begin, page.find_first_of(" >\n", begin) - begin);
      if (name == "meta" || name == "link" || name == "!DOCTYPE") continue;
      if (!closes) {
        open.push_back(name);
      } else {
        ASSERT_FALSE(open.empty());
        EXPECT_EQ(open.back(), name);
        open.pop_back();
      }
    }
    EXPECT_EQ(open, std::vector<std::string>());
  }
}

TEST(PagesTest, ATemplateThatIsNoMustacheIsRefusedWithThePlace) {
  const struct {
    std::string_view text;
    std::string_view why;
  } kCases[] = {
      {"{{#return}}", "Unclosed section \"return\" at 0"},
      {"a{{/return}}", "Unopened section \"return\" at 1"},
      {"{{#a}}{{#b}}{{/a}}{{/b}}", "Unclosed section \"a\" at 0"},
      {"{{callee", "Unclosed tag at 0"},
      {"{{= =}}", "Invalid set delimiter tag at 0"},
  };
  for (const auto& [text, why] : kCases) {
    for (const Pages& pages : {Pages{std::string(text), ""}, Pages{"", std::string(text)}}) {
      const base::Status status = pages.Check();
      ASSERT_FALSE(status.Ok()) << text;
      EXPECT_EQ(status.Why().code, base::Code::kInternal);
      EXPECT_TRUE(Has(status.Why().message, why)) << status.Why().message;
    }
  }
}

}  // namespace
}  // namespace click2call::web
