// What the journal says and does when its file lets it down.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "fakes/results.h"
#include "store/database.h"
#include "store/journal.h"
#include "store/sql_store.h"

namespace click2call::store {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;
using std::chrono::steady_clock;

class StoreFaultsTest : public JournalTest {
 protected:
  SqliteConnection Session() const { return SqliteConnection(path_); }

  template <class T>
  static bool CannotRecord(const base::Result<T>& status, const std::string& why) {
    const bool right = Fails(status, Code::kStoreUnavailable) &&
                       status.Why().message.starts_with("cannot record the call: ") &&
                       Has(status.Why().message, why);
    if (!right) {
      ADD_FAILURE() << (status.Ok() ? "it succeeded" : status.Why().message);
    }
    return right;
  }
};

TEST_F(StoreFaultsTest, ALockThatLastsIsAnErrorOnceTheWaitIsOver) {
  const auto store = Open(milliseconds(100));
  auto other = Session();
  other.Execute("BEGIN IMMEDIATE");
  const auto begun = steady_clock::now();
  EXPECT_TRUE(CannotRecord(store->Insert(CallOf(1), {}), path_ + " locked"));
  const auto took = steady_clock::now() - begun;
  EXPECT_GE(took, milliseconds(100));
  EXPECT_LT(took, milliseconds(1000));
  EXPECT_TRUE(Fails(store->Advance(IdOf(1), Is(call::CallStatus::kConnected), At(1)),
                    Code::kStoreUnavailable));
  EXPECT_TRUE(Succeeds(store->Find(IdOf(1))));

  other.Execute("COMMIT");
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
}

TEST_F(StoreFaultsTest, ALockThatGoesIsWaitedFor) {
  const auto store = Open();
  auto other = Session();
  other.Execute("BEGIN EXCLUSIVE");
  std::thread release([&] {
    std::this_thread::sleep_for(milliseconds(50));
    other.Execute("COMMIT");
  });
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
  release.join();
}

TEST_F(StoreFaultsTest, ThreadsThatWaitForOneLockWaitTogether) {
  const auto store = Open(milliseconds(200));
  auto other = Session();
  other.Execute("BEGIN IMMEDIATE");
  const auto begun = steady_clock::now();
  std::vector<std::thread> threads;
  for (std::uint32_t number = 0; number < 8; ++number) {
    threads.emplace_back([&, number] { EXPECT_FALSE(store->Insert(CallOf(number), {}).Ok()); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LT(steady_clock::now() - begun, milliseconds(1000));
}

TEST_F(StoreFaultsTest, AnOpeningThatIsLockedOutSaysSo) {
  Open().reset();
  auto other = Session();
  other.Execute("PRAGMA locking_mode=EXCLUSIVE");
  other.Execute("BEGIN EXCLUSIVE");
  other.Execute("COMMIT");
  const auto opened = TryOpen(milliseconds(50));
  ASSERT_TRUE(Fails(opened, Code::kStoreUnavailable));
  EXPECT_TRUE(Has(opened.Why().message, "keeps the journal " + path_ + " locked"));
}

TEST_F(StoreFaultsTest, AJournalThatWasDeletedIsMadeAnew) {
  const auto store = Open();
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
  for (const auto* part : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + part);
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(2), {})));
  EXPECT_TRUE(Must(Open()->Find(IdOf(2))).has_value()) << "the row went to a file that is gone";
}

TEST_F(StoreFaultsTest, AJournalThatWasReplacedIsTheOneThatIsUsed) {
  const auto store = Open();
  const std::string path = path_;
  path_ += ".backup";
  EXPECT_TRUE(Succeeds(Open()->Insert(CallOf(7), {})));
  std::filesystem::remove(path + "-shm");
  for (const auto* part : {"", "-wal"}) std::filesystem::rename(path_ + part, path + part);
  path_ = path;
  EXPECT_TRUE(Must(store->Find(IdOf(7))).has_value());
}

TEST_F(StoreFaultsTest, AFolderThatWasTakenAwayIsAnErrorUntilItIsBack) {
  const auto store = Open();
  std::filesystem::rename(folder_, folder_ + ".away");
  EXPECT_TRUE(CannotRecord(store->Insert(CallOf(1), {}), "there is no folder " + folder_));
  EXPECT_TRUE(Fails(store->List({}), Code::kStoreUnavailable));
  std::filesystem::rename(folder_ + ".away", folder_);
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
}

TEST_F(StoreFaultsTest, AFileThatMayNoLongerBeWrittenIsAnErrorUntilItMay) {
  Open().reset();
  chmod(folder_.c_str(), 0777);
  for (const auto* part : {"", "-wal", "-shm"}) chmod((path_ + part).c_str(), 0666);
  EXPECT_EQ(StatusOf(Fork([this] {
              BecomeNobody();
              // The rights are looked at when a file is opened, so it takes a new one.
              const auto store = Open();
              std::filesystem::copy(path_, path_ + ".new");
              for (const auto* part : {"-wal", "-shm"}) std::filesystem::remove(path_ + part);
              chmod((path_ + ".new").c_str(), 0444);
              std::filesystem::rename(path_ + ".new", path_);
              if (!CannotRecord(store->Insert(CallOf(1), {}), path_)) return false;
              chmod(path_.c_str(), 0600);
              return store->Insert(CallOf(1), {}).Ok();
            })),
            0);
}

TEST_F(StoreFaultsTest, ADiskThatIsFullIsAnErrorAndLeavesNoHalfRow) {
  EXPECT_EQ(StatusOf(Fork([this] {
              const auto store = Open();
              (void)std::signal(SIGXFSZ, SIG_IGN);
              const rlimit little{200'000, RLIM_INFINITY};
              setrlimit(RLIMIT_FSIZE, &little);
              std::uint32_t number = 0;
              auto last = store->Insert(CallOf(++number), {});
              while (last.Ok() && number < 10'000) last = store->Insert(CallOf(++number), {});
              if (!CannotRecord(last, path_)) return false;

              const rlimit enough{RLIM_INFINITY, RLIM_INFINITY};
              setrlimit(RLIMIT_FSIZE, &enough);
              const auto rows = Must(store->List({.limit = 20'000})).size();
              return rows == number - 1 && store->Insert(CallOf(number), {}).Ok();
            })),
            0);
}

TEST_F(StoreFaultsTest, SaysThatTheDiskIsFull) {
  const auto database = OnFile(path_, milliseconds(100));
  const auto fill = [](Connection& session) {
    session.Execute("PRAGMA max_page_count=20");
    for (int i = 0; i < 100; ++i) {
      session.Execute("INSERT INTO schema_version SELECT version FROM schema_version");
    }
  };
  EXPECT_TRUE(CannotRecord(database->Change("record the call", fill), path_ + " is full"));
}

TEST_F(StoreFaultsTest, ADamagedJournalIsAnErrorUntilItIsReplaced) {
  {
    const auto store = Open();
    for (std::uint32_t number = 0; number < 300; ++number) {
      EXPECT_TRUE(Succeeds(store->Insert(CallOf(number), {})));
    }
  }
  const auto size = std::filesystem::file_size(path_);
  {
    std::fstream file(path_);
    file.seekp(4096);
    file << std::string(size - 4096, '\x5a');
  }
  const auto store = TryOpen();
  base::Result<std::optional<call::Call>> inserted = std::optional<call::Call>();
  if (store.Ok()) {
    inserted = store.Value()->Insert(CallOf(1000), {});
  } else {
    inserted = store.Why();
  }
  ASSERT_TRUE(Fails(inserted, Code::kStoreUnavailable));
  EXPECT_TRUE(Has(inserted.Why().message, "damaged"));
  for (const auto* part : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + part);
  EXPECT_TRUE(Succeeds(Open()->Insert(CallOf(1000), {})));
}

TEST_F(StoreFaultsTest, ARowThatClick2callNeverWroteIsAnError) {
  const auto store = Open();
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
  auto session = Session();
  for (const auto* change : {"status = 'dreaming'", "status = 'failed', reason = 'because'",
                             "reason = '', call_id = 'c2c-x'"}) {
    session.Execute(std::string("UPDATE calls SET ") + change);
    EXPECT_TRUE(Fails(store->List({}), Code::kStoreUnavailable)) << change;
  }
}

TEST_F(StoreFaultsTest, WhatFailsHalfwayIsUndone) {
  const auto store = Open();
  call::Call call = CallOf(1);
  call.sink = "https://crm.example/";
  EXPECT_TRUE(Succeeds(store->Insert(call, {})));
  auto session = Session();
  session.Execute("ALTER TABLE notifications RENAME TO away");
  EXPECT_FALSE(store->Advance(call.id, Is(call::CallStatus::kConnected), At(1)).Ok());
  session.Execute("ALTER TABLE away RENAME TO notifications");
  EXPECT_EQ(Must(store->Find(call.id))->state, call::CallState{});
  EXPECT_TRUE(Must(store->Advance(call.id, Is(call::CallStatus::kConnected), At(1))));
}

}  // namespace
}  // namespace click2call::store
