#include "store/server_backend.h"

#include "store/schema.h"

namespace click2call::store {
namespace {

base::Error Unavailable(std::string message) {
  return {base::Code::kStoreUnavailable, std::move(message)};
}

}  // namespace

base::Result<ConnectToServer*> ServerBackend::Open() {
  const std::lock_guard lock(mutex_);
  if (connect_ != nullptr) return connect_;
  const auto opened = open_(address_.kind);
  if (!opened.Ok()) {
    const std::string package = address_.kind == "mysql" ? "libmariadb3" : "libpq5";
    return Unavailable("store.url needs the module " + address_.kind + ", and that Debian's " +
                       package + " (apt-get install " + package + "): " + opened.Why().message);
  }
  connect_ = opened.Value();
  return connect_;
}

base::Result<std::unique_ptr<Connection>> ServerBackend::Connect(Deadline deadline) {
  const auto connect = Open();
  if (!connect.Ok()) return connect.Why();
  auto connection = connect.Value()(address_, deadline);
  connection->MustEndBy(deadline);
  int version = SchemaVersion(*connection);
  if (version < kSchemaVersion) version = Migrate(*connection);
  if (version > kSchemaVersion) {
    return Unavailable(Database() + " " + MadeByNewer(version) +
                       ": upgrade the program on this host, or name another database in store.url");
  }
  return connection;
}

std::string ServerBackend::Server() const {
  const std::string host = address_.Option("host");
  const std::string port = address_.Option("port");
  return "the " + address_.kind + " server " + (host.empty() ? "of this host" : host) +
         (port.empty() ? "" : ", port " + port + ",");
}

std::string ServerBackend::Database() const {
  const std::string name = address_.Option(address_.kind == "mysql" ? "db" : "dbname");
  return "the database " + name + " on " + Server();
}

std::string ServerBackend::Explain(const DatabaseError& error) const {
  const std::string says = std::string(" (it says: ") + error.what() + ")";
  const std::string user = "the user " + address_.Option("user");
  switch (error.Why()) {
    using enum DatabaseError::Kind;
    case kUnreachable:
      return Server() +
             " cannot be reached: see that it runs and listens there, and that this "
             "host may connect to it (" +
             error.what() + ")";
    case kUnknownHost:
      return Server() + " is unknown: see host in store.url (" + error.what() + ")";
    case kLogin:
      return Server() + " does not let " + user +
             " in: see the password in store.password_file, "
             "and from where this user may come (CREATE USER, pg_hba.conf)" +
             says;
    case kNoDatabase:
      return Server() + " has no such database as store.url names: create it, as the README says" +
             says;
    case kForbidden:
      return Database() + " may not be used so by " + user +
             ": give the rights that the README names (GRANT)" + says;
    case kCrowded:
      return Server() +
             " takes no more connections: every process of click2call has up to two; "
             "see max_connections" +
             says;
    case kNoTls:
      return "the connection to " + Server() +
             " cannot be made safe: see its certificate, and what store.url says of TLS" + says;
    case kValue:
      return "a value of it is longer than the journal's column, or no UTF-8";
    case kReadOnly:
      return Server() + " takes no changes now: name the one that does in store.url" + says;
    case kFull:
      return "the disk of " + Server() + " is full: make room on it" + says;
    case kSilent:
      return Server() + " does not answer: see whether it is overloaded, or cut off from here";
    case kLost:
      return Server() + " has ended the connection" + says;
    case kUncertain:
      return Server() + " was lost while it was told to keep it: whether it did is not known" +
             says;
    default:
      return Explain(error.what());
  }
}

std::string ServerBackend::ExplainLocked() const {
  return "others keep " + Database() +
         " locked: see what its sessions do (SHOW PROCESSLIST, pg_stat_activity)";
}

std::string ServerBackend::Explain(const std::string& text) const {
  return Database() + " fails: " + text;
}

}  // namespace click2call::store
