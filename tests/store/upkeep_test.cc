#include "store/upkeep.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "fakes/fake_log.h"
#include "fakes/results.h"
#include "store/journal.h"

namespace click2call::store {
namespace {

using fakes::Must;
using fakes::Succeeds;
namespace fs = std::filesystem;

class UpkeepTest : public JournalTest {
 protected:
  // A row of about 30 pages.
  static call::Call LargeCall(std::uint32_t number) {
    call::Call call = CallOf(number);
    call.sink = std::string(30'000, 's');
    return call;
  }
  std::uintmax_t Ahead() const { return fs::file_size(path_ + "-wal"); }
};

TEST_F(UpkeepTest, WhoWritesLittleLeavesItForOthers) {
  Open().reset();
  const auto before = fs::file_size(path_);
  EXPECT_TRUE(Succeeds(Open()->Insert(CallOf(1), {})));
  EXPECT_EQ(fs::file_size(path_), before);
  EXPECT_GT(Ahead(), 0U);
  EXPECT_TRUE(Must(Open()->Find(IdOf(1))).has_value());
}

TEST_F(UpkeepTest, WhoComesToTheLimitBringsAllInAtTheEnd) {
  std::uintmax_t most = 0;
  for (std::uint32_t number = 0; number < 40; ++number) {
    EXPECT_TRUE(Succeeds(Open()->Insert(LargeCall(number), {})));
    most = std::max(most, Ahead());
  }
  EXPECT_LT(most, (Upkeep::kMostLeft + 100) * 1100U);
  EXPECT_GT(fs::file_size(path_), 20 * 30'000U);
  EXPECT_EQ(Must(Open()->List({.limit = 100})).size(), 40U);
}

TEST_F(UpkeepTest, WhatAStayingProcessWritesComesInMeanwhile) {
  const auto store = Open();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  std::uint32_t number = 0;
  while (fs::file_size(path_) < 10'000'000 && std::chrono::steady_clock::now() < deadline) {
    ASSERT_TRUE(Succeeds(store->Insert(LargeCall(number++), {})));
    if (number % 200 == 0) std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_GT(fs::file_size(path_), 10'000'000U);
  EXPECT_EQ(Must(store->List({.limit = 10'000})).size(), number);
}

TEST_F(UpkeepTest, WhatCannotBeBroughtInIsSaidOnceAndSoIsItsEnd) {
  fakes::FakeLog log;
  auto store = Must(OpenStore("sqlite:" + path_, {.log = &log}));
  for (std::uint32_t number = 0; number < 10; ++number) {
    ASSERT_TRUE(Succeeds(store->Insert(LargeCall(number), {})));
  }
  SqliteConnection connection(path_);
  Upkeep upkeep(path_, &log);
  connection.Execute("UPDATE calls SET pbx = 'another'");
  const rlimit none{1000, RLIM_INFINITY};
  const rlimit enough{RLIM_INFINITY, RLIM_INFINITY};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &none);
  for (int i = 0; i < 3; ++i) upkeep.AtTheEnd(&connection);
  setrlimit(RLIMIT_FSIZE, &enough);
  upkeep.AtTheEnd(&connection);
  (void)std::signal(SIGXFSZ, handler);
  ASSERT_EQ(log.Lines().size(), 2U) << log.Text();
  EXPECT_EQ(log.Lines()[0].level, base::LogLevel::kWarning);
  EXPECT_TRUE(fakes::Has(log.Lines()[0].text, "cannot be brought into " + path_));
  EXPECT_TRUE(fakes::Has(log.Lines()[1].text, "journal shortened again"));
}

TEST_F(UpkeepTest, AMemoryNeedsNone) {
  const auto store = NewStore();
  for (std::uint32_t number = 0; number < 300; ++number) {
    ASSERT_TRUE(Succeeds(store->Insert(LargeCall(number), {})));
  }
}

}  // namespace
}  // namespace click2call::store
