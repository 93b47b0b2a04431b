#ifndef CLICK2CALL_STORE_SERVER_H_
#define CLICK2CALL_STORE_SERVER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "store/connection.h"

namespace click2call::store {

// A database on a server, as store.url names it.
struct ServerAddress {
  std::string kind;                            // the module that knows it: mysql, postgresql
  std::map<std::string, std::string> options;  // by the names that its own programs have for them
  base::Secret password;

  // "" where there is none of that name.
  std::string Option(const std::string& name) const {
    const auto found = options.find(name);
    return found == options.end() ? "" : found->second;
  }
};

// Reads "mysql:host=…;port=…;db=…;user=…;password=…;ssl_ca=…" and "postgresql:host=… port=…
// dbname=… user=… password=… sslmode=… sslrootcert=…" ('in quotes' where there is a space; \ before
// a quote). A database and a user have to be named, and a password in one place: here or
// `password`. kInternal, with a message that names store.url and never holds what it says.
base::Result<ServerAddress> ParseServerUrl(const std::string& url, const base::Secret& password);

// The factory of the modules "mysql" and "postgresql": a new connection, made within the deadline
// but for the time that it takes to look up a host's name. May throw DatabaseError.
using ConnectToServer = std::unique_ptr<Connection>(const ServerAddress& address,
                                                    Deadline deadline);

// That of the module of this name.
using OpenServer = std::function<base::Result<ConnectToServer*>(const std::string& kind)>;

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_SERVER_H_
