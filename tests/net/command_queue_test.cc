#include "net/command_queue.h"

#include <string>

#include <gtest/gtest.h>

#include "net/command_fixture.h"
#include "net/system.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Milliseconds;
using fakes::Fails;
using fakes::Succeeds;

using CommandQueueTest = CommandTest;

TEST_F(CommandQueueTest, AThousandMayWaitAndNoMore) {
  for (std::size_t i = 0; i < CommandQueue::kMaxWaiting; ++i) Add(Originate());
  EXPECT_TRUE(Fails(queue_.Add(Originate()), Code::kPbxUnavailable));
  const auto one = queue_.Take();
  EXPECT_TRUE(Fails(queue_.Add(Originate()), Code::kPbxUnavailable)) << "it still waits";
  queue_.Finish(one, base::Error{Code::kInternal, "tested"});
  EXPECT_TRUE(Succeeds(queue_.Add(Originate())));
}

TEST_F(CommandQueueTest, WhoeverWaitsInVainTakesTheCommandBack) {
  SystemClock clock;
  CommandQueue queue(clock);
  const auto answer = queue.Ask(
      {ami::MakeAction(Plan().originate), clock.Now() + Milliseconds(50), /*originate=*/true});
  EXPECT_TRUE(Fails(answer, Code::kPbxUnavailable));
  EXPECT_EQ(queue.Take(), nullptr);
}

TEST_F(CommandQueueTest, IsPutBackOnce) {
  const auto ticket = Add(Originate());
  const base::Error lost{Code::kPbxUnavailable, "lost"};
  EXPECT_EQ(queue_.Take(), ticket);
  queue_.PutBack(ticket, lost);
  EXPECT_EQ(queue_.Take(), ticket);
  queue_.PutBack(ticket, lost);
  EXPECT_EQ(queue_.Take(), nullptr);
  EXPECT_EQ(Outcome(ticket), "lost");
}

}  // namespace
}  // namespace click2call::net
