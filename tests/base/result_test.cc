#include "base/result.h"

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace click2call::base {
namespace {

TEST(ResultTest, HoldsAValue) {
  const Result<int> result = 7;
  ASSERT_TRUE(result.Ok());
  EXPECT_EQ(result.Value(), 7);
}

TEST(ResultTest, OrTheReasonForNone) {
  const Result<int> result = Error{Code::kNotFound, "there is none", "c2c-1"};
  ASSERT_FALSE(result.Ok());
  EXPECT_EQ(result.Why().code, Code::kNotFound);
  EXPECT_EQ(result.Why().message, "there is none");
  EXPECT_EQ(result.Why().call_id, "c2c-1");
}

TEST(ResultTest, GivesAwayAValueThatCannotBeCopied) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  const std::unique_ptr<int> value = std::move(result).Value();
  EXPECT_EQ(*value, 7);
}

TEST(ResultTest, DoneIsSuccessWithoutAValue) {
  EXPECT_TRUE(Done().Ok());
  EXPECT_FALSE(Status(Error{}).Ok());
}

TEST(ResultTest, AnErrorOfWhichNothingIsKnownIsOurOwnFaultAndAboutNoCall) {
  const Error error;
  EXPECT_EQ(error.code, Code::kInternal);
  EXPECT_EQ(error.call_id, "");
  EXPECT_EQ(error.retry_after.count(), 0);
}

}  // namespace
}  // namespace click2call::base
