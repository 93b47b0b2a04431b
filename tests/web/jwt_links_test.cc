#include "web/jwt_links.h"

#include <chrono>
#include <string>

#include <Poco/JWT/Signer.h>
#include <Poco/JWT/Token.h>
#include <gtest/gtest.h>

#include "fakes/fake_clock.h"
#include "fakes/results.h"
#include "web/jwt_fixtures.h"
#include "web/jwt_verifier.h"
#include "web/make_token.h"

namespace click2call::web {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

constexpr long kNow = 1'795'396'816;  // where FakeClock begins, to the second
constexpr char kStrange[] = "this link is not one of ours, or it was changed";

// Claims that are good but for what the arguments, members of JSON with a comma before them, say
// again.
std::string Claims(const std::string& changes = {}) {
  return R"({"aud":"click2call:link","to":"1006","jti":"id-1","exp":)" + std::to_string(kNow + 60) +
         changes + "}";
}

class JwtLinksTest : public testing::Test {
 protected:
  LinkConfig config_{base::Secret(kSharedSecret), days(400)};
  fakes::FakeClock clock_;

  Link LinkFor(base::Milliseconds life = hours(1)) const {
    return {"1006", "1003", "id-1", clock_.WallNow() + life};
  }
  base::Result<std::string> Sign(const Link& link) const {
    return Must(MakeJwtLinks(config_))->Sign(link, clock_.WallNow());
  }
  base::Result<Link> Verify(const std::string& token) const {
    return Must(MakeJwtLinks(config_))->Verify(token, clock_.WallNow());
  }

