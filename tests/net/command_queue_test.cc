#include "net/command_queue.h"

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

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

// ---- who reads

// A session that answers a command at each Read(), the last one first, or ends.
class Answers : public CommandQueue::Doer {
 public:
  explicit Answers(CommandQueue& queue) : queue_(queue) {}

  void SendWaiting() override {
    while (const auto ticket = queue_.Take()) taken_.push_back(ticket);
  }
  void Wake() override {}
  base::Status Read() override {
    readers_.insert(std::this_thread::get_id());
    if (ends_) return base::Error{Code::kPbxUnavailable, "it ended"};
    const auto turn = queue_.TakeTurn();
    if (taken_.empty()) return base::Done();
    ami::Message response;
    response.Add("Response", "Success");
    queue_.Finish(taken_.back(), Answer{response});
    taken_.pop_back();
    return base::Done();
  }

  std::set<std::thread::id> readers_;
  std::atomic<bool> ends_ = false;
  std::vector<CommandQueue::Ticket> taken_;

 private:
  CommandQueue& queue_;
};

class WhoReadsTest : public testing::Test {
 protected:
  WhoReadsTest() { queue_.Attach(&session_); }
  ~WhoReadsTest() override { queue_.Attach(nullptr); }

  base::Result<Answer> Ask(int number) {
    return queue_.Ask({ami::Hangup(Own("hangup-" + std::to_string(number)), Own("channel")),
                       clock_.Now() + Milliseconds(10'000), /*originate=*/false});
  }

  SystemClock clock_;
  CommandQueue queue_{clock_};
  Answers session_{queue_};
};

TEST_F(WhoReadsTest, WhileTheSessionsThreadStandsBackWorkersReadForThemselvesOneAfterTheOther) {
  std::vector<std::thread> workers;
  for (int i = 0; i < 8; ++i) {
    workers.emplace_back([this, i] { EXPECT_TRUE(Succeeds(Ask(i))); });
  }
  const auto begin = clock_.Now();
  queue_.StandBack();
  for (std::thread& worker : workers) worker.join();
  EXPECT_LT(clock_.Now() - begin, Milliseconds(5000));
  EXPECT_FALSE(session_.readers_.contains(std::this_thread::get_id()));
  EXPECT_FALSE(session_.readers_.empty());
}

TEST_F(WhoReadsTest, WithoutWorkersTheSessionsThreadIsSoonTheReaderAgain) {
  const auto begin = clock_.Now();
  queue_.StandBack();
  EXPECT_LT(clock_.Now() - begin, Milliseconds(1000));
  std::thread worker([this] { EXPECT_TRUE(Succeeds(Ask(1))); });
  for (bool answered = false; !answered;) {
    const auto turn = queue_.TakeTurn();
    answered = !session_.taken_.empty();
  }
  std::this_thread::sleep_for(Milliseconds(20));
  EXPECT_TRUE(session_.readers_.empty()) << "the worker waits for who is the reader";
  EXPECT_TRUE(Succeeds(session_.Read()));
  worker.join();
}

TEST_F(WhoReadsTest, ASessionThatEndsWhileAWorkerReadsIsItsThreadsAgainAtOnce) {
  session_.ends_ = true;
  std::thread worker([this] {
    const auto answer = Ask(1);
    EXPECT_TRUE(Fails(answer, Code::kInternal)) << "the thread says what became of it";
  });
  while (true) {
    const auto turn = queue_.TakeTurn();
    if (!session_.taken_.empty()) break;
  }
  queue_.StandBack();
  queue_.Finish(session_.taken_.front(), base::Error{Code::kInternal, "abandoned"});
  worker.join();
}

}  // namespace
}  // namespace click2call::net
