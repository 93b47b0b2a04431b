#include "net/login_gate.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "fakes/fake_clock.h"
#include "fakes/results.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Error;
using base::Milliseconds;
using fakes::Fails;
using fakes::Succeeds;

const Error kRefused{Code::kPbxLoginRefused, "no"};
const Error kDown{Code::kPbxUnavailable, "down"};

class LoginGateTest : public testing::Test {
 protected:
  fakes::FakeClock clock_;
  LoginGate gate_{clock_};
};

TEST_F(LoginGateTest, AfterARefusedLoginNobodyEntersForAMinute) {
  EXPECT_TRUE(Succeeds(gate_.Enter()));
  gate_.Leave(kRefused);
  EXPECT_EQ(gate_.RefusedUntil(), clock_.Now() + Milliseconds(60'000));
  clock_.Advance(Milliseconds(59'999));
  EXPECT_TRUE(Fails(gate_.Enter(), Code::kPbxLoginRefused));
  clock_.Advance(Milliseconds(1));
  EXPECT_TRUE(Succeeds(gate_.Enter()));
}

TEST_F(LoginGateTest, AnyOtherFailureKeepsNobodyOut) {
  EXPECT_TRUE(Succeeds(gate_.Enter()));
  gate_.Leave(kDown);
  EXPECT_TRUE(Succeeds(gate_.Enter()));
}

TEST_F(LoginGateTest, WhoWaitedForALoginThatFailedHasFailedAsWell) {
  EXPECT_TRUE(Succeeds(gate_.Enter()));
  std::atomic<bool> begun = false;
  std::thread other([&] {
    begun = true;
    EXPECT_TRUE(Fails(gate_.Enter(), Code::kPbxUnavailable));
  });
  while (!begun) std::this_thread::yield();
  std::this_thread::sleep_for(Milliseconds(50));
  gate_.Leave(kDown);
  other.join();
}

TEST_F(LoginGateTest, WhoWaitedForALoginThatSucceededIsNext) {
  EXPECT_TRUE(Succeeds(gate_.Enter()));
  std::thread other([&] { EXPECT_TRUE(Succeeds(gate_.Enter())); });
  std::this_thread::sleep_for(Milliseconds(50));
  gate_.Leave(base::Done());
  other.join();
}

}  // namespace
}  // namespace click2call::net
