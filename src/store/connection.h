#ifndef CLICK2CALL_STORE_CONNECTION_H_
#define CLICK2CALL_STORE_CONNECTION_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "store/database_error.h"
#include "store/statement.h"

namespace click2call::store {

using Deadline = std::chrono::steady_clock::time_point;

// A connection to a database. It keeps what it has prepared: the text of a statement is the key, so
// values belong into parameters. For one thread at a time. Everything may throw DatabaseError;
// nothing stays open behind it.
class Connection {
 public:
  Connection() = default;
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Each `?` of `sql` gets the next of `values`, of which one may be a std::vector<Value>. Returns
  // how many rows were written, by a statement that writes: those that were found, also where they
  // stood so before.
  template <class... Values>
  std::size_t Execute(const std::string& sql, const Values&... values) {
    Run run(Prepare(sql), values...);
    while (run.statement.Step()) continue;
    return Written();
  }

  // All rows of a SELECT.
  template <class Row, class... Values>
  std::vector<Row> Query(const std::string& sql, const Values&... values) {
    std::vector<Row> rows;
    Run run(Prepare(sql), values...);
    while (run.statement.Step()) ReadRow(run.statement, &rows.emplace_back());
    return rows;
  }

  // By when whatever comes now has to be done, or fails. SQLite never waits.
  virtual void MustEndBy(Deadline /*deadline*/) {}

  // A transaction that alone may write while it lasts, whoever else has a connection. Each sees
  // what was written before it began.
  virtual void Begin() = 0;
  // kUncertain where it may have been done: then it must not be done again.
  virtual void Commit() = 0;
  virtual void Rollback() noexcept = 0;

  // Between these two nobody else changes tables. Only after EndChanges() it is certain that what
  // was changed stays, and of what somebody began who died any part may be there.
  virtual void BeginChanges() = 0;
  virtual void EndChanges() = 0;
  // A statement that makes, changes or drops a table, in the words of this database.
  virtual std::string InItsWords(const std::string& sql) const = 0;

  // For Execute() and Query(): a statement that stays, and what the last one wrote.
  virtual Statement& Prepare(const std::string& sql) = 0;
  virtual std::size_t Written() const = 0;

 private:
  struct Run {
    template <class... Values>
    explicit Run(Statement& prepared, const Values&... values) : statement(prepared) {
      int parameter = 0;
      (Bind(&parameter, values), ...);
    }
    ~Run() { statement.Reset(); }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    template <class One>
    void Bind(int* parameter, const One& value) {
      statement.Bind((*parameter)++, value);
    }
    void Bind(int* parameter, const std::vector<Value>& values) {
      for (const Value& value : values) {
        std::visit([&](const auto& one) { Bind(parameter, one); }, value);
      }
    }

    Statement& statement;
  };
};

// `work` as a transaction: all of it or, when it throws, nothing.
void InTransaction(Connection& connection, const std::function<void(Connection&)>& work);

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_CONNECTION_H_
