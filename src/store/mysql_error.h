#ifndef CLICK2CALL_STORE_MYSQL_ERROR_H_
#define CLICK2CALL_STORE_MYSQL_ERROR_H_

#include "store/database_error.h"

namespace click2call::store {

// What the number of an error, of the server or of its library, means here.
DatabaseError::Kind MysqlKindOf(unsigned code);

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_MYSQL_ERROR_H_
