#ifndef CLICK2CALL_STORE_DATABASE_H_
#define CLICK2CALL_STORE_DATABASE_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/connection.h"
#include "store/database_file.h"
#include "store/upkeep.h"

namespace click2call::store {

// A SQLite file, shared by the threads of this process. One connection writes: whoever comes while
// others wait is done together with them, in one transaction. Another one reads while it does; it
// is only opened when it is needed, so never by a process that serves one request.
//
// It connects at the first need, and again when the connection failed or when its file was moved,
// deleted or replaced: what was mended needs no restart. Every wait, for other threads and for
// other processes, is within `wait` for each call.
class Database {
 public:
  static constexpr std::string_view kMemory = Connection::kMemory;

  // May be done more than once, until it goes through: it sets its results anew each time. It may
  // throw DatabaseError.
  using Work = std::function<void(Connection&)>;

  // REQUIRES: `path` is absolute, or kMemory.
  Database(std::string path, std::chrono::milliseconds wait);
  ~Database();

  // `work` alone, for a single SELECT; and `work` as one transaction, which is the only one that
  // writes while it lasts. Errors are kStoreUnavailable: "cannot <purpose>: …".
  base::Status Read(std::string_view purpose, const Work& work);
  base::Status Change(std::string_view purpose, const Work& work);

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  // One connection, used by whoever has the turn.
  struct Line {
    bool taken = false;                      // guarded by mutex_
    std::unique_ptr<Connection> connection;  // of whoever has the turn, as is `file`
    FileId file;
  };
  // A change that waits for its turn. It is gone once its result is there.
  struct Job {
    std::string_view purpose;
    const Work& work;
    std::optional<base::Status> outcome = std::nullopt;  // of whoever runs it
    bool running = false;                                // guarded by mutex_, as is `result`
    std::optional<base::Status> result = std::nullopt;
  };
  using Jobs = std::vector<Job*>;

  Line* TakeTurnToRead(Deadline deadline);
  void GiveTurn(Line* line);

  // Does what waits, or leaves what cannot be done now.
  void DoWaiting(std::unique_lock<std::mutex>& lock);
  void DoTogether(const Jobs& jobs);
  base::Status TooLong(std::string_view purpose) const;

  // Nothing when somebody else holds a lock.
  std::optional<base::Status> Try(Line* line, std::string_view purpose, const Work& work);
  base::Status Connect(Line* line) const;
  bool InMemory() const { return path_ == kMemory; }

  const std::string path_;
  const std::chrono::milliseconds wait_;

  std::mutex mutex_;
  std::condition_variable changed_;  // a turn was given, a job was done
  Line writer_;
  Line reader_;
  Jobs waiting_;
  unsigned crowd_ = 0;  // guarded by mutex_; commits since one was for more than one job

  Upkeep upkeep_;
};

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_DATABASE_H_
