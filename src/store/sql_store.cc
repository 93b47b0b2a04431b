#include "store/sql_store.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include "store/admission.h"
#include "store/rows.h"
#include "store/sql.h"

namespace click2call::store {
namespace {

constexpr auto kRecord = "record the call";
constexpr auto kReadJournal = "read the journal";
constexpr auto kKeepNotifications = "keep the notifications";

std::int64_t Limit(std::size_t limit) {
  constexpr auto kMax = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(limit, kMax));
}

bool HasNul(const std::string& text) { return text.find('\0') != std::string::npos; }

bool HasNul(const call::Call& call) {
  const std::array texts = {&call.caller, &call.callee,     &call.caller_exten, &call.callee_exten,
                            &call.user,   &call.address,    &call.pbx,          &call.token,
                            &call.sink,   &call.sink_token, &call.key,          &call.link_id};
  return std::any_of(texts.begin(), texts.end(),
                     [](const std::string* text) { return HasNul(*text); });
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

std::int64_t Counts(call::CallStatus status) { return status == call::CallStatus::kFailed ? 0 : 1; }

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

void InsertRow(Connection& connection, const call::Call& call) {
  const call::CallState& state = call.state;
  connection.Execute(sql::kInsertCall, call.id.Text(), call.user, call.address, call.caller,
                     call.callee, call.caller_exten, call.callee_exten, call.pbx,
                     StatusText(state.status), ReasonText(state), ToMillis(call.created_at),
                     ToMillis(state.answered_at), EndedAt(state, call.created_at), call.token,
                     call.sink, call.sink_token, call.key, call.link_id, AskerOf(call),
                     Counts(state.status));
}

bool SetState(Connection& connection, const base::CallId& id, const call::CallState& state,
              base::WallTime at) {
  const auto set = [&](const std::string& sql, const auto&... also) {
    const auto before = Before(state.status);
    return connection.Execute(sql, StatusText(state.status), ReasonText(state),
                              ToMillis(state.answered_at), also..., id.Text(), before[0], before[1],
                              before[2], before[3]) > 0;
  };
  if (!call::IsOver(state.status)) return set(sql::kAdvance);
  const bool failed = state.status == call::CallStatus::kFailed;
  return set(failed ? sql::kFail : sql::kEnd, EndedAt(state, at));
}

// A call comes to each status once at most, so the two name its notification; and of one call at
// one moment they sort by how far it had come.
std::string NotificationId(const std::string& call_id, call::CallStatus status) {
  return call_id + "-" + std::to_string(static_cast<int>(status));
}

void Delete(Connection& connection, const std::string& call_id) {
  using enum call::CallStatus;
  connection.Execute(sql::kDeleteCall, call_id);
  for (const auto told : {kCallingCaller, kCallingCallee, kConnected, kDisconnected, kFailed}) {
    connection.Execute(sql::kDropNotification, NotificationId(call_id, told));
  }
}

}  // namespace

SqlStore::SqlStore(std::unique_ptr<Database> database, std::size_t max_notifications)
    : database_(std::move(database)), max_notifications_(max_notifications) {}

base::Result<std::optional<call::Call>> SqlStore::Insert(const call::Call& call,
                                                         const call::Admission& admission) {
  if (HasNul(call)) {
    return base::Error{base::Code::kStoreUnavailable,
                       "cannot record the call: a value of it has a NUL byte"};
  }
  base::Result<std::optional<call::Call>> admitted = std::optional<call::Call>();
  const auto done = database_->Change(kRecord, [&](Connection& connection) {
    admitted = Admit(connection, call, admission);
    if (admitted.Ok() && !admitted.Value()) InsertRow(connection, call);
  });
  if (!done.Ok()) return done.Why();
  return admitted;
}

base::Status SqlStore::SetPbx(const base::CallId& id, const std::string& pbx) {
  return database_->Change(
      kRecord, [&](Connection& connection) { connection.Execute(sql::kSetPbx, pbx, id.Text()); });
}

base::Status SqlStore::Explain(const base::CallId& id, const std::string& why) {
  return database_->Change(
      kRecord, [&](Connection& connection) { connection.Execute(sql::kExplain, why, id.Text()); });
}

base::Result<bool> SqlStore::Advance(const base::CallId& id, const call::CallState& state,
                                     base::WallTime at) {
  const auto advanced = AdvanceAll({{id, state, at}});
  if (!advanced.Ok()) return advanced.Why();
  return advanced.Value().front();
}

base::Result<std::vector<bool>> SqlStore::AdvanceAll(const std::vector<call::Advancement>& steps) {
  std::vector<bool> advanced(steps.size(), false);
  // Nothing comes before the first status, so that is not worth a transaction.
  if (std::ranges::all_of(steps, [](const call::Advancement& step) {
        return step.state.status == call::CallStatus::kInitiating;
      })) {
    return advanced;
  }
  const auto done = database_->Change(kRecord, [&](Connection& connection) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const call::Advancement& step = steps[i];
      advanced[i] = SetState(connection, step.id, step.state, step.at);
      if (advanced[i]) Notify(connection, step.id, step.state.status, step.at);
    }
  });
  if (!done.Ok()) return done.Why();
  return advanced;
}

