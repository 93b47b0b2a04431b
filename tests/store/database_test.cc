#include "store/database.h"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/results.h"
#include "store/connection.h"
#include "store/journal.h"

namespace click2call::store {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Succeeds;
using std::chrono::steady_clock;

class DatabaseTest : public JournalTest {};

void Spoil(Connection& session) {
  session.Execute("UPDATE schema_version SET version = -1");
  session.Execute("no SQL");
}

TEST_F(DatabaseTest, ATransactionThatFailsIsUndoneAndInNobodysWay) {
  for (const std::string& path : {std::string(SqliteConnection::kMemory), path_}) {
    const auto opened = OnFile(path, milliseconds(100));
    Database& database = *opened;
    const auto failed = database.Change("try it", Spoil);
    ASSERT_TRUE(Fails(failed, Code::kStoreUnavailable));
    EXPECT_TRUE(failed.Why().message.starts_with("cannot try it: the journal " + path));
    EXPECT_TRUE(Succeeds(database.Change("try again", [](Connection& session) {
      EXPECT_NE(session.Query<std::int64_t>("SELECT version FROM schema_version").at(0), -1);
    })));
  }
}

TEST_F(DatabaseTest, AConnectionThatFailedIsNotUsedAgain) {
  const auto opened = OnFile(path_, milliseconds(100));
  Database& database = *opened;
  const auto fail_open = [](Connection& session) {
    session.Execute("BEGIN IMMEDIATE");
    Spoil(session);
  };
  EXPECT_TRUE(Fails(database.Read("try it", fail_open), Code::kStoreUnavailable));
  EXPECT_TRUE(Succeeds(database.Change("try again", [](const auto&) {})));
}

TEST_F(DatabaseTest, NoThreadWaitsForAnotherBeyondItsTime) {
  const auto opened = OnFile(path_, milliseconds(50));
  Database& database = *opened;
  std::thread slow([&] {
    (void)database.Change("dawdle",
                          [](const auto&) { std::this_thread::sleep_for(milliseconds(400)); });
  });
  std::this_thread::sleep_for(milliseconds(100));
  const auto begun = steady_clock::now();
  EXPECT_TRUE(Fails(database.Change("hurry", [](const auto&) {}), Code::kStoreUnavailable));
  EXPECT_LT(steady_clock::now() - begun, milliseconds(200));
  slow.join();
}

TEST_F(DatabaseTest, WhoIsWokenJustAsTheirTimeIsOverLeavesTheTurnToTheNext) {
  constexpr milliseconds kWait(100);
  const auto opened = OnFile(path_, kWait);
  Database& database = *opened;
  const auto nothing = [](const auto&) {};
  ASSERT_TRUE(Succeeds(database.Change("connect", nothing)));
  for (int i = 0; i < 20; ++i) {
    const auto begun = steady_clock::now();
    const auto at = [&](milliseconds after) { std::this_thread::sleep_until(begun + after); };
    std::thread slow([&] {
      (void)database.Change("dawdle", [&](const auto&) {
        std::this_thread::sleep_until(begun + milliseconds(5) + kWait +
                                      std::chrono::microseconds(200 * (i - 10)));
      });
    });
    std::thread first([&] {
      at(milliseconds(5));
      (void)database.Change("give up, or just not", nothing);
    });
    at(milliseconds(60));
    EXPECT_TRUE(Succeeds(database.Change("wait", nothing))) << i;
    first.join();
    slow.join();
  }
}

TEST_F(DatabaseTest, WhoReadsDoesNotWaitForAWriter) {
  const auto opened = OnFile(path_, milliseconds(100));
  Database& database = *opened;
  Database::Work read = [](Connection& connection) {
    connection.Query<std::int64_t>("SELECT version FROM schema_version");
  };
  EXPECT_TRUE(Succeeds(database.Change("write", [&](Connection& connection) {
    connection.Execute("UPDATE schema_version SET version = version");
    std::thread reader([&] { EXPECT_TRUE(Succeeds(database.Read("look", read))); });
    reader.join();
  })));
}

TEST_F(DatabaseTest, ChangesThatWaitedTogetherAreDoneTogetherAndTheOneThatFailsFailsAlone) {
  for (const std::string& path : {std::string(SqliteConnection::kMemory), path_}) {
    const auto opened = OnFile(path, std::chrono::seconds(5));
    Database& database = *opened;
    std::atomic<bool> go = false;
    std::thread slow([&] {
      (void)database.Change("dawdle", [&](const auto&) {
        while (!go) std::this_thread::sleep_for(milliseconds(1));
      });
    });
    std::atomic<int> failed = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        const auto done = database.Change("write " + std::to_string(i), [&](Connection& open) {
          open.Execute("INSERT INTO shared_keys VALUES (?, '')", std::int64_t{i});
          if (i == 3) open.Execute("no SQL");
        });
        EXPECT_EQ(done.Ok(), i != 3);
        if (!done.Ok()) {
          EXPECT_TRUE(Has(done.Why().message, "cannot write 3: "));
        }
        failed += done.Ok() ? 0 : 1;
      });
    }
    std::this_thread::sleep_for(milliseconds(50));
    go = true;
    slow.join();
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(failed, 1);
    EXPECT_TRUE(Succeeds(database.Read("count", [](Connection& connection) {
      EXPECT_EQ(connection.Query<std::string>("SELECT name FROM shared_keys").size(), 7U);
    })));
  }
}

TEST_F(DatabaseTest, WhatIsNoExceptionOfPocosIsAnErrorToo) {
  const auto opened = OnFile(path_, milliseconds(50));
  Database& database = *opened;
  const auto failed =
      database.Read("try it", [](const auto&) { throw std::runtime_error("surprise"); });
  ASSERT_TRUE(Fails(failed, Code::kStoreUnavailable));
  EXPECT_TRUE(Has(failed.Why().message, "surprise"));
}

}  // namespace
}  // namespace click2call::store
