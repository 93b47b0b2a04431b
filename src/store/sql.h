#ifndef CLICK2CALL_STORE_SQL_H_
#define CLICK2CALL_STORE_SQL_H_

#include <string>

// Everything that the store asks of the database, as SQLite, MariaDB and PostgreSQL all have it.
// Columns come in the order in which rows.h reads them; behind each is what its parameters are. A
// moment is the first call_id of it.
namespace click2call::store::sql {

extern const std::string kBehindAll;  // not a statement: what sorts behind every call_id

extern const std::string kInsertCall;
extern const std::string kSetPbx;   // pbx, call_id
extern const std::string kExplain;  // why, call_id

// status, reason, answered_at, and for the other two ended_at; call_id, and the four statuses that
// it may have now. Apart, since an index is written for each column that is set, changed or not.
extern const std::string kAdvance;
extern const std::string kEnd;
extern const std::string kFail;

extern const std::string kFind;  // call_id

// A call that came before.
extern const std::string kCallOfLink;       // link_id
extern const std::string kOpenCallBetween;  // caller_exten, callee_exten

// The call_id of the newest that counts but for so many.
extern const std::string kNewestOfAsker;   // asker, from which moment on, before which; so many
extern const std::string kNewestToCallee;  // callee_exten, …
extern const std::string kNewestOfAll;     // …
extern const std::string kCallOfKey;       // request_key, asker, …
extern const std::string kSameClick;       // caller_exten, callee_exten, asker, …

// The call_id of any calls that are not over but for so many.
extern const std::string kOpenOfAsker;   // asker, from which moment on, so many
extern const std::string kOpenToCallee;  // callee_exten, …
extern const std::string kOpenOfAll;     // …

// Newest first. Only what is asked for is a parameter: asker, callee_exten, then call_id that they
// come before, limit. A list in parts (of those that count and that do not, since each has its
// place in the indexes) has all that for each, and the limit once more.
struct ListOf {
  bool asker = false;
  bool nobody = false;  // whose name is known
  bool callee = false;
  bool open = false;

  int Parts() const { return (asker || callee) && !open ? 2 : 1; }
};
std::string List(const ListOf& of);

extern const std::string kUnsettled;  // pbx, call_id that they come after, limit

extern const std::string kOldCalls;    // before which moment, limit
extern const std::string kDeleteCall;  // call_id

extern const std::string kSharedKey;      // name
extern const std::string kKeepSharedKey;  // name, value

extern const std::string kHasSink;              // call_id
extern const std::string kNotify;               // id, happened_at, due_at, call_id
extern const std::string kCountNotifications;   //
extern const std::string kOldestNotifications;  // limit
extern const std::string kDueNotifications;     // now, limit
extern const std::string kClaimNotification;    // due_at, id
extern const std::string kPutOffNotification;   // due_at, tries, id
extern const std::string kDropNotification;     // id

}  // namespace click2call::store::sql

#endif  // CLICK2CALL_STORE_SQL_H_
