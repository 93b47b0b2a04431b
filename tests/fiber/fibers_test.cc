// What waits in one thread, and holds up nobody.

#include "fiber/fibers.h"

#include <array>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fiber/condition.h"

namespace click2call::fiber {
namespace {

using std::chrono::milliseconds;

MonotonicTime In(milliseconds time) { return std::chrono::steady_clock::now() + time; }

class FibersTest : public testing::Test {
 protected:
  ~FibersTest() override { close(event_); }

  // Whether it came, and not the time.
  bool Await(milliseconds time) const {
    std::array<pollfd, 1> events{{{event_, POLLIN, 0}}};
    return Poll(events, In(time)) == 1 && events[0].revents == POLLIN;
  }

  const int event_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  Fibers fibers_;
  std::string said_;
};

TEST_F(FibersTest, WhoWaitsHoldsUpNobody) {
  for (const char* name : {"a", "b"}) {
    fibers_.Add([this, name] {
      said_ += name;
      SleepFor(milliseconds(1));
      said_ += name;
    });
  }
  fibers_.Run();
  EXPECT_EQ(said_, "abab");
}

TEST_F(FibersTest, WhoYieldsComesAfterThoseWhoAreReady) {
  fibers_.Add([this] {
    Yield();
    said_ += "a";
  });
  fibers_.Add([this] { said_ += "b"; });
  fibers_.Run();
  EXPECT_EQ(said_, "ba");
}

TEST_F(FibersTest, TheSoonestComesFirst) {
  for (const int time : {30, 10, 20}) {
    fibers_.Add([this, time] {
      SleepFor(milliseconds(time));
      said_ += std::to_string(time) + " ";
    });
  }
  fibers_.Run();
  EXPECT_EQ(said_, "10 20 30 ");
}

TEST_F(FibersTest, AnEventEndsAWait) {
  fibers_.Add([this] { said_ += Await(milliseconds(5000)) ? "came" : "late"; });
  fibers_.Add([this] { (void)eventfd_write(event_, 1); });
  fibers_.Run();
  EXPECT_EQ(said_, "came");
}

TEST_F(FibersTest, SoDoesItsTime) {
  fibers_.Add([this] { said_ += Await(milliseconds(2)) ? "came" : "late"; });
  fibers_.Run();
  EXPECT_EQ(said_, "late");
}

TEST_F(FibersTest, AThreadWaitsInTheSameWay) {
  EXPECT_FALSE(Fibers::Here());
  EXPECT_FALSE(Await(milliseconds(2)));
  (void)eventfd_write(event_, 1);
  EXPECT_TRUE(Await(milliseconds(5000)));
}

// poll() refuses more than there can be: what was waited for once is not asked for ever.
TEST_F(FibersTest, AWaitIsForgottenWhenItIsOver) {
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit few = before;
  few.rlim_cur = 200;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  (void)eventfd_write(event_, 1);
  int came = 0;
  fibers_.Add([&] {
    for (int i = 0; i < 1000; ++i) came += Await(milliseconds(100)) ? 1 : 0;
  });
  fibers_.Run();
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(came, 1000);
}

TEST_F(FibersTest, ALateWakeUpIsNotForTheNextWait) {
  fibers_.Add([this] {
    const Fibers::Wait first = Fibers::NextWait();
    SleepFor(milliseconds(1));
    std::thread([&] { Fibers::Wake(first); }).join();
    Fibers::Wake(first);
    const auto until = In(milliseconds(20));
    Fibers::SleepUntil(until);
    said_ = std::chrono::steady_clock::now() < until ? "woken" : "slept";
  });
  fibers_.Run();
  EXPECT_EQ(said_, "slept");
}

TEST_F(FibersTest, ManyHaveRoomForTheirStacks) {
  int done = 0;
  for (int i = 0; i < 1024; ++i) {
    fibers_.Add([&] {
      std::array<char, 100'000> large{};
      Yield();
      done += large.back() == 0 ? 1 : 0;
    });
  }
  fibers_.Run();
  EXPECT_EQ(done, 1024);
}

// As workers do who only refuse, and take the next request at once.
TEST_F(FibersTest, ThoseWhoKeepEachOtherBusyDoNotKeepTheOthersWaiting) {
  std::mutex mutex;
  Condition turn;
  bool first = true;
  bool over = false;
  const auto give_up = In(milliseconds(5000));
  for (const bool mine : {true, false}) {
    fibers_.Add([&, mine] {
      while (!over && std::chrono::steady_clock::now() < give_up) {
        std::unique_lock lock(mutex);
        turn.WaitUntil(lock, give_up, [&] { return over || first == mine; });
        first = !mine;
        turn.NotifyAll();
      }
    });
  }
  fibers_.Add([&] {
    SleepFor(milliseconds(2));
    said_ = std::chrono::steady_clock::now() < give_up ? "in time" : "late";
    over = true;
    turn.NotifyAll();
  });
  fibers_.Run();
  EXPECT_EQ(said_, "in time");
}

class ConditionTest : public FibersTest {
 protected:
  bool Wait(milliseconds time) {
    std::unique_lock lock(mutex_);
    return changed_.WaitUntil(lock, In(time), [this] { return true_; });
  }
  void MakeTrue() {
    {
      const std::lock_guard lock(mutex_);
      true_ = true;
    }
    changed_.NotifyAll();
  }

  std::mutex mutex_;
  Condition changed_;
  bool true_ = false;
};

TEST_F(ConditionTest, IsWaitedForInFibersAndThreads) {
  std::thread thread([this] { EXPECT_TRUE(Wait(milliseconds(5000))); });
  for (int i = 0; i < 3; ++i) {
    fibers_.Add([this] { said_ += Wait(milliseconds(5000)) ? "true " : "late "; });
  }
  fibers_.Add([this] {
    SleepFor(milliseconds(5));
    MakeTrue();
  });
  fibers_.Run();
  thread.join();
  EXPECT_EQ(said_, "true true true ");
}

TEST_F(ConditionTest, AThreadWakesFibers) {
  fibers_.Add([this] { said_ += Wait(milliseconds(5000)) ? "true" : "late"; });
  std::thread thread([this] {
    std::this_thread::sleep_for(milliseconds(10));
    MakeTrue();
  });
  fibers_.Run();
  thread.join();
  EXPECT_EQ(said_, "true");
}

TEST_F(ConditionTest, IsNotWaitedForBeyondTheTime) {
  EXPECT_FALSE(Wait(milliseconds(2)));
  fibers_.Add([this] { said_ += Wait(milliseconds(2)) ? "true" : "late"; });
  fibers_.Run();
  EXPECT_EQ(said_, "late");
}

TEST_F(ConditionTest, OneIsTheOneThatCameLast) {
  bool over = false;
  for (const char* name : {"a", "b", "c"}) {
    fibers_.Add([&, name] {
      std::unique_lock lock(mutex_);
      changed_.WaitUntil(lock, In(milliseconds(5000)));
      said_ += name;
      over = over || said_.size() == 3;
    });
  }
  fibers_.Add([&] {
    while (!over) {
      changed_.NotifyOne();
      Yield();
    }
  });
  fibers_.Run();
  EXPECT_EQ(said_, "cba");
}

}  // namespace
}  // namespace click2call::fiber
