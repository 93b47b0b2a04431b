#include <array>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/results.h"
#include "web/guards.h"

namespace click2call::web {
namespace {

// What a request for the host pbx.test comes to.
enum class Outcome { kGo, kAsk, kRefused, kInAdvance };
using enum Outcome;

std::ostream& operator<<(std::ostream& out, Outcome outcome) {
  constexpr std::array kNames = {"goes ahead", "is asked", "is refused", "is too early"};
  return out << kNames.at(static_cast<std::size_t>(outcome));
}

Outcome OutcomeOf(const Request& request, const SiteRules& rules = {}, Token token = Token::kNone) {
  const auto act = JudgeAct(request, rules, token);
  if (act.Ok()) return act.Value() == Act::kGoAhead ? kGo : kAsk;
  if (act.Why().code == base::Code::kNotDeliberate) return kInAdvance;
  EXPECT_EQ(act.Why().code, base::Code::kPermissionDenied);
  return kRefused;
}

std::string RefusalOf(const Request& request, const SiteRules& rules = {}) {
  const auto act = JudgeAct(request, rules, Token::kNone);
  if (act.Ok()) return "it was not refused";
  return act.Why().message;
}

// How a browser names itself.
struct Browser {
  std::string_view language;
  std::string_view agent;
};
constexpr std::array kBrowsers = {
    Browser{"en-US,en;q=0.9",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/156.0.0.0 Safari/537.36"},
    Browser{"en-US,en;q=0.5",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
};

// What a browser says beside that.
struct Headers {
  std::string_view method = "GET";
  std::string_view site = {};
  std::string_view mode = {};
  std::string_view dest = {};
  std::string_view user = {};
  std::string_view referer = {};
  std::string_view origin = {};
  std::string_view purpose = {};
};

Request Of(const Headers& headers, const std::optional<Browser>& browser = kBrowsers[0]) {
  Request request;
  request.host = "pbx.test";
  request.method = headers.method;
  request.fetch_site = headers.site;
  request.fetch_mode = headers.mode;
  request.fetch_dest = headers.dest;
  request.fetch_user = headers.user;
  request.referer = headers.referer;
  request.origin = headers.origin;
  request.purpose = headers.purpose;
  request.accept_language = browser ? browser->language : "";
  request.user_agent = browser ? browser->agent : "curl/7.88.1";
  return request;
}

struct Case {
  std::string_view what;
  Headers headers;
  Outcome outcome;
};

void ExpectOf(const std::vector<Case>& cases, const SiteRules& rules = {}) {
  for (const Case& row : cases) {
    for (const Browser& browser : kBrowsers) {
      EXPECT_EQ(OutcomeOf(Of(row.headers, browser), rules), row.outcome)
          << row.what << ", " << browser.agent;
    }
  }
}

// On https browsers say what they ask for. The referers are those of the default policy.
constexpr std::string_view kHere = "https://pbx.test/crm?id=7";
constexpr std::string_view kThere = "https://evil.test/";

TEST(ActOnHttpsTest, AClickOrAFormOfOurOwnSiteGoesAhead) {
  ExpectOf({
      {"click", {"GET", "same-origin", "navigate", "document", "?1", kHere}, kGo},
      {"click of a page that hides", {"GET", "same-origin", "navigate", "document", "?1"}, kGo},
      {"window.open", {"GET", "same-origin", "navigate", "document", "", kHere}, kGo},
      {"GET form", {"GET", "same-origin", "navigate", "document", "?1", kHere}, kGo},
      {"POST form",
       {"POST", "same-origin", "navigate", "document", "?1", kHere, "https://pbx.test"},
       kGo},
      // Our pages send no Referer, and then browsers hide the Origin of a form too.
      {"our own form", {"POST", "same-origin", "navigate", "document", "?1", "", "null"}, kGo},
  });
}

TEST(ActOnHttpsTest, AScriptOrARefreshOfOurOwnSiteIsItsOwnDoing) {
  ExpectOf({
      {"fetch", {"GET", "same-origin", "cors", "empty", "", kHere}, kGo},
      {"fetch POST", {"POST", "same-origin", "cors", "empty", "", kHere, "https://pbx.test"}, kGo},
      {"fetch DELETE", {"DELETE", "same-origin", "cors", "empty", "", "", "https://pbx.test"}, kGo},
      {"meta refresh", {"GET", "same-origin", "navigate", "document", "", kHere}, kGo},
      {"script location", {"GET", "same-origin", "navigate", "document", "", kHere}, kGo},
  });
}

TEST(ActOnHttpsTest, WhatAPageLoadsByItselfIsRefusedOnOurOwnSiteToo) {
  for (const std::string_view dest :
       {"image",       "script",       "style",         "iframe",   "frame",    "embed",
        "object",      "font",         "audio",         "video",    "track",    "manifest",
        "worker",      "sharedworker", "serviceworker", "report",   "xslt",     "json",
        "fencedframe", "webidentity",  "something-new", "Document", "document "}) {
    for (const std::string_view site : {"same-origin", "same-site", "cross-site", "none"}) {
      const Request request = Of({"GET", site, "no-cors", dest, "", kHere});
      EXPECT_EQ(OutcomeOf(request), kRefused) << dest;
      EXPECT_EQ(OutcomeOf(request, {}, Token::kGood), kRefused) << dest;
      EXPECT_EQ(OutcomeOf(request, {.sites = {"pbx.test"}}), kRefused) << dest;
    }
  }
}

TEST(ActOnHttpsTest, NothingThatAnotherSiteDoesGoesAhead) {
  ExpectOf({
      {"click", {"GET", "cross-site", "navigate", "document", "?1", kThere}, kRefused},
      {"click of a page that hides", {"GET", "cross-site", "navigate", "document", "?1"}, kRefused},
      {"GET form", {"GET", "cross-site", "navigate", "document", "?1", kThere}, kRefused},
      {"POST form",
       {"POST", "cross-site", "navigate", "document", "?1", kThere, "https://evil.test"},
       kRefused},
      {"form of a sandboxed frame",
       {"POST", "cross-site", "navigate", "document", "?1", "", "null"},
       kRefused},
      {"window.open", {"GET", "cross-site", "navigate", "document", "", kThere}, kRefused},
      {"meta refresh", {"GET", "cross-site", "navigate", "document", "", kThere}, kRefused},
      {"script location", {"GET", "cross-site", "navigate", "document", "", kThere}, kRefused},
      {"reload of such a page", {"GET", "cross-site", "navigate", "document", "?1"}, kRefused},
      {"fetch", {"GET", "cross-site", "no-cors", "empty", "", kThere}, kRefused},
      {"fetch with CORS",
       {"GET", "cross-site", "cors", "empty", "", kThere, "https://evil.test"},
       kRefused},
      {"sendBeacon",
       {"POST", "cross-site", "no-cors", "empty", "", kThere, "https://evil.test"},
       kRefused},
      {"another host of the domain",
       {"GET", "same-site", "navigate", "document", "?1", "https://crm.pbx.test/"},
       kRefused},
      {"another port of our host",
       {"GET", "same-site", "navigate", "document", "?1", "https://pbx.test:8443/"},
       kRefused},
      {"a page of ours, by a redirect of another site",
       {"GET", "cross-site", "navigate", "document", "?1", kHere},
       kRefused},
      {"a value that is new", {"GET", "near-site", "navigate", "document", "?1"}, kRefused},
  });
}

TEST(ActOnHttpsTest, WhatNoPageAskedForIsConfirmed) {
  ExpectOf({
      {"typed or bookmark", {"GET", "none", "navigate", "document", "?1"}, kAsk},
      {"reload of what was typed", {"GET", "none", "navigate", "document", "?1"}, kAsk},
      {"link of an app",
       {"GET", "none", "navigate", "document", "?1", "android-app://com.example.mail/"},
       kAsk},
      {"an extension",
       {"POST", "none", "cors", "empty", "", "", "chrome-extension://abcdefgh"},
       kAsk},
  });
}

TEST(ActOnHttpsTest, WhatABrowserAsksForInAdvanceIsTooEarly) {
  ExpectOf({
      {"link prefetch",
       {"GET", "same-origin", "no-cors", "empty", "", kHere, "", "prefetch"},
       kInAdvance},
      {"speculation rules",
       {"GET", "none", "navigate", "document", "", kHere, "", "prefetch;prerender"},
       kInAdvance},
      {"of another site",
       {"GET", "cross-site", "navigate", "document", "", kThere, "", "prefetch"},
       kInAdvance},
      {"of an image", {"GET", "same-origin", "no-cors", "image", "", kHere, "", "x"}, kInAdvance},
  });
  EXPECT_EQ(OutcomeOf(Of({.purpose = "prefetch"}), {}, Token::kGood), kInAdvance);
  EXPECT_EQ(OutcomeOf(Of({.purpose = "prefetch"}, std::nullopt)), kInAdvance);
}

// On plain http, as most intranets are, there is no Sec-Fetch header at all.
TEST(ActOnHttpTest, TheRefererOrTheOriginTellsTheSite) {
  ExpectOf({
      {"click", {.referer = "http://pbx.test/crm?id=7"}, kGo},
      {"POST form",
       {.method = "POST", .referer = "http://pbx.test/crm", .origin = "http://pbx.test"},
       kGo},
      {"POST form of a page that hides its path",
       {.method = "POST", .origin = "http://pbx.test"},
       kGo},
      {"fetch, which a browser lets no page change", {.referer = "http://pbx.test/crm"}, kGo},
      {"click of another site", {.referer = "http://evil.test/"}, kRefused},
      {"image, script, frame of another site", {.referer = "http://evil.test/"}, kRefused},
      {"form of another site",
       {.method = "POST", .referer = "http://evil.test/", .origin = "http://evil.test"},
       kRefused},
      {"form of another site that hides its path",
       {.method = "POST", .origin = "http://evil.test"},
       kRefused},
      {"fetch DELETE", {.method = "DELETE", .origin = "http://evil.test"}, kRefused},
  });
}

TEST(ActOnHttpTest, WhatHidesWhereItComesFromIsConfirmed) {
  ExpectOf({
      {"typed, bookmark, a mail program's link", {}, kAsk},
      {"link or image of a hostile page that hides", {}, kAsk},
      {"form of a page that hides, as ours do", {.method = "POST", .origin = "null"}, kAsk},
      {"a page of no site", {.referer = "about:blank"}, kAsk},
      {"a Referer that is none", {.referer = "pbx.test"}, kAsk},
      {"fetch DELETE of a sandboxed frame", {.method = "DELETE", .origin = "null"}, kAsk},
  });
}

TEST(ActTest, OneForeignHeaderIsEnough) {
  ExpectOf({
      {"Origin", {.referer = kHere, .origin = "https://evil.test"}, kRefused},
      {"Referer", {.referer = kThere, .origin = "https://pbx.test"}, kRefused},
      {"beside same-origin",
       {"GET", "same-origin", "navigate", "document", "?1", kThere},
       kRefused},
      {"beside none", {"GET", "none", "navigate", "document", "?1", kThere}, kRefused},
  });
}

TEST(ActTest, ABrowserIsToldByAnyOneOfItsHeaders) {
  Request request = Of({}, std::nullopt);
  EXPECT_EQ(OutcomeOf(request), kGo);
  request.accept_language = "de";
  EXPECT_EQ(OutcomeOf(request), kAsk);
  request = Of({}, std::nullopt);
  request.user_agent = "Mozilla/5.0";
  EXPECT_EQ(OutcomeOf(request), kAsk);
  EXPECT_EQ(OutcomeOf(Of({.site = "none"}, std::nullopt)), kAsk);
  EXPECT_EQ(OutcomeOf(Of({.mode = "navigate"}, std::nullopt)), kAsk);
  EXPECT_EQ(OutcomeOf(Of({.dest = "document"}, std::nullopt)), kAsk);
}

TEST(ActTest, AProgramGoesAhead) {
  for (const std::string_view agent : {"", "curl/7.88.1", "PHP", "xMozilla/5.0"}) {
    for (const std::string_view method : {"GET", "POST", "DELETE"}) {
      Request request = Of({.method = method}, std::nullopt);
      request.user_agent = agent;
      EXPECT_EQ(OutcomeOf(request), kGo) << agent << " " << method;
    }
  }
  EXPECT_EQ(OutcomeOf(Of({.referer = kThere}, std::nullopt)), kRefused);
}

TEST(ActTest, AGoodTokenGoesAheadFromAnywhere) {
  const Headers kCases[] = {
      {"GET", "cross-site", "navigate", "document", "?1", kThere},  // a webmail
      {"GET", "none", "navigate", "document", "?1"},                // a mail program
      {"POST", "same-origin", "navigate", "document", "?1", "", "null"},
      {.referer = kThere},
      {.method = "POST", .origin = "null"},  // the confirm page's button, on plain http
  };
  for (const Headers& headers : kCases) {
    EXPECT_EQ(OutcomeOf(Of(headers), {}, Token::kGood), kGo);
    EXPECT_EQ(OutcomeOf(Of(headers), {.confirm = true}, Token::kGood), kGo);
  }
}

TEST(ActTest, WithConfirmEveryGetIsAskedAndNoPost) {
  const SiteRules rules{.confirm = true};
  ExpectOf(
      {
          {"click", {"GET", "same-origin", "navigate", "document", "?1", kHere}, kAsk},
          {"click on http", {.referer = "http://pbx.test/crm"}, kAsk},
          {"fetch", {"GET", "same-origin", "cors", "empty", "", kHere}, kAsk},
          {"typed", {"GET", "none", "navigate", "document", "?1"}, kAsk},
          {"form", {"POST", "same-origin", "navigate", "document", "?1", kHere}, kGo},
          {"form on http", {.method = "POST", .referer = "http://pbx.test/crm"}, kGo},
          {"form that hides", {.method = "POST", .origin = "null"}, kAsk},
          {"foreign click", {"GET", "cross-site", "navigate", "document", "?1", kThere}, kRefused},
          {"image", {"GET", "same-origin", "no-cors", "image", "", kHere}, kRefused},
          {"prefetch", {.purpose = "prefetch"}, kInAdvance},
      },
      rules);
  EXPECT_EQ(OutcomeOf(Of({}, std::nullopt), rules), kAsk);
  EXPECT_EQ(OutcomeOf(Of({.method = "POST"}, std::nullopt), rules), kGo);
}

TEST(ActTest, AListedSiteIsLikeOurOwn) {
  const SiteRules rules{.sites = {"https://crm.test", "http://pbx.test:8069"}};
  ExpectOf(
      {
          {"click", {"GET", "cross-site", "navigate", "document", "?1", "https://crm.test/"}, kGo},
          {"form of a page that hides its path",
           {"POST", "cross-site", "navigate", "document", "?1", "", "https://crm.test"},
           kGo},
          {"click on http", {.referer = "https://crm.test/contact?id=7"}, kGo},
          {"another port of our host",
           {"GET", "same-site", "navigate", "document", "?1", "http://pbx.test:8069/web"},
           kGo},
          {"its image",
           {"GET", "cross-site", "no-cors", "image", "", "https://crm.test/"},
           kRefused},
          {"by another scheme", {.referer = "http://crm.test/"}, kRefused},
          {"by another port", {.referer = "https://crm.test:8443/"}, kRefused},
          {"below it", {.referer = "https://evil.crm.test/"}, kRefused},
          {"a page that hides", {"GET", "cross-site", "navigate", "document", "?1"}, kRefused},
          {"another site", {"GET", "cross-site", "navigate", "document", "?1", kThere}, kRefused},
          {"our own", {"GET", "same-origin", "navigate", "document", "?1", kHere}, kGo},
      },
      rules);
  EXPECT_EQ(OutcomeOf(Of({"POST", "none", "cors", "empty", "", "", "chrome-extension://abcdefgh"}),
                      {.sites = {"chrome-extension://abcdefgh"}}),
            kGo);
}

TEST(ActTest, OurOwnSiteIsTheHostThatWasAskedForWhateverThePort) {
  const struct {
    std::string_view host;
    std::string_view referer;
    Outcome outcome;
  } kCases[] = {
      {"pbx.test:8080", "http://pbx.test:8080/", kGo},
      {"pbx.test", "http://pbx.test:8080/", kGo},  // nginx in Debian
      {"PBX.Test", "http://pbx.test/", kGo},
      {"[::1]:8080", "http://[::1]:8080/", kGo},
      {"[::1]", "http://[::2]/", kRefused},
      {"10.0.0.5", "http://10.0.0.5/", kGo},
      {"pbx.test", "http://pbx.test.evil.test/", kRefused},
      {"pbx.test", "http://evil.test/pbx.test", kRefused},
      {"pbx.test", "http://evil.test#pbx.test", kRefused},
      {"pbx.test", "http://evil.test?pbx.test/", kRefused},
      {"", "http://pbx.test/", kRefused},
  };
  for (const auto& [host, referer, outcome] : kCases) {
    Request request = Of({.referer = referer});
    request.host = host;
    EXPECT_EQ(OutcomeOf(request), outcome) << host << " " << referer;
  }
}

TEST(ActTest, OurOwnSiteIsExactlyTheConfiguredOneWhateverTheHost) {
  const SiteRules rules{.origin = "https://calls.test"};
  ExpectOf(
      {
          {"itself", {.referer = "https://calls.test/crm"}, kGo},
          {"its own port", {.referer = "https://CALLS.test:443/crm"}, kGo},
          {"another port", {.referer = "https://calls.test:8443/"}, kRefused},
          {"another scheme", {.referer = "http://calls.test/"}, kRefused},
          {"the Host header", {.referer = kHere}, kRefused},
      },
      rules);
}

TEST(ActTest, ARefusalSaysWhatWasSeenAndWhatToChange) {
  const std::string image = RefusalOf(Of({"GET", "same-origin", "no-cors", "image"}));
  EXPECT_TRUE(fakes::Has(image, "Sec-Fetch-Dest: image"));

  const std::string named =
      RefusalOf(Of({"GET", "cross-site", "navigate", "document", "?1", "https://crm.test/?id=7"}));
  EXPECT_TRUE(fakes::Has(named, "a page of https://crm.test asked"));
  EXPECT_TRUE(fakes::Has(named, "here is the host pbx.test"));
  EXPECT_TRUE(fakes::Has(named, "access.sites"));
  EXPECT_EQ(named.find("id=7"), std::string::npos);

  const std::string port = RefusalOf(Of({"GET", "same-site", "", "", "", "http://pbx.test:81/"}));
  EXPECT_TRUE(fakes::Has(port, "a page of http://pbx.test:81 asked"));

  const std::string unnamed = RefusalOf(Of({"GET", "cross-site", "navigate", "document"}));
  EXPECT_TRUE(fakes::Has(unnamed, "Sec-Fetch-Site: cross-site"));
  EXPECT_TRUE(fakes::Has(unnamed, "access.sites"));
  EXPECT_TRUE(fakes::Has(unnamed, "Referer"));

  const std::string set = RefusalOf(Of({.referer = kHere}), {.origin = "https://calls.test"});
  EXPECT_TRUE(fakes::Has(set, "here is https://calls.test"));
}

TEST(ActTest, ARefusalQuotesNoMoreThanItsReaderCanTake) {
  const std::string longest(8000, 'x');
  Request request = Of({.site = longest});
  EXPECT_LT(RefusalOf(request).size(), 400U);
  request = Of({.dest = longest});
  EXPECT_LT(RefusalOf(request).size(), 400U);
  const std::string referer = "http://" + longest + "/";
  request = Of({.referer = referer});
  request.host = longest + "y";
  EXPECT_LT(RefusalOf(request).size(), 400U);
}

}  // namespace
}  // namespace click2call::web
