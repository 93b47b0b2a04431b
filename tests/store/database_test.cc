#include "store/database.h"

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "fakes/results.h"
#include "store/journal.h"
#include "store/statement.h"

namespace click2call::store {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Succeeds;
using std::chrono::steady_clock;

class DatabaseTest : public JournalTest {};

void Spoil(Poco::Data::Session& session) {
  Execute(session, "UPDATE schema_version SET version = -1");
  Execute(session, "no SQL");
}

TEST_F(DatabaseTest, ATransactionThatFailsIsUndoneAndInNobodysWay) {
  for (const std::string& path : {std::string(Database::kMemory), path_}) {
    Database database(path, milliseconds(100));
    const auto failed = database.Change("try it", Spoil);
    ASSERT_TRUE(Fails(failed, Code::kStoreUnavailable));
    EXPECT_TRUE(failed.Why().message.starts_with("cannot try it: the journal " + path));
    EXPECT_TRUE(Succeeds(database.Change("try again", [](Poco::Data::Session& session) {
      EXPECT_NE(Query<Poco::Int64>(session, "SELECT version FROM schema_version").at(0), -1);
    })));
  }
}

TEST_F(DatabaseTest, AConnectionThatFailedIsNotUsedAgain) {
  Database database(path_, milliseconds(100));
  const auto fail_open = [](Poco::Data::Session& session) {
    Execute(session, "BEGIN IMMEDIATE");
    Spoil(session);
  };
  EXPECT_TRUE(Fails(database.Read("try it", fail_open), Code::kStoreUnavailable));
  EXPECT_TRUE(Succeeds(database.Change("try again", [](const auto&) {})));
}

TEST_F(DatabaseTest, NoThreadWaitsForAnotherBeyondItsTime) {
  Database database(path_, milliseconds(50));
  std::thread slow([&] {
    (void)database.Read("dawdle",
                        [](const auto&) { std::this_thread::sleep_for(milliseconds(400)); });
  });
  std::this_thread::sleep_for(milliseconds(100));
  const auto begun = steady_clock::now();
  EXPECT_TRUE(Fails(database.Read("hurry", [](const auto&) {}), Code::kStoreUnavailable));
  EXPECT_LT(steady_clock::now() - begun, milliseconds(200));
  slow.join();
}

TEST_F(DatabaseTest, WhatIsNoExceptionOfPocosIsAnErrorToo) {
  Database database(path_, milliseconds(50));
  const auto failed =
      database.Read("try it", [](const auto&) { throw std::runtime_error("surprise"); });
  ASSERT_TRUE(Fails(failed, Code::kStoreUnavailable));
  EXPECT_TRUE(Has(failed.Why().message, "surprise"));
}

}  // namespace
}  // namespace click2call::store
