#include "call/read_click.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

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
using std::chrono::minutes;

// Takes the token "a.good.link" alone.
class Links : public web::LinkSigner {
 public:
  base::Result<std::string> Sign(const web::Link&, base::WallTime) const override {
    return std::string("a.good.link");
  }
  base::Result<web::Link> Verify(std::string_view token, base::WallTime) const override {
    if (token == "a.good.link") return link;
    return base::Error{Code::kPermissionDenied, "this link was changed"};
  }
  web::Link link{"1006", "", "id-7", {}};
};

class ReadClickTest : public testing::Test {
 protected:
  base::Result<Click> Read(const web::Form& form) {
    World world = world_.World();
    if (with_links_) world.links = &links_;
    return ReadClick(ReadConfig(config_), world, asker_, request_, form);
  }

  static web::Form To(std::string to, std::string from = "") {
    web::Form form;
    form.to = std::move(to);
    if (!from.empty()) form.from = std::move(from);
    return form;
  }

  static web::Form By(std::string token, web::Form form = {}) {
    form.token = std::move(token);
    return form;
  }

  std::string PageToken(std::string_view to) {
    const auto callee = Must(Extension::Parse(to, "to"));
    return web::MakeConfirmToken(Must(ConfirmKey(world_.World())), BindingOf(asker_, callee),
                                 world_.clock.WallNow());
  }

  fakes::FakeWorld world_;
  Links links_;
  bool with_links_ = false;
  std::string config_;  // goes on with [call]
  Asker asker_{"alice", "10.0.0.15"};
  web::Request request_;
};

// ---- whose phone rings

constexpr std::string_view kOrigins =
    "[origins]\n"
    "users = { alice = \"1013\", bob = [\"1004\", \"1104\"] }\n"
    "addresses = { \"10.0.0.0/8\" = \"1020\", \"10.0.0.15\" = \"1021\" }\n";

TEST_F(ReadClickTest, WithoutMoreItIsTheConfiguredPhone) {
  const CallRequest call = Must(Read(To("10 06"))).request;
  EXPECT_TRUE(call.phones.empty());
  EXPECT_FALSE(call.caller);
  EXPECT_EQ(call.callee.Dialled(), "1006");
  EXPECT_EQ(call.user, "alice");
  EXPECT_EQ(call.address, "10.0.0.15");
}

TEST_F(ReadClickTest, AUsersPhoneGoesBeforeTheAddresss) {
  config_ = kOrigins;
  using Phones = std::vector<std::string>;
  EXPECT_EQ(Must(Read(To("1006"))).request.phones, Phones{"1013"});
  asker_.user = "bob";
  EXPECT_EQ(Must(Read(To("1006"))).request.phones, (Phones{"1004", "1104"}));
  asker_.user = "carol";
  EXPECT_EQ(Must(Read(To("1006"))).request.phones, Phones{"1021"}) << "the address says more";
  asker_.address = "10.0.0.16";
  EXPECT_EQ(Must(Read(To("1006"))).request.phones, Phones{"1020"});
  asker_.address = "192.168.0.1";
  EXPECT_EQ(Must(Read(To("1006"))).request.phones, Phones{});
}

TEST_F(ReadClickTest, FromIsNotLookedAtUnlessItMayBe) {
  for (const auto* from : {"1007", "bob", "PJSIP/1007", "1\r\n"}) {
    const CallRequest call = Must(Read(To("1006", from))).request;
    EXPECT_FALSE(call.caller) << from;
    EXPECT_TRUE(call.phones.empty()) << from;
  }
}

TEST_F(ReadClickTest, OneOfOnesOwnPhonesMayBeChosenAlways) {
  config_ = kOrigins;
  asker_.user = "bob";
  const auto chosen = Must(Read(To("1006", "1104"))).request;
  EXPECT_EQ(chosen.phones, std::vector<std::string>{"1104"});
  const auto foreign = Must(Read(To("1006", "1013"))).request;
  EXPECT_EQ(foreign.phones, (std::vector<std::string>{"1004", "1104"})) << "that is alice's";
}

TEST_F(ReadClickTest, WithOriginParameterFromIsANumberOrAUser) {
  config_ = "origin_parameter = true\n" + std::string(kOrigins);
  EXPECT_EQ(Must(Read(To("1006", "10 07"))).request.caller->Dialled(), "1007");
  const auto bobs = Must(Read(To("1006", "bob"))).request;
  EXPECT_EQ(bobs.phones, (std::vector<std::string>{"1004", "1104"}));
  EXPECT_FALSE(bobs.caller);
  for (const auto* channel : {"PJSIP/1007", "Local/1@x", "1007&1008", "carol", "1007@x"}) {
    EXPECT_TRUE(Fails(Read(To("1006", channel)), Code::kInvalidPhoneNumber)) << channel;
  }
}

// ---- the key

TEST_F(ReadClickTest, AKeyComesFromTheFormOrTheHeader) {
  web::Form form = To("1006");
  form.key = "k1";
  EXPECT_EQ(Must(Read(form)).request.key, "k1");
  request_.idempotency_key = "k1";
  EXPECT_EQ(Must(Read(form)).request.key, "k1");
  request_.idempotency_key = "k2";
  EXPECT_TRUE(Fails(Read(form), Code::kInvalidArgument));
  form.key.reset();
  EXPECT_EQ(Must(Read(form)).request.key, "k2");
  request_.idempotency_key = std::string(256, 'k');
  EXPECT_TRUE(Fails(Read(form), Code::kInvalidArgument));
  request_.idempotency_key = "a\nb";
  EXPECT_TRUE(Fails(Read(form), Code::kInvalidArgument));
}

