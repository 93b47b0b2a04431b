#include "web/return_path.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace click2call::web {
namespace {

using namespace std::string_literals;  // NOLINT: "…"s keeps a NUL

TEST(ReturnPathTest, APathOnTheSameSiteIsKeptAsItIs) {
  for (const std::string path :
       {"/", "/crm", "/crm/contact?id=7&tab=2#phone", "/a//b", "/a/../b", "/%2f%2fhost", "/%5chost",
        "/?next=https://elsewhere.example/", "/@host", "/a:b", "/Z\xc3\xbcrich", "/a b"}) {
    EXPECT_EQ(ParseReturnPath(path), path);
  }
}

TEST(ReturnPathTest, WhatLeadsElsewhereIsNone) {
  for (const std::string& elsewhere : {
           ""s,
           "crm"s,
           "?id=7"s,
           "#top"s,
           "./crm"s,
           "../crm"s,  // relative to where we are
           "//host"s,
           "///host"s,
           "//host/path"s,  // another host
           "/\\host"s,
           "\\\\host"s,
           "\\/host"s,
           "/a\\b"s,  // browsers read \ as /
           "/\t/host"s,
           "/\r\n/host"s,
           "/\n/host"s,
           "\t//host"s,  // and drop these before they look
           "http://host"s,
           "https:/host"s,
           "javascript:alert(1)"s,
           "data:text/html,x"s,
           "JaVaScRiPt:alert(1)"s,
           " /crm"s,
           " //host"s,
           "mailto:x"s,
           "host.example/crm"s,
           "%2f%2fhost"s,
           "/crm\r\nSet-Cookie: a=b"s,
           "/crm\0"s,
           "/\x7f/host"s,
       }) {
    EXPECT_EQ(ParseReturnPath(elsewhere), std::nullopt) << testing::PrintToString(elsewhere);
  }
}

TEST(ReturnPathTest, MayHaveOneKilobyteAndNotOneByteMore) {
  const std::string longest = "/" + std::string(kMaxReturnBytes - 1, 'x');
  EXPECT_EQ(kMaxReturnBytes, 1024U);
  EXPECT_EQ(ParseReturnPath(longest), longest);
  EXPECT_EQ(ParseReturnPath(longest + "x"), std::nullopt);
}

// Behind a link on crm.example to /click2call.
std::optional<std::string> Back(std::string_view referer, std::string_view host = "crm.example") {
  return BackFromReferer(referer, host, "/click2call");
}

TEST(BackFromRefererTest, IsThePathOfAPageOnThisHost) {
  EXPECT_EQ(Back("http://crm.example/contact?id=7&x=%2F%20"), "/contact?id=7&x=%2F%20");
  EXPECT_EQ(Back("https://crm.example/a%2Fb"), "/a%2Fb");
  EXPECT_EQ(Back("http://crm.example/"), "/");
  EXPECT_EQ(Back("http://crm.example"), "/");
  EXPECT_EQ(Back("http://crm.example?id=7"), "/?id=7");
  EXPECT_EQ(Back("http://crm.example/a#b"), "/a");
}

TEST(BackFromRefererTest, HostsAreComparedWithoutPortAndCase) {
  EXPECT_EQ(Back("http://crm.example:8080/a", "crm.example"), "/a");
  EXPECT_EQ(Back("http://crm.example/a", "crm.example:8080"), "/a");
  EXPECT_EQ(Back("HTTP://CRM.Example/a", "crm.example"), "/a");
  EXPECT_EQ(Back("http://[::1]:8080/a", "[::1]"), "/a");
  EXPECT_EQ(Back("http://[::1]/a", "[::1]:80"), "/a");
  EXPECT_EQ(Back("http://[::1]/a", "[::2]"), std::nullopt);
}

TEST(BackFromRefererTest, AnotherSiteIsNoWayBack) {
  for (const std::string_view referer :
       {"", "/contact", "crm.example/a", "http:/crm.example/a", "ftp://crm.example/a",
        "http://evil.example/a", "http://crm.example.evil/a", "http://xcrm.example/a",
        "http://crm.example@evil.example/a", "http://evil.example:x@crm.example/a",
        "http://evil.example/crm.example", "http://evil.example?http://crm.example/",
        "http://evil.example#@crm.example/", "javascript://crm.example/%0aalert(1)", "http://",
        "http:///a", "http://:80/a", "about:blank", "null"}) {
    EXPECT_EQ(Back(referer), std::nullopt) << referer;
  }
  EXPECT_EQ(Back("http://crm.example/a", ""), std::nullopt);
  EXPECT_EQ(Back("http:///a", ""), std::nullopt);
  EXPECT_EQ(Back("http://:80/a", ":80"), std::nullopt);
}

TEST(BackFromRefererTest, WhatIsNoPathToGoBackToIsNone) {
  EXPECT_EQ(Back("http://crm.example//evil.example/a"), std::nullopt);
  EXPECT_EQ(Back("http://crm.example/\\evil.example"), std::nullopt);
  EXPECT_EQ(Back("http://crm.example/a\r\nSet-Cookie: x"), std::nullopt);
  EXPECT_EQ(Back("http://crm.example/" + std::string(8192, 'x')), std::nullopt);
}

TEST(BackFromRefererTest, OurOwnPagesAreNone) {
  for (const std::string_view path :
       {"/click2call", "/click2call/", "/click2call?to=1006", "/click2call/?to=1006",
        "/click2call/calls", "/click2call/calls?before=x", "/click2call/calls/c2c-1?return=/a",
        "/click2call/calls/c2c-1/hangup", "/%63lick2call?to=1006", "/click2call#x", "/%zz"}) {
    EXPECT_EQ(Back("http://crm.example" + std::string(path)), std::nullopt) << path;
  }
  EXPECT_EQ(Back("http://crm.example/click2calling"), "/click2calling");
  EXPECT_EQ(Back("http://crm.example/click2call/callsheet"), "/click2call/callsheet");
  EXPECT_EQ(Back("http://crm.example/x/click2call"), "/x/click2call");
}

TEST(BackFromRefererTest, AMountIsComparedAsItIsNotAsItIsWritten) {
  EXPECT_EQ(BackFromReferer("http://h/Z%c3%bc(a)?to=1", "h", "/Z%C3%BC%28a%29"), std::nullopt);
  EXPECT_EQ(BackFromReferer("http://h/", "h", ""), std::nullopt);
  EXPECT_EQ(BackFromReferer("http://h/calls/x", "h", ""), std::nullopt);
  EXPECT_EQ(BackFromReferer("http://h/crm", "h", ""), "/crm");
}

TEST(ReturnQueryTest, ThePathIsOneValue) {
  EXPECT_EQ(ReturnQuery(""), "");
  EXPECT_EQ(ReturnQuery("/crm"), "?return=%2Fcrm");
  EXPECT_EQ(ReturnQuery("/a?b=1&c=+;%2F#d"), "?return=%2Fa%3Fb%3D1%26c%3D%2B%3B%252F%23d");
  EXPECT_EQ(ReturnQuery("/Z\xc3\xbc \"'<"), "?return=%2FZ%C3%BC%20%22%27%3C");
}

}  // namespace
}  // namespace click2call::web
