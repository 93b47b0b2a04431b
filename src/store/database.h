#ifndef CLICK2CALL_STORE_DATABASE_H_
#define CLICK2CALL_STORE_DATABASE_H_

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "fiber/condition.h"
#include "store/backend.h"
#include "store/connection.h"

namespace click2call::store {

// A database, shared by the threads and fibers of this process. One connection writes: whoever
// comes while others wait is done together with them, in one transaction. Another one reads while
// it does; it is only opened when it is needed, so never by a process that serves one request.
//
// It connects at the first need, and again when the connection failed or is not to what is there
// now: what was mended needs no restart. Every wait, for other threads, for other processes and for
// a server, is within `wait` for each call.
class Database {
 public:
  // May be done more than once, until it goes through: it sets its results anew each time. It may
  // throw DatabaseError.
  using Work = std::function<void(Connection&)>;

  Database(std::unique_ptr<Backend> backend, std::chrono::milliseconds wait)
      : backend_(std::move(backend)), wait_(wait) {}
  ~Database();

  // `work` alone, for a single SELECT; and `work` as one transaction, which is the only one that
  // writes while it lasts. Errors are kStoreUnavailable: "cannot <purpose>: …".
  base::Status Read(std::string_view purpose, const Work& work);
  base::Status Change(std::string_view purpose, const Work& work);

 private:
  // One connection, used by whoever has the turn.
  struct Line {
    bool taken = false;                      // guarded by mutex_
    std::unique_ptr<Connection> connection;  // of whoever has the turn
  };
  // A change that waits for its turn. Its purpose and work are its caller's, who stays until nobody
  // runs it.
  struct Job {
    Job(std::string_view to, const Work& what, Deadline by)
        : purpose(to), work(what), deadline(by) {}

    const std::string_view purpose;
    const Work& work;
    const Deadline deadline;
    std::optional<base::Status> outcome = std::nullopt;  // of whoever runs it
    bool running = false;                                // guarded by mutex_, as is `result`
    std::optional<base::Status> result = std::nullopt;
    fiber::Condition changed = {};  // its result, or the line is free for it
  };
  using Jobs = std::vector<std::shared_ptr<Job>>;

  // What came of a try.
  struct Tried {
    bool locked = false;  // somebody else holds a lock
    std::string why;      // else why it failed; empty when it is done
    // Not by what was to be done: whatever else is tried now comes to the same, or must not be.
    bool in_vain = false;

    std::optional<base::Status> ResultOf(std::string_view purpose) const;
  };

  Line* TakeTurnToRead(Deadline deadline);
  void GiveTurn(Line* line);

  // Does what waits, or leaves what cannot be done now. Unlocks. Whether `mine` is done.
  bool DoWaiting(std::unique_lock<std::mutex>& lock, const Job& mine);
  void WakeNext();  // REQUIRES: mutex_ is held
  void DoTogether(const Jobs& jobs);
  base::Status TooLong(std::string_view purpose) const;

  Tried Try(Line* line, const Work& work, Deadline deadline);
  Tried Fail(std::string why, bool in_vain, Deadline deadline);
  std::string Trouble();

  const std::unique_ptr<Backend> backend_;  // goes after its connections
  const std::chrono::milliseconds wait_;

  std::mutex mutex_;
  fiber::Condition changed_;  // for those who read: a turn was given
  Line writer_;
  Line reader_;
  Jobs waiting_;
  unsigned crowd_ = 0;  // guarded by mutex_; commits since one was for more than one job

  // What was waited for in vain for all the time that there was, and until when nobody else does.
  std::string trouble_;
  Deadline trouble_until_{};
};

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_DATABASE_H_
