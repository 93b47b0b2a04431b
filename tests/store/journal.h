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

#include "call/call.h"
#include "call/call_store.h"
#include "fakes/results.h"
#include "store/open_store.h"

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

// A folder that goes with the test, and a journal's place in it.
class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    std::string pattern = testing::TempDir() + "click2call-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    folder_ = pattern;
    path_ = folder_ + "/calls.db";
  }
  ~JournalTest() override { std::filesystem::remove_all(folder_); }

  base::Result<std::unique_ptr<call::CallStore>> TryOpen(
      milliseconds wait = std::chrono::seconds(5)) const {
    auto store = OpenStore("sqlite:" + path_, wait);
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
