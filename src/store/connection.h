#ifndef CLICK2CALL_STORE_CONNECTION_H_
#define CLICK2CALL_STORE_CONNECTION_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "store/statement.h"

namespace click2call::store {

// A connection to SQLite that keeps what it has prepared: the text of a statement is the key, so
// values belong into parameters. For one thread at a time. Everything may throw DatabaseError;
// nothing stays open behind it.
//
// SQLite's own library and not POCO's: that one prepares a statement anew each time it is run, and
// loading it costs a CGI process more than all that it does with the journal.
class Connection {
 public:
  static constexpr std::string_view kMemory = ":memory:";

  // REQUIRES: `path` is kMemory, or the full path of a file that is there.
  explicit Connection(const std::string& path);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Each `?` of `sql` gets the next of `values`, of which one may be a std::vector<Value>. Returns
  // how many rows were written, by a statement that writes.
  template <class... Values>
  std::size_t Execute(const std::string& sql, const Values&... values) {
    Run run(Prepared(sql), values...);
    while (run.statement.Step()) continue;
    return Written();
  }

  // Of the file beside the database that all writing goes to first: how long it was when this
  // connection wrote last. SQLite is told not to bring it in by itself, which takes two fsyncs: not
  // while somebody waits for his click to be recorded, and not when the connection is closed.
  int PagesAhead() const { return pages_ahead_; }
  // As far as the others allow: beside them, or also to the end, after which that file is empty.
  void BringIn(bool to_the_end);

  // All rows of a SELECT.
  template <class Row, class... Values>
  std::vector<Row> Query(const std::string& sql, const Values&... values) {
    std::vector<Row> rows;
    Run run(Prepared(sql), values...);
    while (run.statement.Step()) ReadRow(run.statement, &rows.emplace_back());
    return rows;
  }

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
  struct Close {
    void operator()(sqlite3* connection) const;
  };

  static std::unique_ptr<sqlite3, Close> Open(const std::string& path);
  static int OnWritten(void* self, sqlite3* connection, const char* database, int pages);
  Statement& Prepared(const std::string& sql);
  std::size_t Written() const;

  int pages_ahead_ = 0;
  std::unique_ptr<sqlite3, Close> connection_;
  std::unordered_map<std::string, Statement> prepared_;  // goes before its connection
};

// `work`, with the right to write from the start: taking it after a read could fail at once,
// whatever the wait, because somebody else wrote in between. All of it or, when it throws, nothing.
void InTransaction(Connection& connection, const std::function<void(Connection&)>& work);

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_CONNECTION_H_
