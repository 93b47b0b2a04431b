#include "web/jwt_verifier.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "fakes/fake_clock.h"
#include "fakes/results.h"
#include "web/jwt_fixtures.h"
#include "web/make_token.h"

namespace click2call::web {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;

constexpr long kNow = 1'795'396'816;  // where FakeClock begins, to the second

// A payload that is good but for what the arguments, members of JSON with a comma before them, say
// again.
std::string Payload(const std::string& changes = {}) {
  return R"({"iss":"https://issuer.test","aud":"click2call","sub":"alice","exp":)" +
         std::to_string(kNow + 60) + changes + "}";
}

class JwtVerifierTest : public testing::Test {
 protected:
  JwtConfig config_{"https://issuer.test", "click2call", base::Secret(kSharedSecret), "HS256"};
  fakes::FakeClock clock_;

  base::Result<TokenClaims> Verify(const std::string& token) const {
    return Must(MakeJwtVerifier(config_))->Verify(token, clock_.WallNow());
  }

  // Refused, and for this; the message holds nothing of the token.
  testing::AssertionResult Refused(const std::string& token, const std::string& why) const {
    const auto claims = Verify(token);
    const auto failed = Fails(claims, Code::kUnauthenticated);
    if (!failed) return failed;
    const std::string& message = claims.Why().message;
    for (const std::string& secret : {token.substr(0, 20), std::string("alice")}) {
      if (!secret.empty() && message.find(secret) != std::string::npos) {
        return testing::AssertionFailure() << "it shows the token: " << message;
      }
    }
    return Has(message, why);
  }
};

TEST_F(JwtVerifierTest, ATokenOfAnotherImplementationIsRead) {
  const TokenClaims claims = Must(Verify(kHs256Token));
  EXPECT_EQ(claims.user, "alice");
  EXPECT_EQ(claims.scopes,
            (std::set<std::string>{"click-to-dial:calls:create", "click-to-dial:calls:read"}));
}

TEST_F(JwtVerifierTest, SoIsOneThatIsSignedWithAPrivateKey) {
  config_.algorithm = "RS256";
  config_.key = base::Secret(kPublicKey);
  EXPECT_EQ(Must(Verify(kRs256Token)).user, "alice");
  EXPECT_EQ(Must(Verify(kRs256Token)).scopes.size(), 2U);
}

TEST_F(JwtVerifierTest, OnlyTheConfiguredAlgorithmIsTaken) {
  EXPECT_TRUE(Refused(kRs256Token, "not signed with HS256"));
  EXPECT_TRUE(Refused(MakeToken(Payload(), R"({"alg":"HS512"})"), "not signed with HS256"));
  EXPECT_TRUE(Refused(MakeToken(Payload(), R"({"alg":"hs256"})"), "not signed with HS256"));
  EXPECT_TRUE(Refused(MakeToken(Payload(), R"({"typ":"JWT"})"), "not signed with HS256"));
  config_.algorithm = "RS256";
  config_.key = base::Secret(kPublicKey);
  EXPECT_TRUE(Refused(kRs512Token, "not signed with RS256"));
}

TEST_F(JwtVerifierTest, AnUnsignedTokenIsRefused) {
  const std::string none = R"({"alg":"none"})";
  EXPECT_TRUE(Refused(MakeToken(Payload(), none), "not signed with HS256"));
  EXPECT_TRUE(Refused(Base64Url(none) + "." + Base64Url(Payload()) + ".", "is no JSON Web Token"));
  EXPECT_TRUE(Refused(Base64Url(none) + "." + Base64Url(Payload()), "is no JSON Web Token"));
}

TEST_F(JwtVerifierTest, ThePublicKeyIsNoSharedSecret) {
  config_.algorithm = "RS256";
  config_.key = base::Secret(kPublicKey);
  for (const std::string end : {"", "\n"}) {
    EXPECT_TRUE(Refused(MakeToken(Payload(), R"({"alg":"HS256"})", kPublicKey + end),
                        "not signed with RS256"));
    EXPECT_TRUE(
        Refused(MakeToken(Payload(), R"({"alg":"RS256"})", kPublicKey + end), "wrong signature"));
  }
}

TEST_F(JwtVerifierTest, AWrongSignatureIsRefused) {
  EXPECT_TRUE(Refused(MakeToken(Payload(), R"({"alg":"HS256"})", "another"), "wrong signature"));
  const std::string good = MakeToken(Payload());
  const std::string end = good.substr(good.rfind('.') + 1);
  EXPECT_TRUE(Refused(good.substr(0, good.size() - 4), "wrong signature"));
  EXPECT_TRUE(Refused(good + "AAAA", "wrong signature"));
  EXPECT_TRUE(Refused(
      Base64Url(R"({"alg":"HS256"})") + "." + Base64Url(Payload(R"(,"sub":"mallory")")) + "." + end,
      "wrong signature"));
}

TEST_F(JwtVerifierTest, ABadRsaSignatureLeavesNoErrorForTheNextTlsSession) {
  config_.algorithm = "RS256";
  config_.key = base::Secret(kPublicKey);
  const std::string good = kRs256Token;
  EXPECT_TRUE(Refused(good.substr(0, good.rfind('.') + 1) + std::string(342, 'A'), "signature"));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST_F(JwtVerifierTest, WhatIsNoTokenIsRefused) {
  const std::string good = MakeToken(Payload());
  for (const std::string& token : {std::string(),
                                   std::string("."),
                                   std::string(".."),
                                   std::string("a.b.c"),
                                   good + "=",
                                   good + ".",
                                   good + ".AAAA",
                                   "." + good,
                                   good + "\n",
                                   " " + good,
                                   good + "!",
                                   good + "+",
                                   MakeToken("[]"),
                                   MakeToken("null"),
                                   MakeToken("42"),
                                   MakeToken("{"),
                                   MakeToken("\xff"),
                                   MakeToken(Payload(), "[]"),
                                   MakeToken(std::string(200, '[')),
                                   MakeToken(R"({"a":)" + std::string(5000, '[') + "}")}) {
    EXPECT_TRUE(Refused(token, "is no JSON Web Token")) << token;
  }
}

TEST_F(JwtVerifierTest, EightKibibytesIsTheLongestThatIsRead) {
  const std::string header = R"({"alg":"HS256"})";
  const auto sized = [&](std::size_t padding) {
    return MakeToken(Payload(R"(,"x":")" + std::string(padding, 'x') + '"'));
  };
  std::size_t padding = 0;
  while (sized(padding + 1).size() <= TokenVerifier::kMaxToken) ++padding;
  EXPECT_TRUE(Succeeds(Verify(sized(padding))));
  EXPECT_TRUE(Refused(sized(padding + 3), "more than 8192 bytes"));
}

TEST_F(JwtVerifierTest, TheIssuerHasToBeTheConfiguredOne) {
  for (const char* iss : {R"("https://issuer.test/")", R"("")", "null", "42",
                          R"(["https://issuer.test"])", R"("https://issuer.test\u0000")"}) {
    EXPECT_TRUE(Refused(MakeToken(Payload(R"(,"iss":)" + std::string(iss))), "another issuer"))
        << iss;
  }
  EXPECT_TRUE(Refused(MakeToken(R"({"aud":"click2call","sub":"alice","exp":9999999999})"),
                      "another issuer"));
}

TEST_F(JwtVerifierTest, TheAudienceIsOneOrAListWithIt) {
  for (const char* aud : {R"("click2call")", R"(["click2call"])", R"([7,null,"x","click2call"])"}) {
    EXPECT_TRUE(Succeeds(Verify(MakeToken(Payload(R"(,"aud":)" + std::string(aud)))))) << aud;
  }
  for (const char* aud : {R"("x")", "[]", R"(["x"])", "null", "{}", "42", R"("click2call x")",
                          R"([["click2call"]])", R"({"click2call":1})"}) {
    EXPECT_TRUE(Refused(MakeToken(Payload(R"(,"aud":)" + std::string(aud))), "another audience"))
        << aud;
  }
}

TEST_F(JwtVerifierTest, AnExpiredTokenIsRefusedAfterThirtySeconds) {
  const std::string token = MakeToken(Payload());
  clock_.Advance(base::Milliseconds(60'000 + 29'900));
  EXPECT_TRUE(Succeeds(Verify(token)));
  clock_.Advance(base::Milliseconds(100));
  EXPECT_TRUE(Refused(token, "expired"));
}

TEST_F(JwtVerifierTest, ATokenOfTheFutureIsRefusedBeforeThirtySeconds) {
  for (const std::string name : {"nbf", "iat"}) {
    const auto at = [&](long seconds) {
      return MakeToken(Payload(",\"" + name + "\":" + std::to_string(kNow + seconds)));
    };
    EXPECT_TRUE(Succeeds(Verify(at(-1000))));
    EXPECT_TRUE(Succeeds(Verify(at(30))));
    EXPECT_TRUE(Refused(at(31), "not valid yet (" + name)) << name;
  }
}

TEST_F(JwtVerifierTest, ATimeIsANumber) {
  EXPECT_TRUE(Succeeds(Verify(MakeToken(Payload(R"(,"exp":1795396900.5)")))));
  EXPECT_TRUE(Succeeds(Verify(MakeToken(Payload(R"(,"exp":1e300)")))));
  EXPECT_TRUE(Succeeds(Verify(MakeToken(Payload(R"(,"exp":18446744073709551615)")))));
  EXPECT_TRUE(Refused(MakeToken(Payload(R"(,"exp":-1)")), "expired"));
  EXPECT_TRUE(Refused(MakeToken(Payload(R"(,"exp":0)")), "expired"));
  for (const char* exp : {R"("1795396900")", "true", "null", "[]", "{}", R"("never")"}) {
    EXPECT_TRUE(Refused(MakeToken(Payload(R"(,"exp":)" + std::string(exp))), "malformed exp"))
        << exp;
    EXPECT_TRUE(Refused(MakeToken(Payload(R"(,"nbf":)" + std::string(exp))), "malformed nbf"))
        << exp;
  }
  EXPECT_TRUE(
      Refused(MakeToken(R"({"iss":"https://issuer.test","aud":"click2call","sub":"alice"})"),
              "has no exp"));
}

TEST_F(JwtVerifierTest, TheUserIsTheSubject) {
  const std::string longest(128, 'u');
  EXPECT_EQ(Must(Verify(MakeToken(Payload(R"(,"sub":")" + longest + '"')))).user, longest);
  EXPECT_EQ(Must(Verify(MakeToken(Payload(R"(,"sub":"J\u00f6rg")")))).user, "J\xc3\xb6rg");
  EXPECT_TRUE(Refused(MakeToken(Payload(R"(,"sub":")" + longest + R"(u")")), "128 bytes"));
  for (const char* sub : {R"("")", "null", "42", R"(["alice"])", "true"}) {
    EXPECT_TRUE(Refused(MakeToken(Payload(R"(,"sub":)" + std::string(sub))), "names nobody"))
        << sub;
  }
  for (const char* sub : {R"("a\nb")", R"("a\u0000b")", R"("\u007f")"}) {
    EXPECT_TRUE(Refused(MakeToken(Payload(R"(,"sub":)" + std::string(sub))), "malformed sub"))
        << sub;
  }
  for (const char* sub : {R"("\ud800")", "\"\xff\"", "\"\xed\xa0\x80\"", "\"\xc0\x80\""}) {
    EXPECT_TRUE(Refused(MakeToken(Payload(R"(,"sub":)" + std::string(sub))), "is no JSON")) << sub;
  }
}

TEST_F(JwtVerifierTest, TheScopesAreWordsBetweenSpaces) {
  const auto scopes = [&](const std::string& scope) {
    return Must(Verify(MakeToken(Payload(R"(,"scope":)" + scope)))).scopes;
  };
  EXPECT_EQ(scopes(R"("  a  b:c a ")"), (std::set<std::string>{"a", "b:c"}));
  EXPECT_TRUE(scopes(R"("")").empty());
  EXPECT_TRUE(Must(Verify(MakeToken(Payload()))).scopes.empty());
  for (const char* scope : {R"(["a"])", "null", "42"}) {
    EXPECT_TRUE(Refused(MakeToken(Payload(R"(,"scope":)" + std::string(scope))), "no string"))
        << scope;
  }
}

TEST_F(JwtVerifierTest, AnExtensionThatIsNotKnownIsRefused) {
  EXPECT_TRUE(
      Refused(MakeToken(Payload(), R"({"alg":"HS256","crit":["b64"],"b64":false})"), "crit"));
}

TEST_F(JwtVerifierTest, AUselessConfigurationIsNoVerifier) {
  const auto refused = [](const JwtConfig& config, const char* why) {
    const auto verifier = MakeJwtVerifier(config);
    return Fails(verifier, Code::kInternal) && Has(verifier.Why().message, why);
  };
  const base::Secret secret{kSharedSecret};
  EXPECT_TRUE(refused({"", "a", secret, "HS256"}, "issuer"));
  EXPECT_TRUE(refused({"i", "", secret, "HS256"}, "audience"));
  EXPECT_TRUE(refused({"i", "a", secret, "none"}, "algorithm"));
  EXPECT_TRUE(refused({"i", "a", base::Secret(""), "HS256"}, "key_file"));
  EXPECT_TRUE(refused({"i", "a", base::Secret(kPublicKey), "HS256"}, "RS256"));
  EXPECT_TRUE(refused({"i", "a", secret, "RS256"}, "PEM"));
}

}  // namespace
}  // namespace click2call::web
