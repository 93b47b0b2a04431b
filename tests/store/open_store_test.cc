#include "store/open_store.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "fakes/results.h"
#include "store/connection.h"
#include "store/journal.h"
#include "store/schema.h"

namespace click2call::store {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;

class OpenStoreTest : public JournalTest {
 protected:
  SqliteConnection Session() const {
    std::ofstream(path_, std::ios::app).flush();  // SQLite alone would not create it
    return SqliteConnection(path_);
  }
  static mode_t ModeOf(const std::string& path) {
    struct stat found {};
    return stat(path.c_str(), &found) == 0 ? found.st_mode & 07777U : 0;
  }
  void ExpectRefused(const std::string& why) const {
    const auto opened = TryOpen();
    ASSERT_TRUE(Fails(opened, Code::kStoreUnavailable));
    EXPECT_TRUE(Has(opened.Why().message, why));
    EXPECT_TRUE(Has(opened.Why().message, folder_));
  }
};

TEST(OpenStoreUrlTest, RefusesWhatIsNoUrlOfAJournal) {
  for (const std::string url : {"", "sqlite", "sqlite:", "sqlite:calls.db", "sqlite:/var/lib/",
                                "sqlite:file:/tmp/x?mode=memory", "sqlite::memory", "oracle:x",
                                "SQLITE:/tmp/x", "/tmp/x", "sqlite:/tmp/\nx"}) {
    const auto opened = OpenStore(url);
    ASSERT_TRUE(Fails(opened, Code::kInternal)) << url;
    EXPECT_TRUE(Has(opened.Why().message, "store.url"));
    EXPECT_TRUE(Has(opened.Why().message, "sqlite:"));
  }
  EXPECT_TRUE(Fails(OpenStore(std::string("sqlite:/tmp/a\0b", 15)), Code::kInternal));
}

TEST_F(OpenStoreTest, RowsOutliveTheStore) {
  EXPECT_TRUE(Succeeds(Open()->Insert(CallOf(1), {})));
  EXPECT_TRUE(Must(Open()->Find(IdOf(1))).has_value());
}

TEST_F(OpenStoreTest, CreatesItsFilesForOwnerAndGroupAlone) {
  const mode_t umask_before = umask(0);
  const auto store = Open();
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
  umask(umask_before);
  EXPECT_EQ(ModeOf(path_), 0660U);
  EXPECT_EQ(ModeOf(path_ + "-wal"), 0660U);
  EXPECT_EQ(ModeOf(path_ + "-shm"), 0660U);
}

TEST_F(OpenStoreTest, RespectsAStricterUmask) {
  const mode_t umask_before = umask(077);
  const auto store = Open();
  umask(umask_before);
  EXPECT_EQ(ModeOf(path_), 0600U);
}

TEST_F(OpenStoreTest, WhatRootCreatesIsForWhoeverHasTheFolder) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  constexpr unsigned kNobody = 65534;
  ASSERT_EQ(chown(folder_.c_str(), kNobody, kNobody), 0);
  const auto store = Open();
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
  for (const char* end : {"", "-wal", "-shm"}) {
    struct stat info {};
    ASSERT_EQ(stat((path_ + end).c_str(), &info), 0) << end;
    EXPECT_EQ(info.st_uid, kNobody) << end;
    EXPECT_EQ(info.st_gid, kNobody) << end;
  }
  const pid_t child = Fork([&] {
    BecomeNobody();
    return Open()->Insert(CallOf(2), {}).Ok();
  });
  EXPECT_EQ(StatusOf(child), 0);
}

TEST_F(OpenStoreTest, TakesTheRightsOfOthersFromAJournalButFromNothingElse) {
  Open().reset();
  chmod(path_.c_str(), 0646);
  Open().reset();
  EXPECT_EQ(ModeOf(path_), 0640U);

  std::filesystem::remove(path_ + "-wal");
  std::ofstream(path_) << std::string(2000, 'x');
  chmod(path_.c_str(), 0644);
  EXPECT_FALSE(TryOpen().Ok());
  EXPECT_EQ(ModeOf(path_), 0644U);
}

TEST_F(OpenStoreTest, WritesAheadAndInSmallPages) {
  Open().reset();
  auto session = Session();
  EXPECT_EQ(session.Query<std::string>("PRAGMA journal_mode").at(0), "wal");
  EXPECT_EQ(session.Query<std::int64_t>("PRAGMA page_size").at(0), 1024);
}

TEST_F(OpenStoreTest, OpeningAgainWritesNothing) {
  const auto store = Open();
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
  const auto written = std::filesystem::last_write_time(path_ + "-wal");
  const auto size = std::filesystem::file_size(path_ + "-wal");
  EXPECT_TRUE(Must(Open()->Find(IdOf(1))).has_value());
  EXPECT_EQ(std::filesystem::last_write_time(path_ + "-wal"), written);
  EXPECT_EQ(std::filesystem::file_size(path_ + "-wal"), size);
}

