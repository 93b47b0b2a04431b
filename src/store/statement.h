#ifndef CLICK2CALL_STORE_STATEMENT_H_
#define CLICK2CALL_STORE_STATEMENT_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

namespace click2call::store {

// POCO's statements as functions: each `?` of `sql` gets the next of `values`. They throw what POCO
// throws.

// Returns how many rows were written.
template <class... Values>
std::size_t Execute(Poco::Data::Session& session, const std::string& sql, const Values&... values) {
  Poco::Data::Statement statement(session);
  statement << sql;
  (statement.addBind(Poco::Data::Keywords::bind(values)), ...);
  return statement.execute();
}

// All rows of a SELECT: nothing stays open behind it.
template <class Row, class... Values>
std::vector<Row> Query(Poco::Data::Session& session, const std::string& sql,
                       const Values&... values) {
  std::vector<Row> rows;
  Poco::Data::Statement statement(session);
  statement << sql;
  (statement.addBind(Poco::Data::Keywords::bind(values)), ...);
  statement.addExtract(Poco::Data::Keywords::into(rows));
  statement.execute();
  return rows;
}

// `work`, with the right to write from the start: taking it after a read could fail at once,
// whatever the wait, because somebody else wrote in between. All of it or, when it throws, nothing.
void InTransaction(Poco::Data::Session& session,
                   const std::function<void(Poco::Data::Session&)>& work);

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_STATEMENT_H_
