#include "store/server.h"

#include <string>

#include <gtest/gtest.h>

#include "fakes/results.h"

namespace click2call::store {
namespace {

using base::Code;
using base::Secret;
using fakes::Fails;
using fakes::Has;
using fakes::Must;

ServerAddress Parsed(const std::string& url) { return Must(ParseServerUrl(url, {})); }

void ExpectRefused(const std::string& url, const std::string& why, const Secret& password = {}) {
  const auto parsed = ParseServerUrl(url, password);
  ASSERT_TRUE(Fails(parsed, Code::kInternal)) << url;
  EXPECT_TRUE(Has(parsed.Why().message, why)) << url;
  EXPECT_TRUE(parsed.Why().message.starts_with("store.url ")) << parsed.Why().message;
  EXPECT_EQ(parsed.Why().message.find("hunter2"), std::string::npos) << parsed.Why().message;
}

TEST(ServerUrlTest, OfMysqlHasSemicolons) {
  const auto address =
      Parsed("mysql:host=db.example; port = 3307;db=calls;user=c2c;password=a b'c=d;");
  EXPECT_EQ(address.kind, "mysql");
  EXPECT_EQ(address.Option("host"), "db.example");
  EXPECT_EQ(address.Option("port"), "3307");
  EXPECT_EQ(address.Option("db"), "calls");
  EXPECT_EQ(address.Option("user"), "c2c");
  EXPECT_EQ(address.Option("ssl_ca"), "");
  EXPECT_EQ(address.password.Reveal(), "a b'c=d");
  EXPECT_EQ(address.options.count("password"), 0U);
}

TEST(ServerUrlTest, OfPostgresqlHasBlanksAndQuotes) {
  const auto address = Parsed(
      R"(postgresql: host=/run/pg  dbname = calls user='o\'neill' password='a b\\' sslmode=require)");
  EXPECT_EQ(address.kind, "postgresql");
  EXPECT_EQ(address.Option("host"), "/run/pg");
  EXPECT_EQ(address.Option("dbname"), "calls");
  EXPECT_EQ(address.Option("user"), "o'neill");
  EXPECT_EQ(address.Option("sslmode"), "require");
  EXPECT_EQ(address.password.Reveal(), R"(a b\)");
}

TEST(ServerUrlTest, ThePasswordMayComeFromElsewhereButNotFromTwoPlaces) {
  const Secret password("hunter2");
  EXPECT_EQ(Must(ParseServerUrl("mysql:db=a;user=b", password)).password.Reveal(), "hunter2");
  ExpectRefused("mysql:db=a;user=b;password=other", "leave one out", password);
}

TEST(ServerUrlTest, WhatIsWrongIsSaidWithoutTheUrl) {
  ExpectRefused("mysql:db=a;user=b;password=x;hunter2", "store.password_file");
  ExpectRefused("mysql:db=a;user=b;password=x;hunter2=y", "none of host, port, db, user, password");
  ExpectRefused("postgresql:dbname=a user=b password=x hunter2", "store.password_file");
  ExpectRefused("postgresql:dbname=a user=b password='hunter2", "store.password_file");
  ExpectRefused("postgresql:dbname=a user=b password=hunter2\\", "store.password_file");
  ExpectRefused("postgresql:dbname=a user=b service=hunter2", "none of host, port, dbname");
  ExpectRefused("mysql:db=a;user=b;password=hun\nter2", "control");
  ExpectRefused("oracle:password=hunter2", "sqlite:, mysql: or postgresql:");
}

TEST(ServerUrlTest, NamesADatabaseAUserAndAPort) {
  ExpectRefused("mysql:", "must name db and user");
  ExpectRefused("mysql:host=hunter2;db=a", "must name db and user");
  ExpectRefused("postgresql:user=hunter2", "must name dbname and user");
  ExpectRefused("mysql:db=;user=b", "must name db and user");
  for (const std::string port : {"0", "65536", "99999999999", "3306a", "-1", ""}) {
    ExpectRefused("mysql:db=a;user=b;port=" + port, "is no port");
  }
}

}  // namespace
}  // namespace click2call::store
