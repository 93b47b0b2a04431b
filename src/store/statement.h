#ifndef CLICK2CALL_STORE_STATEMENT_H_
#define CLICK2CALL_STORE_STATEMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace click2call::store {

using Value = std::variant<std::string, std::int64_t>;

// One statement, prepared once and run any number of times. Parameters count from 0 as columns do.
// Everything may throw DatabaseError.
class Statement {
 public:
  Statement() = default;
  virtual ~Statement() = default;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // A text has to stay where it is until Reset().
  virtual void Bind(int parameter, std::string_view text) = 0;
  virtual void Bind(int parameter, std::int64_t number) = 0;
  virtual void Bind(int parameter, const std::optional<std::int64_t>& number) = 0;

  virtual bool Step() = 0;  // to the next row, if there is one
  virtual void Reset() noexcept = 0;

  // REQUIRES: Step() returned true.
  virtual std::string Text(int column) const = 0;
  virtual std::int64_t Number(int column) const = 0;
  virtual std::optional<std::int64_t> MaybeNumber(int column) const = 0;
};

// How a row is read, by what it is read into. Others stand beside their types.
inline void ReadRow(const Statement& from, std::string* row) { *row = from.Text(0); }
inline void ReadRow(const Statement& from, std::int64_t* row) { *row = from.Number(0); }

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_STATEMENT_H_