void SqlStore::Notify(Connection& connection, const base::CallId& id, call::CallStatus status,
                      base::WallTime at) const {
  if (connection.Query<std::string>(sql::kHasSink, id.Text()).empty()) return;
  connection.Execute(sql::kNotify, NotificationId(id.Text(), status), ToMillis(at), ToMillis(at),
                     id.Text());

  const auto waiting = connection.Query<std::int64_t>(sql::kCountNotifications).front();
  const auto excess = waiting - Limit(max_notifications_);
  if (excess <= 0) return;
  for (const auto& oldest : connection.Query<std::string>(sql::kOldestNotifications, excess)) {
    connection.Execute(sql::kDropNotification, oldest);
  }
}

base::Result<std::optional<call::Call>> SqlStore::Find(const base::CallId& id) {
  std::vector<CallRow> rows;
  const auto done = database_->Read(kReadJournal, [&](Connection& connection) {
    rows = connection.Query<CallRow>(sql::kFind, id.Text());
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
  if (HasNul(query.user.value_or(""))) return std::vector<call::Call>();

  sql::ListOf of{.callee = query.callee_exten.has_value(), .open = query.open};
  std::vector<Value> values;
  if (query.address || query.user) {
    of.nobody = !query.address && query.user->empty();
    of.asker = !of.nobody;
    if (of.asker)
      values.emplace_back(query.address ? AskerAt(*query.address) : AskerOfUser(*query.user));
  }
  if (query.callee_exten) values.emplace_back(*query.callee_exten);
  values.emplace_back(query.before ? query.before->Text() : sql::kBehindAll);
  const std::int64_t limit = Limit(query.limit);
  values.emplace_back(limit);
  if (of.Parts() > 1) {
    const std::vector<Value> one = values;
    for (int i = 1; i < of.Parts(); ++i) values.insert(values.end(), one.begin(), one.end());
    values.emplace_back(limit);
  }

  std::vector<CallRow> rows;
  const auto done = database_->Read(kReadJournal, [&](Connection& connection) {
    rows = connection.Query<CallRow>(sql::List(of), values);
  });
  if (!done.Ok()) return done.Why();
  return ToCalls(std::move(rows));
}

base::Result<std::vector<call::Call>> SqlStore::Unsettled(const std::string& pbx,
                                                          const std::optional<base::CallId>& after,
                                                          std::size_t limit) {
  const std::string from = after ? after->Text() : "";
  std::vector<CallRow> rows;
  const auto done = database_->Read(kReadJournal, [&](Connection& connection) {
    rows = connection.Query<CallRow>(sql::kUnsettled, pbx, from, Limit(limit));
  });
  if (!done.Ok()) return done.Why();
  return ToCalls(std::move(rows));
}

base::Result<std::vector<call::Notification>> SqlStore::ClaimNotifications(base::WallTime now,
                                                                           base::WallTime until,
                                                                           std::size_t limit) {
  std::vector<NotificationRow> rows;
  const auto done = database_->Change(kKeepNotifications, [&](Connection& connection) {
    rows = connection.Query<NotificationRow>(sql::kDueNotifications, ToMillis(now), Limit(limit));
    for (NotificationRow& row : rows) {
      connection.Execute(sql::kClaimNotification, ToMillis(until), row.id);
      ++row.tries;
    }
  });
  if (!done.Ok()) return done.Why();
  return ToNotifications(std::move(rows));
}

base::Status SqlStore::DropNotification(const std::string& id) {
  return database_->Change(kKeepNotifications, [&](Connection& connection) {
    connection.Execute(sql::kDropNotification, id);
  });
}

base::Status SqlStore::PutOffNotification(const std::string& id, base::WallTime due, int tries) {
  return database_->Change(kKeepNotifications, [&](Connection& connection) {
    connection.Execute(sql::kPutOffNotification, ToMillis(due), tries, id);
  });
}

base::Result<std::string> SqlStore::SharedKey(const std::string& name, const std::string& fresh) {
  std::vector<std::string> kept;
  const auto look = [&](Connection& connection) {
    kept = connection.Query<std::string>(sql::kSharedKey, name);
  };
  auto done = database_->Read(kReadJournal, look);
  if (done.Ok() && kept.empty()) {
    done = database_->Change("keep a key in the journal", [&](Connection& connection) {
      look(connection);
      if (!kept.empty()) return;
      connection.Execute(sql::kKeepSharedKey, name, fresh);
      kept = {fresh};
    });
  }
  if (!done.Ok()) return done.Why();
  return kept.front();
}

base::Result<std::size_t> SqlStore::Prune(base::WallTime before, std::size_t limit) {
  std::vector<std::string> old;
  const auto look = [&](Connection& connection) {
    old = connection.Query<std::string>(sql::kOldCalls, base::CallId::FirstOf(before).Text(),
                                        Limit(limit));
  };
  auto done = database_->Read(kReadJournal, look);
  if (done.Ok() && !old.empty()) {
    done = database_->Change("delete old calls", [&](Connection& connection) {
      look(connection);
      for (const std::string& call_id : old) Delete(connection, call_id);
    });
  }
  if (!done.Ok()) return done.Why();
  return old.size();
}

}  // namespace click2call::store
