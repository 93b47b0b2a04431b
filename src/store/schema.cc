#include "store/schema.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "store/connection.h"

namespace click2call::store {
namespace {

using Step = std::vector<std::string>;

// Steps are only ever added: a step that a released program has done is not changed any more.
//
// All times are milliseconds since 1970. `status` and `reason` are CAMARA's words, '' is no reason.
// ended_at is NULL exactly while a call is not over.
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
    // `asker` is whom a call counts for: "u:" and the user, or "a:" and the address of nobody
    // known. `counts` is 0 for a call that failed, so that no index has to be read past those. The
    // indexes that are for a part of the table begin with what the part is chosen by: a database
    // without such indexes leaves the WHERE out. Here they keep small what every call passes
    // through twice.
    {
        "ALTER TABLE calls ADD COLUMN asker VARCHAR(255) NOT NULL DEFAULT ''",
        "ALTER TABLE calls ADD COLUMN counts SMALLINT NOT NULL DEFAULT 1",
        "ALTER TABLE calls ADD COLUMN request_key VARCHAR(255) NOT NULL DEFAULT ''",
        "ALTER TABLE calls ADD COLUMN link_id VARCHAR(255) NOT NULL DEFAULT ''",
        "ALTER TABLE calls ADD COLUMN why VARCHAR(2048) NOT NULL DEFAULT ''",
        "UPDATE calls SET counts = 0 WHERE status = 'failed'",
        "UPDATE calls SET asker = 'u:' || user_name WHERE user_name <> ''",
        "UPDATE calls SET asker = 'a:' || address WHERE user_name = ''",

        "DROP INDEX calls_by_user",
        "DROP INDEX calls_by_address",
        "DROP INDEX calls_by_pbx",
        "DROP INDEX calls_by_extens",
        "CREATE INDEX calls_by_age ON calls (counts, call_id)",
        "CREATE INDEX calls_by_asker ON calls (asker, counts, call_id)",
        "CREATE INDEX calls_by_callee ON calls (callee_exten, counts, call_id)",
        ("CREATE INDEX calls_by_key ON calls (request_key, asker, counts, call_id)"
         " WHERE request_key <> ''"),
        "CREATE INDEX calls_by_link ON calls (link_id, counts) WHERE link_id <> ''",
        "CREATE INDEX open_calls ON calls (ended_at, call_id, pbx) WHERE ended_at IS NULL",
        ("CREATE INDEX open_calls_by_asker ON calls (ended_at, asker, call_id)"
         " WHERE ended_at IS NULL"),
        ("CREATE INDEX open_calls_by_callee"
         " ON calls (ended_at, callee_exten, call_id, caller_exten) WHERE ended_at IS NULL"),

        ("CREATE TABLE shared_keys ("
         " name VARCHAR(64) NOT NULL PRIMARY KEY,"
         " value VARCHAR(255) NOT NULL)"),
    },
    // `counts` is 2 while a call goes on, 1 when it is over, 0 when it failed: so those that go on
    // have their place in the indexes that every call is in, and need none of their own. What each
    // index costs is what a click costs most.
    {
        "UPDATE calls SET counts = 2 WHERE ended_at IS NULL",
        "DROP INDEX open_calls",
        "DROP INDEX open_calls_by_asker",
        "DROP INDEX open_calls_by_callee",
    },
    // `counts` is 0 or 1 again, and those that go on have one index of their own, in which all
    // stands that they are asked for. A call comes into it once and leaves it once, where it
    // changed its place in three.
    {
        "UPDATE calls SET counts = 1 WHERE counts = 2",
        "DROP INDEX calls_by_age",
        ("CREATE INDEX open_calls ON calls"
         " (ended_at, call_id, pbx, asker, caller_exten, callee_exten) WHERE ended_at IS NULL"),
    },
};

// Where a change of a table cannot be undone, some of the step may have been done by one who died.
void Do(const std::string& sql, Connection& connection) {
  try {
    connection.Execute(connection.InItsWords(sql));
  } catch (const DatabaseError& error) {
    if (error.Why() != DatabaseError::Kind::kThere) throw;
  }
}

}  // namespace

const int kSchemaVersion = static_cast<int>(kSteps.size());

int SchemaVersion(Connection& connection) {
  try {
    const auto versions = connection.Query<std::int64_t>("SELECT version FROM schema_version");
    return versions.empty() ? 0 : static_cast<int>(versions.front());
  } catch (const DatabaseError& error) {
    if (error.Why() != DatabaseError::Kind::kNoTable) throw;
    return 0;
  }
}

std::string MadeByNewer(int version) {
  return "was made by a newer click2call (version " + std::to_string(version) +
         " of its tables, and this one knows " + std::to_string(kSchemaVersion) + ")";
}

int Migrate(Connection& connection) {
  connection.BeginChanges();
  try {
    int version = SchemaVersion(connection);
    for (; version < kSchemaVersion; ++version) {
      for (const std::string& sql : kSteps[static_cast<std::size_t>(version)]) Do(sql, connection);
      connection.Execute("UPDATE schema_version SET version = ?", std::int64_t{version + 1});
    }
    connection.EndChanges();
    return version;
  } catch (...) {
    connection.Rollback();
    throw;
  }
}

}  // namespace click2call::store
