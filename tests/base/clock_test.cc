#include "base/clock.h"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace click2call::base {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr MonotonicTime kNow{std::chrono::hours(1)};

TEST(ClockTest, WhatRemainsIsRoundedUpSoThatAWaitNeverEndsEarly) {
  EXPECT_EQ(Remaining(kNow + milliseconds(5), kNow), milliseconds(5));
  EXPECT_EQ(Remaining(kNow + milliseconds(5) + nanoseconds(1), kNow), milliseconds(6));
  EXPECT_EQ(Remaining(kNow + nanoseconds(1), kNow), milliseconds(1));
}

TEST(ClockTest, NothingRemainsOfADeadlineThatHasPassed) {
  EXPECT_EQ(Remaining(kNow, kNow), milliseconds(0));
  EXPECT_EQ(Remaining(kNow - nanoseconds(1), kNow), milliseconds(0));
  EXPECT_EQ(Remaining(MonotonicTime::min(), kNow), milliseconds(0));
}

TEST(ClockTest, TheFarthestDeadlineIsStillAhead) {
  EXPECT_GT(Remaining(MonotonicTime::max(), kNow), std::chrono::hours(1));
}

TEST(ClockTest, ATimeIsWrittenAsRfc3339InUtc) {
  const struct {
    microseconds since_1970;
    const char* text;
  } kCases[] = {
      {microseconds(0), "1970-01-01T00:00:00.000Z"},
      {milliseconds(1), "1970-01-01T00:00:00.001Z"},
      {milliseconds(1'795'396'816'042), "2026-11-23T01:20:16.042Z"},
      {milliseconds(1'709'164'799'999), "2024-02-28T23:59:59.999Z"},
      {milliseconds(1'709'164'800'000), "2024-02-29T00:00:00.000Z"},
      {milliseconds(4'102'444'800'000), "2100-01-01T00:00:00.000Z"},
      {microseconds(1'999), "1970-01-01T00:00:00.001Z"},  // never a moment that is yet to come
  };
  for (const auto& [since_1970, text] : kCases) {
    EXPECT_EQ(FormatTime(WallTime(since_1970)), text);
  }
}

}  // namespace
}  // namespace click2call::base
