#ifndef CLICK2CALL_STORE_SQLITE_CONNECTION_H_
#define CLICK2CALL_STORE_SQLITE_CONNECTION_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/commit_writes.h"
#include "store/connection.h"
#include "store/sqlite_statement.h"

namespace click2call::store {

// A connection to a file of SQLite. It never waits: where somebody else holds a lock it fails.
//
// SQLite's own library and not POCO's: that one prepares a statement anew each time it is run, and
// loading it costs a CGI process more than all that it does with the journal.
class SqliteConnection : public Connection {
 public:
  static constexpr std::string_view kMemory = ":memory:";

  // REQUIRES: `path` is kMemory, or the full path of a file that is there.
  explicit SqliteConnection(const std::string& path);
  ~SqliteConnection() override;

  // Of the file beside the database that all writing goes to first: how long it was when this
  // connection wrote last. SQLite is told not to bring it in by itself, which takes two fsyncs: not
  // while somebody waits for his click to be recorded, and not when the connection is closed.
  int PagesAhead() const { return pages_ahead_; }
  // As far as the others allow: beside them, or also to the end, after which that file is empty.
  void BringIn(bool to_the_end);

  // With the right to write from the start: taking it after a read could fail at once, whatever the
  // wait, because somebody else wrote in between.
  void Begin() override;
  void Commit() override;
  void Rollback() noexcept override;
  void BeginChanges() override { Begin(); }
  void EndChanges() override { Commit(); }
  std::string InItsWords(const std::string& sql) const override { return sql; }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };

  static std::unique_ptr<sqlite3, Close> Open(const std::string& path);
  static int OnWritten(void* self, sqlite3* connection, const char* database, int pages);
  Statement& Prepare(const std::string& sql) override;
  std::size_t Written() const override;

  int pages_ahead_ = 0;
  CommitWrites writes_;
  std::unique_ptr<sqlite3, Close> connection_;
  std::unordered_map<std::string, SqliteStatement> prepared_;  // goes before its connection
};

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_SQLITE_CONNECTION_H_
