#ifndef CLICK2CALL_STORE_OPEN_STORE_H_
#define CLICK2CALL_STORE_OPEN_STORE_H_

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "call/call_store.h"

namespace click2call::store {

// The journal that `[store] url` names: "sqlite:/path/calls.db", whose file is created when it is
// missing, or "sqlite::memory:", which is gone with the store. Other processes may have the same
// file open. It is opened at the first need, and again after a failure: what was mended needs no
// restart. A database of an older version is brought up to this one; of a newer one it is refused.
//
// kInternal when the url is none. The message never holds the url, which may hold a password.
// `wait` is how long each call waits for locks that others hold.
base::Result<std::unique_ptr<call::CallStore>> OpenStore(
    const std::string& url, std::chrono::milliseconds wait = std::chrono::seconds(5));

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_OPEN_STORE_H_
