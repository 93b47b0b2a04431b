#ifndef CLICK2CALL_STORE_OPEN_STORE_H_
#define CLICK2CALL_STORE_OPEN_STORE_H_

#include <chrono>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "base/secret.h"
#include "call/call_store.h"
#include "store/server.h"

namespace click2call::store {

struct StoreOptions {
  std::chrono::milliseconds wait = std::chrono::seconds(5);  // for locks and servers, each call
  base::Secret password = {};                                // of a server, where the url has none
  OpenServer open_server = nullptr;                          // for the url of a server
  base::Log* log = nullptr;  // for what goes wrong where nobody waits
};

// The journal that `[store] url` names: "sqlite:/path/calls.db", whose file is created when it is
// missing, "sqlite::memory:", which is gone with the store, or a database on a server: see
// ParseServerUrl(). Others may use the same one. It is opened at the first need, and again after a
// failure: what was mended needs no restart. A database of an older version is brought up to this
// one; of a newer one it is refused.
//
// kInternal when the url is none. No message ever holds a password.
base::Result<std::unique_ptr<call::CallStore>> OpenStore(const std::string& url,
                                                         const StoreOptions& options = {});

// Whether that is a file (or memory), not a server. Who waits for such a journal waits as
// fiber/fibers.h says.
bool IsFile(const std::string& url);

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_OPEN_STORE_H_
