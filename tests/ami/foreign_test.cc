#include "ami/foreign.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace click2call::ami {
namespace {

TEST(ForeignTest, KnowsWhatIsOftenFoundInsteadOfAmi) {
  EXPECT_EQ(DescribeAnswer("HTTP/1.1 404 Not Found\r\nServer: x\r\n"),
            "this port answers HTTP (\"HTTP/1.1 404 Not Found\")");
  EXPECT_EQ(DescribeAnswer("Asterisk Call Manager/11.0.0\r\n"), "this port speaks plain AMI");
  EXPECT_EQ(DescribeAnswer("\x16\x03\x03"), "this port speaks TLS");
}

TEST(ForeignTest, QuotesTheBeginningOfWhatItDoesNotKnow) {
  EXPECT_EQ(DescribeAnswer("SSH-2.0-OpenSSH\n"), "this port answers with \"SSH-2.0-OpenSSH\"");
  EXPECT_EQ(DescribeAnswer(std::string(1000, 'x')),
            "this port answers with \"" + std::string(60, 'x') + "\"");
}

TEST(ForeignTest, SeesTlsFromItsFirstByte) {
  EXPECT_TRUE(BeginsTls("\x15"));
  EXPECT_TRUE(BeginsTls("\x15\x03\x01"));
  EXPECT_TRUE(BeginsTls("\x16\x03\x03"));
  EXPECT_FALSE(BeginsTls("\x16\x04"));
  EXPECT_FALSE(BeginsTls("A"));
  EXPECT_FALSE(BeginsTls(""));
}

}  // namespace
}  // namespace click2call::ami
