#ifndef CLICK2CALL_STORE_ROWS_H_
#define CLICK2CALL_STORE_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "call/call.h"
#include "call/call_store.h"
#include "store/statement.h"

namespace click2call::store {

// Times in the database: milliseconds since 1970.
using Millis = std::int64_t;
using MaybeMillis = std::optional<Millis>;

Millis ToMillis(base::WallTime time);
MaybeMillis ToMillis(const std::optional<base::WallTime>& time);

// What a row holds, as it stands there.
struct CallRow {
  std::string call_id, user_name, address, caller, callee, caller_exten, callee_exten, pbx, status,
      reason;
  Millis created_at = 0;
  MaybeMillis answered_at, ended_at;
  std::string token, sink, sink_token, request_key, link_id, why;
};

struct NotificationRow {
  CallRow call;
  std::string id;
  Millis happened_at = 0;
  int tries = 0;
};

// Of a SELECT that names their columns as sql.h does.
void ReadRow(const Statement& from, CallRow* row);
void ReadRow(const Statement& from, NotificationRow* row);

// kStoreUnavailable for a row that this program cannot have written.
base::Result<call::Call> ToCall(CallRow row);
base::Result<std::vector<call::Call>> ToCalls(std::vector<CallRow> rows);
base::Result<std::vector<call::Notification>> ToNotifications(std::vector<NotificationRow> rows);

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_ROWS_H_
