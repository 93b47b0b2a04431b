#include "store/database.h"

#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include <Poco/Data/DataException.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/SQLiteException.h>

#include "store/schema.h"
#include "store/statement.h"

namespace click2call::store {
namespace {

namespace sqlite = Poco::Data::SQLite;
using std::chrono::steady_clock;

template <class... Kinds>
bool IsOneOf(const Poco::Exception& error) {
  return ((dynamic_cast<const Kinds*>(&error) != nullptr) || ...);
}

bool IsLock(const Poco::Exception& error) {
  return IsOneOf<sqlite::DBLockedException, sqlite::TableLockedException,
                 sqlite::LockProtocolException>(error);
}

std::string Explain(const std::string& path, const Poco::Exception& error) {
  const std::string journal = "the journal " + path;
  if (IsOneOf<sqlite::DatabaseFullException>(error)) {
    return "the disk of " + journal + " is full: make room on it";
  }
  if (IsOneOf<sqlite::CorruptImageException>(error)) {
    return journal +
           " is not a database of SQLite, or it is damaged: move it away, and a new one is made";
  }
  if (IsOneOf<sqlite::ReadOnlyException, sqlite::DBAccessDeniedException,
              sqlite::CantOpenDBFileException, Poco::Data::ConnectionFailedException>(error)) {
    return journal +
           " cannot be opened for writing: give it, the files beside it and its folder to the user "
           "that this program runs as";
  }
  if (IsOneOf<sqlite::IOErrorException>(error)) {
    return "reading or writing " + journal +
           " failed: see whether its disk is full or broken (dmesg)";
  }
  return journal + " fails: " + error.displayText();
}

std::string TooLong(const std::string& path) {
  return "another program keeps the journal " + path +
         " locked: see which one has it open (fuser " + path + ")";
}

// Not the same for all, so that those who wait for each other do not stay in step.
std::chrono::microseconds Pause() {
  return std::chrono::microseconds(500 + steady_clock::now().time_since_epoch().count() % 3000);
}

void RegisterOnce() {
  static std::once_flag registered;
  std::call_once(registered, sqlite::Connector::registerConnector);
}

}  // namespace

Database::Database(std::string path, std::chrono::milliseconds wait)
    : path_(std::move(path)), wait_(wait) {
  RegisterOnce();
}

base::Status Database::Read(std::string_view purpose, const Work& work) {
  const Deadline deadline = steady_clock::now() + wait_;
  while (TakeTurn(deadline)) {
    auto done = Try(purpose, work);
    GiveTurn();
    if (done) return *std::move(done);
    if (steady_clock::now() >= deadline) break;
    std::this_thread::sleep_for(Pause());
  }
  return base::Error{base::Code::kStoreUnavailable,
                     "cannot " + std::string(purpose) + ": " + TooLong(path_)};
}

base::Status Database::Change(std::string_view purpose, const Work& work) {
  return Read(purpose, [&](Poco::Data::Session& session) { InTransaction(session, work); });
}

bool Database::TakeTurn(Deadline deadline) {
  // Not a timed mutex: the thread sanitizer of g++ 12 does not know how that locks.
  std::unique_lock lock(mutex_);
  if (!turn_given_.wait_until(lock, deadline, [this] { return !taken_; })) return false;
  taken_ = true;
  return true;
}

void Database::GiveTurn() {
  {
    const std::lock_guard lock(mutex_);
    taken_ = false;
  }
  turn_given_.notify_one();
}

std::optional<base::Status> Database::Try(std::string_view purpose, const Work& work) {
  std::string why;
  try {
    if (!session_ || (!InMemory() && FileAt(path_) != file_id_)) {
      const base::Status connected = Connect();
      if (!connected.Ok()) why = connected.Why().message;
    }
    if (why.empty()) {
      work(*session_);
      return base::Done();
    }
  } catch (const Poco::Exception& error) {
    if (IsLock(error)) return std::nullopt;
    why = Explain(path_, error);
  } catch (const std::exception& error) {
    why = "the journal " + path_ + " fails: " + error.what();
  }
  if (!InMemory()) session_.reset();
  return base::Error{base::Code::kStoreUnavailable, "cannot " + std::string(purpose) + ": " + why};
}

base::Status Database::Connect() {
  session_.reset();
  if (!InMemory()) {
    // Before SQLite opens it: a file that comes in between is then seen as another one.
    const auto file = PrepareFile(path_);
    if (!file.Ok()) return file.Why();
    file_id_ = file.Value();
  }

  // SQLite's own wait is 0: it does not cover everything that can be locked, and ours does.
  Poco::Data::Session session(sqlite::Connector::KEY, path_, 0);
  Execute(session, "PRAGMA synchronous=NORMAL");
  int version = SchemaVersion(session);
  if (version < kSchemaVersion) {
    Execute(session, "PRAGMA journal_mode=WAL");
    version = Migrate(session);
  }
  if (version > kSchemaVersion) {
    return base::Error{base::Code::kStoreUnavailable,
                       "the journal " + path_ + " was made by a newer click2call (version " +
                           std::to_string(version) + " of its tables, and this one knows " +
                           std::to_string(kSchemaVersion) +
                           "): upgrade the program, or name another file in store.url"};
  }
  if (!InMemory()) CloseToOthers(path_);
  session_ = std::move(session);
  return base::Done();
}

}  // namespace click2call::store
