#ifndef CLICK2CALL_STORE_ROWS_H_
#define CLICK2CALL_STORE_ROWS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <Poco/Data/TypeHandler.h>
#include <Poco/Nullable.h>
#include <Poco/Types.h>

#include "base/clock.h"
#include "base/result.h"
#include "call/call.h"
#include "call/call_store.h"

namespace click2call::store {

// Times in the database: milliseconds since 1970.
using Millis = Poco::Int64;
using MaybeMillis = Poco::Nullable<Millis>;

Millis ToMillis(base::WallTime time);
MaybeMillis ToMillis(const std::optional<base::WallTime>& time);

// What a row holds, as it stands there.
struct CallRow {
  std::string call_id, user_name, address, caller, callee, caller_exten, callee_exten, pbx, status,
      reason;
  Millis created_at = 0;
  MaybeMillis answered_at, ended_at;
  std::string token, sink, sink_token;
};

struct NotificationRow {
  CallRow call;
  std::string id;
  Millis happened_at = 0;
  Poco::Int32 tries = 0;
};

// kStoreUnavailable for a row that this program cannot have written.
base::Result<call::Call> ToCall(CallRow row);
base::Result<std::vector<call::Call>> ToCalls(std::vector<CallRow> rows);
base::Result<std::vector<call::Notification>> ToNotifications(std::vector<NotificationRow> rows);

}  // namespace click2call::store

namespace Poco::Data {

// How POCO reads those rows. Nothing is bound by them.
template <>
class TypeHandler<click2call::store::CallRow> : public AbstractTypeHandler {
 public:
  using Row = click2call::store::CallRow;
  static std::size_t size() { return 16; }
  static void extract(std::size_t pos, Row& row, const Row& fallback, AbstractExtractor::Ptr from);
  static void prepare(std::size_t pos, const Row& row, const AbstractPreparator::Ptr& preparator);
};

template <>
class TypeHandler<click2call::store::NotificationRow> : public AbstractTypeHandler {
 public:
  using Row = click2call::store::NotificationRow;
  static std::size_t size() { return 19; }
  static void extract(std::size_t pos, Row& row, const Row& fallback, AbstractExtractor::Ptr from);
  static void prepare(std::size_t pos, const Row& row, const AbstractPreparator::Ptr& preparator);
};

}  // namespace Poco::Data

#endif  // CLICK2CALL_STORE_ROWS_H_
