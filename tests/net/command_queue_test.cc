#include "net/command_queue.h"

#include <array>
#include <atomic>
#include <functional>
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
using base::Microseconds;
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
    while (const auto ticket = queue_.Take()) {
      if (ticket->command.action.ActionId() == denied_) {
        queue_.Finish(ticket, base::Error{Code::kInternal, "denied"});
      } else {
        taken_.push_back(ticket);
      }
    }
  }
  void Wake() override {}
  base::Status Read(Microseconds awake) override {
    readers_.insert(std::this_thread::get_id());
    if (ends_) return base::Error{Code::kPbxUnavailable, "it ended"};
    const auto turn = queue_.TakeTurn();
    awake_ = awake;
    std::this_thread::sleep_for(takes_);
    if (taken_.empty() || parts_-- > 0) return base::Done();
    ami::Message response;
    response.Add("Response", "Success");
    queue_.Finish(taken_.back(), Answer{response});
    taken_.pop_back();
    return base::Done();
  }

  std::set<std::thread::id> readers_;
  std::atomic<bool> ends_ = false;
  std::string denied_;    // the ActionID of what is answered before it is sent
  int parts_ = 0;         // of the answer before its last; guarded by the turn, as all these are
  Microseconds takes_{};  // each Read()
  Microseconds awake_{};  // in the last one
  std::vector<CommandQueue::Ticket> taken_;

 private:
  CommandQueue& queue_;
};

class WhoReadsTest : public testing::Test {
 protected:
  WhoReadsTest() { queue_.Attach(&session_); }
  ~WhoReadsTest() override { queue_.Attach(nullptr); }

  Command Hangup(int number) const {
    return {ami::Hangup(Own("hangup-" + std::to_string(number)), Own("channel")),
            clock_.Now() + Milliseconds(10'000), /*originate=*/false};
  }
  base::Result<Answer> Ask(int number) { return queue_.Ask(Hangup(number)); }

  // Does `work` on a thread of its own, for which the session's stands back.
  void AsWorker(const std::function<void()>& work) {
    std::atomic<bool> done = false;
    const std::jthread worker([&] {
      work();
      done = true;
    });
    while (!done) queue_.StandBack();
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
  EXPECT_TRUE(Succeeds(session_.Read({})));
  worker.join();
}

TEST_F(WhoReadsTest, OneSendsWhatOthersAddUntilHeHasTheTurn) {
  std::atomic<int> added = 0;
  std::vector<std::thread> workers;
  {
    const auto turn = queue_.TakeTurn();
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([this, &added, i] {
        EXPECT_TRUE(Succeeds(queue_.Add(Hangup(i))));
        ++added;
      });
    }
    const auto give_up = clock_.Now() + Milliseconds(10'000);
    while (added < 3 && clock_.Now() < give_up) std::this_thread::sleep_for(Milliseconds(1));
    EXPECT_EQ(added, 3);
    EXPECT_TRUE(session_.taken_.empty()) << "one waits for the turn, and nobody else for it";
  }
  for (std::thread& worker : workers) worker.join();
  const auto turn = queue_.TakeTurn();
  EXPECT_EQ(session_.taken_.size(), 4U);
}

TEST_F(WhoReadsTest, WhoSendsForAnotherAndNeedNotWaitLeavesHimToRead) {
  // On a busy machine he may come late, or the session's thread be back before him: what happens
  // most of the time.
  int read = 0;
  while (read > -3 && read < 3) {
    std::array<std::thread, 2> workers;
    std::array<std::atomic<bool>, 2> added{};
    std::atomic<bool> ready = false;
    std::atomic<bool> standing_back = false;
    std::atomic<int> done = 0;
    std::size_t waits = 0;
    std::thread::id his;
    std::thread before([&] {
      const auto turn = queue_.TakeTurn();
      session_.readers_.clear();
      for (std::size_t i = 0; i < workers.size(); ++i) {
        workers[i] = std::thread([&, i] {
          const auto ticket = queue_.Add(Hangup(static_cast<int>(i)));
          added[i] = true;
          const bool answered = queue_.Wait(ticket.Value()).Ok();
          EXPECT_EQ(answered, waits == i);
          ++done;
        });
      }
      while (!added[0] && !added[1]) std::this_thread::yield();
      waits = added[0] ? 0 : 1;
      his = workers[waits].get_id();
      session_.denied_ = "hangup-" + std::to_string(1 - waits);
      ready = true;
      while (!standing_back) std::this_thread::yield();
      std::this_thread::sleep_for(Milliseconds(5));  // until he sleeps
    });
    while (!ready) std::this_thread::yield();
    standing_back = true;
    queue_.StandBack();
    {
      const auto turn = queue_.TakeTurn();
      read += session_.readers_.contains(his) ? 1 : -1;
    }
    while (done < 2) EXPECT_TRUE(Succeeds(session_.Read({})));
    before.join();
    for (std::thread& worker : workers) worker.join();
  }
  EXPECT_GT(read, 0);
}

TEST_F(WhoReadsTest, WhoAsksMayDoSomethingElseOnceItIsSentAndNotAnswered) {
  AsWorker([this] {
    int done = 0;
    const auto answer = queue_.Ask(Hangup(1), [&] {
      ++done;
      EXPECT_EQ(session_.taken_.size(), 1U) << "not answered, since nobody has read";
    });
    EXPECT_TRUE(Succeeds(answer));
    EXPECT_EQ(done, 1);
  });
}

TEST_F(WhoReadsTest, WhoIsAloneDoesNotSleepWhileThePbxIsQuick) {
  AsWorker([this] {
    // One answer may be late on a busy machine, and not all of so many.
    bool awake = false;
    for (int i = 0; i < 1000 && !awake; ++i) {
      EXPECT_TRUE(Succeeds(Ask(i)));
      awake = session_.awake_ > Microseconds::zero();
    }
    EXPECT_TRUE(awake);
    EXPECT_LE(session_.awake_, Milliseconds(1)) << "it may not come at all";
  });
}

TEST_F(WhoReadsTest, WhoseAnswerTakesLongerSleepsTheNextTime) {
  session_.takes_ = Milliseconds(2);
  AsWorker([this] {
    EXPECT_TRUE(Succeeds(Ask(1)));
    EXPECT_TRUE(Succeeds(Ask(2)));
    EXPECT_EQ(session_.awake_, Microseconds::zero());
    session_.takes_ = {};
    bool awake = false;
    for (int i = 3; i < 1000 && !awake; ++i) {
      EXPECT_TRUE(Succeeds(Ask(i)));
      awake = session_.awake_ > Microseconds::zero();
    }
    EXPECT_TRUE(awake) << "quick again, and never believed to be";
  });
}

TEST_F(WhoReadsTest, AnAnswerThatComesBitByBitKeepsNobodyAwakeForLong) {
  session_.takes_ = Milliseconds(2);
  session_.parts_ = 1;
  AsWorker([this] {
    EXPECT_TRUE(Succeeds(Ask(1)));
    EXPECT_EQ(session_.awake_, Microseconds::zero()) << "for its second part";
  });
}

TEST_F(WhoReadsTest, WhoIsNotAloneSleeps) {
  const auto other = queue_.Add(Hangup(0));
  AsWorker([this] {
    for (int i = 1; i < 20; ++i) {
      EXPECT_TRUE(Succeeds(Ask(i)));
      EXPECT_EQ(session_.awake_, Microseconds::zero());
    }
  });
  AsWorker([&] { EXPECT_TRUE(Succeeds(queue_.Wait(other.Value()))); });
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
