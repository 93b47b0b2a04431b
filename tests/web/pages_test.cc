#include "web/pages.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "web/pages_fixture.h"

namespace click2call::web {
namespace {

Pages Own(std::string_view call, std::string_view calls, std::string_view error,
          std::string_view confirm = "") {
  return {PageTemplate(call), PageTemplate(calls), PageTemplate(error), PageTemplate(confirm)};
}

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

// Every text in a page that might come from outside.
const std::vector<std::function<std::string&(Subject&)>> kTexts = {
    [](Subject& subject) -> std::string& { return subject.Call().call_id; },
    [](Subject& subject) -> std::string& { return subject.Call().caller; },
    [](Subject& subject) -> std::string& { return subject.Call().callee; },
    [](Subject& subject) -> std::string& { return subject.Call().created_at; },
    [](Subject& subject) -> std::string& { return subject.Call().ended_at; },
    [](Subject& subject) -> std::string& { return subject.Call().pbx; },
    [](Subject& subject) -> std::string& { return subject.Call().user; },
    [](Subject& subject) -> std::string& { return subject.page.hang_up_token; },
    [](Subject& subject) -> std::string& { return subject.page.no_hang_up; },
    [](Subject& subject) -> std::string& { return subject.page.from; },
    [](Subject& subject) -> std::string& { return subject.page.again_token; },
    [](Subject& subject) -> std::string& { return subject.confirm.callee; },
    [](Subject& subject) -> std::string& { return subject.confirm.phones[0].from; },
    [](Subject& subject) -> std::string& { return subject.confirm.phones[0].name; },
    [](Subject& subject) -> std::string& { return subject.confirm.phones[1].from; },
    [](Subject& subject) -> std::string& { return subject.confirm.phones[1].name; },
    [](Subject& subject) -> std::string& { return subject.confirm.token; },
    [](Subject& subject) -> std::string& { return subject.confirm.key; },
    [](Subject& subject) -> std::string& { return subject.older; },
    [](Subject& subject) -> std::string& { return subject.links.back; },
    [](Subject& subject) -> std::string& { return subject.error.message; },
    [](Subject& subject) -> std::string& { return subject.error.call_id; },
};

TEST(PagesTest, TheBuiltInOnesAreValid) { EXPECT_TRUE(Pages::BuiltIn().Check().Ok()); }

TEST(PagesTest, EveryValueIsEscapedWhereverItStandsInEveryState) {
  for (const CallView& call : EveryCall()) {
    for (const bool button : {true, false}) {
      Subject hostile;
      hostile.page.call = call;
      Subject plain = hostile;
      for (const auto& text : kTexts) {
        text(hostile) = kHostile;
        text(plain) = kPlain;
      }
      if (!button) hostile.page.hang_up_token = plain.page.hang_up_token = "";
      EXPECT_EQ(Replaced(hostile.ShownCall(), kEscaped, kPlain), plain.ShownCall());
      EXPECT_EQ(Replaced(hostile.ShownList(), kEscaped, kPlain), plain.ShownList());
      EXPECT_EQ(Replaced(hostile.ShownError(), kEscaped, kPlain), plain.ShownError());
      EXPECT_EQ(Replaced(hostile.ShownConfirm(), kEscaped, kPlain), plain.ShownConfirm());
      hostile.confirm.phones.pop_back();
      plain.confirm.phones.pop_back();
      EXPECT_EQ(Replaced(hostile.ShownConfirm(), kEscaped, kPlain), plain.ShownConfirm());
    }
  }
}

TEST(PagesTest, AMountIsEscapedToo) {
  Subject subject;
  subject.links.mount = kHostile;
  for (const std::string& page : subject.Everything()) EXPECT_FALSE(Has(page, "<script>"));
}

TEST(PagesTest, EveryValueIsEscapedInTemplatesOfOnesOwn) {
  const Pages pages = Own("<a title=\"{{callee}}\" href='{{return}}'>{{caller}}</a>",
                          "{{#calls}}<p title='{{user}}'>{{callee}}{{/calls}}",
                          "<p title='{{message}}'>{{message}}", "<p title='{{callee}}'>{{callee}}");
  Subject subject;
  subject.Call().callee = subject.Call().caller = subject.links.back = kHostile;
  subject.Call().user = subject.error.message = subject.confirm.callee = kHostile;
  EXPECT_EQ(Replaced(subject.ShownCall(pages), kEscaped, kPlain),
            "<a title=\"plain\" href='plain'>plain</a>");
  EXPECT_EQ(Replaced(subject.ShownList(pages), kEscaped, kPlain), "<p title='plain'>plain");
  EXPECT_EQ(Replaced(subject.ShownError(pages), kEscaped, kPlain), "<p title='plain'>plain");
  EXPECT_EQ(Replaced(subject.ShownConfirm(pages), kEscaped, kPlain), "<p title='plain'>plain");
}

TEST(PagesTest, AnErrorSaysWhatHappenedAndWhatToDoNext) {
  const std::string page = Subject().ShownError();
  for (const std::string_view text :
       {"<title>The telephone system does not answer</title>", "No call was placed.", "it is down",
        "503 PBX_UNAVAILABLE", "c2c-1", "href=\"/click2call/style.css\""}) {
    EXPECT_TRUE(Has(page, text)) << text;
  }
}

TEST(PagesTest, TheWayBackIsOfferedOnlyWhereThereIsOne) {
  Subject subject;
  for (const std::string& page : subject.Everything()) EXPECT_TRUE(Has(page, "href=\"/crm\""));
  subject.links.back = "";
  for (const std::string& page : subject.Everything()) EXPECT_FALSE(Has(page, ">Back<"));
}

TEST(PagesTest, WhatIsAbsentShowsNothing) {
  Subject subject;
  subject.error.call_id = "";
  EXPECT_TRUE(Has(subject.ShownError(), "503 PBX_UNAVAILABLE</footer>"));

  subject.page = {};
  subject.confirm = {};
  subject.links = {};
  subject.error.message = "";
  const std::string call =
      "{{#callId}}1{{/callId}}{{#caller}}2{{/caller}}{{#callee}}3{{/callee}}{{#pbx}}4{{/pbx}}"
      "{{#createdAt}}5{{/createdAt}}{{#created}}6{{/created}}{{#endedAt}}7{{/endedAt}}"
      "{{#ended}}8{{/ended}}{{#duration}}9{{/duration}}{{#user}}a{{/user}}";
  const Pages pages =
      Own(call +
              "{{#return}}b{{/return}}{{#token}}c{{/token}}{{#noHangUp}}d{{/noHangUp}}"
              "{{#from}}e{{/from}}{{#againToken}}f{{/againToken}}[{{callId}}{{return}}{{nothing}}]",
          "{{#calls}}" + call + "{{/calls}}[]",
          "{{#callId}}1{{/callId}}{{#message}}2{{/message}}{{#return}}3{{/return}}[{{message}}]",
          "{{#callee}}1{{/callee}}{{#token}}2{{/token}}{{#key}}3{{/key}}{{#expired}}4{{/expired}}"
          "{{#choice}}5{{/choice}}{{#phones}}6{{/phones}}{{#return}}7{{/return}}[{{callee}}]");
  EXPECT_EQ(subject.ShownCall(pages), "[]");
  EXPECT_EQ(subject.ShownList(pages), "[]");
  EXPECT_EQ(subject.ShownError(pages), "[]");
  EXPECT_EQ(subject.ShownConfirm(pages), "[]");
}

TEST(PagesTest, APageIsUtf8WhateverItWasMadeOf) {
  for (const auto& text : kTexts) {
    Subject subject;
    text(subject) = "Zo\xeb\xe2\x82";
    for (const std::string& page : subject.Everything()) EXPECT_EQ(base::ToUtf8(page), page);
  }
}

void ExpectClosed(const std::string& page) {
  std::vector<std::string> open;
  for (std::size_t at = 0; (at = page.find('<', at)) != std::string::npos; ++at) {
    const bool closes = page[at + 1] == '/';
    const std::size_t begin = at + (closes ? 2 : 1);
    const std::string name = page.substr(begin, page.find_first_of(" >\n", begin) - begin);
    if (name == "meta" || name == "link" || name == "input" || name == "!DOCTYPE") continue;
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

TEST(PagesTest, EveryElementIsClosed) {
  for (const CallView& call : EveryCall()) {
    Subject subject;
    subject.page.call = call;
    for (const std::string& page : subject.Everything()) ExpectClosed(page);
  }
  ExpectClosed(ListOf({}));
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
    const std::string bad(text);
    for (const auto& [name, pages] : {std::pair{"call", Own(bad, "", "")},
                                      {"calls", Own("", bad, "")},
                                      {"confirm", Own("", "", "", bad)},
                                      {"error", Own("", "", bad)}}) {
      const base::Status status = pages.Check();
      ASSERT_FALSE(status.Ok()) << text;
      EXPECT_EQ(status.Why().code, base::Code::kInternal);
      EXPECT_TRUE(Has(status.Why().message, why)) << status.Why().message;
      EXPECT_TRUE(status.Why().message.starts_with(std::string(name) + ".mustache: "));
    }
  }
}

}  // namespace
}  // namespace click2call::web
