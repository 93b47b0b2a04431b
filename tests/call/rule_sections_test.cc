#include "call/rule_sections.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "call/read_config.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using fakes::Has;

// As ReadConfig(), with the limits as they are read.
Config Read(std::string_view more) {
  return fakes::Must(ParseConfig(std::string(kLeastConfig) + std::string(more), "c.toml"));
}

std::string ProblemOf(std::string_view more) {
  const auto config = ParseConfig(std::string(kLeastConfig) + std::string(more), "c.toml");
  return config.Ok() ? std::string() : config.Why().message;
}

TEST(RuleSectionsTest, AreSafeFromTheStart) {
  const Config config = Read("");
  EXPECT_TRUE(config.origins.users.empty());
  EXPECT_TRUE(config.origins.addresses.empty());
  EXPECT_EQ(config.origins.together, "click2call-together");
  EXPECT_EQ(config.numbers.region, "");
  EXPECT_TRUE(config.numbers.deny.empty());
  EXPECT_EQ(config.numbers.deny_kinds,
            (std::vector{NumberKind::kPremium, NumberKind::kSharedCost, NumberKind::kSatellite,
                         NumberKind::kEmergency}));
  EXPECT_EQ(config.access.networks.size(), 6U);
  EXPECT_TRUE(config.access.sites.empty());
  EXPECT_FALSE(config.access.confirm);
  EXPECT_FALSE(config.access.remote_user);
  EXPECT_EQ(config.access.link_secret_file, "");
  EXPECT_EQ(config.limits.asker, (Quota{10, 200, 3}));
  EXPECT_EQ(config.limits.callee, Quota{});
  EXPECT_EQ(config.limits.total, Quota{});
  EXPECT_EQ(config.limits.duplicate, std::chrono::seconds(5));
  EXPECT_EQ(config.store.keep, std::chrono::days(400));
}

TEST(RuleSectionsTest, OriginsNameOnePhoneOrSeveral) {
  const Config config = Read(
      "[origins]\nusers = { alice = \"1003\", bob = [\"1004\", \"desk-b\"] }\n"
      "addresses = { \"10.0.0.0/8\" = \"1007\", \"10.0.0.15\" = [\"1008\"] }\n"
      "together = \"ring-all\"\n");
  ASSERT_EQ(config.origins.users.size(), 2U);
  EXPECT_EQ(config.origins.users[1].second, (std::vector<std::string>{"1004", "desk-b"}));
  ASSERT_EQ(config.origins.addresses.size(), 2U);
  EXPECT_EQ(config.origins.addresses[0].second.front(), "1008") << "the closest comes first";
  EXPECT_EQ(config.origins.together, "ring-all");
}

TEST(RuleSectionsTest, APhoneIsNoChannel) {
  for (const auto* phone : {"\"PJSIP/1\"", "\"1&2\"", "\"\"", "[]", "[\"1\", \"\"]", "\"1 2\"",
                            "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]"}) {
    const std::string users = "users = { ann = " + std::string(phone) + " }\n";
    EXPECT_TRUE(Has(ProblemOf("[origins]\n" + users), "origins.users")) << phone;
  }
  EXPECT_TRUE(Has(ProblemOf("[origins]\nusers = { ann = 1003 }\n"), "string"));
  EXPECT_TRUE(Has(ProblemOf("[origins]\naddresses = { \"10.0.0\" = \"1\" }\n"), "10.0.0"));
  EXPECT_TRUE(Has(ProblemOf("[origins]\ntogether = \"a b\"\n"), "origins.together"));
}

TEST(RuleSectionsTest, WhereEverybodysPhoneIsKnownThereNeedBeNoOther) {
  const std::string start = "[[pbx]]\nusername = \"u\"\nsecret = \"s\"\n";
  EXPECT_TRUE(Has(ParseConfig(start, "c.toml").Why().message, "call.origin is missing"));
  for (const auto* more :
       {"[origins]\nusers = { a = \"1\" }\n", "[origins]\naddresses = { \"::1\" = \"1\" }\n",
        "[call]\norigin_parameter = true\n"}) {
    EXPECT_TRUE(ParseConfig(start + more, "c.toml").Ok()) << more;
  }
}

