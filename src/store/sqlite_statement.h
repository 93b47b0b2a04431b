#ifndef CLICK2CALL_STORE_SQLITE_STATEMENT_H_
#define CLICK2CALL_STORE_SQLITE_STATEMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/database_error.h"
#include "store/statement.h"

struct sqlite3;
struct sqlite3_stmt;

namespace click2call::store {

// The error that the connection had last.
DatabaseError LastErrorOf(sqlite3* connection);

class SqliteStatement : public Statement {
 public:
  SqliteStatement(sqlite3* connection, const std::string& sql);
  ~SqliteStatement() override;

  void Bind(int parameter, std::string_view text) override;
  void Bind(int parameter, std::int64_t number) override;
  void Bind(int parameter, const std::optional<std::int64_t>& number) override;
  bool Step() override;
  void Reset() noexcept override;
  std::string Text(int column) const override;
  std::int64_t Number(int column) const override;
  std::optional<std::int64_t> MaybeNumber(int column) const override;

 private:
  void Check(int result) const;

  sqlite3* const connection_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_SQLITE_STATEMENT_H_
