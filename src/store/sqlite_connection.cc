#include "store/sqlite_connection.h"

#include <sqlite3.h>

#include "store/commit_vfs.h"

namespace click2call::store {

void SqliteConnection::Close::operator()(sqlite3* connection) const {
  (void)sqlite3_close(connection);
}

std::unique_ptr<sqlite3, SqliteConnection::Close> SqliteConnection::Open(const std::string& path) {
  // Nobody asks for what SQLite would count at each allocation, under one lock for all threads.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3* opened = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &opened,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, CommitVfs());
  std::unique_ptr<sqlite3, Close> connection(opened);  // there is one even when that failed
  if (result != SQLITE_OK) throw LastErrorOf(opened);
  return connection;
}

SqliteConnection::SqliteConnection(const std::string& path) : connection_(Open(path)) {
  (void)sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  (void)sqlite3_wal_hook(connection_.get(), OnWritten, this);  // in the place of SQLite's own
}

SqliteConnection::~SqliteConnection() = default;

int SqliteConnection::OnWritten(void* self, sqlite3* /*connection*/, const char* /*database*/,
                                int pages) {
  static_cast<SqliteConnection*>(self)->pages_ahead_ = pages;
  return SQLITE_OK;
}

void SqliteConnection::BringIn(bool to_the_end) {
  const int mode = to_the_end ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  if (sqlite3_wal_checkpoint_v2(connection_.get(), nullptr, mode, nullptr, nullptr) != SQLITE_OK) {
    throw LastErrorOf(connection_.get());
  }
}

void SqliteConnection::Begin() { Execute("BEGIN IMMEDIATE"); }

void SqliteConnection::Commit() {
  const Committing together(&writes_);
  Execute("COMMIT");
}

void SqliteConnection::Rollback() noexcept {
  try {
    Execute("ROLLBACK");
  } catch (const std::exception&) {
    // SQLite has done it by itself: so it does when a disk is full.
    (void)0;
  }
}

Statement& SqliteConnection::Prepare(const std::string& sql) {
  return prepared_.try_emplace(sql, connection_.get(), sql).first->second;
}

std::size_t SqliteConnection::Written() const {
  return static_cast<std::size_t>(sqlite3_changes(connection_.get()));
}

}  // namespace click2call::store