TEST(RuleSectionsTest, NumbersHaveARegionKindsAndRewriteRules) {
  const Config config = Read(
      "[numbers]\nregion = \"DE\"\nallow = [\"_+49.\"]\ndeny = [\"_+4917.\"]\n"
      "deny_kinds = [\"mobile\"]\n"
      "rewrite = [{ match = \"_+49.\", strip = 3, prefix = \"0\" }]\n");
  EXPECT_EQ(config.numbers.region, "DE");
  EXPECT_EQ(config.numbers.deny.at(0).Text(), "_+4917.");
  EXPECT_EQ(config.numbers.deny_kinds, std::vector{NumberKind::kMobile});
  ASSERT_EQ(config.numbers.rewrite.size(), 1U);
  EXPECT_EQ(config.numbers.rewrite[0].match.Text(), "_+49.");
  EXPECT_EQ(config.numbers.rewrite[0].strip, 3U);
  EXPECT_EQ(config.numbers.rewrite[0].prefix, "0");
}

TEST(RuleSectionsTest, WhatIsWrongWithNumbersIsNamed) {
  const struct {
    const char* line;
    const char* what;
  } kRows[] = {
      {"region = \"de\"", "numbers.region"},
      {"region = \"DEU\"", "numbers.region"},
      {"deny = [\"_[\"]", "numbers.deny"},
      {"deny_kinds = [\"premum\"]", "premum"},
      {"deny_kinds = [\"internal\"]", "premium, shared-cost"},
      {"rewrite = [{ strip = 3 }]", "rewrite.match"},
      {"rewrite = [{ match = \"_X.\", strip = -1 }]", "rewrite.strip"},
      {"rewrite = [{ match = \"_X.\", prefix = \"SIP/\" }]", "rewrite.prefix"},
      {"rewrite = [{ match = \"_X.\", prefx = \"0\" }]", "prefix"},
  };
  for (const auto& row : kRows) {
    EXPECT_TRUE(Has(ProblemOf("[numbers]\n" + std::string(row.line) + "\n"), row.what)) << row.line;
  }
}

TEST(RuleSectionsTest, AccessNamesNetworksAndSites) {
  const Config config = Read(
      "[access]\nnetworks = [\"10.0.0.0/8\"]\nsites = [\"https://crm.example.com\", "
      "\"b.example\"]\n"
      "confirm = true\nlink_secret_file = \"link.key\"\n[web]\norigin = \"https://pbx.example\"\n");
  ASSERT_EQ(config.access.networks.size(), 1U);
  EXPECT_TRUE(config.access.networks[0].Contains("10.2.3.4"));
  EXPECT_EQ(config.access.sites.size(), 2U);
  EXPECT_TRUE(config.access.confirm);
  EXPECT_EQ(config.access.link_secret_file, "link.key");
  EXPECT_EQ(config.web.origin, "https://pbx.example");
  EXPECT_TRUE(Has(ProblemOf("[access]\nnetworks = [\"10.0.0.1/8\"]\n"), "10.0.0.1/8"));
  EXPECT_TRUE(Has(ProblemOf("[access]\nnetworks = [\"*\"]\n"), "access.networks"));
  EXPECT_TRUE(Has(ProblemOf("[access]\nsites = [\"*\"]\n"), "access.sites"));
  EXPECT_TRUE(Has(ProblemOf("[web]\norigin = \"pbx.example\"\n"), "web.origin"));
}

TEST(RuleSectionsTest, LimitsAreOfOneAskerOneNumberAndAll) {
  const LimitConfig limits =
      Read(
          "[limits]\nper_minute = 1\nper_day = 2\nconcurrent = 0\nduplicate_s = 60\n"
          "callee = { per_minute = 4 }\ntotal = { per_day = 1000, concurrent = 8 }\n")
          .limits;
  EXPECT_EQ(limits.asker, (Quota{1, 2, 0}));
  EXPECT_EQ(limits.callee, (Quota{4, 0, 0}));
  EXPECT_EQ(limits.total, (Quota{0, 1000, 8}));
  EXPECT_EQ(limits.duplicate, std::chrono::seconds(60));
  EXPECT_TRUE(Has(ProblemOf("[limits]\nper_minute = -1\n"), "limits.per_minute"));
  EXPECT_TRUE(Has(ProblemOf("[limits.total]\nper_hour = 1\n"), "limits.total.per_hour"));
  EXPECT_TRUE(Has(ProblemOf("[store]\nkeep_days = 0\n"), "store.keep_days"));
}

}  // namespace
}  // namespace click2call::call
