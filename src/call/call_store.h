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

namespace click2call::call {

// Whose calls to list. Newest first.
struct CallQuery {
  std::optional<std::string> user = std::nullopt;     // only theirs
  std::optional<std::string> address = std::nullopt;  // only from there, and of no known user
  std::optional<base::CallId> before = std::nullopt;  // only older ones: the next page
  std::size_t limit = 50;
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

  // A new row. With `once`, kAlreadyExists (and its call_id) when the same caller_exten and
  // callee_exten have a call that is not over: looked up and inserted as one.
  virtual base::Status Insert(const Call& call, bool once) = 0;

  // The PBX that the call goes to now.
  virtual base::Status SetPbx(const base::CallId& id, const std::string& pbx) = 0;

  // Moves a call forward: nothing is written when the row stands at `state` or further, so of
  // several processes that saw the same, one gets true. A row without answered_at gets that of
  // `state`, one with it keeps its own. Where the call has a sink, a notification is written with
  // it, as one; of too many that wait, the oldest are dropped for it. `at` is when it happened.
  virtual base::Result<bool> Advance(const base::CallId& id, const CallState& state,
                                     base::WallTime at) = 0;

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
};

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_CALL_STORE_H_
