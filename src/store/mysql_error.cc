#include "store/mysql_error.h"

#include <mariadb/errmsg.h>
#include <mariadb/mysqld_error.h>

namespace click2call::store {
namespace {

constexpr unsigned kLockNowait = 3572;  // of MySQL, which MariaDB's header does not know

}  // namespace

DatabaseError::Kind MysqlKindOf(unsigned code) {
  using enum DatabaseError::Kind;
  switch (code) {
    case ER_LOCK_WAIT_TIMEOUT:
    case ER_LOCK_DEADLOCK:
    case kLockNowait:
      return kLocked;
    case ER_RECORD_FILE_FULL:
    case ER_DISK_FULL:
      return kFull;
    case ER_NO_SUCH_TABLE:
      return kNoTable;
    case ER_TABLE_EXISTS_ERROR:
    case ER_DUP_FIELDNAME:
    case ER_DUP_KEYNAME:
    case ER_CANT_DROP_FIELD_OR_KEY:
      return kThere;
    case ER_DATA_TOO_LONG:
    case ER_TRUNCATED_WRONG_VALUE_FOR_FIELD:
    case ER_INVALID_CHARACTER_STRING:
      return kValue;
    case ER_ACCESS_DENIED_ERROR:
    case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
    case ER_HOST_NOT_PRIVILEGED:
    case ER_HOST_IS_BLOCKED:
    case ER_MUST_CHANGE_PASSWORD_LOGIN:
      return kLogin;
    case ER_BAD_DB_ERROR:
      return kNoDatabase;
    case ER_DBACCESS_DENIED_ERROR:
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_COLUMNACCESS_DENIED_ERROR:
    case ER_SPECIFIC_ACCESS_DENIED_ERROR:
      return kForbidden;
    case ER_CON_COUNT_ERROR:
    case ER_TOO_MANY_USER_CONNECTIONS:
    case ER_USER_LIMIT_REACHED:
      return kCrowded;
    case ER_OPTION_PREVENTS_STATEMENT:
    case ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION:
      return kReadOnly;
    case CR_CONNECTION_ERROR:
    case CR_CONN_HOST_ERROR:
      return kUnreachable;
    case CR_UNKNOWN_HOST:
      return kUnknownHost;
    case CR_SSL_CONNECTION_ERROR:
      return kNoTls;
    case CR_SERVER_GONE_ERROR:
    case CR_SERVER_LOST:
    case ER_SERVER_SHUTDOWN:
    case ER_CONNECTION_KILLED:
    case ER_NET_READ_INTERRUPTED:
      return kLost;
    default:
      return kOther;
  }
}

}  // namespace click2call::store
