#include "net/processors.h"

#include <cstddef>
#include <functional>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

namespace click2call::net {
namespace {

using Cpus = std::set<std::size_t>;

Cpus Allowed() {
  cpu_set_t set;
  EXPECT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
  Cpus cpus;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.insert(cpu);
  }
  return cpus;
}

// What a thread may use that has done that. Others keep theirs.
Cpus After(const std::function<void()>& what) {
  Cpus cpus;
  std::thread([&] {
    what();
    cpus = Allowed();
  }).join();
  return cpus;
}

TEST(ProcessorsTest, HalfBeginsWithTheOneThatItRunsOn) {
  EXPECT_EQ(HalfOf({0, 1}, 0), Cpus({0}));
  EXPECT_EQ(HalfOf({0, 1}, 1), Cpus({1}));
  EXPECT_EQ(HalfOf({0, 1, 2, 3}, 1), Cpus({1, 2}));
  EXPECT_EQ(HalfOf({0, 1, 2, 3}, 3), Cpus({0, 3}));
  EXPECT_EQ(HalfOf({2, 5, 9}, 9), Cpus({9}));
  EXPECT_EQ(HalfOf({0, 2, 4, 6, 8, 10}, 8), Cpus({0, 8, 10}));
}

TEST(ProcessorsTest, WhereThereIsOneItIsUsed) { EXPECT_EQ(HalfOf({3}, 3), Cpus({3})); }

TEST(ProcessorsTest, AThreadLeavesHalfOfTheMachineToOthers) {
  const auto online = static_cast<std::size_t>(sysconf(_SC_NPROCESSORS_ONLN));
  if (Allowed().size() != online || online < 2) GTEST_SKIP() << "needs all of two processors";
  EXPECT_EQ(After(LeaveHalfToOthers).size(), online / 2);
  std::thread([] {
    LeaveHalfToOthers();
    EXPECT_EQ(After([] {}), Allowed()) << "and so do those that it starts";
  }).join();
  EXPECT_EQ(Allowed().size(), online) << "but no other";
}

TEST(ProcessorsTest, WhatSomebodyHasChosenStays) {
  const Cpus chosen = {*Allowed().begin()};
  EXPECT_EQ(After([&] {
              cpu_set_t set;
              CPU_ZERO(&set);
              CPU_SET(*chosen.begin(), &set);
              ASSERT_EQ(sched_setaffinity(0, sizeof set, &set), 0);
              LeaveHalfToOthers();
            }),
            chosen);
}

int Policy(int policy) {
  const sched_param no_priority{};
  return sched_setscheduler(0, policy, &no_priority);
}

// How those are scheduled that a thread starts which nobody has chosen anything for, and which has
// done that.
int PolicyAfter(const std::function<void()>& what) {
  int policy = -1;
  std::thread([&] {
    ASSERT_EQ(Policy(SCHED_OTHER), 0);
    what();
    std::thread([&] { policy = sched_getscheduler(0); }).join();
  }).join();
  return policy;
}

TEST(ProcessorsTest, AThreadAndThoseThatItStartsInterruptNobody) {
  EXPECT_EQ(PolicyAfter(InterruptNobody), SCHED_BATCH);
  EXPECT_EQ(PolicyAfter([] {}), SCHED_OTHER) << "but no other";
}

TEST(ProcessorsTest, TheWayToBeScheduledThatSomebodyHasChosenStays) {
  EXPECT_EQ(PolicyAfter([] {
              ASSERT_EQ(Policy(SCHED_IDLE), 0);
              InterruptNobody();
            }),
            SCHED_IDLE);
}

}  // namespace
}  // namespace click2call::net
