#include "store/sql.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/results.h"
#include "store/schema.h"
#include "store/sqlite_connection.h"

namespace click2call::store {

struct PlanStep {
  std::string detail;
};
void ReadRow(const Statement& from, PlanStep* row) { row->detail = from.Text(3); }

namespace {

using fakes::Has;

// How SQLite goes about a statement.
class SqlTest : public testing::Test {
 protected:
  SqlTest() { Migrate(connection_); }

  std::string Plan(const std::string& sql) {
    const auto parameters = std::count(sql.begin(), sql.end(), '?');
    std::vector<Value> values;
    for (auto i = parameters; i > 0; --i) values.emplace_back(std::int64_t{1});
    std::string plan;
    for (const auto& step : connection_.Query<PlanStep>("EXPLAIN QUERY PLAN " + sql, values)) {
      plan += step.detail + "; ";
    }
    return plan;
  }

  SqliteConnection connection_{std::string(SqliteConnection::kMemory)};
};

TEST_F(SqlTest, NoStatementGoesThroughAllCallsOrSortsThem) {
  for (const auto& sql : {sql::kSetPbx,
                          sql::kAdvance,
                          sql::kEnd,
                          sql::kFail,
                          sql::kFind,
                          sql::kCallOfLink,
                          sql::kCallOfKey,
                          sql::kOpenCallBetween,
                          sql::kSameClick,
                          sql::kNewestOfAsker,
                          sql::kNewestToCallee,
                          sql::kNewestOfAll,
                          sql::kOpenOfAsker,
                          sql::kOpenToCallee,
                          sql::kOpenOfAll,
                          sql::List({}),
                          sql::List({.open = true}),
                          sql::List({.asker = true, .open = true}),
                          sql::List({.callee = true, .open = true}),
                          sql::kUnsettled,
                          sql::kOldCalls,
                          sql::kDeleteCall,
                          sql::kSharedKey,
                          sql::kHasSink,
                          sql::kNotify,
                          sql::kDueNotifications,
                          sql::kClaimNotification,
                          sql::kPutOffNotification,
                          sql::kDropNotification}) {
    const std::string plan = Plan(sql);
    EXPECT_TRUE(Has(plan, "SEARCH ")) << sql;
    EXPECT_EQ(plan.find("SCAN calls"), std::string::npos) << sql << plan;
    EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << sql << plan;
  }
}

TEST_F(SqlTest, WhatALimitCountsStandsInAnIndexOfItsOwn) {
  const auto counts_by = [&](const std::string& sql, const std::string& index) {
    return Has(Plan(sql), "COVERING INDEX " + index);
  };
  EXPECT_TRUE(counts_by(sql::kNewestOfAsker,
                        "calls_by_asker (asker=? AND counts=? AND call_id>? AND call_id<?)"));
  EXPECT_TRUE(
      counts_by(sql::kNewestToCallee,
                "calls_by_callee (callee_exten=? AND counts=? AND call_id>? AND call_id<?)"));
  for (const auto& sql : {sql::kOpenOfAsker, sql::kOpenToCallee, sql::kOpenOfAll}) {
    EXPECT_TRUE(counts_by(sql, "open_calls (ended_at=? AND call_id>?)")) << sql;
  }
  // Which has as many rows to read as the limit allows calls.
  EXPECT_TRUE(Has(Plan(sql::kNewestOfAll), "(call_id>? AND call_id<?)"));
}

TEST_F(SqlTest, WhatCameBeforeIsFoundByItsIndex) {
  EXPECT_TRUE(Has(Plan(sql::kCallOfLink), "calls_by_link (link_id=? AND counts=?)"));
  EXPECT_TRUE(Has(Plan(sql::kCallOfKey),
                  "COVERING INDEX calls_by_key "
                  "(request_key=? AND asker=? AND counts=? AND call_id>? AND call_id<?)"));
  EXPECT_TRUE(Has(Plan(sql::kOpenCallBetween), "COVERING INDEX open_calls (ended_at=?)"));
  EXPECT_TRUE(Has(Plan(sql::kSameClick),
                  "calls_by_callee (callee_exten=? AND counts=? AND call_id>? AND call_id<?)"));
}

TEST_F(SqlTest, EachListHasItsIndex) {
  const std::string of_user = Plan(sql::List({.asker = true}));
  EXPECT_TRUE(Has(of_user, "calls_by_asker (asker=? AND counts=? AND call_id<?)"));
  EXPECT_EQ(of_user.find("SCAN calls"), std::string::npos) << of_user;
  EXPECT_TRUE(Has(Plan(sql::List({.callee = true})),
                  "calls_by_callee (callee_exten=? AND counts=? AND call_id<?)"));
  for (const sql::ListOf& of : {sql::ListOf{.open = true}, sql::ListOf{.asker = true, .open = true},
                                sql::ListOf{.callee = true, .open = true}}) {
    EXPECT_TRUE(Has(Plan(sql::List(of)), "INDEX open_calls (ended_at=? AND call_id<?)"));
  }
  EXPECT_TRUE(Has(Plan(sql::kUnsettled), "INDEX open_calls (ended_at=? AND call_id>?)"));
}

}  // namespace
}  // namespace click2call::store