  // Refused, and for this; the message holds nothing of the token.
  testing::AssertionResult Refused(const std::string& token, Code code,
                                   const std::string& why) const {
    const auto link = Verify(token);
    const auto failed = Fails(link, code);
    if (!failed) return failed;
    const std::string& message = link.Why().message;
    for (const std::string& secret : {token.substr(0, 20), std::string("id-1")}) {
      if (!secret.empty() && message.find(secret) != std::string::npos) {
        return testing::AssertionFailure() << "it shows the token: " << message;
      }
    }
    return Has(message, why);
  }
  testing::AssertionResult Strange(const std::string& token) const {
    return Refused(token, Code::kPermissionDenied, kStrange);
  }
};

TEST_F(JwtLinksTest, WhatWasSignedIsReadAgain) {
  const Link link = Must(Verify(Must(Sign(LinkFor()))));
  EXPECT_EQ(link.to, "1006");
  EXPECT_EQ(link.from, "1003");
  EXPECT_EQ(link.id, "id-1");
  EXPECT_EQ(link.expires, std::chrono::floor<seconds>(clock_.WallNow() + hours(1)));
}

TEST_F(JwtLinksTest, ALinkMayLeaveThePhoneToTheConfiguration) {
  Link link = LinkFor();
  link.from = "";
  EXPECT_EQ(Must(Verify(Must(Sign(link)))).from, "");
}

TEST_F(JwtLinksTest, AnotherProgramWithTheKeyMayMakeThem) {
  const Link link = Must(Verify(MakeToken(Claims())));
  EXPECT_EQ(link.to, "1006");
  EXPECT_EQ(link.from, "");
}

TEST_F(JwtLinksTest, ATokenHasNoMoreThanFitsIntoALinkAndNeedsNoEscaping) {
  const std::string token = Must(Sign(LinkFor()));
  EXPECT_LT(token.size(), 250U);
  EXPECT_EQ(
      token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."),
      std::string::npos);
}

TEST_F(JwtLinksTest, AnExpiredLinkSaysSince) {
  const std::string token = Must(Sign(LinkFor()));
  clock_.Advance(hours(1) + seconds(29));
  EXPECT_TRUE(Succeeds(Verify(token)));
  clock_.Advance(seconds(1));
  EXPECT_TRUE(Refused(token, Code::kPermissionDenied,
                      "this link expired at 2026-11-23 02:20 UTC: ask for a new one"));
}

TEST_F(JwtLinksTest, AChangedLinkIsNotOurs) {
  const std::string token = Must(Sign(LinkFor()));
  const auto payload = token.find('.') + 1;
  const auto signature = token.rfind('.') + 1;
  const std::string other = Must(Sign({"1007", "1003", "id-1", LinkFor().expires}));
  EXPECT_TRUE(Strange(token.substr(0, payload) + other.substr(payload, other.rfind('.') - payload) +
                      token.substr(signature - 1)));
  std::string changed = token;
  changed[signature] = changed[signature] == 'A' ? 'B' : 'A';
  EXPECT_TRUE(Strange(changed));
  EXPECT_TRUE(Strange(token.substr(0, token.size() - 5)));
}

TEST_F(JwtLinksTest, NorIsOneThatIsNoJsonAnyMore) {
  for (const std::string& text : {std::string("a.b.c"), MakeToken("[]"), MakeToken("no JSON"),
                                  MakeToken(Claims(), "no JSON")}) {
    EXPECT_TRUE(Strange(text)) << text;
  }
}

TEST_F(JwtLinksTest, OneOfAnotherKeyIsNotOurs) {
  const std::string token = Must(Sign(LinkFor()));
  config_.key = base::Secret("another secret of at least 32 bytes.");
  EXPECT_TRUE(Strange(token));
}

TEST_F(JwtLinksTest, NoOtherAlgorithmIsTaken) {
  for (const std::string header : {R"({"alg":"none"})", R"({"alg":"HS512"})", R"({"alg":"hs256"})",
                                   R"({"typ":"JWT"})", R"({"alg":"HS256","crit":["b64"]})"}) {
    EXPECT_TRUE(Strange(MakeToken(Claims(), header))) << header;
  }
  EXPECT_TRUE(Refused(Base64Url(R"({"alg":"none"})") + "." + Base64Url(Claims()) + ".",
                      Code::kInvalidArgument, "`token` is no signed link"));
}

TEST_F(JwtLinksTest, EvenOneThatIsSignedWellWithTheKey) {
  for (const std::string algorithm : {"HS256", "HS384", "HS512"}) {
    Poco::JWT::Token token;
    token.payload().set("aud", std::string("click2call:link"));
    token.payload().set("to", std::string("1006"));
    token.payload().set("jti", std::string("id-1"));
    token.payload().set("exp", kNow + 60);
    Poco::JWT::Signer signer(kSharedSecret);
    signer.setAlgorithms({algorithm});
    const std::string text = signer.sign(token, algorithm);
    EXPECT_EQ(Verify(text).Ok(), algorithm == "HS256") << algorithm;
  }
}

TEST_F(JwtLinksTest, ATokenOfTheApiIsNoLinkAndALinkIsNoTokenOfTheApi) {
  EXPECT_TRUE(Strange(kHs256Token));  // the same key
  for (const std::string aud : {R"(["click2call:link"])", R"(["click2call","click2call:link"])",
                                R"("click2call")", "null"}) {
    EXPECT_TRUE(Strange(MakeToken(Claims(R"(,"aud":)" + aud)))) << aud;
  }
  for (const std::string name : {"click2call", "click2call:link"}) {
    const JwtConfig api{name, name, base::Secret(kSharedSecret), "HS256"};
    EXPECT_TRUE(Fails(Must(MakeJwtVerifier(api))->Verify(Must(Sign(LinkFor())), clock_.WallNow()),
                      Code::kUnauthenticated));
  }
}

TEST_F(JwtLinksTest, WhatIsNoTokenAtAllIsMalformed) {
  const std::string token = Must(Sign(LinkFor()));
  for (const std::string& text :
       {std::string(), std::string("x"), std::string("a.b"), token + ".", token + ".x", " " + token,
        token + "\n", token.substr(0, token.rfind('.')), std::string(kMaxLinkToken + 1, 'a'),
        "." + token}) {
    EXPECT_TRUE(Refused(text, Code::kInvalidArgument, "`token` is no signed link")) << text;
  }
}

TEST_F(JwtLinksTest, EveryClaimIsNeededAndHasItsForm) {
  const struct {
    std::string changes;
    std::string named;
  } kCases[] = {
      {R"(,"exp":null)", "exp"},
      {R"(,"exp":"1795396900")", "exp"},
      {R"(,"exp":true)", "exp"},
      {R"(,"exp":1e300)", "exp"},
      {R"(,"exp":-1)", "exp"},
      {R"(,"jti":null)", "jti"},
      {R"(,"jti":"")", "jti"},
      {R"(,"jti":7)", "jti"},
      {R"(,"jti":")" + std::string(kMaxLinkId + 1, 'x') + "\"", "jti"},
      {R"(,"jti":"a\u0000b")", "jti"},
      {R"(,"to":null)", "`to`"},
      {R"(,"to":"")", "`to`"},
      {R"(,"to":1006)", "`to`"},
      {R"(,"to":"10\r\n06")", "`to`"},
      {R"(,"to":")" + std::string(kMaxLinkNumber + 1, '1') + "\"", "`to`"},
      {R"(,"from":1003)", "`from`"},
      {R"(,"from":null)", "`from`"},
      {R"(,"from":"\n")", "`from`"},
      {R"(,"nbf":"now")", "nbf"},
  };
  for (const auto& [changes, named] : kCases) {
    EXPECT_TRUE(Refused(MakeToken(Claims(changes)), Code::kInvalidArgument, named)) << changes;
  }
  EXPECT_TRUE(Succeeds(Verify(MakeToken(Claims(R"(,"jti":")" + std::string(kMaxLinkId, 'x') +
                                               R"(","exp":)" + std::to_string(kNow) + ".5")))));
}

TEST_F(JwtLinksTest, OneThatIsNotGoodYetSaysFromWhenOn) {
  const auto token = [](long from) {
    return MakeToken(Claims(R"(,"nbf":)" + std::to_string(from)));
  };
  EXPECT_TRUE(Succeeds(Verify(token(kNow + 30))));
  EXPECT_TRUE(Refused(token(kNow + 31), Code::kPermissionDenied,
                      "this link is good from 2026-11-23 01:20 UTC on"));
}

TEST_F(JwtLinksTest, NoneIsGoodForLongerThanTheJournalKnowsThatItWasUsed) {
  config_.keep = days(2);
  const auto signed_for = [&](base::Milliseconds life) { return Sign(LinkFor(life)); };
  EXPECT_TRUE(Fails(signed_for(days(2)), Code::kInvalidArgument));
  EXPECT_TRUE(Has(signed_for(days(2)).Why().message, "less than 2 days ahead"));
  EXPECT_TRUE(Has(signed_for(days(2)).Why().message, "store.keep_days"));
  const std::string token = Must(signed_for(days(2) - std::chrono::minutes(1)));
  clock_.SetWall(clock_.WallNow() - seconds(30));  // of the host that judges it
  EXPECT_TRUE(Succeeds(Verify(token)));
  const auto claims = [](long exp) { return Claims(R"(,"exp":)" + std::to_string(exp)); };
  EXPECT_TRUE(
      Refused(MakeToken(claims(kNow + 2 * 86'400)), Code::kPermissionDenied, "good for too long"));
  // Beyond the year 2262, which the clock's unit does not reach.
  for (const long exp : {9'223'372'037, 17'954'020'416, 253'402'300'799}) {
    EXPECT_TRUE(Refused(MakeToken(claims(exp)), Code::kPermissionDenied, "good for too long"))
        << exp;
  }
}

TEST_F(JwtLinksTest, WhatWouldBeRefusedIsNotSigned) {
  const auto refused = [&](const Link& link) { return Fails(Sign(link), Code::kInvalidArgument); };
  const Link good = LinkFor();
  EXPECT_TRUE(Succeeds(Sign(good)));
  EXPECT_TRUE(refused(LinkFor(seconds(0))));
  EXPECT_TRUE(refused({"", good.from, good.id, good.expires}));
  EXPECT_TRUE(refused({"10\n06", good.from, good.id, good.expires}));
  EXPECT_TRUE(refused({std::string(kMaxLinkNumber + 1, '1'), "", good.id, good.expires}));
  EXPECT_TRUE(refused({good.to, "\r", good.id, good.expires}));
  EXPECT_TRUE(refused({good.to, good.from, "", good.expires}));
}

TEST_F(JwtLinksTest, AShortKeyIsRefusedWithTheWayToALongOne) {
  config_.key = base::Secret(std::string(kMinLinkKey, 'k'));
  EXPECT_TRUE(Succeeds(MakeJwtLinks(config_)));
  for (const std::string& key : {std::string(kMinLinkKey - 1, 'k'), std::string()}) {
    config_.key = base::Secret(key);
    const auto links = MakeJwtLinks(config_);
    EXPECT_TRUE(Fails(links, Code::kInternal));
    EXPECT_TRUE(Has(links.Why().message, "access.link_secret_file"));
    EXPECT_TRUE(Has(links.Why().message, "openssl rand -hex 32"));
  }
}

}  // namespace
}  // namespace click2call::web