// ---- the token of a page

TEST_F(ReadClickTest, ThePagesTokenIsGoodForItsUserAndNumberAlone) {
  const std::string token = PageToken("1006");
  EXPECT_EQ(Must(Read(By(token, To("10-06")))).token, web::Token::kGood);
  EXPECT_TRUE(Fails(Read(By(token, To("1007"))), Code::kPermissionDenied));
  asker_.user = "mallory";
  EXPECT_TRUE(Fails(Read(By(token, To("1006"))), Code::kPermissionDenied));
  asker_ = {"alice", "10.9.9.9"};
  EXPECT_TRUE(Succeeds(Read(By(token, To("1006"))))) << "she may have moved";
}

TEST_F(ReadClickTest, WithoutAUserThePagesTokenIsTheAddresss) {
  asker_ = {"", "10.0.0.15"};
  const std::string token = PageToken("1006");
  EXPECT_TRUE(Succeeds(Read(By(token, To("1006")))));
  asker_.address = "10.0.0.16";
  EXPECT_TRUE(Fails(Read(By(token, To("1006"))), Code::kPermissionDenied));
}

TEST_F(ReadClickTest, ATokenOfLongAgoAsksAgain) {
  const std::string token = PageToken("1006");
  world_.clock.Advance(minutes(11));
  const Click click = Must(Read(By(token, To("1006"))));
  EXPECT_TRUE(click.expired);
  EXPECT_EQ(click.token, web::Token::kNone);
}

TEST_F(ReadClickTest, WithoutAJournalNoTokenIsGood) {
  const std::string token = PageToken("1006");
  world_.store.Break();
  EXPECT_TRUE(Fails(Read(By(token, To("1006"))), Code::kStoreUnavailable));
}

// ---- signed links

TEST_F(ReadClickTest, ASignedLinkSaysWhomToCallAndOnWhichPhone) {
  with_links_ = true;
  Click click = Must(Read(By("a.good.link")));
  EXPECT_EQ(click.request.callee.Dialled(), "1006");
  EXPECT_EQ(click.request.link_id, "id-7");
  EXPECT_EQ(click.token, web::Token::kGood);
  EXPECT_FALSE(click.request.caller);
  links_.link.from = "1007";
  click = Must(Read(By("a.good.link")));
  EXPECT_EQ(click.request.caller->Dialled(), "1007") << "whoever signed it has chosen";
}

TEST_F(ReadClickTest, ASignedLinkThatWasChangedIsNone) {
  with_links_ = true;
  EXPECT_TRUE(Fails(Read(By("a.bad.link")), Code::kPermissionDenied));
  EXPECT_TRUE(Fails(Read(By("a.good.link", To("1007"))), Code::kPermissionDenied));
  EXPECT_TRUE(Fails(Read(By("a.good.link", To("1006", "1009"))), Code::kPermissionDenied));
  EXPECT_TRUE(Succeeds(Read(By("a.good.link", To("1006")))));
}

TEST_F(ReadClickTest, ASignedLinkWhereThereAreNoneNamesTheKey) {
  const auto click = Read(By("a.good.link"));
  ASSERT_TRUE(Fails(click, Code::kPermissionDenied));
  EXPECT_TRUE(Has(click.Why().message, "access.link_secret_file"));
}

// ---- POST /calls

class ReadCreationTest : public ReadClickTest {
 protected:
  base::Result<CallRequest> Create(const std::string& caller, const std::string& callee = "1006") {
    request_.content_type = "application/json";
    request_.body =
        R"({"caller":{"number":")" + caller + R"("},"callee":{"number":")" + callee + R"("}})";
    return ReadCreation(ReadConfig(config_), world_.World(), asker_, request_);
  }
};

TEST_F(ReadCreationTest, TheCallerIsOnesOwnPhoneOrEverybodys) {
  EXPECT_TRUE(Must(Create("1003")).phones.empty()) << "call.origin";
  EXPECT_TRUE(Fails(Create("1013"), Code::kPermissionDenied));
  config_ = kOrigins;
  EXPECT_EQ(Must(Create("1013")).phones, std::vector<std::string>{"1013"});
  EXPECT_TRUE(Fails(Create("1003"), Code::kPermissionDenied)) << "alice has a phone of her own";
  EXPECT_TRUE(Fails(Create("1004"), Code::kPermissionDenied)) << "bob's";
}

TEST_F(ReadCreationTest, AnotherCallerNeedsOriginParameter) {
  config_ = "origin_parameter = true\n" + std::string(kOrigins);
  EXPECT_EQ(Must(Create("1004")).caller->Dialled(), "1004");
  EXPECT_EQ(Must(Create("1013")).phones, std::vector<std::string>{"1013"});
}

TEST_F(ReadCreationTest, TheKeyIsInTheHeader) {
  request_.idempotency_key = "k7";
  EXPECT_EQ(Must(Create("1003")).key, "k7");
  EXPECT_TRUE(Must(Create("1003")).once);
}

}  // namespace
}  // namespace click2call::call
