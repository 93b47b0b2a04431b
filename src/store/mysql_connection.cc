// The module "mysql": the journal on a server of MariaDB or MySQL, by MariaDB's own library, in the
// way in which that does not block: every wait is ours, and has its deadline.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <mariadb/mysql.h>
#include <sys/socket.h>

#include "base/version.h"
#include "store/mysql_error.h"
#include "store/server.h"
#include "store/wait_for_socket.h"

namespace click2call::store {
namespace {

using std::chrono::steady_clock;
using Kind = DatabaseError::Kind;

// A wait for a lock, and what is around it.
constexpr std::chrono::milliseconds kTurn{1200};

class MysqlConnection : public Connection {
 public:
  MysqlConnection(const ServerAddress& address, Deadline deadline);
  void MustEndBy(Deadline deadline) override { deadline_ = deadline; }
  void Begin() override;
  void Commit() override;
  void Rollback() noexcept override;
  void BeginChanges() override;
  void EndChanges() override { Ask("SELECT RELEASE_LOCK('click2call')"); }
  std::string InItsWords(const std::string& sql) const override;

 private:
  class One;
  struct Close {
    void operator()(MYSQL* connection) const { mysql_close(connection); }
  };

  void Connect(const ServerAddress& address);
  // What has no parameters, and whose answer is only waited for.
  void Ask(std::string_view sql);

  // What the library starts, and what goes on with it once the socket is ready.
  template <class Start, class GoOn>
  void Await(Start start, GoOn go_on);
  DatabaseError Failure(unsigned code, const char* text) const;

  Statement& Prepare(const std::string& sql) override;
  std::size_t Written() const override { return written_; }

  Deadline deadline_;
  bool too_late_ = false;  // the deadline has passed
  bool broken_ = false;    // of no use any more
  std::size_t written_ = 0;
  std::unordered_map<std::string, One> prepared_;
  // Goes first: a statement that has lost its connection waits for nothing when it goes.
  std::unique_ptr<MYSQL, Close> connection_{mysql_init(nullptr)};
};

template <class Start, class GoOn>
void MysqlConnection::Await(Start start, GoOn go_on) {
  if (broken_) throw DatabaseError(Kind::kLost, "the connection is gone");
  int waits_for = start();
  while (waits_for != 0) {
    short events = 0;
    if ((waits_for & MYSQL_WAIT_READ) != 0) events |= POLLIN;
    if ((waits_for & MYSQL_WAIT_WRITE) != 0) events |= POLLOUT;
    if ((waits_for & MYSQL_WAIT_EXCEPT) != 0) events |= POLLPRI;
    const short ready =
        WaitForSocket(static_cast<int>(mysql_get_socket(connection_.get())), events, deadline_);
    int found = 0;
    if ((ready & POLLIN) != 0) found |= MYSQL_WAIT_READ;
    if ((ready & POLLOUT) != 0) found |= MYSQL_WAIT_WRITE;
    if ((ready & POLLPRI) != 0) found |= MYSQL_WAIT_EXCEPT;
    if (ready == 0) {
      // With TLS it knows no end of waiting, but the end of a connection.
      too_late_ = broken_ = true;
      (void)shutdown(static_cast<int>(mysql_get_socket(connection_.get())), SHUT_RDWR);
      found = waits_for;
    }
    waits_for = go_on(found);
  }
}

// A statement. Answers come as text.
class MysqlConnection::One : public Statement {
 public:
  One(MysqlConnection* connection, const std::string& sql);

  void Bind(int parameter, std::string_view text) override {
    Parameter& one = At(parameter);
    one.size = text.size();
    Set(parameter, MYSQL_TYPE_STRING, const_cast<char*>(text.empty() ? "" : text.data()));
  }
  void Bind(int parameter, std::int64_t number) override {
    Parameter& one = At(parameter);
    one.number = number;
    Set(parameter, MYSQL_TYPE_LONGLONG, &one.number);
  }
  void Bind(int parameter, const std::optional<std::int64_t>& number) override {
    if (number) return Bind(parameter, *number);
    Set(parameter, MYSQL_TYPE_NULL, nullptr);
  }

