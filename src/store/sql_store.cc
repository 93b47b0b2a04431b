#include "store/sql_store.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "store/rows.h"
#include "store/sql.h"
#include "store/statement.h"

namespace click2call::store {
namespace {

using Poco::Data::Session;

constexpr auto kRecord = "record the call";
constexpr auto kReadJournal = "read the journal";
constexpr auto kKeepNotifications = "keep the notifications";

Poco::Int64 Limit(std::size_t limit) {
  constexpr auto kMax = static_cast<std::size_t>(std::numeric_limits<Poco::Int64>::max());
  return static_cast<Poco::Int64>(std::min(limit, kMax));
}

bool HasNul(const call::Call& call) {
  const std::array texts = {&call.caller, &call.callee,    &call.caller_exten, &call.callee_exten,
                            &call.user,   &call.address,   &call.pbx,          &call.token,
                            &call.sink,   &call.sink_token};
  return std::any_of(texts.begin(), texts.end(),
                     [](const std::string* text) { return text->find('\0') != std::string::npos; });
}

std::string StatusText(call::CallStatus status) { return std::string(call::StatusName(status)); }

std::string ReasonText(const call::CallState& state) {
  return state.reason ? std::string(call::ReasonName(*state.reason)) : "";
}

// What ended_at has to be for the indexes, whatever the caller left out.
MaybeMillis EndedAt(const call::CallState& state, base::WallTime at) {
  if (!call::IsOver(state.status)) return {};
  return ToMillis(state.ended_at.value_or(at));
}

// The statuses from which a call may go on to `status`; the rest is "", which no row has.
std::array<std::string, 4> Before(call::CallStatus status) {
  using enum call::CallStatus;
  std::array<std::string, 4> before;
  auto* place = before.begin();
  for (const auto earlier : {kInitiating, kCallingCaller, kCallingCallee, kConnected}) {
    if (earlier < status) *place++ = StatusText(earlier);
  }
  return before;
}

void InsertRow(Session& session, const call::Call& call) {
  const call::CallState& state = call.state;
  Execute(session, sql::kInsertCall, call.id.Text(), call.user, call.address, call.caller,
          call.callee, call.caller_exten, call.callee_exten, call.pbx, StatusText(state.status),
          ReasonText(state), ToMillis(call.created_at), ToMillis(state.answered_at),
          EndedAt(state, call.created_at), call.token, call.sink, call.sink_token);
}

}  // namespace

SqlStore::SqlStore(std::unique_ptr<Database> database, std::size_t max_notifications)
    : database_(std::move(database)), max_notifications_(max_notifications) {}

base::Status SqlStore::Insert(const call::Call& call, bool once) {
  if (HasNul(call)) {
    return base::Error{base::Code::kStoreUnavailable,
                       "cannot record the call: a value of it has a NUL byte"};
  }
  std::vector<std::string> open;
  auto done = database_->Change(kRecord, [&](Session& session) {
    open.clear();
    if (once) {
      open =
          Query<std::string>(session, sql::kOpenCallBetween, call.caller_exten, call.callee_exten);
    }
    if (open.empty()) InsertRow(session, call);
  });
  if (!done.Ok() || open.empty()) return done;
  return base::Error{base::Code::kAlreadyExists,
                     call.caller + " and " + call.callee +
                         " have a call that is not over: wait until it is, or end it",
                     open.front()};
}

base::Status SqlStore::SetPbx(const base::CallId& id, const std::string& pbx) {
  return database_->Change(
      kRecord, [&](Session& session) { Execute(session, sql::kSetPbx, pbx, id.Text()); });
}

base::Result<bool> SqlStore::Advance(const base::CallId& id, const call::CallState& state,
                                     base::WallTime at) {
  const auto before = Before(state.status);
  bool advanced = false;
  const auto done = database_->Change(kRecord, [&](Session& session) {
    advanced = Execute(session, sql::kAdvance, StatusText(state.status), ReasonText(state),
                       ToMillis(state.answered_at), EndedAt(state, at), id.Text(), before[0],
                       before[1], before[2], before[3]) > 0;
    if (advanced) Notify(session, id, state.status, at);
  });
  if (!done.Ok()) return done.Why();
  return advanced;
}

void SqlStore::Notify(Session& session, const base::CallId& id, call::CallStatus status,
                      base::WallTime at) const {
  // A call comes to each status once at most, so the two name its notification; and of one call
  // at one moment they sort by how far it had come.
  const std::string name = id.Text() + "-" + std::to_string(static_cast<int>(status));
  if (Execute(session, sql::kNotify, name, ToMillis(at), ToMillis(at), id.Text()) == 0) return;

  const auto waiting = Query<Poco::Int64>(session, sql::kCountNotifications).front();
  const auto excess = waiting - Limit(max_notifications_);
  if (excess <= 0) return;
  for (const auto& oldest : Query<std::string>(session, sql::kOldestNotifications, excess)) {
    Execute(session, sql::kDropNotification, oldest);
  }
}

base::Result<std::optional<call::Call>> SqlStore::Find(const base::CallId& id) {
  std::vector<CallRow> rows;
  const auto done = database_->Read(kReadJournal, [&](Session& session) {
    rows = Query<CallRow>(session, sql::kFind, id.Text());
  });
  if (!done.Ok()) return done.Why();
  if (rows.empty()) return std::optional<call::Call>();
  auto call = ToCall(std::move(rows.front()));
  if (!call.Ok()) return call.Why();
  return std::optional(std::move(call).Value());
}

base::Result<std::vector<call::Call>> SqlStore::List(const call::CallQuery& query) {
  // Of no known user, and of a user: there are none.
  if (query.address && query.user && !query.user->empty()) return std::vector<call::Call>();

  const std::string before = query.before ? query.before->Text() : "d";  // behind every "c2c-…"
  const Poco::Int64 limit = Limit(query.limit);
  std::vector<CallRow> rows;
  const auto done = database_->Read(kReadJournal, [&](Session& session) {
    if (query.address) {
      rows = Query<CallRow>(session, sql::kListOfAddress, *query.address, before, limit);
    } else if (query.user) {
      rows = Query<CallRow>(session, sql::kListOfUser, *query.user, before, limit);
    } else {
      rows = Query<CallRow>(session, sql::kList, before, limit);
    }
  });
  if (!done.Ok()) return done.Why();
  return ToCalls(std::move(rows));
}

base::Result<std::vector<call::Call>> SqlStore::Unsettled(const std::string& pbx,
                                                          const std::optional<base::CallId>& after,
                                                          std::size_t limit) {
  const std::string from = after ? after->Text() : "";
  std::vector<CallRow> rows;
  const auto done = database_->Read(kReadJournal, [&](Session& session) {
    rows = Query<CallRow>(session, sql::kUnsettled, pbx, from, Limit(limit));
  });
  if (!done.Ok()) return done.Why();
  return ToCalls(std::move(rows));
}

base::Result<std::vector<call::Notification>> SqlStore::ClaimNotifications(base::WallTime now,
                                                                           base::WallTime until,
                                                                           std::size_t limit) {
  std::vector<NotificationRow> rows;
  const auto done = database_->Change(kKeepNotifications, [&](Session& session) {
    rows = Query<NotificationRow>(session, sql::kDueNotifications, ToMillis(now), Limit(limit));
    for (NotificationRow& row : rows) {
      Execute(session, sql::kClaimNotification, ToMillis(until), row.id);
      ++row.tries;
    }
  });
  if (!done.Ok()) return done.Why();
  return ToNotifications(std::move(rows));
}

base::Status SqlStore::DropNotification(const std::string& id) {
  return database_->Change(kKeepNotifications,
                           [&](Session& session) { Execute(session, sql::kDropNotification, id); });
}

base::Status SqlStore::PutOffNotification(const std::string& id, base::WallTime due, int tries) {
  return database_->Change(kKeepNotifications, [&](Session& session) {
    Execute(session, sql::kPutOffNotification, ToMillis(due), tries, id);
  });
}

}  // namespace click2call::store
