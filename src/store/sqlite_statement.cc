#include "store/sqlite_statement.h"

#include <sqlite3.h>

namespace click2call::store {
namespace {

DatabaseError::Kind KindOf(int code, std::string_view text) {
  using enum DatabaseError::Kind;
  switch (code & 0xff) {  // the rest says more than anybody here needs
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return kLocked;
    case SQLITE_FULL:
      return kFull;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return kDamaged;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return kForbidden;
    case SQLITE_IOERR:
      return kInputOutput;
    case SQLITE_ERROR:
      return text.starts_with("no such table") ? kNoTable : kOther;
    default:
      return kOther;
  }
}

}  // namespace

DatabaseError LastErrorOf(sqlite3* connection) {
  const std::string text = sqlite3_errmsg(connection);
  return {KindOf(sqlite3_errcode(connection), text), text};
}

SqliteStatement::SqliteStatement(sqlite3* connection, const std::string& sql)
    : connection_(connection) {
  Check(sqlite3_prepare_v3(connection, sql.c_str(), static_cast<int>(sql.size() + 1),
                           SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
}

SqliteStatement::~SqliteStatement() { (void)sqlite3_finalize(statement_); }

void SqliteStatement::Bind(int parameter, std::string_view text) {
  Check(sqlite3_bind_text64(statement_, parameter + 1, text.empty() ? "" : text.data(), text.size(),
                            SQLITE_STATIC, SQLITE_UTF8));
}

void SqliteStatement::Bind(int parameter, std::int64_t number) {
  Check(sqlite3_bind_int64(statement_, parameter + 1, number));
}

void SqliteStatement::Bind(int parameter, const std::optional<std::int64_t>& number) {
  if (number) {
    Bind(parameter, *number);
  } else {
    Check(sqlite3_bind_null(statement_, parameter + 1));
  }
}

bool SqliteStatement::Step() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) throw LastErrorOf(connection_);
  return false;
}

void SqliteStatement::Reset() noexcept { (void)sqlite3_reset(statement_); }

std::string SqliteStatement::Text(int column) const {
  // In this order: the first call makes it the text whose size the second one tells.
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return text == nullptr ? "" : std::string(text, size);
}

std::int64_t SqliteStatement::Number(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::optional<std::int64_t> SqliteStatement::MaybeNumber(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return Number(column);
}

void SqliteStatement::Check(int result) const {
  if (result != SQLITE_OK) throw LastErrorOf(connection_);
}

}  // namespace click2call::store
