// The module "postgresql": the journal on a server of PostgreSQL, by its own library, libpq. POCO's
// connector waits for an answer for as long as it takes, which here is never longer than a
// deadline.

#include <algorithm>
#include <array>
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

#include <endian.h>
#include <postgresql/libpq-fe.h>

#include "base/version.h"
#include "store/server.h"
#include "store/wait_for_socket.h"

namespace click2call::store {
namespace {

using Kind = DatabaseError::Kind;

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

// What its library says goes on for lines.
std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == '\n' || c == '\t' || c == ' ';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

// A server that turns one away says so in words alone.
Kind WhyNotConnected(std::string_view text) {
  struct Sign {
    std::string_view text;
    Kind kind;
  };
  using enum DatabaseError::Kind;
  constexpr std::array kSigns = {
      Sign{"authentication failed", kLogin},
      Sign{"no pg_hba.conf entry", kLogin},
      Sign{"no password supplied", kLogin},
      Sign{"permission denied", kForbidden},
      Sign{"too many clients", kCrowded},
      Sign{"too many connections", kCrowded},
      Sign{"connection slots are reserved", kCrowded},
      Sign{"could not translate host name", kUnknownHost},
      Sign{"SSL", kNoTls},
      Sign{"certificate", kNoTls},
  };
  for (const Sign& sign : kSigns) {
    if (text.find(sign.text) != std::string_view::npos) return sign.kind;
  }
  const bool missing = text.find("\" does not exist") != std::string_view::npos;
  if (missing && text.find("database \"") != std::string_view::npos) return kNoDatabase;
  if (missing && text.find("role \"") != std::string_view::npos) return kLogin;
  return kUnreachable;
}

Kind KindOf(std::string_view state) {
  struct Meaning {
    std::string_view state;
    Kind kind;
  };
  using enum DatabaseError::Kind;
  constexpr std::array kMeanings = {
      Meaning{"55P03", kLocked},    Meaning{"40001", kLocked},  Meaning{"40P01", kLocked},
      Meaning{"53100", kFull},      Meaning{"53300", kCrowded}, Meaning{"58030", kInputOutput},
      Meaning{"42501", kForbidden}, Meaning{"42P01", kNoTable}, Meaning{"42P07", kThere},
      Meaning{"42701", kThere},     Meaning{"42704", kThere},   Meaning{"22001", kValue},
      Meaning{"22021", kValue},     Meaning{"22P05", kValue},   Meaning{"25006", kReadOnly},
      Meaning{"57014", kSilent},    Meaning{"XX001", kDamaged}, Meaning{"XX002", kDamaged},
  };
  for (const Meaning& meaning : kMeanings) {
    if (meaning.state == state) return meaning.kind;
  }
  const bool leaves = state.starts_with("08") || state.starts_with("57P");
  return leaves ? kLost : kOther;
}

class PostgresqlConnection : public Connection {
 public:
  PostgresqlConnection(const ServerAddress& address, Deadline deadline);

  void MustEndBy(Deadline deadline) override { deadline_ = deadline; }
  void Begin() override;
  void Commit() override;
  void Rollback() noexcept override;
  void BeginChanges() override { (void)Ask("SELECT pg_advisory_lock(" + std::string(kLock) + ")"); }
  void EndChanges() override { (void)Ask("SELECT pg_advisory_unlock(" + std::string(kLock) + ")"); }
  std::string InItsWords(const std::string& sql) const override;

 private:
  class One;
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };

  static constexpr std::string_view kLock = "7161616110101";  // a number that others hardly choose

  void Connect(const ServerAddress& address);
  Result Ask(const std::string& sql);  // what has no parameters
  Result Answer(bool sent);
  Statement& Prepare(const std::string& sql) override;
  std::size_t Written() const override { return written_; }

  std::unique_ptr<PGconn, Finish> connection_;
  Deadline deadline_;
  std::size_t written_ = 0;
  std::unordered_map<std::string, One> prepared_;
};

// A statement. Parameters go as they are in memory, answers come as text.
class PostgresqlConnection::One : public Statement {
 public:
  One(PostgresqlConnection* connection, const std::string& sql, std::size_t number);

  void Bind(int parameter, std::string_view text) override {
    Set(parameter, kText, text.empty() ? "" : text.data(), text.size());
  }
  void Bind(int parameter, std::int64_t number) override {
    Parameter& one = Set(parameter, kNumber, nullptr, sizeof(std::uint64_t));
    one.number = htobe64(static_cast<std::uint64_t>(number));
    one.data = nullptr;
  }
  void Bind(int parameter, const std::optional<std::int64_t>& number) override {
    if (number) return Bind(parameter, *number);
    Set(parameter, kNumber, nullptr, 0);
  }

