#include "store/sqlite_backend.h"

#include <utility>

#include "store/database_file.h"
#include "store/schema.h"

namespace click2call::store {
namespace {

class FileConnection : public SqliteConnection {
 public:
  FileConnection(const std::string& path, FileId file) : SqliteConnection(path), file_(file) {}
  FileId File() const { return file_; }

 private:
  const FileId file_;  // which it was when it was opened
};

}  // namespace

base::Result<std::unique_ptr<Connection>> SqliteBackend::Connect(Deadline /*deadline*/) {
  FileId file;
  if (!OneForAll()) {
    // Before SQLite opens it: a file that comes in between is then seen as another one.
    const auto prepared = PrepareFile(path_);
    if (!prepared.Ok()) return prepared.Why();
    file = prepared.Value();
  }

  // SQLite's own wait is 0: it does not cover everything that can be locked, and ours does.
  auto opened = std::make_unique<FileConnection>(path_, file);
  Connection& connection = *opened;
  connection.Execute("PRAGMA synchronous=NORMAL");
  // In KiB, where SQLite would take twice as much. What calls have in common is far less, and where
  // each has its place in a large journal no cache is large enough.
  connection.Execute("PRAGMA cache_size=-1000");
  int version = SchemaVersion(connection);
  if (version < kSchemaVersion) {
    // A call touches a dozen pages, and each is written as a whole. It only goes for a new file.
    connection.Execute("PRAGMA page_size=1024");
    connection.Execute("PRAGMA journal_mode=WAL");
    version = Migrate(connection);
  }
  if (version > kSchemaVersion) {
    return base::Error{base::Code::kStoreUnavailable,
                       "the journal " + path_ + " " + MadeByNewer(version) +
                           ": upgrade the program, or name another file in store.url"};
  }
  if (!OneForAll()) CloseToOthers(path_);
  return std::unique_ptr<Connection>(std::move(opened));
}

bool SqliteBackend::StillThere(const Connection& connection) const {
  return OneForAll() || FileAt(path_) == static_cast<const FileConnection&>(connection).File();
}

void SqliteBackend::AfterWriting(const Connection& connection) {
  upkeep_.AfterWriting(static_cast<const SqliteConnection&>(connection));
}

void SqliteBackend::AtTheEnd(Connection* connection) {
  upkeep_.AtTheEnd(static_cast<SqliteConnection*>(connection));
}

std::string SqliteBackend::Explain(const DatabaseError& error) const {
  const std::string journal = "the journal " + path_;
  switch (error.Why()) {
    using enum DatabaseError::Kind;
    case kFull:
      return "the disk of " + journal + " is full: make room on it";
    case kDamaged:
      return journal +
             " is not a database of SQLite, or it is damaged: move it away, and a new one is made";
    case kForbidden:
      return journal +
             " cannot be opened for writing: give it, the files beside it and its folder to the "
             "user that this program runs as";
    case kInputOutput:
      return "reading or writing " + journal +
             " failed: see whether its disk is full or broken (dmesg)";
    default:
      return Explain(error.what());
  }
}

std::string SqliteBackend::ExplainLocked() const {
  return "another program keeps the journal " + path_ +
         " locked: see which one has it open (fuser " + path_ + ")";
}

std::string SqliteBackend::Explain(const std::string& text) const {
  return "the journal " + path_ + " fails: " + text;
}

}  // namespace click2call::store
