#ifndef CLICK2CALL_STORE_DATABASE_H_
#define CLICK2CALL_STORE_DATABASE_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <Poco/Data/Session.h>

#include "base/result.h"
#include "store/database_file.h"

namespace click2call::store {

// One connection to a SQLite file, shared by the threads of this process, which take turns.
//
// It connects at the first need, and again when the connection failed or when its file was moved,
// deleted or replaced: what was mended needs no restart. Every wait, for other threads and for
// other processes, is within `wait` for each call.
class Database {
 public:
  static constexpr std::string_view kMemory = ":memory:";

  // May be done more than once, until it goes through: it sets its results anew each time. It may
  // throw what POCO throws.
  using Work = std::function<void(Poco::Data::Session&)>;

  // REQUIRES: `path` is absolute, or kMemory.
  Database(std::string path, std::chrono::milliseconds wait);

  // `work` alone, for a single SELECT; and `work` as one transaction, which is the only one that
  // writes while it lasts. Errors are kStoreUnavailable: "cannot <purpose>: …".
  base::Status Read(std::string_view purpose, const Work& work);
  base::Status Change(std::string_view purpose, const Work& work);

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  bool TakeTurn(Deadline deadline);
  void GiveTurn();
  // Nothing when somebody else holds a lock.
  std::optional<base::Status> Try(std::string_view purpose, const Work& work);
  base::Status Connect();
  bool InMemory() const { return path_ == kMemory; }

  const std::string path_;
  const std::chrono::milliseconds wait_;

  std::mutex mutex_;
  std::condition_variable turn_given_;
  bool taken_ = false;  // guarded by mutex_

  // Of whoever has the turn.
  std::optional<Poco::Data::Session> session_;
  FileId file_id_;
};

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_DATABASE_H_