  bool Step() override;
  void Reset() noexcept override;

  std::string Text(int column) const override {
    return {PQgetvalue(result_.get(), row_, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row_, column))};
  }
  std::int64_t Number(int column) const override {
    return std::strtoll(PQgetvalue(result_.get(), row_, column), nullptr, 10);
  }
  std::optional<std::int64_t> MaybeNumber(int column) const override {
    if (PQgetisnull(result_.get(), row_, column) != 0) return std::nullopt;
    return Number(column);
  }

 private:
  static constexpr Oid kText = 25;
  static constexpr Oid kNumber = 20;  // of 8 bytes, the highest first

  struct Parameter {
    Oid type = kText;
    const char* data = nullptr;
    std::size_t size = 0;
    std::uint64_t number = 0;
  };

  Parameter& Set(int parameter, Oid type, const char* data, std::size_t size) {
    if (parameters_.size() <= static_cast<std::size_t>(parameter)) {
      parameters_.resize(static_cast<std::size_t>(parameter) + 1);
    }
    return parameters_[static_cast<std::size_t>(parameter)] = {type, data, size, 0};
  }
  void Run();

  PostgresqlConnection* const connection_;
  std::string sql_;
  const std::string name_;
  bool used_ = false;
  bool prepared_ = false;
  std::vector<Parameter> parameters_;
  Result result_;
  int row_ = 0;
};

// ? becomes $1, $2 and so on: there is no text in our statements that has one.
PostgresqlConnection::One::One(PostgresqlConnection* connection, const std::string& sql,
                               std::size_t number)
    : connection_(connection), name_("c2c" + std::to_string(number)) {
  int parameters = 0;
  for (const char c : sql) {
    if (c == '?') {
      sql_ += "$" + std::to_string(++parameters);
    } else {
      sql_ += c;
    }
  }
}

void PostgresqlConnection::One::Run() {
  PGconn* const open = connection_->connection_.get();
  const auto count = static_cast<int>(parameters_.size());
  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<int> sizes;
  for (const Parameter& one : parameters_) {
    const bool number = one.type == kNumber && one.size > 0;
    types.push_back(one.type);
    values.push_back(number ? reinterpret_cast<const char*>(&one.number) : one.data);
    sizes.push_back(static_cast<int>(one.size));
  }
  const std::vector<int> binary(parameters_.size(), 1);
  if (!used_) {
    // A process that serves one request runs most of them once: in one round trip.
    result_ =
        connection_->Answer(PQsendQueryParams(open, sql_.c_str(), count, types.data(),
                                              values.data(), sizes.data(), binary.data(), 0) == 1);
    used_ = true;
    return;
  }
  if (!prepared_) {
    (void)connection_->Answer(
        PQsendPrepare(open, name_.c_str(), sql_.c_str(), count, types.data()) == 1);
    prepared_ = true;
  }
  result_ = connection_->Answer(PQsendQueryPrepared(open, name_.c_str(), count, values.data(),
                                                    sizes.data(), binary.data(), 0) == 1);
}

bool PostgresqlConnection::One::Step() {
  if (result_) {
    ++row_;
  } else {
    Run();
    row_ = 0;
  }
  return row_ < PQntuples(result_.get());
}

void PostgresqlConnection::One::Reset() noexcept {
  result_.reset();
  parameters_.clear();
}

PostgresqlConnection::PostgresqlConnection(const ServerAddress& address, Deadline deadline)
    : deadline_(deadline) {
  Connect(address);
  // What is given up here shall not go on there.
  (void)Ask(
      "SET lock_timeout = 1000; SET statement_timeout = 10000;"
      " SET default_transaction_isolation = 'read committed'");
}

void PostgresqlConnection::Connect(const ServerAddress& address) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  const auto add = [&](const char* name, const char* value) {
    names.push_back(name);
    values.push_back(value);
  };
  for (const auto& [name, value] : address.options) add(name.c_str(), value.c_str());
  add("password", address.password.Reveal().c_str());
  add("client_encoding", "UTF8");
  add("application_name", "click2call");
  add("keepalives_idle", "30");
  add("gssencmode", "disable");  // looking for tickets takes longer than all the rest
  add(nullptr, nullptr);

  connection_.reset(PQconnectStartParams(names.data(), values.data(), /*expand_dbname=*/0));
  PGconn* const made = connection_.get();
  auto state = PQstatus(made) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    if (state == PGRES_POLLING_FAILED) {
      const std::string text = OneLine(PQerrorMessage(made));
      throw DatabaseError(WhyNotConnected(text), text);
    }
    const short event = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (WaitForSocket(PQsocket(made), event, deadline_) == 0) {
      throw DatabaseError(Kind::kUnreachable, "no answer");
    }
    state = PQconnectPoll(made);
  }
  PQsetNoticeProcessor(
      made, [](void*, const char*) {}, nullptr);
  if (PQsetnonblocking(made, 1) != 0) throw DatabaseError(Kind::kOther, "out of memory");
}

