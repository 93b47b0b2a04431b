#ifndef CLICK2CALL_STORE_SCHEMA_H_
#define CLICK2CALL_STORE_SCHEMA_H_

#include "store/connection.h"

namespace click2call::store {

// The version of the tables that this program reads and writes.
extern const int kSchemaVersion;

// The version of the tables that are there; 0 when there are none.
int SchemaVersion(Connection& connection);

// Brings the tables up to kSchemaVersion, each step in a transaction of its own; processes that do
// this at the same time do each step once. Returns the version that is there then. May throw
// DatabaseError.
int Migrate(Connection& connection);

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_SCHEMA_H_
