#include "base/secret.h"

#include <iomanip>
#include <sstream>

#include <gtest/gtest.h>

namespace click2call::base {
namespace {

TEST(SecretTest, PrintsAsStarsWhateverItIs) {
  for (const Secret& secret : {Secret("hunter2"), Secret("x"), Secret()}) {
    std::ostringstream out;
    out << secret;
    EXPECT_EQ(out.str(), "***");  // no length, and not even whether there is one
  }
}

TEST(SecretTest, ATestThatFailsDoesNotShowIt) {
  EXPECT_EQ(testing::PrintToString(Secret("hunter2")), "***");
}

TEST(SecretTest, GivesItsTextToWhoeverAsksByName) {
  EXPECT_EQ(Secret("hunter2").Reveal(), "hunter2");
}

TEST(SecretTest, KnowsWhetherThereIsOne) {
  EXPECT_TRUE(Secret().Empty());
  EXPECT_TRUE(Secret("").Empty());
  EXPECT_FALSE(Secret("x").Empty());
}

TEST(SecretTest, EqualsOnlyItself) {
  EXPECT_TRUE(SameSecret("swordfish", "swordfish"));
  for (const char* other : {"", "swordfis", "swordfishh", "Swordfish", "swordfisi"}) {
    EXPECT_FALSE(SameSecret(other, "swordfish")) << other;
  }
  EXPECT_FALSE(SameSecret("", ""));
}

}  // namespace
}  // namespace click2call::base
