#include "net/back_off.h"

#include <gtest/gtest.h>

namespace click2call::net {
namespace {

using base::Milliseconds;

constexpr double kMiddle = 0.5;

TEST(BackOffTest, BeginsWithASecondAndGrowsBySixTenths) {
  BackOff back_off;
  for (const int ms : {1000, 1600, 2560, 4096, 6553}) {
    EXPECT_EQ(back_off.Next(kMiddle), Milliseconds(ms));
  }
}

TEST(BackOffTest, IsSpreadByAFifthToEitherSide) {
  EXPECT_EQ(BackOff().Next(0), Milliseconds(800));
  EXPECT_EQ(BackOff().Next(0.999999), Milliseconds(1199));
}

TEST(BackOffTest, IsNeverMoreThanThirtySecondsAndStillSpreadThere) {
  BackOff back_off;
  for (int i = 0; i < 1000; ++i) EXPECT_LE(back_off.Next(0.999999), BackOff::kMost);
  EXPECT_GE(back_off.Next(0.999999), BackOff::kMost - Milliseconds(1));
  EXPECT_EQ(back_off.Next(0), Milliseconds(20'000));
}

TEST(BackOffTest, BeginsAgainAfterASuccess) {
  BackOff back_off;
  for (int i = 0; i < 5; ++i) back_off.Next(kMiddle);
  back_off.Reset();
  EXPECT_EQ(back_off.Next(kMiddle), Milliseconds(1000));
}

}  // namespace
}  // namespace click2call::net
