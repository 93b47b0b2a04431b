#include "base/call_id.h"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace click2call::base {
namespace {

const WallTime kSomeTime{std::chrono::milliseconds(1'469'918'176'385)};

TEST(CallIdTest, HoldsTheTimeAsUlidDoes) {
  const CallId id = CallId::Make(kSomeTime, {});
  EXPECT_EQ(id.Text(), "c2c-01ARYZ6S410000000000000000");  // the time of the ULID specification
}

TEST(CallIdTest, HoldsAllEightyRandomBits) {
  CallId::Entropy ones;
  ones.fill(0xff);
  EXPECT_EQ(CallId::Make(kSomeTime, ones).Text(), "c2c-01ARYZ6S41ZZZZZZZZZZZZZZZZ");
  CallId::Entropy last{};
  last.back() = 1;
  EXPECT_EQ(CallId::Make(kSomeTime, last).Text(), "c2c-01ARYZ6S410000000000000001");
}

TEST(CallIdTest, GivesBackTheTimeItWasMadeAt) {
  EXPECT_EQ(CallId::Make(kSomeTime, {1, 2, 3}).Time(), kSomeTime);
  const auto last = CallId::Parse("c2c-7ZZZZZZZZZ0000000000000000");
  ASSERT_TRUE(last);
  EXPECT_GT(last->Time(), WallTime::max() - std::chrono::seconds(1));
}

TEST(CallIdTest, SortsByTime) {
  const CallId earlier = CallId::Make(kSomeTime, {});
  const CallId later = CallId::Make(kSomeTime + std::chrono::milliseconds(1), {});
  EXPECT_LT(earlier.Text(), later.Text());
}

TEST(CallIdTest, TheFirstOfAMomentSortsBetweenThatMomentAndTheOnesBefore) {
  CallId::Entropy ones;
  ones.fill(0xff);
  const std::string first = CallId::FirstOf(kSomeTime).Text();
  EXPECT_LT(CallId::Make(kSomeTime - std::chrono::milliseconds(1), ones).Text(), first);
  EXPECT_LE(first, CallId::Make(kSomeTime, {}).Text());
  EXPECT_LE(CallId::FirstOf(WallTime() - std::chrono::hours(1)).Text(),
            CallId::Make(WallTime(), {}).Text());
}

TEST(CallIdTest, ParsesWhatItMade) {
  const CallId id = CallId::Make(kSomeTime, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  EXPECT_EQ(CallId::Parse(id.Text()), id);
}

TEST(CallIdTest, RefusesEverythingElse) {
  for (const std::string text :
       {"", "c2c-", "01ARYZ6S410000000000000000", "c2c-01ARYZ6S41000000000000000",
        "c2c-01ARYZ6S4100000000000000000", "c2c-01aryz6s410000000000000000",
        "c2c-01ARYZ6S41000000000000000U", "c2c-81ARYZ6S410000000000000000",
        "C2C-01ARYZ6S410000000000000000", "c2c-01ARYZ6S41000000000\r\n00000"}) {
    EXPECT_FALSE(CallId::Parse(text)) << text;
  }
}

TEST(CallIdTest, KnowsEveryByteThatIsNoDigit) {
  int digits = 0;
  for (int byte = 0; byte < 256; ++byte) {
    std::string text = "c2c-01ARYZ6S410000000000000000";
    text.back() = static_cast<char>(byte);
    if (CallId::Parse(text)) ++digits;
  }
  EXPECT_EQ(digits, 32);
}

}  // namespace
}  // namespace click2call::base