TEST_F(OpenStoreTest, OpensWhileAnotherProcessWrites) {
  Open().reset();
  auto writer = Session();
  writer.Execute("BEGIN IMMEDIATE");
  EXPECT_TRUE(Succeeds(TryOpen(milliseconds(0))));
}

TEST_F(OpenStoreTest, UsesAnEmptyFile) {
  std::ofstream(path_).flush();
  EXPECT_TRUE(Succeeds(Open()->Insert(CallOf(1), {})));
}

TEST_F(OpenStoreTest, BringsTheJournalOfTheFirstVersionUpToDate) {
  {
    auto session = Session();
    std::ifstream dump("store/journal_v1.sql");
    for (std::string sql; std::getline(dump, sql);) session.Execute(sql);
  }
  const auto store = Open();
  const auto all = Must(store->List({}));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(Must(store->List({.user = "alice"})).size(), 2U);
  EXPECT_EQ(Must(store->List({.address = "10.0.0.15"})).size(), 1U);
  call::Call again = CallOf(4);
  const call::Quota two{.per_day = 2};
  EXPECT_TRUE(Succeeds(store->Insert(again, {.limits = {.asker = two}})))
      << "one of the two of alice's had failed";
  again.id = IdOf(5);
  EXPECT_TRUE(Fails(store->Insert(again, {.limits = {.asker = two}}), Code::kTooManyRequests));
  call::Call beside = CallOf(6);
  beside.user.clear();
  beside.address = "10.0.0.15";
  const call::Quota one{.concurrent = 1};
  EXPECT_TRUE(Fails(store->Insert(beside, {.limits = {.asker = one}}), Code::kTooManyCalls))
      << "one of nobody's goes on";
  EXPECT_EQ(Must(store->List({.open = true})).size(), 2U);
}

TEST_F(OpenStoreTest, RefusesANewerJournalAndLeavesItAlone) {
  Open().reset();
  {
    auto session = Session();
    session.Execute("UPDATE schema_version SET version = 1000");
  }
  ExpectRefused("made by a newer click2call (version 1000");
  auto session = Session();
  EXPECT_EQ(session.Query<std::int64_t>("SELECT version FROM schema_version").at(0), 1000);
}

TEST_F(OpenStoreTest, FinishesWhatAnotherProcessHasBegun) {
  auto half = Session();
  half.Execute("PRAGMA journal_mode=WAL");
  EXPECT_TRUE(Succeeds(Open()->Insert(CallOf(1), {})));
}

TEST_F(OpenStoreTest, LeavesNoHalfSchemaBehind) {
  {
    auto session = Session();
    session.Execute("CREATE TABLE notifications (theirs INTEGER)");
  }
  ExpectRefused("notifications already exists");
  auto session = Session();
  EXPECT_EQ(session.Query<std::string>("SELECT name FROM sqlite_master").size(), 1U);
}

TEST_F(OpenStoreTest, SaysThatTheFolderIsMissing) {
  path_ = folder_ + "/missing/calls.db";
  ExpectRefused("there is no folder " + folder_ + "/missing");
}

TEST_F(OpenStoreTest, SaysThatItIsNoDatabase) {
  std::ofstream(path_) << "user,number\n" << std::string(2000, 'x');
  ExpectRefused("is not a database of SQLite");
}

TEST_F(OpenStoreTest, SaysThatItIsNoFile) {
  std::filesystem::create_directory(path_);
  ExpectRefused("is not a file");
  std::filesystem::remove(path_);
  std::filesystem::create_symlink(folder_ + "/nowhere", path_);
  ExpectRefused("is not a file");
}

TEST_F(OpenStoreTest, SaysThatItMayNotWriteTheFileOrTheFolder) {
  Open().reset();
  chmod(folder_.c_str(), 0777);
  chmod(path_.c_str(), 0444);
  const auto as_nobody = [this](const std::string& why) {
    return StatusOf(Fork([&] {
      BecomeNobody();
      const auto opened = TryOpen();
      return Fails(opened, Code::kStoreUnavailable) && Has(opened.Why().message, why);
    }));
  };
  EXPECT_EQ(as_nobody("may not read and write the journal " + path_), 0);
  chmod(path_.c_str(), 0666);
  chmod(folder_.c_str(), 0555);
  EXPECT_EQ(as_nobody("may not write in " + folder_), 0);
  chmod(folder_.c_str(), 0700);
  std::filesystem::remove(path_);
  chmod(folder_.c_str(), 0555);
  EXPECT_EQ(as_nobody("may not write in " + folder_), 0);
  chmod(folder_.c_str(), 0700);
}

}  // namespace
}  // namespace click2call::store
