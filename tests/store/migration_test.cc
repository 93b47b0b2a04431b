// What becomes of the tables when who makes them dies.

#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "fakes/results.h"
#include "store/journal.h"
#include "store/schema.h"

namespace click2call::store {
namespace {

using fakes::Must;
using fakes::Succeeds;

class Died : public std::exception {};

// A connection that is gone after so many statements.
class Mortal : public Connection {
 public:
  Mortal(std::unique_ptr<Connection> connection, int statements)
      : connection_(std::move(connection)), left_(statements) {}

  void Begin() override { connection_->Begin(); }
  void Commit() override { connection_->Commit(); }
  void Rollback() noexcept override { connection_.reset(); }
  void BeginChanges() override { connection_->BeginChanges(); }
  void EndChanges() override { connection_->EndChanges(); }
  std::string InItsWords(const std::string& sql) const override {
    return connection_->InItsWords(sql);
  }

  Statement& Prepare(const std::string& sql) override {
    if (left_-- == 0) throw Died();
    return connection_->Prepare(sql);
  }
  std::size_t Written() const override { return connection_->Written(); }

 private:
  std::unique_ptr<Connection> connection_;
  int left_;
};

class MigrationTest : public JournalTest {
 protected:
  std::unique_ptr<Connection> Connect() const {
    if (!ServerUnderTest().empty()) return ConnectToServerUnderTest();
    std::ofstream(path_, std::ios::app).flush();
    return std::make_unique<SqliteConnection>(path_);
  }
  // Whether all was done before that.
  bool Survives(int statements) const {
    Mortal connection(Connect(), statements);
    try {
      Migrate(connection);
      return true;
    } catch (const Died&) {
      return false;
    }
  }
};

TEST_F(MigrationTest, WhatOneBeganWhoDiedTheNextOneFinishes) {
  const int step = ServerUnderTest().empty() ? 1 : 6;
  int statements = 0;
  DropTablesUnderTest();
  while (!Survives(statements)) {
    const auto store = Open();
    call::Call call = CallOf(1);
    call.sink = "https://crm.example/";
    EXPECT_TRUE(Succeeds(store->Insert(call, kOnce))) << statements;
    EXPECT_TRUE(Must(store->Advance(call.id, Is(call::CallStatus::kConnected), At(1))));
    EXPECT_EQ(Must(store->ClaimNotifications(At(10), At(20), 10)).size(), 1U);
    EXPECT_EQ(Must(store->SharedKey("key", "value")), "value");
    DropTablesUnderTest();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    statements += step;
  }
  EXPECT_GT(statements, 30);
}

}  // namespace
}  // namespace click2call::store
