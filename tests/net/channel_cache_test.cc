#include "net/channel_cache.h"

#include <string>

#include <gtest/gtest.h>

#include "ami/show.h"
#include "fakes/fake_clock.h"

namespace click2call::net {
namespace {

class ChannelCacheTest : public testing::Test {
 protected:
  std::string Find(const std::string& exten) const {
    const auto found = cache_.Find(exten, clock_.Now());
    return found ? found->Text() : "";
  }
  void Keep(const std::string& exten, const std::string& channel) {
    cache_.Keep(exten, ami::Value(channel), clock_.Now());
  }

  fakes::FakeClock clock_;
  ChannelCache cache_;
};

TEST_F(ChannelCacheTest, KeepsAnAnswerForAMinute) {
  Keep("1003", "PJSIP/1003");
  clock_.Advance(ChannelCache::kKept - base::Milliseconds(1));
  EXPECT_EQ(Find("1003"), "PJSIP/1003");
  EXPECT_EQ(Find("1004"), "");
  clock_.Advance(base::Milliseconds(1));
  EXPECT_EQ(Find("1003"), "");
  Keep("1003", "SIP/1003");
  EXPECT_EQ(Find("1003"), "SIP/1003");
}

TEST_F(ChannelCacheTest, HoldsNoMoreThanItsLimitAndDropsWhatIsOldFirst) {
  for (std::size_t i = 0; i < ChannelCache::kMost - 1; ++i) Keep("old-" + std::to_string(i), "a");
  clock_.Advance(ChannelCache::kKept - base::Milliseconds(1));
  Keep("1003", "PJSIP/1003");
  clock_.Advance(base::Milliseconds(1));
  Keep("1004", "PJSIP/1004");
  EXPECT_EQ(Find("1003"), "PJSIP/1003");
  for (std::size_t i = 0; i < ChannelCache::kMost - 2; ++i) Keep("new-" + std::to_string(i), "a");
  EXPECT_EQ(Find("1003"), "PJSIP/1003");
  Keep("1005", "PJSIP/1005");
  EXPECT_EQ(Find("1003"), "") << "all were new, so all went";
  EXPECT_EQ(Find("1005"), "PJSIP/1005");
}

}  // namespace
}  // namespace click2call::net
