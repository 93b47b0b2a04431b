#include "store/commit_writes.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace click2call::store {
namespace {

constexpr int kFailed = 10;  // SQLITE_IOERR

// The header of a frame: `pages` is how many the database has, and 0 but in front of the last page
// of a commit.
std::string Header(char pages) {
  std::string header(24, '.');
  header.replace(4, 4, std::string("\0\0\0", 3) + pages);
  return header;
}
std::string Page(char filling) {
  std::string page;
  page.assign(1024, filling);
  return page;
}

class CommitWritesTest : public testing::Test {
 protected:
  using Written = std::pair<std::int64_t, std::string>;

  CommitWrites::Write ToFile() {
    return [this](std::string_view bytes, std::int64_t offset) {
      if (fails_) return kFailed;
      written_.emplace_back(offset, bytes);
      return 0;
    };
  }
  int Take(const std::string& bytes, std::int64_t offset) {
    return writes_.Take(bytes, offset, ToFile());
  }
  // One after the other, from `offset` on.
  int TakeAll(const std::vector<std::string>& parts, std::int64_t offset) {
    for (const std::string& part : parts) {
      if (const int failed = Take(part, offset)) return failed;
      offset += static_cast<std::int64_t>(part.size());
    }
    return 0;
  }

  CommitWrites writes_;
  std::vector<Written> written_;
  bool fails_ = false;
};

TEST_F(CommitWritesTest, ACommitIsOneWrite) {
  EXPECT_EQ(TakeAll({Header(0), Page('a'), Header(0), Page('b')}, 32), 0);
  EXPECT_TRUE(written_.empty());
  EXPECT_EQ(TakeAll({Header(7), Page('c')}, 32 + 2 * (24 + 1024)), 0);
  ASSERT_EQ(written_.size(), 1U);
  EXPECT_EQ(written_[0].first, 32);
  EXPECT_EQ(written_[0].second,
            Header(0) + Page('a') + Header(0) + Page('b') + Header(7) + Page('c'));
}

TEST_F(CommitWritesTest, SoIsTheNext) {
  EXPECT_EQ(TakeAll({Header(7), Page('a')}, 32), 0);
  writes_.Begin();
  EXPECT_EQ(TakeAll({Header(0), Page('b'), Header(8), Page('c')}, 32 + 24 + 1024), 0);
  ASSERT_EQ(written_.size(), 2U);
  EXPECT_EQ(written_[0], Written(32, Header(7) + Page('a')));
  EXPECT_EQ(written_[1].first, 32 + 24 + 1024);
}

TEST_F(CommitWritesTest, NothingIsHeldBehindTheLastPage) {
  EXPECT_EQ(TakeAll({Header(0), Page('a'), Header(7), Page('b')}, 32), 0);
  EXPECT_EQ(written_.size(), 1U);
  EXPECT_EQ(Take(Header(0), 32), 0);
  EXPECT_EQ(written_.back(), Written(32, Header(0)));
  EXPECT_EQ(Take(Header(7), 32 + 24 + 1024), 0);
  EXPECT_EQ(written_.back(), Written(32 + 24 + 1024, Header(7)));
}

TEST_F(CommitWritesTest, WhatIsNoFrameIsWrittenAtOnce) {
  const std::string log_header(32, 'h');
  EXPECT_EQ(Take(log_header, 0), 0);
  EXPECT_EQ(written_.back(), Written(0, log_header));
  EXPECT_EQ(Take(Page('a'), 5000), 0);
  EXPECT_EQ(written_.back(), Written(5000, Page('a')));
}

TEST_F(CommitWritesTest, WhatIsHeldIsWrittenBeforeWhatGoesElsewhere) {
  EXPECT_EQ(TakeAll({Header(0), Page('a')}, 32), 0);
  EXPECT_EQ(Take(Page('b'), 9000), 0);
  ASSERT_EQ(written_.size(), 2U);
  EXPECT_EQ(written_[0], Written(32, Header(0) + Page('a')));
  EXPECT_EQ(written_[1], Written(9000, Page('b')));
}

TEST_F(CommitWritesTest, AFrameInAnOldPlaceBeginsAnew) {
  EXPECT_EQ(TakeAll({Header(0), Page('a')}, 2128), 0);
  EXPECT_EQ(TakeAll({Header(3), Page('b')}, 32), 0);
  ASSERT_EQ(written_.size(), 2U);
  EXPECT_EQ(written_[1], Written(32, Header(3) + Page('b')));
}

TEST_F(CommitWritesTest, HoldsNoMoreThanItMay) {
  std::int64_t offset = 32;
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(TakeAll({Header(0), Page('a')}, offset), 0);
    offset += 24 + 1024;
  }
  EXPECT_EQ(TakeAll({Header(9), Page('z')}, offset), 0);
  std::int64_t next = 32;
  for (const auto& [at, bytes] : written_) {
    EXPECT_EQ(at, next);
    EXPECT_LT(bytes.size(), CommitWrites::kMostHeld + 24 + 1024);
    next += static_cast<std::int64_t>(bytes.size());
  }
  EXPECT_EQ(next, 32 + 201 * (24 + 1024)) << "and all of it";
  EXPECT_GT(written_.size(), 2U);
}

TEST_F(CommitWritesTest, WhatCouldNotBeWrittenIsTheCommitsErrorAndComesToNothing) {
  fails_ = true;
  EXPECT_EQ(TakeAll({Header(0), Page('a'), Header(7), Page('b')}, 32), kFailed);
  writes_.Begin();
  EXPECT_EQ(TakeAll({Header(0), Page('a')}, 32), 0);
  EXPECT_EQ(Take(Page('b'), 9000), kFailed) << "the one that was held";
  fails_ = false;
  EXPECT_EQ(TakeAll({Header(5), Page('c')}, 32), 0);
  ASSERT_EQ(written_.size(), 1U);
  EXPECT_EQ(written_[0], Written(32, Header(5) + Page('c')));
}

TEST_F(CommitWritesTest, WhatIsHeldCanBeWrittenAndIsOfNoUseToTheNextCommit) {
  EXPECT_EQ(writes_.Flush(ToFile()), 0);
  EXPECT_TRUE(written_.empty());
  EXPECT_EQ(TakeAll({Header(0), Page('a')}, 32), 0);
  EXPECT_EQ(writes_.Flush(ToFile()), 0);
  EXPECT_EQ(written_.size(), 1U);
  EXPECT_EQ(TakeAll({Header(0), Page('b')}, 32), 0);
  writes_.Begin();
  EXPECT_EQ(writes_.Flush(ToFile()), 0);
  EXPECT_EQ(written_.size(), 1U);
}

}  // namespace
}  // namespace click2call::store
