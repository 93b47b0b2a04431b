// One journal for many: processes, threads, and those that die.

#include <atomic>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/results.h"
#include "store/journal.h"

namespace click2call::store {
namespace {

using call::CallStatus;
using fakes::Must;
using fakes::Succeeds;

constexpr std::uint32_t kEach = 20;

class StoreSharingTest : public JournalTest {
 protected:
  // Calls from `from` on, each with a sink, to their end.
  static bool PlaceCalls(call::CallStore& store, std::uint32_t from) {
    for (std::uint32_t number = from; number < from + kEach; ++number) {
      call::Call call = CallOf(number);
      call.sink = "https://crm.example/";
      if (!Succeeds(store.Insert(call, {}))) return false;
      for (const auto& state : {Is(CallStatus::kCallingCaller), Is(CallStatus::kConnected),
                                Ended(call::CallReason::kHangUp, 9)}) {
        if (!Must(store.Advance(call.id, state, At(5)))) return false;
      }
      if (!Must(store.Find(call.id))) return false;
    }
    return true;
  }

  void ExpectAllThere(std::uint32_t placed) const {
    const auto store = Open();
    const auto calls = Must(store->List({.limit = 100'000}));
    EXPECT_EQ(calls.size(), placed);
    for (const auto& call : calls) {
      EXPECT_EQ(call.state, Ended(call::CallReason::kHangUp, 9));
    }
    EXPECT_EQ(Must(store->ClaimNotifications(At(10), At(20), 100'000)).size(), 3 * placed);
  }
};

TEST_F(StoreSharingTest, TenProcessesAtOnceOnANewFileLoseNoRow) {
  DropTablesUnderTest();
  std::vector<pid_t> children;
  for (std::uint32_t i = 0; i < 10; ++i) {
    children.push_back(Fork([&, i] { return PlaceCalls(*Open(), i * kEach); }));
  }
  for (const pid_t child : children) EXPECT_EQ(StatusOf(child), 0);
  ExpectAllThere(10 * kEach);
}

TEST_F(StoreSharingTest, ProcessesThatOpenForEachCallLoseNoRow) {
  std::vector<pid_t> children;
  for (std::uint32_t i = 0; i < 10; ++i) {
    children.push_back(Fork([&, i] {
      for (std::uint32_t number = 0; number < kEach; ++number) {
        if (!Succeeds(Open()->Insert(CallOf(i * kEach + number), {}))) return false;
      }
      return true;
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(StatusOf(child), 0);
  EXPECT_EQ(Must(Open()->List({.limit = 100'000})).size(), 10 * kEach);
}

TEST_F(StoreSharingTest, EightThreadsOnOneStoreLoseNoRow) {
  const auto store = Open();
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] { EXPECT_TRUE(PlaceCalls(*store, i * kEach)); });
  }
  for (auto& thread : threads) thread.join();
  ExpectAllThere(8 * kEach);
}

TEST_F(StoreSharingTest, ThreadsThatOpenOneNewFileEachForItselfLoseNoRow) {
  DropTablesUnderTest();
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] { EXPECT_TRUE(PlaceCalls(*Open(), i * kEach)); });
  }
  for (auto& thread : threads) thread.join();
  ExpectAllThere(8 * kEach);
}

TEST_F(StoreSharingTest, OfManyWhoSawTheSameOneMovesTheCall) {
  const auto store = Open();
  std::atomic<int> moved = 0;
  for (std::uint32_t number = 0; number < 20; ++number) {
    EXPECT_TRUE(Succeeds(store->Insert(CallOf(number), {})));
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto own = Open();
      for (std::uint32_t number = 0; number < 20; ++number) {
        moved += Must(own->Advance(IdOf(number), Is(CallStatus::kConnected), At(1))) ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(moved, 20);
}

TEST_F(StoreSharingTest, OfManyOnceInsertsOneGoesThrough) {
  Open().reset();
  std::vector<pid_t> children;
  for (std::uint32_t i = 0; i < 6; ++i) {
    children.push_back(Fork([&, i] { return Open()->Insert(CallOf(i), kOnce).Ok(); }));
  }
  int through = 0;
  for (const pid_t child : children) through += StatusOf(child) == 0 ? 1 : 0;
  EXPECT_EQ(through, 1);
}

TEST_F(StoreSharingTest, TwoWhoClaimAtOnceNeverGetTheSameNotification) {
  {
    const auto store = Open();
    PlaceCalls(*store, 0);
  }
  std::atomic<std::size_t> claimed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto own = Open();
      for (int n = 0; n < 60; ++n) {
        claimed += Must(own->ClaimNotifications(At(10), At(20), 1)).size();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(claimed, 3 * kEach);
}

TEST_F(StoreSharingTest, ARowSurvivesTheDeathOfItsWriter) {
  for (std::uint32_t number = 0; number < 5; ++number) {
    const pid_t child = Fork([&] {
      const auto store = Open();
      if (store->Insert(CallOf(number), {}).Ok()) (void)raise(SIGKILL);
      return false;
    });
    EXPECT_EQ(StatusOf(child), SIGKILL);
    EXPECT_TRUE(Must(Open()->Find(IdOf(number))).has_value());
  }
}

TEST_F(StoreSharingTest, AWriterThatDiesHoldsNoLock) {
  std::vector<pid_t> children;
  for (std::uint32_t i = 0; i < 4; ++i) {
    children.push_back(Fork([&, i] {
      const auto store = Open();
      for (std::uint32_t number = i * 100'000;; ++number) {
        if (!store->Insert(CallOf(number), {}).Ok()) return false;
      }
    }));
  }
  std::this_thread::sleep_for(milliseconds(200));
  for (const pid_t child : children) (void)kill(child, SIGKILL);
  for (const pid_t child : children) EXPECT_EQ(StatusOf(child), SIGKILL);
  EXPECT_TRUE(Succeeds(Open(milliseconds(500))->Insert(CallOf(900'000), {})));
}

}  // namespace
}  // namespace click2call::store
