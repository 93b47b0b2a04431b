#ifndef CLICK2CALL_STORE_SCHEMA_H_
#define CLICK2CALL_STORE_SCHEMA_H_

#include <string>

#include "store/connection.h"

namespace click2call::store {

// The version of the tables that this program reads and writes.
extern const int kSchemaVersion;

// The version of the tables that are there; 0 when there are none.
int SchemaVersion(Connection& connection);

// "was made by a newer click2call (version … of its tables, and this one knows …)".
std::string MadeByNewer(int version);

// Brings the tables up to kSchemaVersion; whoever does this at the same time does each step once,
// and what somebody began who died is done to its end. Returns the version that is there then. May
// throw DatabaseError: then the connection is not to be used any more.
int Migrate(Connection& connection);

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_SCHEMA_H_
