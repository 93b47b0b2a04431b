#include "store/sql.h"

namespace click2call::store::sql {
namespace {

// One who reads a call from a joined table has its state as it was when the notification was made.
std::string SelectCall(const std::string& state_of) {
  return "SELECT calls.call_id, calls.user_name, calls.address, calls.caller, calls.callee,"
         " calls.caller_exten, calls.callee_exten, calls.pbx, " +
         state_of + ".status, " + state_of + ".reason, calls.created_at, " + state_of +
         ".answered_at, " + state_of + ".ended_at, calls.token, calls.sink, calls.sink_token";
}

const std::string kSelectCalls = SelectCall("calls") + " FROM calls ";
const std::string kPage = "calls.call_id < ? ORDER BY calls.call_id DESC LIMIT ?";

}  // namespace

const std::string kInsertCall =
    "INSERT INTO calls (call_id, user_name, address, caller, callee, caller_exten, callee_exten,"
    " pbx, status, reason, created_at, answered_at, ended_at, token, sink, sink_token)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

const std::string kOpenCallBetween =
    "SELECT call_id FROM calls WHERE caller_exten = ? AND callee_exten = ? AND ended_at IS NULL"
    " ORDER BY call_id DESC LIMIT 1";

const std::string kSetPbx = "UPDATE calls SET pbx = ? WHERE call_id = ?";

const std::string kAdvance =
    "UPDATE calls SET status = ?, reason = ?, answered_at = COALESCE(answered_at, ?), ended_at = ?"
    " WHERE call_id = ? AND status IN (?, ?, ?, ?)";

const std::string kFind = kSelectCalls + "WHERE calls.call_id = ?";

const std::string kList = kSelectCalls + "WHERE " + kPage;
const std::string kListOfUser = kSelectCalls + "WHERE calls.user_name = ? AND " + kPage;
const std::string kListOfAddress =
    kSelectCalls + "WHERE calls.address = ? AND calls.user_name = '' AND " + kPage;

const std::string kUnsettled =
    kSelectCalls +
    "WHERE calls.pbx = ? AND calls.ended_at IS NULL AND calls.call_id > ?"
    " ORDER BY calls.call_id LIMIT ?";

const std::string kNotify =
    "INSERT INTO notifications"
    " (id, call_id, status, reason, answered_at, ended_at, happened_at, due_at, tries)"
    " SELECT ?, call_id, status, reason, answered_at, ended_at, ?, ?, 0 FROM calls"
    " WHERE call_id = ? AND sink <> ''";

const std::string kCountNotifications = "SELECT COUNT(*) FROM notifications";

const std::string kOldestNotifications =
    "SELECT id FROM notifications ORDER BY happened_at, id LIMIT ?";

const std::string kDueNotifications =
    SelectCall("notifications") +
    ", notifications.id, notifications.happened_at, notifications.tries FROM notifications"
    " JOIN calls ON calls.call_id = notifications.call_id WHERE notifications.due_at <= ?"
    " ORDER BY notifications.happened_at, notifications.id LIMIT ?";

const std::string kClaimNotification =
    "UPDATE notifications SET due_at = ?, tries = tries + 1 WHERE id = ?";
const std::string kPutOffNotification =
    "UPDATE notifications SET due_at = ?, tries = ? WHERE id = ?";
const std::string kDropNotification = "DELETE FROM notifications WHERE id = ?";

}  // namespace click2call::store::sql
