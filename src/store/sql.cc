#include "store/sql.h"

namespace click2call::store::sql {
namespace {

// One who reads a call from a joined table has its state as it was when the notification was made.
std::string SelectCall(const std::string& state_of) {
  return "SELECT calls.call_id, calls.user_name, calls.address, calls.caller, calls.callee,"
         " calls.caller_exten, calls.callee_exten, calls.pbx, " +
         state_of + ".status, " + state_of + ".reason, calls.created_at, " + state_of +
         ".answered_at, " + state_of +
         ".ended_at, calls.token, calls.sink, calls.sink_token, calls.request_key, calls.link_id,"
         " calls.why";
}

const std::string kSelectCalls = SelectCall("calls") + " FROM calls ";

// Of those that count, the newest but for so many.
std::string Newest(const std::string& which) {
  return "SELECT call_id FROM calls WHERE " + which +
         "counts = 1 AND call_id >= ? AND call_id < ? ORDER BY call_id DESC LIMIT 1 OFFSET ?";
}

std::string Open(const std::string& which) {
  return "SELECT call_id FROM calls WHERE ended_at IS NULL AND " + which +
         "call_id >= ? LIMIT 1 OFFSET ?";
}

std::string Advance(const std::string& also) {
  return "UPDATE calls SET status = ?, reason = ?, answered_at = COALESCE(answered_at, ?)" + also +
         " WHERE call_id = ? AND (status = ? OR status = ? OR status = ? OR status = ?)";
}

}  // namespace

const std::string kBehindAll = "d";  // and they begin with "c2c-"

const std::string kInsertCall =
    "INSERT INTO calls (call_id, user_name, address, caller, callee, caller_exten, callee_exten,"
    " pbx, status, reason, created_at, answered_at, ended_at, token, sink, sink_token,"
    " request_key, link_id, asker, counts)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

const std::string kSetPbx = "UPDATE calls SET pbx = ? WHERE call_id = ?";

const std::string kExplain = "UPDATE calls SET why = ? WHERE call_id = ?";

const std::string kAdvance = Advance("");
const std::string kEnd = Advance(", ended_at = ?");
const std::string kFail = Advance(", ended_at = ?, counts = 0");

const std::string kFind = kSelectCalls + "WHERE calls.call_id = ?";

// A condition that says what its parameter cannot be lets the index be used that lacks it.
const std::string kCallOfLink =
    kSelectCalls + "WHERE calls.link_id = ? AND calls.link_id <> '' AND calls.counts = 1 LIMIT 1";

const std::string kOpenCallBetween =
    "SELECT call_id FROM calls WHERE ended_at IS NULL AND caller_exten = ? AND callee_exten = ?"
    " ORDER BY call_id DESC LIMIT 1";

const std::string kCallOfKey = Newest("request_key = ? AND request_key <> '' AND asker = ? AND ");
const std::string kSameClick = Newest("caller_exten = ? AND callee_exten = ? AND asker = ? AND ");

const std::string kNewestOfAsker = Newest("asker = ? AND ");
const std::string kNewestToCallee = Newest("callee_exten = ? AND ");
const std::string kNewestOfAll = Newest("");

const std::string kOpenOfAsker = Open("asker = ? AND ");
const std::string kOpenToCallee = Open("callee_exten = ? AND ");
const std::string kOpenOfAll = Open("");

std::string List(const ListOf& of) {
  std::string where;
  if (of.asker) where += "calls.asker = ? AND ";
  if (of.nobody) where += "calls.user_name = '' AND ";
  if (of.callee) where += "calls.callee_exten = ? AND ";
  if (of.open) where += "calls.ended_at IS NULL AND ";
  const auto some = [&](const std::string& also) {
    return kSelectCalls + "WHERE " + where + also +
           "calls.call_id < ? ORDER BY calls.call_id DESC LIMIT ?";
  };
  if (of.Parts() == 1) return some("");
  return "SELECT * FROM (" + some("calls.counts = 1 AND ") +
         ") AS taken UNION ALL SELECT * FROM (" + some("calls.counts = 0 AND ") +
         ") AS failed ORDER BY call_id DESC LIMIT ?";
}

const std::string kUnsettled =
    kSelectCalls +
    "WHERE calls.ended_at IS NULL AND calls.pbx = ? AND calls.call_id > ?"
    " ORDER BY calls.call_id LIMIT ?";

const std::string kOldCalls =
    "SELECT call_id FROM calls WHERE call_id < ? ORDER BY call_id LIMIT ?";
const std::string kDeleteCall = "DELETE FROM calls WHERE call_id = ?";

const std::string kSharedKey = "SELECT value FROM shared_keys WHERE name = ?";
const std::string kKeepSharedKey = "INSERT INTO shared_keys (name, value) VALUES (?, ?)";

const std::string kHasSink = "SELECT call_id FROM calls WHERE call_id = ? AND sink <> ''";

const std::string kNotify =
    "INSERT INTO notifications"
    " (id, call_id, status, reason, answered_at, ended_at, happened_at, due_at, tries)"
    " SELECT ?, call_id, status, reason, answered_at, ended_at, ?, ?, 0 FROM calls"
    " WHERE call_id = ?";

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
