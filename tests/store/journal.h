#ifndef CLICK2CALL_STORE_JOURNAL_H_
#define CLICK2CALL_STORE_JOURNAL_H_

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/version.h"
#include "call/call.h"
#include "call/call_store.h"
#include "fakes/results.h"
#include "store/database.h"
#include "store/open_store.h"
#include "store/server_backend.h"
#include "store/sqlite_backend.h"

// What the modules export, built in here.
extern "C" void* click2call_mysql(const char* version);
extern "C" void* click2call_postgresql(const char* version);

namespace click2call::store {

using std::chrono::milliseconds;

inline base::WallTime At(std::int64_t millis) { return base::WallTime(milliseconds(millis)); }

// Ids that differ and sort by `number`.
inline base::CallId IdOf(std::uint32_t number) {
  return base::CallId::Make(At(1'700'000'000'000 + number),
                            {static_cast<std::uint8_t>(number >> 8U), 7});
}

inline call::Call CallOf(std::uint32_t number) {
  return call::Call{.id = IdOf(number),
                    .caller = "1003",
                    .callee = "1006",
                    .caller_exten = "1003",
                    .callee_exten = "1006",
                    .user = "alice",
                    .address = "10.0.0.15",
                    .pbx = "main",
                    .token = "a token",
                    .sink = {},
                    .sink_token = {},
                    .created_at = At(1'700'000'000'000 + number),
                    .state = {}};
}

inline const call::Admission kOnce{.once = true};

inline call::CallState Is(call::CallStatus status) { return {.status = status}; }

inline call::CallState Ended(call::CallReason reason, std::int64_t at) {
  return {.status = call::CallStatus::kDisconnected,
          .reason = reason,
          .answered_at = std::nullopt,
          .ended_at = At(at)};
}

inline base::Result<ConnectToServer*> BuiltIn(const std::string& kind) {
  const auto entry = kind == "mysql" ? click2call_mysql : click2call_postgresql;
  return reinterpret_cast<ConnectToServer*>(entry(base::kVersion));
}

// What the journal promises, it promises of every database. The tests of that run with SQLite, or
// with the server that this variable has the url of: tests/real/test_databases.py names them.
inline std::string ServerUnderTest() {
  const char* url = std::getenv("CLICK2CALL_TEST_STORE");
  return url == nullptr ? "" : url;
}

inline base::Result<std::unique_ptr<call::CallStore>> OpenAt(const std::string& url,
                                                             milliseconds wait) {
  return OpenStore(url, {.wait = wait, .open_server = BuiltIn});
}

// A connection of one's own to the server under test.
inline std::unique_ptr<Connection> ConnectToServerUnderTest() {
  const auto address = fakes::Must(ParseServerUrl(ServerUnderTest(), {}));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  return fakes::Must(BuiltIn(address.kind))(address, deadline);
}

inline void DropTablesUnderTest() {
  if (ServerUnderTest().empty()) return;
  ConnectToServerUnderTest()->Execute(
      "DROP TABLE IF EXISTS notifications, calls, shared_keys, schema_version");
}

// Making tables takes longer than most tests.
inline void EmptyServerUnderTest() {
  if (ServerUnderTest().empty()) return;
  const auto connection = ConnectToServerUnderTest();
  try {
    for (const auto* table : {"notifications", "calls", "shared_keys"}) {
      connection->Execute(std::string("DELETE FROM ") + table);
    }
  } catch (const DatabaseError&) {
    DropTablesUnderTest();
  }
}

// A new journal in memory, or on the server under test.
inline std::unique_ptr<call::CallStore> NewStore() {
  EmptyServerUnderTest();
  const std::string server = ServerUnderTest();
  return fakes::Must(OpenAt(server.empty() ? "sqlite::memory:" : server, std::chrono::seconds(5)));
}

inline std::unique_ptr<Database> OnFile(const std::string& path, milliseconds wait) {
  return std::make_unique<Database>(std::make_unique<SqliteBackend>(path, nullptr), wait);
}

inline std::unique_ptr<Database> NewDatabase() {
  EmptyServerUnderTest();
  if (ServerUnderTest().empty()) return OnFile(":memory:", std::chrono::seconds(5));
  return std::make_unique<Database>(
      std::make_unique<ServerBackend>(fakes::Must(ParseServerUrl(ServerUnderTest(), {})), BuiltIn),
      std::chrono::seconds(5));
}

// A folder that goes with the test, and a journal's place in it; or an empty server under test.
class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    EmptyServerUnderTest();
    std::string pattern = testing::TempDir() + "click2call-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    folder_ = pattern;
    path_ = folder_ + "/calls.db";
  }
  ~JournalTest() override { std::filesystem::remove_all(folder_); }

  base::Result<std::unique_ptr<call::CallStore>> TryOpen(
      milliseconds wait = std::chrono::seconds(5)) const {
    const std::string server = ServerUnderTest();
    auto store = OpenAt(server.empty() ? "sqlite:" + path_ : server, wait);
    if (!store.Ok()) return store;
    const auto opened = store.Value()->Find(IdOf(0));  // it opens at the first need
    if (!opened.Ok()) return opened.Why();
    return store;
  }
  std::unique_ptr<call::CallStore> Open(milliseconds wait = std::chrono::seconds(5)) const {
    return fakes::Must(TryOpen(wait));
  }

  std::string folder_;
  std::string path_;
};

// Does `work` in a process of its own; returns its pid. What `work` returns is its exit status.
inline pid_t Fork(const std::function<bool()>& work) {
  const pid_t child = fork();
  if (child != 0) return child;
  bool good = false;
  try {
    good = work();
  } catch (const std::exception& error) {
    (void)!write(2, error.what(), std::string_view(error.what()).size());
  }
  _exit(good ? 0 : 1);
}

inline int StatusOf(pid_t child) {
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

// Gives up root's rights, which no mode of a file binds. For a child process.
inline void BecomeNobody() {
  constexpr unsigned kNobody = 65534;
  if (geteuid() != 0) return;
  if (setgroups(0, nullptr) != 0 || setgid(kNobody) != 0 || setuid(kNobody) != 0) std::abort();
}

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_JOURNAL_H_
