#include "store/sql.h"

#include <algorithm>
#include <string>
#include <vector>

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Statement.h>
#include <gtest/gtest.h>

#include "fakes/results.h"
#include "store/schema.h"

namespace click2call::store {
namespace {

using fakes::Has;

// How SQLite goes about a statement.
class SqlTest : public testing::Test {
 protected:
  SqlTest() { Migrate(session_); }

  std::string Plan(const std::string& sql) {
    std::vector<std::string> unused, steps;
    Poco::Data::Statement statement(session_);
    statement << "EXPLAIN QUERY PLAN " + sql;
    for (auto i = std::count(sql.begin(), sql.end(), '?'); i > 0; --i) {
      statement.addBind(Poco::Data::Keywords::bind(std::string("1")));
    }
    for (auto* column : {&unused, &unused, &unused, &steps}) {
      statement.addExtract(Poco::Data::Keywords::into(*column));
    }
    statement.execute();
    std::string plan;
    for (const std::string& step : steps) plan += step + "; ";
    return plan;
  }

  struct Registered {
    Registered() { Poco::Data::SQLite::Connector::registerConnector(); }
  } registered_;
  Poco::Data::Session session_{"sqlite", ":memory:"};
};

TEST_F(SqlTest, NoStatementGoesThroughAllCallsOrSortsThem) {
  for (const auto& sql : {sql::kOpenCallBetween, sql::kSetPbx, sql::kAdvance, sql::kFind,
                          sql::kList, sql::kListOfUser, sql::kListOfAddress, sql::kUnsettled,
                          sql::kNotify, sql::kDueNotifications, sql::kClaimNotification,
                          sql::kPutOffNotification, sql::kDropNotification}) {
    const std::string plan = Plan(sql);
    EXPECT_TRUE(Has(plan, "SEARCH ")) << sql;
    EXPECT_EQ(plan.find("SCAN calls"), std::string::npos) << plan;
    if (sql != sql::kOpenCallBetween) {
      EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << plan;
    }
  }
}

TEST_F(SqlTest, EachListHasItsIndex) {
  EXPECT_TRUE(Has(Plan(sql::kListOfUser), "calls_by_user (user_name=? AND call_id<?)"));
  EXPECT_TRUE(
      Has(Plan(sql::kListOfAddress), "calls_by_address (address=? AND user_name=? AND call_id<?)"));
  EXPECT_TRUE(Has(Plan(sql::kUnsettled), "calls_by_pbx (pbx=? AND ended_at=? AND call_id>?)"));
  EXPECT_TRUE(Has(Plan(sql::kOpenCallBetween),
                  "calls_by_extens (caller_exten=? AND callee_exten=? AND ended_at=?)"));
}

}  // namespace
}  // namespace click2call::store
