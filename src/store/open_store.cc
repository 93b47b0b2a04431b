#include "store/open_store.h"

#include <string_view>
#include <utility>

#include "base/text.h"
#include "store/database.h"
#include "store/server_backend.h"
#include "store/sql_store.h"
#include "store/sqlite_backend.h"

namespace click2call::store {
namespace {

using base::Code;
using base::Error;

constexpr std::string_view kSqlite = "sqlite:";

base::Result<std::string> PathOf(std::string_view url) {
  const std::string_view path = url.substr(kSqlite.size());
  if (path == SqliteConnection::kMemory) return std::string(path);
  // An absolute path alone: SQLite would take "file:…" for a URI, and "" for a file that goes.
  if (!path.starts_with('/') || path.ends_with('/') || base::HasControl(path)) {
    return Error{Code::kInternal,
                 "store.url must be sqlite: and the full path of a file, such as "
                 "sqlite:/var/lib/click2call/calls.db, or sqlite::memory:"};
  }
  return std::string(path);
}

base::Result<std::unique_ptr<Backend>> OpenBackend(const std::string& url,
                                                   const StoreOptions& options) {
  if (IsFile(url)) {
    const auto path = PathOf(url);
    if (!path.Ok()) return path.Why();
    return std::unique_ptr<Backend>(std::make_unique<SqliteBackend>(path.Value(), options.log));
  }
  auto address = ParseServerUrl(url, options.password);
  if (!address.Ok()) return address.Why();
  return std::unique_ptr<Backend>(
      std::make_unique<ServerBackend>(std::move(address).Value(), options.open_server));
}

}  // namespace

bool IsFile(const std::string& url) { return url.starts_with(kSqlite); }

base::Result<std::unique_ptr<call::CallStore>> OpenStore(const std::string& url,
                                                         const StoreOptions& options) {
  auto backend = OpenBackend(url, options);
  if (!backend.Ok()) return backend.Why();
  auto database = std::make_unique<Database>(std::move(backend).Value(), options.wait);
  return std::unique_ptr<call::CallStore>(std::make_unique<SqlStore>(std::move(database)));
}

}  // namespace click2call::store
