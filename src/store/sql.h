#ifndef CLICK2CALL_STORE_SQL_H_
#define CLICK2CALL_STORE_SQL_H_

#include <string>

// Everything that the store asks of the database, as SQLite, MariaDB and PostgreSQL all have it.
// Columns come in the order in which rows.h reads them.
namespace click2call::store::sql {

extern const std::string kInsertCall;
extern const std::string kOpenCallBetween;  // caller_exten, callee_exten
extern const std::string kSetPbx;           // pbx, call_id

// status, reason, answered_at, ended_at, call_id, and the four statuses that it may have now.
extern const std::string kAdvance;

extern const std::string kFind;  // call_id

// Of a page, the last two are: call_id that it comes before, limit.
extern const std::string kList;
extern const std::string kListOfUser;     // user_name, …
extern const std::string kListOfAddress;  // address, …

extern const std::string kUnsettled;  // pbx, call_id that they come after, limit

extern const std::string kNotify;               // id, happened_at, due_at, call_id
extern const std::string kCountNotifications;   //
extern const std::string kOldestNotifications;  // limit
extern const std::string kDueNotifications;     // now, limit
extern const std::string kClaimNotification;    // due_at, id
extern const std::string kPutOffNotification;   // due_at, tries, id
extern const std::string kDropNotification;     // id

}  // namespace click2call::store::sql

#endif  // CLICK2CALL_STORE_SQL_H_
