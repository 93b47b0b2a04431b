#include "net/janitor.h"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/fake_world.h"
#include "fakes/results.h"

namespace click2call::net {
namespace {

using std::chrono::days;

class JanitorTest : public testing::Test {
 protected:
  void Place(int count, call::CallStatus status = call::CallStatus::kFailed,
             const std::string& pbx = "main") {
    for (int i = 0; i < count; ++i) {
      call::Call call{.id = world_.NewCallId()};
      call.created_at = world_.clock.WallNow();
      call.pbx = pbx;
      call.state.status = status;
      if (call::IsOver(status)) call.state.ended_at = call.created_at;
      ASSERT_TRUE(fakes::Succeeds(world_.store.Insert(call, {})));
    }
  }

  // How many of them are not over.
  int Open() {
    const auto open = fakes::Must(world_.store.List({.open = true, .limit = 10'000}));
    return static_cast<int>(open.size());
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

TEST_F(JanitorTest, EndsWhatIsLeftOfAPbxThatWasTakenOut) {
  Place(110, call::CallStatus::kConnected, "gone");
  Place(30, call::CallStatus::kConnected, "main");
  Place(110, call::CallStatus::kCallingCallee, "gone");
  call::PbxConfig still;
  still.name = "main";
  world_.clock.Advance(std::chrono::hours(23));
  EndForgotten(world_.store, {still}, world_.clock.WallNow(), world_.log);
  EXPECT_EQ(Open(), 250);
  world_.clock.Advance(std::chrono::hours(2));
  Place(1, call::CallStatus::kConnected, "gone");
  EndForgotten(world_.store, {still}, world_.clock.WallNow(), world_.log);
  EXPECT_EQ(Open(), 31);
  EXPECT_TRUE(fakes::Has(world_.log.Text(), R"(status="disconnected" reason="other")"));
}

TEST_F(JanitorTest, SaysWhyItCouldNot) {
  world_.store.Break();
  EXPECT_FALSE(DeleteOld(world_.store, world_.clock.WallNow(), days(7), world_.log, 3).Ok());
  EXPECT_TRUE(fakes::Has(world_.log.Text(), "journal"));
}

TEST_F(JanitorTest, DeletesAllThereIsByItselfAndEndsAtOnce) {
  const std::vector<call::PbxConfig> pbxs;
  Place(200);
  world_.clock.Advance(days(8));
  const auto begin = std::chrono::steady_clock::now();
  {
    const Janitor janitor(world_.store, pbxs, days(7), world_.clock, world_.log);
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
