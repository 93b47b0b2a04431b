#include "base/network.h"

#include <string>

#include <gtest/gtest.h>

namespace click2call::base {
namespace {

bool In(std::string_view address, std::string_view network) {
  const auto parsed = Network::Parse(network);
  EXPECT_TRUE(parsed) << network;
  return parsed && parsed->Contains(address);
}

TEST(NetworkTest, HasTheAddressesWithItsPrefix) {
  EXPECT_TRUE(In("10.0.0.0", "10.0.0.0/8"));
  EXPECT_TRUE(In("10.255.255.255", "10.0.0.0/8"));
  EXPECT_FALSE(In("11.0.0.0", "10.0.0.0/8"));
  EXPECT_TRUE(In("172.31.255.255", "172.16.0.0/12"));
  EXPECT_FALSE(In("172.32.0.0", "172.16.0.0/12"));
  EXPECT_TRUE(In("fd00::1", "fc00::/7"));
  EXPECT_FALSE(In("fe00::1", "fc00::/7"));
  EXPECT_TRUE(In("192.168.1.129", "192.168.1.128/25"));
  EXPECT_FALSE(In("192.168.1.127", "192.168.1.128/25"));
}

TEST(NetworkTest, IsOneAddressWithoutALength) {
  EXPECT_TRUE(In("10.0.0.15", "10.0.0.15"));
  EXPECT_FALSE(In("10.0.0.16", "10.0.0.15"));
  EXPECT_TRUE(In("::1", "::1/128"));
  EXPECT_TRUE(In("0:0:0:0:0:0:0:1", "::1"));
}

TEST(NetworkTest, OfEverybodyHasEveryAddressOfItsKind) {
  EXPECT_TRUE(In("203.0.113.9", "0.0.0.0/0"));
  EXPECT_FALSE(In("2001:db8::9", "0.0.0.0/0"));
  EXPECT_TRUE(In("2001:db8::9", "::/0"));
}

TEST(NetworkTest, TakesAMappedAddressForTheIpv4AddressThatItIs) {
  EXPECT_TRUE(In("::ffff:10.1.2.3", "10.0.0.0/8"));
  EXPECT_TRUE(In("10.1.2.3", "::ffff:10.0.0.0/104"));
  EXPECT_FALSE(In("::10.1.2.3", "10.0.0.0/8"));
}

TEST(NetworkTest, HasNothingThatIsNoAddress) {
  for (const std::string_view text :
       {"", "10", "10.0.0", "010.0.0.1", "10.0.0.1 ", "10.0.0.1:80", "10.0.0.1/8", "localhost"}) {
    EXPECT_FALSE(In(text, "::/0")) << text;
  }
  EXPECT_FALSE(In(std::string_view("10.0.0.1\0", 9), "10.0.0.0/8"));
}

TEST(NetworkTest, IsNotReadFromWhatIsNone) {
  for (const std::string_view text :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8 ", "10.0.0.0/8x", "10/8",
        "::/129", "fc00::/+7", "any", "10.0.0.0/8/8"}) {
    EXPECT_FALSE(Network::Parse(text)) << text;
  }
}

TEST(NetworkTest, IsNotReadWithBitsBehindItsPrefix) {
  EXPECT_FALSE(Network::Parse("10.0.0.1/8"));
  EXPECT_FALSE(Network::Parse("192.168.1.128/24"));
  EXPECT_FALSE(Network::Parse("fd00::/7"));
  EXPECT_TRUE(Network::Parse("192.168.1.128/25"));
}

TEST(NetworkTest, SaysWhichOfTwoSaysMore) {
  EXPECT_GT(Network::Parse("10.0.0.15")->PrefixLength(),
            Network::Parse("10.0.0.0/24")->PrefixLength());
  EXPECT_GT(Network::Parse("10.0.0.0/24")->PrefixLength(), Network::Parse("::/0")->PrefixLength());
}

}  // namespace
}  // namespace click2call::base
