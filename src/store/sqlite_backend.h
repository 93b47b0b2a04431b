#ifndef CLICK2CALL_STORE_SQLITE_BACKEND_H_
#define CLICK2CALL_STORE_SQLITE_BACKEND_H_

#include <memory>
#include <string>

#include "base/log.h"
#include "store/backend.h"
#include "store/sqlite_connection.h"
#include "store/upkeep.h"

namespace click2call::store {

// A file of SQLite, which is created when it is missing. One that was moved, deleted or replaced
// since is not there any more, so that the next use is of the one that is.
class SqliteBackend : public Backend {
 public:
  // REQUIRES: `path` is absolute, or SqliteConnection::kMemory. `log` may be null.
  SqliteBackend(const std::string& path, base::Log* log) : path_(path), upkeep_(path, log) {}

  base::Result<std::unique_ptr<Connection>> Connect(Deadline deadline) override;
  bool OneForAll() const override { return path_ == SqliteConnection::kMemory; }
  bool StillThere(const Connection& connection) const override;
  void AfterWriting(const Connection& connection) override;
  void AtTheEnd(Connection* connection) override;
  std::string Explain(const DatabaseError& error) const override;
  std::string ExplainLocked() const override;
  std::string Explain(const std::string& text) const override;

 private:
  const std::string path_;
  Upkeep upkeep_;
};

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_SQLITE_BACKEND_H_
