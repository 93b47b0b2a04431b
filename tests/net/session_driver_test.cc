#include "net/session_driver.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "ami/show.h"
#include "ami/talk.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_transport.h"
#include "fakes/results.h"
#include "net/dialled_plan.h"

namespace click2call::net {
namespace {

using base::Milliseconds;
using fakes::Has;

class SessionDriverTest : public testing::Test {
 protected:
  // Connects to a PBX that does as `peer_` says.
  void Begin() {
    driver_.emplace(
        std::make_unique<fakes::FakeTransport>(clock_, std::move(peer_), connection_),
        ami::Session({ami::Value("click2call"), base::Secret("s3cret"), ami::Auth::kPlain},
                     ami::Events::kCall, clock_.Now()),
        clock_);
  }

  fakes::FakePeer& LogsIn() {
    return peer_.Says(std::string(ami::kBanner))
        .Hears("Login")
        .Says(std::string(ami::kLoginAccepted));
  }

  std::string Wait(Milliseconds wait = Milliseconds(60'000)) {
    return ami::Show(driver_->Wait(clock_.Now() + wait));
  }

  void SubmitOriginate() {
    driver_->Session().Submit(ami::MakeAction(Plan().originate), clock_.Now());
  }
  void LogOff() { driver_->SendLast(ami::Logoff(ami::Value("c2c-logoff"))); }

  // What has left since the login.
  std::string SentSinceLogin() const {
    const std::size_t login = connection_->sent.find("\r\n\r\n");
    return connection_->sent.substr(login + 4);
  }

  fakes::FakeClock clock_;
  fakes::FakePeer peer_;
  std::shared_ptr<fakes::FakeConnection> connection_ = std::make_shared<fakes::FakeConnection>();
  std::optional<SessionDriver> driver_;
};

TEST_F(SessionDriverTest, GivesOneDecisionAfterTheOther) {
  LogsIn().Says("Event: One\r\n\r\nEvent: Two\r\n\r\n").Closes();
  Begin();
  EXPECT_EQ(Wait(), "logged in");
  EXPECT_EQ(Wait(), "event One");
  EXPECT_EQ(Wait(), "event Two");
  EXPECT_EQ(Wait(), "ended: the PBX closed the connection");
}

TEST_F(SessionDriverTest, WaitsNoLongerThanItWasTold) {
  LogsIn().Pauses(Milliseconds(500)).Says("Event: Late\r\n\r\n");
  Begin();
  EXPECT_EQ(Wait(), "logged in");
  const auto begin = clock_.Now();
  EXPECT_EQ(Wait(Milliseconds(499)), "nothing");
  EXPECT_EQ(clock_.Now() - begin, Milliseconds(499));
  EXPECT_EQ(Wait(Milliseconds(1)), "event Late");
}

TEST_F(SessionDriverTest, EndsTheSessionAtItsOwnDeadline) {
  Begin();
  const auto begin = clock_.Now();
  EXPECT_TRUE(Wait().starts_with("ended: "));
  EXPECT_EQ(clock_.Now() - begin, ami::kBannerWait);
}

TEST_F(SessionDriverTest, SendsAllThroughASocketThatTakesLittleAtATime) {
  LogsIn();
  for (std::size_t i = 0; i < OriginateBytes().size(); ++i) {
    peer_.Takes(1).Pauses(Milliseconds(1));
  }
  peer_.Takes(std::string::npos);
  Begin();
  EXPECT_EQ(Wait(), "logged in");
  SubmitOriginate();
  EXPECT_EQ(Wait(Milliseconds(1000)), "nothing");
  EXPECT_EQ(SentSinceLogin(), OriginateBytes());
  EXPECT_TRUE(driver_->Session().Committed(kCallId));
}

TEST_F(SessionDriverTest, ReadsWhileTheSocketTakesNoMore) {
  LogsIn()
      .Takes(10)
      .Says("Event: One\r\n\r\n")
      .Pauses(Milliseconds(5))
      .Says("Event: Two\r\n\r\n")
      .Takes(std::string::npos);
  Begin();
  EXPECT_EQ(Wait(), "logged in");
  SubmitOriginate();
  EXPECT_EQ(Wait(), "event One");
  EXPECT_EQ(Wait(), "event Two");
  EXPECT_FALSE(driver_->Session().Committed(kCallId));
  EXPECT_EQ(Wait(Milliseconds(1000)), "nothing");
  EXPECT_EQ(SentSinceLogin(), OriginateBytes());
}

TEST_F(SessionDriverTest, ReadsWhyThePbxClosedThoughNothingCanBeSentAnyMore) {
  peer_.Says(std::string(ami::kBanner) +
             "Response: Error\r\nActionID: c2c-login\r\nMessage: Authentication failed\r\n\r\n");
  peer_.InPiecesOf(ami::kBanner.size()).Resets();
  Begin();
  EXPECT_TRUE(Has(Wait(), "refused the login"));
  EXPECT_EQ(connection_->sent, "");
}

TEST_F(SessionDriverTest, WaitsForNothingWhenItSendsItsLast) {
  LogsIn().Takes(0);
  Begin();
  EXPECT_EQ(Wait(), "logged in");
  const auto begin = clock_.Now();
  LogOff();
  EXPECT_EQ(clock_.Now(), begin);
}

TEST_F(SessionDriverTest, SaysGoodbye) {
  LogsIn();
  Begin();
  EXPECT_EQ(Wait(), "logged in");
  LogOff();
  EXPECT_EQ(SentSinceLogin(), "Action: Logoff\r\nActionID: c2c-logoff\r\n\r\n");
}

// A PBX that reads slowly, and goes on reading when its caller has given up. The rest of the
// Originate would be the call that was said not to be placed; and so would be any blank line, that
// of a Logoff too, behind the part that has left.
class GivenUpTest : public SessionDriverTest {
 protected:
  static constexpr Milliseconds kStuck{8000};

  void LeaveHalfAnOriginate() {
    LogsIn().Takes(OriginateBytes().size() - 20).Pauses(kStuck).Takes(std::string::npos);
    Begin();
    EXPECT_EQ(Wait(), "logged in");
    SubmitOriginate();
  }
};

TEST_F(GivenUpTest, WhatWasGivenUpByTheCallerIsNotSentWithTheLogoff) {
  LeaveHalfAnOriginate();
  EXPECT_EQ(Wait(Milliseconds(1000)), "nothing");
  EXPECT_FALSE(driver_->Session().Committed(kCallId));
  clock_.Advance(kStuck);
  LogOff();
  EXPECT_FALSE(Has(SentSinceLogin(), "\r\n\r\n")) << "that commits an Originate";
}

TEST_F(GivenUpTest, WhatWasGivenUpByTheSessionIsNotCommittedByTheLogoff) {
  LeaveHalfAnOriginate();
  EXPECT_TRUE(Wait().starts_with("ended: "));
  EXPECT_FALSE(driver_->Session().Committed(kCallId));
  clock_.Advance(kStuck);
  LogOff();
  EXPECT_FALSE(Has(SentSinceLogin(), "\r\n\r\n")) << "that commits an Originate";
}

}  // namespace
}  // namespace click2call::net
