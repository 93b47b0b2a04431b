#include "net/janitor.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "fakes/fake_world.h"
#include "fakes/results.h"

namespace click2call::net {
namespace {

using std::chrono::days;

class JanitorTest : public testing::Test {
 protected:
  void Place(int count, call::CallStatus status = call::CallStatus::kFailed) {
    for (int i = 0; i < count; ++i) {
      call::Call call{.id = world_.NewCallId()};
      call.created_at = world_.clock.WallNow();
      call.state.status = status;
      if (call::IsOver(status)) call.state.ended_at = call.created_at;
      ASSERT_TRUE(fakes::Succeeds(world_.store.Insert(call, {})));
    }
  }

  fakes::FakeWorld world_;
};

TEST_F(JanitorTest, DeletesAFewOldCallsAtATime) {
  Place(5);
  world_.clock.Advance(days(8));
  Place(1);
  const auto clean = [&](std::size_t most) {
    return fakes::Must(DeleteOld(world_.store, world_.clock.WallNow(), days(7), world_.log, most));
  };
  EXPECT_EQ(clean(3), 3U);
  EXPECT_EQ(clean(3), 2U);
  EXPECT_EQ(clean(3), 0U);
  EXPECT_EQ(world_.store.Calls().size(), 1U);
  EXPECT_TRUE(fakes::Has(world_.log.Text(), "count=\"3\""));
}

TEST_F(JanitorTest, SaysWhyItCouldNot) {
  world_.store.Break();
  EXPECT_FALSE(DeleteOld(world_.store, world_.clock.WallNow(), days(7), world_.log, 3).Ok());
  EXPECT_TRUE(fakes::Has(world_.log.Text(), "journal"));
}

TEST_F(JanitorTest, DeletesAllThereIsByItselfAndEndsAtOnce) {
  Place(200);
  world_.clock.Advance(days(8));
  const auto begin = std::chrono::steady_clock::now();
  {
    const Janitor janitor(world_.store, days(7), world_.clock, world_.log);
    while (!world_.store.Calls().empty() &&
           std::chrono::steady_clock::now() - begin < std::chrono::seconds(10)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  EXPECT_TRUE(world_.store.Calls().empty());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

}  // namespace
}  // namespace click2call::net
