#include "web/site.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace click2call::web {
namespace {

using namespace std::string_literals;  // NOLINT: "…"s keeps a NUL

TEST(SiteTest, OfAUrlIsItsSchemeHostAndPort) {
  const struct {
    std::string_view url;
    std::string_view site;
  } kCases[] = {
      {"https://crm.test/contact?id=7#x", "https://crm.test"},
      {"https://crm.test", "https://crm.test"},
      {"https://crm.test?id=7", "https://crm.test"},
      {"https://crm.test#x", "https://crm.test"},
      {"HTTPS://CRM.Test/Path", "https://crm.test"},
      {"https://crm.test:443/", "https://crm.test"},
      {"http://crm.test:80/", "http://crm.test"},
      {"http://crm.test:443/", "http://crm.test:443"},
      {"http://crm.test:8080/", "http://crm.test:8080"},
      {"http://crm.test:/", "http://crm.test"},
      {"http://[::1]:8080/", "http://[::1]:8080"},
      {"http://[2001:DB8::1]/", "http://[2001:db8::1]"},
      {"http://10.0.0.5/", "http://10.0.0.5"},
      {"http://crm_1/", "http://crm_1"},
      {"http://crm.test/100%", "http://crm.test"},
      {"http://crm.test/%zz", "http://crm.test"},
      {"http://crm.test/@evil.test", "http://crm.test"},
      {"chrome-extension://abcdefgh", "chrome-extension://abcdefgh"},
      {"android-app://com.example.mail/", "android-app://com.example.mail"},
  };
  for (const auto& [url, site] : kCases) EXPECT_EQ(SiteOf(url), site) << url;
}

TEST(SiteTest, WhatIsNoUrlOfASiteHasNone) {
  for (const std::string& url : {""s,
                                 "null"s,
                                 "about:blank"s,
                                 "data:text/html,x"s,
                                 "crm.test"s,
                                 "//crm.test"s,
                                 "https://"s,
                                 "https:///x"s,
                                 "://crm.test"s,
                                 "https://:443"s,
                                 "https://user:secret@crm.test/"s,
                                 "https://crm.test\\@evil.test/"s,
                                 "https://a.test, https://b.test"s,
                                 "https://a.test https://b.test"s,
                                 "http://crm.test:80x/"s,
                                 "http://crm.test:99999/"s,
                                 "http://crm.test: 80/"s,
                                 "http://crm.test:+80/"s,
                                 "http://[::1/"s,
                                 "http://::1/"s,
                                 "http://[crm.test]/"s,
                                 "http://[[crm.test]/"s,
                                 "http://[[::1]]/"s,
                                 "http://crm.test\0"s,
                                 "http://crm%2etest/"s,
                                 "ht tp://crm.test"s,
                                 "http://crm.test\n"s}) {
    EXPECT_EQ(SiteOf(url), "") << url;
  }
}

TEST(SiteTest, IsNamedWithOrWithoutASchemeAndNothingBehindIt) {
  for (const std::string_view text :
       {"https://crm.test", "http://crm.test", "crm.test", "crm.test:8443", "https://crm.test:8443",
        "[::1]", "http://[::1]:8080", "10.0.0.5", "crm", "CRM.Test", "chrome-extension://abc"}) {
    EXPECT_TRUE(IsSite(text)) << text;
  }
  for (const std::string_view text :
       {"", "https://", "https://crm.test/", "crm.test/", "crm.test/contacts", "https://crm.test?x",
        "https://crm.test#x", "*.crm.test", "*", "crm.test ", "user@crm.test", "crm.test:99999",
        "crm.test:x", "//crm.test"}) {
    EXPECT_FALSE(IsSite(text)) << text;
  }
}

TEST(SiteTest, ANameWithASchemeIsThatSiteAlone) {
  EXPECT_TRUE(IsNamed("https://crm.test", "https://crm.test"));
  EXPECT_TRUE(IsNamed("https://crm.test", "HTTPS://CRM.test:443"));
  EXPECT_TRUE(IsNamed("http://crm.test:8069", "http://crm.test:8069"));
  EXPECT_FALSE(IsNamed("http://crm.test", "https://crm.test"));
  EXPECT_FALSE(IsNamed("https://crm.test:8443", "https://crm.test"));
  EXPECT_FALSE(IsNamed("https://crm.test", "https://crm.test:8443"));
  EXPECT_FALSE(IsNamed("https://www.crm.test", "https://crm.test"));
  EXPECT_FALSE(IsNamed("https://crm.test.evil.test", "https://crm.test"));
}

TEST(SiteTest, ANameWithoutASchemeIsBothOfTheWeb) {
  for (const std::string_view site : {"http://crm.test", "https://crm.test"}) {
    EXPECT_TRUE(IsNamed(site, "crm.test"));
    EXPECT_FALSE(IsNamed(site, "crm.test:8443"));
  }
  EXPECT_TRUE(IsNamed("https://crm.test:8443", "crm.test:8443"));
  EXPECT_FALSE(IsNamed("https://crm.test:8443", "crm.test"));
  EXPECT_TRUE(IsNamed("http://[::1]", "[::1]"));
}

TEST(SiteTest, IsOnTheHostWhateverThePortAndTheCase) {
  EXPECT_TRUE(IsOnHost("http://pbx.test:8080", "pbx.test"));
  EXPECT_TRUE(IsOnHost("https://pbx.test", "PBX.test:8443"));
  EXPECT_TRUE(IsOnHost("http://[::1]:8080", "[::1]"));
  EXPECT_FALSE(IsOnHost("http://pbx.test", "test"));
  EXPECT_FALSE(IsOnHost("http://pbx.test", "www.pbx.test"));
  for (const std::string_view host : {"", ":80", "pbx.test, evil.test", "@pbx.test", "[::1"}) {
    EXPECT_FALSE(IsOnHost("http://pbx.test", host)) << host;
  }
}

}  // namespace
}  // namespace click2call::web
