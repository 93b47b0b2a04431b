#ifndef CLICK2CALL_CALL_CALL_STORE_H_
#define CLICK2CALL_CALL_CALL_STORE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/call_id.h"
#include "base/clock.h"
#include "base/result.h"
#include "call/call.h"
#include "call/limits.h"

namespace click2call::call {

// What a call has to pass before it is recorded.
struct Admission {
  bool once = false;  // not while this caller and callee have a call that is not over
  LimitConfig limits = {};
};

// Which calls to list. Newest first.
struct CallQuery {
  std::optional<std::string> user = std::nullopt;          // only theirs
  std::optional<std::string> address = std::nullopt;       // only from there, and of no known user
  std::optional<std::string> callee_exten = std::nullopt;  // only to there
  bool open = false;                                       // only those that are not over
  std::optional<base::CallId> before = std::nullopt;       // only older ones: the next page
  std::size_t limit = 50;
};

// A step forward in a call's life.
struct Advancement {
  base::CallId id;
  CallState state;
  base::WallTime at;  // when it happened
};

// A change of a call's state that its sink is to be told of.
struct Notification {
  std::string id;  // of the CloudEvent: the same at every try
  Call call;       // its state as it was then
  base::WallTime happened_at;
  int tries = 0;  // made so far, and the one that it was claimed for
};

// The journal: one table of calls, shared by every process of this program. Rows stand once a call
// returns, and survive the death of the program. May be used from several threads at once. Every
// error is kStoreUnavailable, but for those that are named; a lock that others hold is waited for,
// at most 5 s.
class CallStore {
 public:
  virtual ~CallStore() = default;

  // Records a new call, or says why not: looked up and recorded as one, for all who share the
  // journal. Nothing is returned when the row was written; a Call when this one came before, by its
  // key or as the same click, and nothing was written. In this order, where a call that failed
  // never counts, and an asker is a user, or an address without one:
  //  - kPermissionDenied when its link was used already, with that call_id if it is the asker's;
  //  - the asker's call of the last 24 h with this key, if its caller_exten and callee_exten are
  //    the same; else kKeyReused;
  //  - with `once`, kAlreadyExists and the call_id of a call between these two that is not over;
  //    else, if it has neither link nor key, the asker's call between these two in the last
  //    limits.duplicate;
  //  - kTooManyRequests over per_minute or per_day, with retry_after until there is room again;
  //    kTooManyCalls over concurrent: of the asker, of the callee_exten, of all. The message names
  //    the limit as the configuration does.
  // "Now" is call.created_at, and call.id has to be of that moment.
  virtual base::Result<std::optional<Call>> Insert(const Call& call,
                                                   const Admission& admission) = 0;

  // The PBX that the call goes to now.
  virtual base::Status SetPbx(const base::CallId& id, const std::string& pbx) = 0;

  // Why the call did not come about, for its page.
  virtual base::Status Explain(const base::CallId& id, const std::string& why) = 0;

  // Moves a call forward: nothing is written when the row stands at `state` or further, so of
  // several processes that saw the same, one gets true. A row without answered_at gets that of
  // `state`, one with it keeps its own. Where the call has a sink, a notification is written with
  // it, as one; of too many that wait, the oldest are dropped for it. `at` is when it happened.
  virtual base::Result<bool> Advance(const base::CallId& id, const CallState& state,
                                     base::WallTime at) = 0;

  // The same for many, in their order: all of them or, with an error, none. Says of each whether
  // it was written.
  virtual base::Result<std::vector<bool>> AdvanceAll(const std::vector<Advancement>& steps) = 0;

  virtual base::Result<std::optional<Call>> Find(const base::CallId& id) = 0;
  virtual base::Result<std::vector<Call>> List(const CallQuery& query) = 0;

  // Calls on that PBX that are not over, oldest first, at most `limit`, after `after`.
  virtual base::Result<std::vector<Call>> Unsettled(const std::string& pbx,
                                                    const std::optional<base::CallId>& after,
                                                    std::size_t limit) = 0;

  // Claims up to `limit` notifications that are due at `now`, oldest first: they are not due again
  // before `until`, so that no two processes send one at the same time; `tries` is counted up.
  virtual base::Result<std::vector<Notification>> ClaimNotifications(base::WallTime now,
                                                                     base::WallTime until,
                                                                     std::size_t limit) = 0;
  // Delivered, or given up.
  virtual base::Status DropNotification(const std::string& id) = 0;
  // To be tried again, not before `due`; `tries` were made so far, however often it was claimed.
  virtual base::Status PutOffNotification(const std::string& id, base::WallTime due, int tries) = 0;

  // The value that is kept under that name, the same for all who share the journal: `fresh` for the
  // first who asks.
  virtual base::Result<std::string> SharedKey(const std::string& name,
                                              const std::string& fresh) = 0;

  // Deletes up to `limit` calls from before that time, oldest first, and their notifications, also
  // of those whose end nobody saw. Returns how many: less than `limit` when there are no more.
  virtual base::Result<std::size_t> Prune(base::WallTime before, std::size_t limit) = 0;
};

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_CALL_STORE_H_
