#include "web/confirm_token.h"

#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/results.h"

namespace click2call::web {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using enum ConfirmState;

const base::Secret kKey("0123456789abcdef0123456789abcdef");
const base::WallTime kNow{seconds(1795420800)};  // 2026-11-23T08:00:00Z
const Binding kBinding = {"alice", "10.0.0.15", "1006", "1003"};

std::string Token(const Binding& binding = kBinding) {
  return MakeConfirmToken(kKey, binding, kNow);
}
ConfirmState Check(std::string_view token, const Binding& binding = kBinding,
                   base::WallTime now = kNow) {
  return CheckConfirmToken(kKey, binding, token, now);
}

TEST(ConfirmTokenTest, IsGoodForWhatItWasMadeFor) {
  EXPECT_EQ(Check(Token()), kGood);
  EXPECT_EQ(Check(Token({}), {}), kGood);
}

// By Python's hmac over "18:click2call confirm10:17954214005:alice9:10.0.0.154:10064:1003".
TEST(ConfirmTokenTest, IsAnHmacThatAnotherProgramCanCheck) {
  EXPECT_EQ(Token(), "1795421400-roMLrO75wYjZhZe-tkuXT0D1Gkig5M66eE8soshjZpE");
}

TEST(ConfirmTokenTest, IsGoodForTenMinutes) {
  EXPECT_EQ(kConfirmLife, std::chrono::minutes(10));
  EXPECT_EQ(Check(Token(), kBinding, kNow + kConfirmLife - milliseconds(1)), kGood);
  EXPECT_EQ(Check(Token(), kBinding, kNow + kConfirmLife), kExpired);
  EXPECT_EQ(Check(Token(), kBinding, kNow + std::chrono::hours(24 * 365)), kExpired);
}

TEST(ConfirmTokenTest, EveryPartOfItsBindingCounts) {
  for (std::size_t i = 0; i < kBinding.size(); ++i) {
    for (const std::string_view other : {"", "x", "1007"}) {
      Binding changed = kBinding;
      changed[i] = other;
      EXPECT_EQ(Check(Token(), changed), kBad) << i;
    }
  }
}

TEST(ConfirmTokenTest, NoTwoBindingsRunIntoEachOther) {
  const std::vector<Binding> kBindings = {
      {},
      {""},
      {"", ""},
      {"alice", "1006"},
      {"alice1006"},
      {"alice1", "006"},
      {"1006", "alice"},
      {"alice", "1006", ""},
      {"", "alice", "1006"},
      {"5:alice", "1006"},
      {"5:alice4:1006"},
      {"alice4:1006"},
      {std::string("alice\0", 6), "1006"},
  };
  std::set<std::string> tokens;
  for (const Binding& binding : kBindings) {
    tokens.insert(Token(binding));
    for (const Binding& other : kBindings) {
      EXPECT_EQ(Check(Token(binding), other) == kGood, &binding == &other);
    }
  }
  EXPECT_EQ(tokens.size(), kBindings.size());
}

TEST(ConfirmTokenTest, ChangedOrCutOffAnywhereItIsBad) {
  const std::string token = Token();
  for (std::size_t i = 0; i < token.size(); ++i) {
    EXPECT_EQ(Check(token.substr(0, i)), kBad) << i;
    std::string changed = token;
    changed[i] = changed[i] == '1' ? '2' : '1';
    EXPECT_EQ(Check(changed), kBad) << i;
  }
  for (const std::string& other :
       {token + "x", token + "=", " " + token, "+" + token, "0" + token, std::string("-"),
        std::string("99999999999999999999-x"), std::string("eyJh.eyJ0.c2ln")}) {
    EXPECT_EQ(Check(other), kBad) << other;
  }
}

TEST(ConfirmTokenTest, NobodyCanMakeItLastLonger) {
  const std::string token = Token();
  const std::string mac = token.substr(token.find('-'));
  EXPECT_EQ(Check("1795421401" + mac), kBad);
  EXPECT_EQ(Check("9795421400" + mac), kBad);
}

TEST(ConfirmTokenTest, AnotherKeyMakesAnotherOne) {
  const base::Secret other("0123456789abcdef0123456789abcdeX");
  EXPECT_EQ(CheckConfirmToken(other, kBinding, Token(), kNow), kBad);
  const base::Secret none;
  EXPECT_EQ(CheckConfirmToken(none, kBinding, MakeConfirmToken(none, kBinding, kNow), kNow), kBad);
}

TEST(ConfirmTokenTest, NeedsNoEscapingAndHasNoDotsUnlikeASignedLink) {
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(Token({std::to_string(i)})
                  .find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"
                                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_"),
              std::string::npos);
  }
}

TEST(ConfirmTokenTest, ARefusalSaysWhyAndWhatToDo) {
  const base::Error expired = RefusalOf(kExpired);
  EXPECT_EQ(expired.code, base::Code::kPermissionDenied);
  EXPECT_TRUE(
      fakes::Has(expired.message, "this page has been open for more than 10 minutes; go back"));
  const base::Error bad = RefusalOf(kBad);
  EXPECT_EQ(bad.code, base::Code::kPermissionDenied);
  EXPECT_TRUE(fakes::Has(bad.message, "go back and click the link again"));
}

}  // namespace
}  // namespace click2call::web
