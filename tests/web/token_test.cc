#include "web/token.h"

#include <gtest/gtest.h>

namespace click2call::web {
namespace {

TEST(BearerTokenTest, IsWhatFollowsTheSchemeInAnyCase) {
  EXPECT_EQ(BearerToken("Bearer abc.def"), "abc.def");
  EXPECT_EQ(BearerToken("bearer abc"), "abc");
  EXPECT_EQ(BearerToken("BEARER   abc  "), "abc");
}

TEST(BearerTokenTest, OnlyBearerIsLookedAt) {
  for (const char* other : {"", "Bearer", "Bearer ", "Basic YTpi", "Bearerabc", "Digest Bearer x",
                            "Basic YTpi, Bearer abc"}) {
    EXPECT_EQ(BearerToken(other), "") << other;
  }
}

}  // namespace
}  // namespace click2call::web
