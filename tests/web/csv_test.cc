#include "web/csv.h"

#include <string>

#include <gtest/gtest.h>

#include "base/text.h"

namespace click2call::web {
namespace {

using namespace std::string_literals;  // NOLINT: "…"s keeps a NUL

constexpr char kNames[] =  // NOLINT
    "callId,createdAt,answeredAt,endedAt,durationSeconds,caller,callee,status,reason,pbx,user\r\n";

CallView SomeCall() {
  return {"c2c-1", "1003", "1006", "disconnected", "hangUp", "2026-11-23T01:20:16.042Z",
          "A",     "E",    65,     "main",         "alice"};
}

// The line of a call of which only the user is known.
std::string LineOf(const std::string& user) {
  CallView call;
  call.user = user;
  const std::string csv = CallsCsv({{call}, false, ""});
  const std::string begin = std::string(kNames) + ",,,,,,,,,,";
  EXPECT_TRUE(csv.starts_with(begin)) << csv;
  EXPECT_TRUE(csv.ends_with("\r\n")) << csv;
  return csv.substr(begin.size(), csv.size() - begin.size() - 2);
}

TEST(CsvTest, ACallIsALineBelowTheNames) {
  EXPECT_EQ(
      CallsCsv({{SomeCall()}, false, ""}),
      kNames +
          "c2c-1,2026-11-23T01:20:16.042Z,A,E,65,1003,1006,disconnected,hangUp,main,alice\r\n"s);
}

TEST(CsvTest, WithoutCallsThereAreTheNames) { EXPECT_EQ(CallsCsv({}), kNames); }

TEST(CsvTest, WhatSeparatesIsQuoted) {
  EXPECT_EQ(LineOf("a,b"), "\"a,b\"");
  EXPECT_EQ(LineOf("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(LineOf("a\r\nb"), "\"a\r\nb\"");
  EXPECT_EQ(LineOf("\""), "\"\"\"\"");
  EXPECT_EQ(LineOf("a b"), "a b");
}

TEST(CsvTest, AFormulaIsText) {
  for (const std::string formula : {"=1+1", "+1+1", "-1", "@SUM(A1)", "+", "=", "+49 89", "+49-89",
                                    "-cmd|' /C calc'!A0", "+4989x"}) {
    EXPECT_EQ(LineOf(formula), "'" + formula);
  }
  EXPECT_EQ(LineOf("\t=1"), "\"'\t=1\"");
  EXPECT_EQ(LineOf("\n=1"), "\"'\n=1\"");
  EXPECT_EQ(LineOf("=\"a\",1"), "\"'=\"\"a\"\",1\"");
}

TEST(CsvTest, EveryTextIsGuarded) {
  CallView call = SomeCall();
  call.caller = call.callee = call.pbx = call.user = "=1+1";
  EXPECT_NE(CallsCsv({{call}, false, ""}).find(",'=1+1,'=1+1,disconnected,hangUp,'=1+1,'=1+1\r\n"),
            std::string::npos);
}

TEST(CsvTest, ANumberStaysOne) {
  for (const std::string number : {"1006", "+4989123456", "00498912", "*43", "1=2", "a+b"}) {
    EXPECT_EQ(LineOf(number), number);
  }
}

TEST(CsvTest, IsUtf8WhateverItWasMadeOf) {
  EXPECT_EQ(LineOf("Zo\xeb"), "Zo?");
  EXPECT_EQ(LineOf("Zo\xc3\xab"), "Zo\xc3\xab");
}

}  // namespace
}  // namespace click2call::web
