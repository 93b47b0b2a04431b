#include "call/call.h"

#include <gtest/gtest.h>

namespace click2call::call {
namespace {

TEST(CallTest, ItsStatusHasTheNamesOfCamara) {
  EXPECT_EQ(StatusName(CallStatus::kInitiating), "initiating");
  EXPECT_EQ(StatusName(CallStatus::kCallingCaller), "callingCaller");
  EXPECT_EQ(StatusName(CallStatus::kCallingCallee), "callingCallee");
}

}  // namespace
}  // namespace click2call::call
