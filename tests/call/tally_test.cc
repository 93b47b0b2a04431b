#include "call/tally.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/fake_clock.h"
#include "web/error_table.h"

namespace click2call::call {
namespace {

using base::Code;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

class TallyTest : public testing::Test {
 protected:
  std::uint64_t Of(std::string_view code) const {
    const web::Counts counts = tally_.Read();
    const auto row = std::ranges::find(counts.answers, code, &web::Counts::Answers::code);
    return row == counts.answers.end() ? 1'000'000 : row->count;
  }

  std::uint64_t InAll() const {
    std::uint64_t all = 0;
    for (const auto& [code, count] : tally_.Read().answers) all += count;
    return all;
  }

  fakes::FakeClock clock_;
  Tally tally_{clock_.WallNow()};
};

TEST_F(TallyTest, EveryAnswerIsThereFromTheBeginning) {
  for (const web::ErrorRow& row : web::ErrorRows()) EXPECT_EQ(Of(row.name), 0U) << row.name;
  EXPECT_EQ(Of("PLACED"), 0U);
  EXPECT_EQ(Of("DUPLICATE"), 0U);
  EXPECT_EQ(tally_.Read().began, clock_.WallNow());
}

TEST_F(TallyTest, EveryAnswerHasOneName) {
  std::map<std::string_view, int> names;
  for (const auto& [code, count] : tally_.Read().answers) ++names[code];
  for (const auto& [code, times] : names) EXPECT_EQ(times, 1) << code;
}

TEST_F(TallyTest, EachIsCountedOnceUnderItsName) {
  std::uint64_t counted = 0;
  for (const web::ErrorRow& row : web::ErrorRows()) {
    const std::uint64_t before = Of(row.name);
    tally_.Refuse(row.code);
    EXPECT_EQ(Of(row.name), before + 1) << row.name;
    EXPECT_EQ(InAll(), ++counted) << row.name;
  }
  EXPECT_EQ(Of("PBX_REFUSED"), 4U);
  tally_.Place(/*again=*/false, milliseconds(1));
  tally_.Place(/*again=*/true, milliseconds(1));
  EXPECT_EQ(Of("PLACED"), 1U);
  EXPECT_EQ(Of("DUPLICATE"), 1U);
  EXPECT_EQ(InAll(), counted + 2);
}

TEST_F(TallyTest, ACallIsInEveryBucketThatItFits) {
  tally_.Place(/*again=*/false, microseconds(1000));
  tally_.Place(/*again=*/false, microseconds(1001));
  tally_.Place(/*again=*/false, seconds(10));
  tally_.Place(/*again=*/false, seconds(11));
  const web::Counts counts = tally_.Read();
  std::vector<std::uint64_t> placed;
  for (const auto& [within, count] : counts.placed) placed.push_back(count);
  EXPECT_EQ(placed, (std::vector<std::uint64_t>{1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3}));
  EXPECT_EQ(counts.placed.front().seconds, 0.001);
  EXPECT_EQ(counts.placed.back().seconds, 10);
  EXPECT_EQ(counts.placed_in_all, 4U);
  EXPECT_DOUBLE_EQ(counts.seconds_in_all, 21.002001);
}

TEST_F(TallyTest, TheSameClickAgainTookNoTime) {
  tally_.Place(/*again=*/true, seconds(1));
  EXPECT_EQ(tally_.Read().placed_in_all, 0U);
  EXPECT_EQ(tally_.Read().seconds_in_all, 0);
}

TEST_F(TallyTest, ManyThreadsLoseNone) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int n = 0; n < 1000; ++n) {
        tally_.Place(/*again=*/false, milliseconds(n));
        tally_.Refuse(Code::kPbxUnavailable);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(Of("PLACED"), 4000U);
  EXPECT_EQ(Of("PBX_UNAVAILABLE"), 4000U);
  EXPECT_DOUBLE_EQ(tally_.Read().seconds_in_all, 4 * 499.5);
}

}  // namespace
}  // namespace click2call::call
