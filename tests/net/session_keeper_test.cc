// The session of one PBX, over its failures.

#include "net/session_keeper.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/command_fixture.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Milliseconds;
using fakes::Fails;
using fakes::Has;
using State = call::PbxHealth::State;

class SessionKeeperTest : public CommandTest {
 protected:
  // One session, until it is lost.
  void RunOnce() { EXPECT_TRUE(keeper_.RunOnce()); }

  Milliseconds UntilNextTry() const { return base::Remaining(keeper_.NextTry(), clock_.Now()); }

  const TransportFactory connect_ = network_.Factory();
  LoginGate gate_{clock_};
  call::PbxHealth health_;
  std::vector<State> states_;
  SessionKeeper keeper_{pbx_,
                        queue_,
                        {clock_, log_, connect_, gate_, [] { return 0.5; },
                         [this](const call::PbxHealth& health) {
                           health_ = health;
                           states_.push_back(health.state);
                         }}};
};

TEST_F(SessionKeeperTest, ASessionThatIsLostIsReplacedAtOnceAndWhatHadNotLeftGoesToTheNext) {
  LogsIn().Takes(100).Resets();
  LogsIn().Hears("Originate").Says(ami::Success(kCallId)).Closes();
  const auto call = Add(Originate());
  RunOnce();
  EXPECT_EQ(UntilNextTry(), Milliseconds(0));
  RunOnce();
  EXPECT_TRUE(Has(Outcome(call), "Success"));
  EXPECT_EQ(Originates(), 1);
  EXPECT_EQ(states_, (std::vector{State::kUp, State::kDown, State::kUp, State::kDown}));
}

TEST_F(SessionKeeperTest, WhatWasCutOffTwiceIsNotTriedAgain) {
  LogsIn().Takes(100).Resets();
  LogsIn().Takes(100).Resets();
  const auto call = Add(Originate());
  RunOnce();
  RunOnce();
  const auto answer = queue_.Wait(call);
  EXPECT_TRUE(Fails(answer, Code::kPbxUnavailable));
  EXPECT_EQ(Originates(), 0);
}

TEST_F(SessionKeeperTest, WhatHadLeftIsNeverSentAgain) {
  LogsIn().Hears("Originate").Resets();
  LogsIn().Closes();
  const auto call = Add(Originate());
  RunOnce();
  RunOnce();
  EXPECT_EQ(Outcome(call), "unknown");
  EXPECT_EQ(Originates(), 1);
}

TEST_F(SessionKeeperTest, APbxThatIsDownFailsAllAtOnceUntilTheNextTry) {
  const auto call = Add(Originate());
  RunOnce();
  EXPECT_EQ(health_.state, State::kDown);
  EXPECT_EQ(UntilNextTry(), BackOff::kFirst);
  const auto failed = queue_.Wait(call);
  ASSERT_TRUE(Fails(failed, Code::kPbxUnavailable));
  EXPECT_TRUE(Has(failed.Why().message, "Connection refused"));
  EXPECT_EQ(failed.Why().retry_after, std::chrono::seconds(1));

  RunOnce();
  EXPECT_EQ(UntilNextTry(), Milliseconds(1600));
  clock_.Advance(Milliseconds(300));
  const auto refused = queue_.Add(Originate());
  ASSERT_TRUE(Fails(refused, Code::kPbxUnavailable));
  EXPECT_EQ(refused.Why().retry_after, std::chrono::seconds(2)) << "1.3 s, rounded up";
  clock_.Advance(Milliseconds(1300));
  EXPECT_TRUE(fakes::Succeeds(queue_.Add(Originate())));
}

TEST_F(SessionKeeperTest, APbxThatIsOfNoUseIsTriedLessAndLessOften) {
  void (*const kFaults[])(fakes::FakePeer&) = {
      [](fakes::FakePeer&) {},  // accepts and stays silent
      [](fakes::FakePeer& peer) { peer.Closes(); },
      [](fakes::FakePeer& peer) { peer.Says(std::string(ami::kBanner)).Closes(); },
      [](fakes::FakePeer& peer) {
        peer.Says(std::string(ami::kBanner))
            .Hears("Login")
            .Says(ErrorTo("c2c-login", "Asterisk is shutting down"));
      },
      [](fakes::FakePeer& peer) { peer.Says("SSH-2.0\r\n"); },
  };
  auto before = Milliseconds(0);
  for (const auto& fault : kFaults) {
    fault(network_.Peer("host"));
    RunOnce();
    EXPECT_EQ(health_.state, State::kDown);
    EXPECT_GT(UntilNextTry(), before);
    before = UntilNextTry();
  }
}

TEST_F(SessionKeeperTest, OneThatComesAndGoesIsNotReplacedAtOnceForEver) {
  for (int i = 0; i < 3; ++i) LogsIn().Closes();
  RunOnce();
  EXPECT_EQ(UntilNextTry(), Milliseconds(0));
  RunOnce();
  EXPECT_EQ(UntilNextTry(), BackOff::kFirst);
  RunOnce();
  EXPECT_GT(UntilNextTry(), BackOff::kFirst);
}

TEST_F(SessionKeeperTest, ARefusedLoginIsNotTriedAgainForAMinuteAndThatIsWhatRequestsAreTold) {
  network_.Peer("host")
      .Says(std::string(ami::kBanner))
      .Hears("Login")
      .Says(ErrorTo("c2c-login", "Authentication failed"))
      .Closes();
  const auto call = Add(Originate());
  RunOnce();
  EXPECT_EQ(health_.state, State::kRefused);
  EXPECT_EQ(UntilNextTry(), Milliseconds(60'000));
  EXPECT_TRUE(Fails(queue_.Wait(call), Code::kPbxLoginRefused));
  clock_.Advance(Milliseconds(59'999));
  const auto next = queue_.Add(Originate());
  ASSERT_TRUE(Fails(next, Code::kPbxLoginRefused));
  EXPECT_TRUE(Has(next.Why().message, "manager.conf"));
  EXPECT_EQ(next.Why().retry_after, std::chrono::seconds(0));

  RunOnce();  // whatever makes it try: the gate does not let it
  EXPECT_EQ(network_.Connections().size(), 1U);
}

TEST_F(SessionKeeperTest, ALoginRefusedToAnotherSessionIsRefusedToThisOne) {
  fakes::Must(gate_.Enter());
  gate_.Leave(base::Error{Code::kPbxLoginRefused, "no"});
  RunOnce();
  EXPECT_TRUE(network_.Connections().empty());
  EXPECT_EQ(health_.state, State::kRefused);
  EXPECT_EQ(UntilNextTry(), kAfterRefusedLogin);
}

TEST_F(SessionKeeperTest, AMissingRightIsInTheLogOncePerLogin) {
  LogsIn("Hangup").Closes();
  RunOnce();
  const auto lines = log_.Lines();
  int errors = 0;
  for (const auto& line : lines) {
    if (line.level == base::LogLevel::kError) {
      ++errors;
      EXPECT_TRUE(Has(line.text, "originate to its write = line"));
    }
  }
  EXPECT_EQ(errors, 1);
}

TEST_F(SessionKeeperTest, TheLogSaysOnceThatItIsDownAndHoldsNoSecret) {
  for (int i = 0; i < 4; ++i) RunOnce();
  ASSERT_EQ(log_.Lines().size(), 1U);
  EXPECT_TRUE(Has(log_.Text(), "host=\"host\" port=\"5038\" why=\"Connection refused"));
  LogsIn().Closes();
  RunOnce();
  EXPECT_FALSE(Has(log_.Text(), "s3cret"));
}

}  // namespace
}  // namespace click2call::net
