#include "store/rows.h"

#include <chrono>
#include <optional>
#include <utility>

namespace click2call::store {
namespace {

std::optional<base::WallTime> ToTime(const MaybeMillis& millis) {
  if (!millis) return std::nullopt;
  return base::WallTime(std::chrono::milliseconds(*millis));
}

// Columns, one after the other.
class Columns {
 public:
  explicit Columns(const Statement& from) : from_(from) {}

  void To(std::string* text) { *text = from_.Text(next_++); }
  void To(Millis* number) { *number = from_.Number(next_++); }
  void To(MaybeMillis* number) { *number = from_.MaybeNumber(next_++); }
  void To(int* number) { *number = static_cast<int>(from_.Number(next_++)); }

 private:
  const Statement& from_;
  int next_ = 0;
};

template <class... Fields>
void ReadFields(Columns& columns, Fields*... fields) {
  (columns.To(fields), ...);
}

void ReadCall(Columns& columns, CallRow* row) {
  ReadFields(columns, &row->call_id, &row->user_name, &row->address, &row->caller, &row->callee,
             &row->caller_exten, &row->callee_exten, &row->pbx, &row->status, &row->reason,
             &row->created_at, &row->answered_at, &row->ended_at, &row->token, &row->sink,
             &row->sink_token, &row->request_key, &row->link_id, &row->why);
}

template <class T, class Row>
base::Result<std::vector<T>> ToAll(std::vector<Row> rows, base::Result<T> (*convert)(Row)) {
  std::vector<T> all;
  all.reserve(rows.size());
  for (Row& row : rows) {
    auto one = convert(std::move(row));
    if (!one.Ok()) return one.Why();
    all.push_back(std::move(one).Value());
  }
  return all;
}

base::Result<call::Notification> ToNotification(NotificationRow row) {
  auto call = ToCall(std::move(row.call));
  if (!call.Ok()) return call.Why();
  return call::Notification{std::move(row.id), std::move(call).Value(),
                            base::WallTime(std::chrono::milliseconds(row.happened_at)), row.tries};
}

}  // namespace

Millis ToMillis(base::WallTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

MaybeMillis ToMillis(const std::optional<base::WallTime>& time) {
  return time ? MaybeMillis(ToMillis(*time)) : std::nullopt;
}

void ReadRow(const Statement& from, CallRow* row) {
  Columns columns(from);
  ReadCall(columns, row);
}

void ReadRow(const Statement& from, NotificationRow* row) {
  Columns columns(from);
  ReadCall(columns, &row->call);
  ReadFields(columns, &row->id, &row->happened_at, &row->tries);
}

base::Result<call::Call> ToCall(CallRow row) {
  auto id = base::CallId::Parse(row.call_id);
  const auto status = call::ParseStatus(row.status);
  const auto reason = call::ParseReason(row.reason);
  if (!id || !status || (!reason && !row.reason.empty())) {
    return base::Error{base::Code::kStoreUnavailable,
                       "cannot read the journal: the row of the call " + row.call_id +
                           " holds what click2call never wrote: " + row.status + " " + row.reason};
  }
  return call::Call{
      .id = *std::move(id),
      .caller = std::move(row.caller),
      .callee = std::move(row.callee),
      .caller_exten = std::move(row.caller_exten),
      .callee_exten = std::move(row.callee_exten),
      .user = std::move(row.user_name),
      .address = std::move(row.address),
      .pbx = std::move(row.pbx),
      .token = std::move(row.token),
      .sink = std::move(row.sink),
      .sink_token = std::move(row.sink_token),
      .key = std::move(row.request_key),
      .link_id = std::move(row.link_id),
      .why = std::move(row.why),
      .created_at = base::WallTime(std::chrono::milliseconds(row.created_at)),
      .state = {*status, reason, ToTime(row.answered_at), ToTime(row.ended_at)},
  };
}

base::Result<std::vector<call::Call>> ToCalls(std::vector<CallRow> rows) {
  return ToAll<call::Call>(std::move(rows), ToCall);
}

base::Result<std::vector<call::Notification>> ToNotifications(std::vector<NotificationRow> rows) {
  return ToAll<call::Notification>(std::move(rows), ToNotification);
}

}  // namespace click2call::store
