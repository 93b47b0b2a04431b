#include "call/identify.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "call/read_config.h"
#include "fakes/fake_world.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;

constexpr std::string_view kScope = "calls:create";

// Takes the token "good" alone: that of ann, who may create calls.
class Tokens : public web::TokenVerifier {
 public:
  base::Result<web::TokenClaims> Verify(std::string_view token, base::WallTime) const override {
    if (token == "good") return web::TokenClaims{"ann", {std::string(kScope)}};
    return base::Error{Code::kUnauthenticated, "no good"};
  }
};

class IdentifyTest : public testing::Test {
 protected:
  static web::Request From(std::string address, std::string authorization = "") {
    web::Request request;
    request.remote_addr = std::move(address);
    request.remote_user = "bob";
    request.authorization = std::move(authorization);
    return request;
  }

  base::Result<Asker> Ask(const web::Request& request, bool api = false,
                          std::string_view scope = kScope) {
    World world = world_.World();
    if (with_tokens_) world.tokens = &tokens_;
    return Identify(ReadConfig("[access]\n" + access_), world, request, scope, api);
  }

  std::string access_;  // NOLINT(misc-non-private-member-variables-in-classes)
  bool with_tokens_ = false;

 private:
  fakes::FakeWorld world_;
  Tokens tokens_;
};

TEST_F(IdentifyTest, PrivateNetworksAloneMayAskToBeginWith) {
  for (const auto* inside : {"127.0.0.1", "::1", "10.9.8.7", "172.31.0.1", "192.168.1.1", "fd00::7",
                             "::ffff:192.168.1.1"}) {
    EXPECT_TRUE(Succeeds(Ask(From(inside)))) << inside;
  }
  for (const auto* outside :
       {"203.0.113.9", "172.32.0.1", "2001:db8::1", "", "unix:", "10.0.0.1.example"}) {
    EXPECT_TRUE(Fails(Ask(From(outside)), Code::kPermissionDenied)) << outside;
  }
}

TEST_F(IdentifyTest, TheRefusalNamesTheAddressAndTheKey) {
  const std::string message = Ask(From("203.0.113.9")).Why().message;
  EXPECT_TRUE(Has(message, "203.0.113.9"));
  EXPECT_TRUE(Has(message, "access.networks"));
}

TEST_F(IdentifyTest, TheConfigurationNamesOtherNetworks) {
  access_ = "networks = [\"203.0.113.0/24\"]\n";
  EXPECT_TRUE(Succeeds(Ask(From("203.0.113.9"))));
  EXPECT_TRUE(Fails(Ask(From("10.0.0.1")), Code::kPermissionDenied));
  access_ = "networks = []\n";
  EXPECT_TRUE(Fails(Ask(From("127.0.0.1")), Code::kPermissionDenied));
}

TEST_F(IdentifyTest, TheWebServersUserIsBelievedOnlyWhereItIsToldTo) {
  EXPECT_EQ(Must(Ask(From("10.0.0.1"))).user, "");
  access_ = "remote_user = true\n";
  EXPECT_EQ(Must(Ask(From("10.0.0.1"))).user, "bob");
}

TEST_F(IdentifyTest, AUserIsNoReasonToComeFromElsewhere) {
  access_ = "remote_user = true\n";
  EXPECT_TRUE(Fails(Ask(From("203.0.113.9")), Code::kPermissionDenied));
}

TEST_F(IdentifyTest, AUsersNameIsShortAndOneLine) {
  access_ = "remote_user = true\n";
  web::Request request = From("10.0.0.1");
  request.remote_user = "bob\nmallory";
  EXPECT_TRUE(Fails(Ask(request), Code::kInvalidArgument));
  request.remote_user = std::string(129, 'x');
  EXPECT_TRUE(Fails(Ask(request), Code::kInvalidArgument));
}

TEST_F(IdentifyTest, AGoodTokenIsGoodFromAnywhere) {
  with_tokens_ = true;
  const Asker asker = Must(Ask(From("203.0.113.9", "Bearer good"), /*api=*/true));
  EXPECT_EQ(asker.user, "ann");
  EXPECT_TRUE(asker.by_token);
}

TEST_F(IdentifyTest, ABadTokenIsRefusedWhateverElseWouldDo) {
  with_tokens_ = true;
  access_ = "remote_user = true\n";
  EXPECT_TRUE(Fails(Ask(From("10.0.0.1", "Bearer bad")), Code::kUnauthenticated));
  EXPECT_TRUE(Fails(Ask(From("10.0.0.1", "Bearer bad"), true), Code::kUnauthenticated));
}

TEST_F(IdentifyTest, TheApiNeedsATokenWhereThereAreTokensAndPagesNeedNone) {
  with_tokens_ = true;
  EXPECT_TRUE(Fails(Ask(From("10.0.0.1"), true), Code::kUnauthenticated));
  EXPECT_TRUE(Succeeds(Ask(From("10.0.0.1"), false)));
  with_tokens_ = false;
  EXPECT_TRUE(Succeeds(Ask(From("10.0.0.1"), true)));
}

TEST_F(IdentifyTest, ATokenHasToHaveTheScope) {
  with_tokens_ = true;
  EXPECT_TRUE(
      Fails(Ask(From("10.0.0.1", "Bearer good"), true, "calls:delete"), Code::kPermissionDenied));
}

TEST_F(IdentifyTest, WithoutTokensAnAuthorizationHeaderMeansNothing) {
  const Asker asker = Must(Ask(From("10.0.0.1", "Bearer good")));
  EXPECT_FALSE(asker.by_token);
  EXPECT_EQ(asker.user, "");
  EXPECT_TRUE(Fails(Ask(From("203.0.113.9", "Bearer good")), Code::kPermissionDenied));
}

TEST_F(IdentifyTest, AnAdminIsWhoTheConfigurationNames) {
  access_ = "remote_user = true\nadmins = [\"bob\"]\n";
  EXPECT_TRUE(Must(Ask(From("10.0.0.1"))).admin);
  access_ = "remote_user = true\nadmins = [\"ann\"]\n";
  EXPECT_FALSE(Must(Ask(From("10.0.0.1"))).admin);
  access_ = "admins = [\"bob\", \"\"]\n";
  EXPECT_FALSE(Must(Ask(From("10.0.0.1"))).admin) << "nobody known is nobody's admin";
}

}  // namespace
}  // namespace click2call::call
