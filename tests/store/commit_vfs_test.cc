// With SQLite's real files, and its own switch for tests: what it calls to write.
#include "store/commit_vfs.h"

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include "fakes/results.h"
#include "store/journal.h"
#include "store/sqlite_connection.h"

namespace click2call::store {
namespace {

using fakes::Fails;
using fakes::Must;
using fakes::Succeeds;

int writes = 0;
int left = -1;  // so many that do not fail; negative: none does

ssize_t CountedWrite(int fd, const void* bytes, std::size_t count, off64_t offset) {
  ++writes;
  if (left == 0) {
    errno = ENOSPC;
    return -1;
  }
  if (left > 0) --left;
  return pwrite64(fd, bytes, count, offset);
}

class CommitVfsTest : public JournalTest {
 protected:
  CommitVfsTest() {
    for (const char* name : {"pwrite", "pwrite64"}) Set(name);
    writes = 0;
    left = -1;
  }
  ~CommitVfsTest() override { vfs_->xSetSystemCall(vfs_, nullptr, nullptr); }

  // How many writes it takes.
  template <class Work>
  static int Count(const Work& work) {
    const int before = writes;
    work();
    return writes - before;
  }

 private:
  void Set(const char* name) {
    if (vfs_->xGetSystemCall(vfs_, name) == nullptr) return;
    vfs_->xSetSystemCall(vfs_, name, reinterpret_cast<sqlite3_syscall_ptr>(CountedWrite));
  }

  sqlite3_vfs* vfs_ = sqlite3_vfs_find("unix");
};

TEST_F(CommitVfsTest, ACallIsRecordedWithOneWrite) {
  const auto store = Open();
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));  // begins the write-ahead log
  EXPECT_EQ(Count([&] { EXPECT_TRUE(Succeeds(store->Insert(CallOf(2), {}))); }), 1);
  EXPECT_EQ(
      Count([&] {
        EXPECT_TRUE(Must(store->Advance(IdOf(2), Ended(call::CallReason::kHangUp, 5), At(5))));
      }),
      1);
}

TEST_F(CommitVfsTest, OthersSeeACommitAtOnce) {
  const auto store = Open();
  const auto other = Open();
  for (std::uint32_t number = 1; number < 200; ++number) {
    const auto& writer = number % 2 == 0 ? store : other;
    const auto& reader = number % 2 == 0 ? other : store;
    ASSERT_TRUE(Succeeds(writer->Insert(CallOf(number), {})));
    ASSERT_TRUE(Must(reader->Find(IdOf(number))).has_value()) << number;
  }
  SqliteConnection connection(path_);
  EXPECT_EQ(connection.Query<std::string>("PRAGMA integrity_check").at(0), "ok");
}

// What does not fit in the cache is written before the commit. Where that changes once more, SQLite
// goes over the headers of all that it has written when the commit is.
TEST_F(CommitVfsTest, EveryCommitOutlivesItsProcess) {
  Open().reset();
  SqliteConnection connection(path_);
  connection.Execute("PRAGMA synchronous=NORMAL");
  connection.Execute("PRAGMA cache_size=10");
  std::mt19937 random(7);  // NOLINT: the same each time
  const auto up_to = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
  const auto content = [](SqliteConnection& of) {
    return of.Query<std::string>("SELECT name || length(value) FROM shared_keys ORDER BY name");
  };
  int rows = 0;
  for (int commit = 0; commit < 60; ++commit) {
    connection.Begin();
    for (int i = up_to(60); i >= 0; --i) {
      connection.Execute("INSERT INTO shared_keys (name, value) VALUES (?, ?)",
                         std::to_string(rows++), std::string(up_to(600), 'v'));
    }
    connection.Execute("UPDATE shared_keys SET value = ? WHERE name LIKE ?",
                       std::string(up_to(60), 'w'), std::to_string(up_to(99)) + "%");
    connection.Commit();
    if (commit % 10 == 9) connection.BringIn(/*to_the_end=*/commit % 20 == 9);

    const std::string copy = folder_ + "/copy.db";
    for (const auto* end : {"", "-wal"}) {
      std::filesystem::copy_file(path_ + end, copy + end,
                                 std::filesystem::copy_options::overwrite_existing);
    }
    std::filesystem::remove(copy + "-shm");
    SqliteConnection after(copy);
    ASSERT_EQ(content(after), content(connection)) << commit;
    ASSERT_EQ(after.Query<std::string>("PRAGMA integrity_check").at(0), "ok");
  }
  EXPECT_GT(rows, 1000);
}

TEST_F(CommitVfsTest, WhatCannotBeWrittenIsNotRecorded) {
  const auto store = Open();
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
  left = 0;
  EXPECT_TRUE(Fails(store->Insert(CallOf(2), {}), base::Code::kStoreUnavailable));
  left = -1;
  EXPECT_FALSE(Must(store->Find(IdOf(2))).has_value());
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(3), {})));
  EXPECT_EQ(Must(store->List({})).size(), 2U);
}

TEST_F(CommitVfsTest, WhatDoesNotFitAtOnceIsAllThereOrNotAtAll) {
  const auto store = Open();
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
  call::Call large = CallOf(2);
  large.sink = std::string(500'000, 's');
  int enough = 0;
  const auto fails_with = [&](int some) {
    left = some;
    const bool failed = !store->Insert(large, {}).Ok();
    left = -1;
    return failed;
  };
  while (fails_with(enough)) {
    ASSERT_FALSE(Must(store->Find(large.id)).has_value()) << enough;
    ++enough;
  }
  EXPECT_EQ(Must(store->Find(large.id))->sink, large.sink);
  EXPECT_EQ(Must(store->List({})).size(), 2U);
  EXPECT_GT(enough, 2);
  EXPECT_LT(enough, 20);
}

}  // namespace
}  // namespace click2call::store