  bool Step() override;
  void Reset() noexcept override;

  std::string Text(int column) const override {
    const Column& one = columns_[static_cast<std::size_t>(column)];
    return one.null != 0 ? "" : std::string(one.text.data(), one.size);
  }
  std::int64_t Number(int column) const override {
    return std::strtoll(Text(column).c_str(), nullptr, 10);
  }
  std::optional<std::int64_t> MaybeNumber(int column) const override {
    if (columns_[static_cast<std::size_t>(column)].null != 0) return std::nullopt;
    return Number(column);
  }

 private:
  struct Free {
    void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
  };
  struct Parameter {
    std::int64_t number = 0;
    unsigned long size = 0;
  };
  struct Column {
    std::vector<char> text;
    unsigned long size = 0;
    my_bool null = 0;
  };

  Parameter& At(int parameter) { return parameters_.at(static_cast<std::size_t>(parameter)); }
  void Set(int parameter, enum_field_types type, void* value);
  void Run();
  void MakeRoom();
  void Check(bool failed) const;

  MysqlConnection* const connection_;
  std::unique_ptr<MYSQL_STMT, Free> statement_;
  std::vector<Parameter> parameters_;
  std::vector<MYSQL_BIND> bound_;
  std::vector<Column> columns_;
  bool ran_ = false;
};

MysqlConnection::One::One(MysqlConnection* connection, const std::string& sql)
    : connection_(connection), statement_(mysql_stmt_init(connection->connection_.get())) {
  if (!statement_) throw DatabaseError(Kind::kLost, "the connection is gone");
  int failed = 0;
  connection_->Await(
      [&] { return mysql_stmt_prepare_start(&failed, statement_.get(), sql.data(), sql.size()); },
      [&](int ready) { return mysql_stmt_prepare_cont(&failed, statement_.get(), ready); });
  Check(failed != 0);
  parameters_.resize(mysql_stmt_param_count(statement_.get()));
  bound_.resize(parameters_.size());
  const my_bool yes = 1;
  mysql_stmt_attr_set(statement_.get(), STMT_ATTR_UPDATE_MAX_LENGTH, &yes);
}

void MysqlConnection::One::Set(int parameter, enum_field_types type, void* value) {
  MYSQL_BIND& bound = bound_.at(static_cast<std::size_t>(parameter));
  bound = {};
  bound.buffer_type = type;
  bound.buffer = value;
  bound.length = &At(parameter).size;
  bound.buffer_length = At(parameter).size;
}

void MysqlConnection::One::Run() {
  MYSQL_STMT* const statement = statement_.get();
  Check(!bound_.empty() && mysql_stmt_bind_param(statement, bound_.data()) != 0);
  int failed = 0;
  connection_->Await([&] { return mysql_stmt_execute_start(&failed, statement); },
                     [&](int ready) { return mysql_stmt_execute_cont(&failed, statement, ready); });
  Check(failed != 0);
  if (mysql_stmt_field_count(statement) == 0) {
    connection_->written_ = mysql_stmt_affected_rows(statement);
    ran_ = true;
    return;
  }
  connection_->Await(
      [&] { return mysql_stmt_store_result_start(&failed, statement); },
      [&](int ready) { return mysql_stmt_store_result_cont(&failed, statement, ready); });
  // The library then waits for the rest, which does not come, whatever is done with the statement.
  connection_->broken_ = connection_->broken_ || failed != 0;
  Check(failed != 0);
  ran_ = true;
  MakeRoom();
}

// For the longest text of each column.
void MysqlConnection::One::MakeRoom() {
  MYSQL_STMT* const statement = statement_.get();
  const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> shape(
      mysql_stmt_result_metadata(statement), mysql_free_result);
  Check(!shape);
  const MYSQL_FIELD* const fields = mysql_fetch_fields(shape.get());
  columns_.resize(mysql_num_fields(shape.get()));
  std::vector<MYSQL_BIND> room(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    // Numbers are not measured.
    columns_[i].text.resize(std::max(fields[i].max_length, 32UL));
    room[i].buffer_type = MYSQL_TYPE_STRING;
    room[i].buffer = columns_[i].text.data();
    room[i].buffer_length = columns_[i].text.size();
    room[i].length = &columns_[i].size;
    room[i].is_null = &columns_[i].null;
  }
  Check(mysql_stmt_bind_result(statement, room.data()) != 0);
}

bool MysqlConnection::One::Step() {
  if (!ran_) Run();
  if (mysql_stmt_field_count(statement_.get()) == 0) return false;
  const int fetched = mysql_stmt_fetch(statement_.get());
  Check(fetched != 0 && fetched != MYSQL_NO_DATA);
  return fetched == 0;
}

void MysqlConnection::One::Reset() noexcept {
  if (ran_) mysql_stmt_free_result(statement_.get());
  ran_ = false;
}

void MysqlConnection::One::Check(bool failed) const {
  if (!failed) return;
  throw connection_->Failure(mysql_stmt_errno(statement_.get()),
                             mysql_stmt_error(statement_.get()));
}

MysqlConnection::MysqlConnection(const ServerAddress& address, Deadline deadline)
    : deadline_(deadline) {
  Connect(address);
  // What does not fit is an error and not cut.
  Ask("SET SESSION sql_mode = 'STRICT_ALL_TABLES,PIPES_AS_CONCAT', autocommit = 1,"
      " innodb_lock_wait_timeout = 1, lock_wait_timeout = 1");
  Ask("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
}

void MysqlConnection::Connect(const ServerAddress& address) {
  MYSQL* const made = connection_.get();
  if (made == nullptr) throw DatabaseError(Kind::kOther, "out of memory");
  mysql_options(made, MYSQL_OPT_NONBLOCK, nullptr);
  mysql_options(made, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  const unsigned no = 0;
  mysql_options(made, MYSQL_OPT_LOCAL_INFILE, &no);
  // The handshake of TLS is all that the library waits for by itself.
  const auto left = std::chrono::ceil<std::chrono::seconds>(deadline_ - steady_clock::now());
  const auto seconds = static_cast<unsigned>(std::max<std::int64_t>(left.count(), 1));
  for (const auto kind :
       {MYSQL_OPT_CONNECT_TIMEOUT, MYSQL_OPT_READ_TIMEOUT, MYSQL_OPT_WRITE_TIMEOUT}) {
    mysql_options(made, kind, &seconds);
  }
  const std::string authority = address.Option("ssl_ca");
  if (!authority.empty()) {
    const my_bool yes = 1;
    mysql_options(made, MYSQL_OPT_SSL_CA, authority.c_str());
    mysql_options(made, MYSQL_OPT_SSL_ENFORCE, &yes);
    mysql_options(made, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
  }
  const std::string host = address.Option("host");
  const std::string user = address.Option("user");
  const std::string database = address.Option("db");
  const std::string port = address.Option("port");
  const bool local = host.starts_with('/');
  MYSQL* connected = nullptr;
  Await(
      [&] {
        return mysql_real_connect_start(
            &connected, made, local || host.empty() ? nullptr : host.c_str(), user.c_str(),
            address.password.Reveal().c_str(), database.c_str(),
            port.empty() ? 0 : static_cast<unsigned>(std::stoul(port)),
            local ? host.c_str() : nullptr, CLIENT_FOUND_ROWS);
      },
      [&](int ready) { return mysql_real_connect_cont(&connected, made, ready); });
  if (connected == nullptr) {
    const Kind kind = MysqlKindOf(mysql_errno(made));
    throw DatabaseError(too_late_ || kind == Kind::kLost ? Kind::kUnreachable : kind,
                        too_late_ ? "no answer" : mysql_error(made));
  }
  const int on = 1;
  (void)setsockopt(static_cast<int>(mysql_get_socket(made)), SOL_SOCKET, SO_KEEPALIVE, &on,
                   sizeof on);
}

void MysqlConnection::Ask(std::string_view sql) {
  MYSQL* const open = connection_.get();
  int failed = 0;
  Await([&] { return mysql_real_query_start(&failed, open, sql.data(), sql.size()); },
        [&](int ready) { return mysql_real_query_cont(&failed, open, ready); });
  if (failed == 0 && mysql_field_count(open) > 0) {
    MYSQL_RES* rows = nullptr;
    Await([&] { return mysql_store_result_start(&rows, open); },
          [&](int ready) { return mysql_store_result_cont(&rows, open, ready); });
    failed = rows == nullptr ? 1 : 0;
    mysql_free_result(rows);
  }
  if (failed != 0) throw Failure(mysql_errno(open), mysql_error(open));
}

DatabaseError MysqlConnection::Failure(unsigned code, const char* text) const {
  if (too_late_) return {Kind::kSilent, "no answer in time"};
  return {MysqlKindOf(code), text};
}

void MysqlConnection::Begin() {
  // It counts in seconds. When our own time is nearly over it is asked again and again instead, so
  // that it is known that it was for a lock.
  const bool hurry = deadline_ - steady_clock::now() < kTurn;
  Ask("START TRANSACTION");
  try {
    // What others write is read as it is when the first statement looks, which is after this.
    Ask(std::string("SELECT version FROM schema_version FOR UPDATE") + (hurry ? " NOWAIT" : ""));
  } catch (const DatabaseError&) {
    Rollback();
    throw;
  }
}

void MysqlConnection::Commit() {
  try {
    Ask("COMMIT");
  } catch (const DatabaseError& error) {
    const bool answered = error.Why() != Kind::kLost && error.Why() != Kind::kSilent;
    if (answered) throw;
    throw DatabaseError(Kind::kUncertain, error.what());
  }
}

void MysqlConnection::Rollback() noexcept {
  try {
    Ask("ROLLBACK");
  } catch (const std::exception&) {
    // Then the connection is gone, or the next use of it says what is wrong.
    (void)0;
  }
}

void MysqlConnection::BeginChanges() {
  const auto got = Query<std::int64_t>("SELECT GET_LOCK('click2call', 1)");
  if (got.empty() || got.front() != 1) {
    throw DatabaseError(Kind::kLocked, "somebody else changes the tables");
  }
}

// Texts are equal when their bytes are, and sort by them; a blank at the end counts. There are no
// indexes of a part of a table.
std::string MysqlConnection::InItsWords(const std::string& sql) const {
  if (sql.starts_with("CREATE TABLE")) {
    const bool mariadb = mariadb_connection(connection_.get()) != 0;
    return sql + " ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE " +
           (mariadb ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin");
  }
  if (sql.starts_with("CREATE INDEX")) return sql.substr(0, sql.find(" WHERE "));
  if (sql.starts_with("DROP INDEX")) return sql + " ON calls";
  return sql;
}

Statement& MysqlConnection::Prepare(const std::string& sql) {
  return prepared_.try_emplace(sql, this, sql).first->second;
}

std::unique_ptr<Connection> ConnectToMysql(const ServerAddress& address, Deadline deadline) {
  return std::make_unique<MysqlConnection>(address, deadline);
}

}  // namespace
}  // namespace click2call::store

// See net/module.h.
extern "C" void* click2call_mysql(const char* version) {  // NOLINT(readability-identifier-naming)
  if (std::string_view(version) != click2call::base::kVersion) return nullptr;
  if (mysql_library_init(0, nullptr, nullptr) != 0) return nullptr;
  return reinterpret_cast<void*>(&click2call::store::ConnectToMysql);
}
