#include "web/sink.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/results.h"

namespace click2call::web {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;

const std::vector<std::string> kSinks = {"crm.example.com", "Hooks.Example.com:8443", "[::1]:9443",
                                         "10.0.0.7"};

TEST(SinkTest, IsTakenApart) {
  const Sink sink = Must(ParseSink("https://CRM.example.com:8443/hook/1?key=a%20b"));
  EXPECT_EQ(sink.host, "crm.example.com");
  EXPECT_EQ(sink.port, 8443);
  EXPECT_EQ(sink.target, "/hook/1?key=a%20b");
  EXPECT_EQ(sink.Authority(), "crm.example.com:8443");
}

TEST(SinkTest, HasPort443AndTheRootUnlessItSaysOtherwise) {
  const Sink sink = Must(ParseSink("https://crm.example.com"));
  EXPECT_EQ(sink.Authority(), "crm.example.com:443");
  EXPECT_EQ(sink.target, "/");
  EXPECT_EQ(Must(ParseSink("https://crm.example.com?a=b")).target, "/?a=b");
}

TEST(SinkTest, MayBeAnAddress) {
  EXPECT_EQ(Must(ParseSink("https://10.0.0.7/x")).host, "10.0.0.7");
  EXPECT_EQ(Must(ParseSink("https://[::1]:9443/x")).host, "::1");
  EXPECT_EQ(Must(ParseSink("https://[::1]:9443/x")).Authority(), "[::1]:9443");
}

TEST(SinkTest, AHostInTheListMayBeNotified) {
  for (const char* url :
       {"https://crm.example.com/hook", "https://crm.example.com:443/", "HTTPS://CRM.EXAMPLE.COM",
        "https://hooks.example.com:8443/a?b=c", "https://[::1]:9443/", "https://10.0.0.7/"}) {
    EXPECT_TRUE(Succeeds(CheckSink(url, kSinks))) << url;
  }
}

TEST(SinkTest, AnEntryOfTheListIsAHostAndNothingAroundIt) {
  for (const std::string& entry : kSinks) EXPECT_TRUE(IsSinkHost(entry)) << entry;
  for (const char* entry :
       {"", "https://crm.example.com", "crm.example.com/", "crm.example.com/hook",
        "crm.example.com?a", "*.example.com", "user@crm.example.com",
        "crm.example.com:", "crm.example.com:0", "crm.example.com:0443", "crm.example.com:65536",
        " crm.example.com", "crm.example.com.", "::1", "[::1"}) {
    EXPECT_FALSE(IsSinkHost(entry)) << entry;
  }
}

TEST(SinkTest, AnyOtherMayNot) {
  for (const char* url :
       {"https://crm.example.com:8443/", "https://hooks.example.com/", "https://example.com/",
        "https://a.crm.example.com/", "https://crm.example.com.evil.test/", "https://[::1]/",
        "https://[0:0:0:0:0:0:0:1]:9443/", "https://10.0.0.70/",
        "https://evil.test/crm.example.com", "https://evil.test?https://crm.example.com/",
        "https://crm.example.comx/"}) {
    const auto status = CheckSink(url, kSinks);
    EXPECT_TRUE(Fails(status, Code::kPermissionDenied)) << url;
    EXPECT_TRUE(Has(status.Why().message, "access.sinks"));
  }
  EXPECT_TRUE(Fails(CheckSink("https://crm.example.com/", {}), Code::kPermissionDenied));
}

// What one reader takes for a host, another may take for something else.
TEST(SinkTest, WhatIsNoPlainHttpsUrlIsMalformed) {
  for (const std::string& url : {std::string(),
                                 std::string("crm.example.com"),
                                 std::string("http://crm.example.com/"),
                                 std::string("ftp://crm.example.com/"),
                                 std::string("https:/crm.example.com/"),
                                 std::string("https:crm.example.com/"),
                                 std::string("https:///crm.example.com/"),
                                 std::string("//crm.example.com/"),
                                 std::string(" https://crm.example.com/"),
                                 std::string("https://crm.example.com/ "),
                                 std::string("https://"),
                                 std::string("https://:443/"),
                                 std::string("https://user@crm.example.com/"),
                                 std::string("https://crm.example.com@evil.test/"),
                                 std::string("https://evil.test\\@crm.example.com/"),
                                 std::string("https://crm.example.com\\.evil.test/"),
                                 std::string("https://crm.example.com/a\\b"),
                                 std::string("https://crm.example.com/#a"),
                                 std::string("https://evil.test#@crm.example.com/"),
                                 std::string("https://crm.example.com\r\n/"),
                                 std::string("https://crm.example.com/\tx"),
                                 std::string("https://crm.example.com/\0x", 26),
                                 std::string("https://crm.example.com/\x7f"),
                                 std::string("https://crm.example.com/\xc3\xb6"),
                                 std::string("https://cr\xc3\xb6m.test/"),
                                 std::string("https://crm.example.com./"),
                                 std::string("https://.crm.example.com/"),
                                 std::string("https://crm..example.com/"),
                                 std::string("https://%63rm.example.com/"),
                                 std::string("https://crm.example.com%2eevil.test/"),
                                 std::string("https://crm.example.com:/"),
                                 std::string("https://crm.example.com:0443/"),
                                 std::string("https://crm.example.com:0/"),
                                 std::string("https://crm.example.com:65536/"),
                                 std::string("https://crm.example.com:443443/"),
                                 std::string("https://crm.example.com:-1/"),
                                 std::string("https://crm.example.com:https/"),
                                 std::string("https://crm.example.com:443:1/"),
                                 std::string("https://[::1/"),
                                 std::string("https://::1/"),
                                 std::string("https://[::1]x/"),
                                 std::string("https://[fe80::1%25eth0]/"),
                                 std::string("https://[crm.example.com]/"),
                                 std::string("https://crm.example.com/%zz"),
                                 std::string("https://a b/"),
                                 std::string("https://crm.example.com/<x>")}) {
    EXPECT_TRUE(Fails(CheckSink(url, kSinks), Code::kInvalidArgument)) << url;
  }
}

TEST(SinkTest, Has2048BytesAtMost) {
  const std::string start = "https://crm.example.com/";
  const std::string longest = start + std::string(2048 - start.size(), 'x');
  EXPECT_TRUE(Succeeds(CheckSink(longest, kSinks)));
  EXPECT_TRUE(Fails(CheckSink(longest + "x", kSinks), Code::kInvalidArgument));
}

}  // namespace
}  // namespace click2call::web
