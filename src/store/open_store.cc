#include "store/open_store.h"

#include <string_view>
#include <utility>

#include "base/text.h"
#include "store/database.h"
#include "store/sql_store.h"

namespace click2call::store {
namespace {

using base::Code;
using base::Error;

base::Result<std::string> PathOf(std::string_view url) {
  for (const std::string_view later : {"mysql:", "postgresql:"}) {
    if (url.starts_with(later)) {
      return Error{Code::kInternal,
                   "store.url names " + std::string(later.substr(0, later.size() - 1)) +
                       ", which this version cannot use yet: use sqlite:/path/calls.db"};
    }
  }
  constexpr std::string_view kScheme = "sqlite:";
  const std::string_view path = url.starts_with(kScheme) ? url.substr(kScheme.size()) : "";
  if (path == Database::kMemory) return std::string(path);
  // An absolute path alone: SQLite would take "file:…" for a URI, and "" for a file that goes.
  if (!path.starts_with('/') || path.ends_with('/') || base::HasControl(path)) {
    return Error{Code::kInternal,
                 "store.url must be sqlite: and the full path of a file, such as "
                 "sqlite:/var/lib/click2call/calls.db, or sqlite::memory:"};
  }
  return std::string(path);
}

}  // namespace

base::Result<std::unique_ptr<call::CallStore>> OpenStore(const std::string& url,
                                                         std::chrono::milliseconds wait) {
  auto path = PathOf(url);
  if (!path.Ok()) return path.Why();
  auto database = std::make_unique<Database>(std::move(path).Value(), wait);
  return std::unique_ptr<call::CallStore>(std::make_unique<SqlStore>(std::move(database)));
}

}  // namespace click2call::store
