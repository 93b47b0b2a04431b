#ifndef CLICK2CALL_STORE_STATEMENT_H_
#define CLICK2CALL_STORE_STATEMENT_H_

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace click2call::store {

// What SQLite says no with.
class DatabaseError : public std::runtime_error {
 public:
  enum class Kind { kLocked, kFull, kDamaged, kForbidden, kInputOutput, kOther };

  // The error that the connection had last.
  explicit DatabaseError(sqlite3* connection);

  Kind Why() const { return kind_; }

 private:
  Kind kind_;
};

using Value = std::variant<std::string, std::int64_t>;

// One statement of SQLite, prepared once and run any number of times. Parameters count from 0 as
// columns do. Everything may throw DatabaseError.
class Statement {
 public:
  Statement(sqlite3* connection, const std::string& sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // A text has to stay where it is until Reset().
  void Bind(int parameter, std::string_view text);
  void Bind(int parameter, std::int64_t number);
  void Bind(int parameter, const std::optional<std::int64_t>& number);

  bool Step();  // to the next row, if there is one
  void Reset() noexcept;

  // REQUIRES: Step() returned true.
  std::string Text(int column) const;
  std::int64_t Number(int column) const;
  std::optional<std::int64_t> MaybeNumber(int column) const;

 private:
  void Check(int result) const;

  sqlite3* const connection_;
  sqlite3_stmt* statement_ = nullptr;
};

// How a row is read, by what it is read into. Others stand beside their types.
inline void ReadRow(const Statement& from, std::string* row) { *row = from.Text(0); }
inline void ReadRow(const Statement& from, std::int64_t* row) { *row = from.Number(0); }

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_STATEMENT_H_
