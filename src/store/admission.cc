#include "store/admission.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "store/rows.h"
#include "store/sql.h"

namespace click2call::store {
namespace {

using base::Code;
using base::Error;
using base::WallTime;
using std::chrono::seconds;
using Found = base::Result<std::optional<call::Call>>;

constexpr seconds kMinute{60};
constexpr seconds kDay{24 * 60 * 60};
constexpr seconds kSoon{5};  // some call may be over by then

// How far ahead of a call's moment others may be that count: they waited less, or run elsewhere.
// What is further ahead was written before the clock was set back. If it counted it would shut
// people out until that time comes again.
constexpr seconds kAhead{60};

// Nobody talks for longer: the end of such a call was lost, and shall not shut its asker out.
constexpr seconds kLongestCall = kDay;

const Found kNothing = std::optional<call::Call>();

std::string IdAt(WallTime moment) { return base::CallId::FirstOf(moment).Text(); }

Found First(std::vector<CallRow> rows) {
  if (rows.empty()) return kNothing;
  auto call = ToCall(std::move(rows.front()));
  if (!call.Ok()) return call.Why();
  return std::optional(std::move(call).Value());
}

// The newest of those that count, which `of` says for both kinds of them.
Found Newest(Connection& connection, const std::string& sql, const std::vector<Value>& of) {
  const auto newest = connection.Query<std::string>(sql, of, std::int64_t{0});
  if (newest.empty()) return kNothing;
  return First(connection.Query<CallRow>(sql::kFind, newest.front()));
}

// The newest call of `asker` that counts for any limit, and where there is none, "": most have not
// called for a day, and one look tells.
std::string NewestOf(Connection& connection, const std::string& asker, WallTime now) {
  auto newest = connection.Query<std::string>(sql::kNewestOfAsker, asker,
                                              IdAt(now - std::max(kDay, kLongestCall)),
                                              sql::kBehindAll, std::int64_t{0});
  return newest.empty() ? "" : std::move(newest.front());
}

// The call that is this one already. What is only like it is an error.
Found Before(Connection& connection, const call::Call& call, const call::Admission& admission,
             const std::string& asker, const std::string& newest) {
  const auto since = [&](seconds age) { return IdAt(call.created_at - age); };
  if (!call.link_id.empty()) {
    auto used = First(connection.Query<CallRow>(sql::kCallOfLink, call.link_id));
    if (!used.Ok()) return used;
    if (const auto& other = used.Value()) {
      return Error{Code::kPermissionDenied, "this link was used already",
                   AskerOf(*other) == asker ? other->id.Text() : ""};
    }
  }
  if (!call.key.empty()) {
    auto keyed =
        Newest(connection, sql::kCallOfKey, {call.key, asker, since(kDay), sql::kBehindAll});
    if (!keyed.Ok()) return keyed;
    if (const auto& other = keyed.Value()) {
      if (other->caller_exten == call.caller_exten && other->callee_exten == call.callee_exten) {
        return keyed;
      }
      return Error{Code::kKeyReused, "this idempotency key stands for a call from " +
                                         other->caller + " to " + other->callee +
                                         ": use another one for another call"};
    }
  }
  if (admission.once) {
    const auto open =
        connection.Query<std::string>(sql::kOpenCallBetween, call.caller_exten, call.callee_exten);
    if (open.empty()) return kNothing;
    return Error{Code::kAlreadyExists,
                 call.caller + " and " + call.callee +
                     " have a call that is not over: wait until it is, or end it",
                 open.front()};
  }
  // Who sends a key has said what is the same: the page's Call again, at once after a call.
  const bool click = call.link_id.empty() && call.key.empty();
  if (admission.limits.duplicate.count() <= 0 || !click) return kNothing;
  const std::string from = since(admission.limits.duplicate);
  if (newest < from) return kNothing;
  const std::string to = IdAt(call.created_at + kAhead);
  return Newest(connection, sql::kSameClick,
                {call.caller_exten, call.callee_exten, asker, from, to});
}

// Whose calls a quota counts, and how its limits are called. `of` is the one parameter of the
// statements, or none.
struct Counted {
  const call::Quota& quota;
  std::string name;
  const std::string& newest;
  const std::string& open;
  std::vector<Value> of;
};

Error Over(const Counted& counted, const std::string& which, int limit, const std::string& what) {
  const bool together = which == "concurrent";
  return {together ? Code::kTooManyCalls : Code::kTooManyRequests,
          "no more than " + std::to_string(limit) + what + " (" + counted.name + which +
              "): try again later",
          {},
          kSoon};
}

base::Status CheckWindow(Connection& connection, const Counted& counted, WallTime now, int limit,
                         seconds window, const std::string& which, const std::string& what) {
  if (limit <= 0) return base::Done();
  // A call of exactly that age is out.
  const WallTime from = now - window + std::chrono::milliseconds(1);
  std::vector<Value> within = counted.of;
  within.insert(within.end(), {IdAt(from), IdAt(now + kAhead)});
  const auto oldest =
      connection.Query<std::string>(counted.newest, within, std::int64_t{limit - 1});
  if (oldest.empty()) return base::Done();
  Error why = Over(counted, which, limit, what);
  const auto id = base::CallId::Parse(oldest.front());
  const auto wait = id ? std::chrono::ceil<seconds>(id->Time() + window - now) : window;
  why.retry_after = std::max(wait, seconds(1));
  return why;
}

// Whether there are so many calls at all of which any of the limits might count one.
bool HasSoMany(Connection& connection, const Counted& counted, WallTime now, int many) {
  std::vector<Value> of = counted.of;
  of.insert(of.end(), {IdAt(now - std::max(kDay, kLongestCall)), sql::kBehindAll});
  return !connection.Query<std::string>(counted.newest, of, std::int64_t{many - 1}).empty();
}

base::Status Check(Connection& connection, const Counted& counted, WallTime now) {
  const call::Quota& quota = counted.quota;
  int least = 0;
  for (const int limit : {quota.per_minute, quota.per_day, quota.concurrent}) {
    if (limit > 0 && (least == 0 || limit < least)) least = limit;
  }
  // Who has not even called that often is within all three: one look instead of one for each.
  if (least == 0 || !HasSoMany(connection, counted, now, least)) return base::Done();

  base::Status room = CheckWindow(connection, counted, now, quota.per_minute, kMinute, "per_minute",
                                  " calls a minute");
  if (!room.Ok()) return room;
  room = CheckWindow(connection, counted, now, quota.per_day, kDay, "per_day", " calls a day");
  if (!room.Ok() || quota.concurrent <= 0) return room;
  const auto open = connection.Query<std::string>(
      counted.open, counted.of, IdAt(now - kLongestCall), std::int64_t{quota.concurrent - 1});
  if (open.empty()) return base::Done();
  return Over(counted, "concurrent", quota.concurrent, " calls at once");
}

}  // namespace

std::string AskerOfUser(const std::string& user) { return "u:" + user; }
std::string AskerAt(const std::string& address) { return "a:" + address; }
std::string AskerOf(const call::Call& call) {
  return call.user.empty() ? AskerAt(call.address) : AskerOfUser(call.user);
}

Found Admit(Connection& connection, const call::Call& call, const call::Admission& admission) {
  const std::string asker = AskerOf(call);
  const std::string newest = NewestOf(connection, asker, call.created_at);
  auto before = Before(connection, call, admission, asker, newest);
  if (!before.Ok() || before.Value()) return before;
  const call::LimitConfig& limits = admission.limits;
  const call::Quota of_asker = newest.empty() ? call::Quota{} : limits.asker;
  for (const Counted& counted :
       {Counted{of_asker, "limits.", sql::kNewestOfAsker, sql::kOpenOfAsker, {asker}},
        Counted{limits.callee,
                "limits.callee.",
                sql::kNewestToCallee,
                sql::kOpenToCallee,
                {call.callee_exten}},
        Counted{limits.total, "limits.total.", sql::kNewestOfAll, sql::kOpenOfAll, {}}}) {
    const base::Status room = Check(connection, counted, call.created_at);
    if (!room.Ok()) return room.Why();
  }
  return kNothing;
}

}  // namespace click2call::store
