#include "store/schema.h"

#include <cstddef>
#include <string>
#include <vector>

#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Types.h>

#include "store/statement.h"

namespace click2call::store {
namespace {

using Step = std::vector<std::string>;

// Steps are only ever added: a step that a released program has done is not changed any more.
//
// All times are milliseconds since 1970. `status` and `reason` are CAMARA's words, '' is no reason.
// ended_at is NULL exactly while a call is not over: that is what the indexes for the calls that
// are not over go by, since MariaDB has none for a part of a table.
const std::vector<Step> kSteps = {
    {
        "CREATE TABLE schema_version (version INTEGER NOT NULL)",
        "INSERT INTO schema_version (version) VALUES (0)",

        "CREATE TABLE calls ("
        " call_id VARCHAR(30) NOT NULL PRIMARY KEY,"
        " user_name VARCHAR(255) NOT NULL,"
        " address VARCHAR(64) NOT NULL,"
        " caller VARCHAR(255) NOT NULL,"
        " callee VARCHAR(255) NOT NULL,"
        " caller_exten VARCHAR(64) NOT NULL,"
        " callee_exten VARCHAR(64) NOT NULL,"
        " pbx VARCHAR(255) NOT NULL,"
        " status VARCHAR(16) NOT NULL,"
        " reason VARCHAR(16) NOT NULL,"
        " created_at BIGINT NOT NULL,"
        " answered_at BIGINT,"
        " ended_at BIGINT,"
        " token VARCHAR(255) NOT NULL,"
        " sink VARCHAR(2048) NOT NULL,"
        " sink_token VARCHAR(4096) NOT NULL)",
        "CREATE INDEX calls_by_user ON calls (user_name, call_id)",
        "CREATE INDEX calls_by_address ON calls (address, user_name, call_id)",
        "CREATE INDEX calls_by_pbx ON calls (pbx, ended_at, call_id)",
        "CREATE INDEX calls_by_extens ON calls (caller_exten, callee_exten, ended_at)",

        "CREATE TABLE notifications ("
        " id VARCHAR(64) NOT NULL PRIMARY KEY,"
        " call_id VARCHAR(30) NOT NULL,"
        " status VARCHAR(16) NOT NULL,"
        " reason VARCHAR(16) NOT NULL,"
        " answered_at BIGINT,"
        " ended_at BIGINT,"
        " happened_at BIGINT NOT NULL,"
        " due_at BIGINT NOT NULL,"
        " tries INTEGER NOT NULL)",
        "CREATE INDEX notifications_by_age ON notifications (happened_at, id)",
    },
};

}  // namespace

const int kSchemaVersion = static_cast<int>(kSteps.size());

int SchemaVersion(Poco::Data::Session& session) {
  try {
    const auto versions = Query<Poco::Int64>(session, "SELECT version FROM schema_version");
    return versions.empty() ? 0 : static_cast<int>(versions.front());
  } catch (const Poco::Data::SQLite::InvalidSQLStatementException&) {
    return 0;  // no such table
  }
}

int Migrate(Poco::Data::Session& session) {
  int version = 0;
  do {
    InTransaction(session, [&](Poco::Data::Session& locked) {
      version = SchemaVersion(locked);
      if (version >= kSchemaVersion) return;
      for (const std::string& sql : kSteps[static_cast<std::size_t>(version)]) Execute(locked, sql);
      ++version;
      Execute(locked, "UPDATE schema_version SET version = ?", Poco::Int64{version});
    });
  } while (version < kSchemaVersion);
  return version;
}

}  // namespace click2call::store
