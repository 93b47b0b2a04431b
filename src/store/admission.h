#ifndef CLICK2CALL_STORE_ADMISSION_H_
#define CLICK2CALL_STORE_ADMISSION_H_

#include <optional>
#include <string>

#include "base/result.h"
#include "call/call.h"
#include "call/call_store.h"
#include "store/connection.h"

namespace click2call::store {

// Whom a call counts for, as the column `asker` has it.
std::string AskerOfUser(const std::string& user);
std::string AskerAt(const std::string& address);
std::string AskerOf(const call::Call& call);

// Whether `call` may be recorded, as CallStore::Insert() has it: nothing when it may, and else the
// call that it is already. Each check reads as many rows as its limit, however long the journal.
// REQUIRES: a transaction that also records it. May throw DatabaseError.
base::Result<std::optional<call::Call>> Admit(Connection& connection, const call::Call& call,
                                              const call::Admission& admission);

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_ADMISSION_H_