Result PostgresqlConnection::Ask(const std::string& sql) {
  return Answer(PQsendQuery(connection_.get(), sql.c_str()) == 1);
}

Result PostgresqlConnection::Answer(bool sent) {
  PGconn* const open = connection_.get();
  const auto lost = [&] { return DatabaseError(Kind::kLost, OneLine(PQerrorMessage(open))); };
  const auto wait = [&](short events) {
    const short ready = WaitForSocket(PQsocket(open), events, deadline_);
    if (ready == 0) throw DatabaseError(Kind::kSilent, "no answer in time");
    if (PQconsumeInput(open) == 0) throw lost();
  };
  if (!sent) throw lost();
  for (int left = PQflush(open); left != 0; left = PQflush(open)) {
    if (left < 0) throw lost();
    wait(POLLIN | POLLOUT);
  }
  Result last;
  while (true) {
    while (PQisBusy(open) == 1) wait(POLLIN);
    Result next(PQgetResult(open));
    if (!next) break;
    if (!last || PQresultStatus(last.get()) != PGRES_FATAL_ERROR) last = std::move(next);
  }
  if (!last) throw lost();
  const auto status = PQresultStatus(last.get());
  if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
    const char* state = PQresultErrorField(last.get(), PG_DIAG_SQLSTATE);
    const char* text = PQresultErrorField(last.get(), PG_DIAG_MESSAGE_PRIMARY);
    if (state == nullptr || text == nullptr) throw lost();
    throw DatabaseError(KindOf(state), OneLine(text));
  }
  written_ = std::strtoull(PQcmdTuples(last.get()), nullptr, 10);
  return last;
}

void PostgresqlConnection::Begin() {
  // A moment before our own time is over, so that it is known that it was for a lock. Each
  // statement sees what was committed before it, so all that this one waited for.
  const auto left = std::chrono::floor<std::chrono::milliseconds>(
      deadline_ - std::chrono::steady_clock::now() - std::chrono::milliseconds(100));
  const auto wait = std::to_string(std::max<std::int64_t>(left.count(), 1));
  try {
    (void)Ask("BEGIN; SET LOCAL lock_timeout = " + wait +
              "; SELECT version FROM schema_version FOR UPDATE");
  } catch (const DatabaseError&) {
    Rollback();
    throw;
  }
}

void PostgresqlConnection::Commit() {
  try {
    const Result done = Ask("COMMIT");
    if (std::string_view(PQcmdStatus(done.get())) == "COMMIT") return;
    throw DatabaseError(Kind::kOther, "the transaction was undone");
  } catch (const DatabaseError& error) {
    const bool answered = error.Why() != Kind::kLost && error.Why() != Kind::kSilent;
    if (answered) throw;
    throw DatabaseError(Kind::kUncertain, error.what());
  }
}

void PostgresqlConnection::Rollback() noexcept {
  try {
    (void)Ask("ROLLBACK");
  } catch (const std::exception&) {
    // Then the connection is gone, or the next use of it says what is wrong.
    (void)0;
  }
}

// Everything that is sorted, sorts by its bytes.
std::string PostgresqlConnection::InItsWords(const std::string& sql) const {
  std::string words;
  bool text = false;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    text = text || std::string_view(sql).substr(i).starts_with("VARCHAR(");
    words += sql[i];
    if (text && sql[i] == ')') {
      words += " COLLATE \"C\"";
      text = false;
    }
  }
  return words;
}

Statement& PostgresqlConnection::Prepare(const std::string& sql) {
  return prepared_.try_emplace(sql, this, sql, prepared_.size()).first->second;
}

std::unique_ptr<Connection> ConnectToPostgresql(const ServerAddress& address, Deadline deadline) {
  return std::make_unique<PostgresqlConnection>(address, deadline);
}

}  // namespace
}  // namespace click2call::store

// See net/module.h.
extern "C" void* click2call_postgresql(  // NOLINT(readability-identifier-naming)
    const char* version) {
  if (std::string_view(version) != click2call::base::kVersion) return nullptr;
  return reinterpret_cast<void*>(&click2call::store::ConnectToPostgresql);
}
