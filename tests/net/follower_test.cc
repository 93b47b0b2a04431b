// Following the calls of one PBX. The test plays the PBX; the follower is stopped after some time.

#include "net/follower.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "ami/show.h"
#include "ami/talk.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_log.h"
#include "fakes/fake_store.h"
#include "fakes/fake_transport.h"
#include "fakes/results.h"
#include "net/errand.h"
#include "net/pbx.h"
#include "net/status_talk.h"

namespace click2call::net {
namespace {

using base::Milliseconds;
using call::CallReason;
using call::CallStatus;
using fakes::Has;

constexpr double kMiddle = 0.5;
const std::string kOtherId = "c2c-01ARYZ6S410000000000000002";  // NOLINT

class FollowerTest : public testing::Test {
 protected:
  // A call in the journal, placed long ago.
  void HasCall(const std::string& id, CallStatus status = CallStatus::kInitiating) {
    call::Call call{.id = base::CallId::Parse(id).value()};
    call.pbx = "main";
    call.state.status = status;
    ASSERT_TRUE(fakes::Succeeds(store_.Insert(call, {})));
  }

  static std::string NumberedId(int number) {
    return kCallId.substr(0, kCallId.size() - 3) + std::to_string(100 + number);
  }

  // The next connection, up to that.
  fakes::FakePeer& LogsIn() {
    return network_.Peer("host")
        .Says(std::string(ami::kBanner))
        .Hears("Login")
        .Says(std::string(ami::kLoginAccepted))
        .Hears("ListCommands");
  }
  fakes::FakePeer& Grants(std::string_view may = "Originate Hangup Status") {
    return LogsIn().Says(RightsReply(may));
  }

  // Follows for so long.
  void Follow(Milliseconds time) {
    const auto end = clock_.Now() + time;
    const TransportFactory connect = network_.Factory();
    Follower(pbx_, {store_, clock_, log_, connect, gate_, [] { return kMiddle; },
                    [&](Milliseconds wait) {
                      if (wait == kNap) ++naps_;
                      if (wait > kNap) pauses_.push_back(wait);
                      clock_.Advance(std::min(wait, base::Remaining(end, clock_.Now())));
                      return clock_.Now() < end;
                    },
                    [&](const auto& rights) { Publish(rights); },
                    [&](const ami::Message& event) {
                      heard_.emplace_back(event.Get("Event"));
                      if (on_heard_) on_heard_();
                    },
                    [&] { return awaited_; }})
        .Run();
    EXPECT_FALSE(rights_) << "nobody follows it any more";
    EXPECT_FALSE(Has(log_.Text(), kSecret));
    for (const auto& connection : network_.Connections()) EXPECT_FALSE(connection->open);
  }

  void Publish(const std::optional<call::Rights>& rights) {
    if (rights && !rights_) followed_since_ = clock_.Now() - begin_;
    if (!rights && rights_) lost_after_ = clock_.Now() - begin_;
    rights_ = rights;
    if (rights) last_rights_ = rights;
  }

  call::CallState StateOf(const std::string& id) {
    return fakes::Must(store_.Find(base::CallId::Parse(id).value()))->state;
  }
  const std::string& Sent(std::size_t connection = 0) const {
    return network_.Connections().at(connection)->sent;
  }
  int Count(std::string_view part, std::size_t connection = 0) const {
    int count = 0;
    const std::string& sent = Sent(connection);
    for (auto at = sent.find(part); at != std::string::npos; at = sent.find(part, at + 1)) ++count;
    return count;
  }
  int Lines(std::string_view part) const {
    const auto lines = log_.Lines();
    return static_cast<int>(std::count_if(lines.begin(), lines.end(), [&](const auto& line) {
      return line.text.find(part) != std::string::npos;
    }));
  }

  fakes::FakeClock clock_;
  const base::MonotonicTime begin_ = clock_.Now();
  fakes::FakeLog log_;
  fakes::FakeStore store_;
  fakes::FakeNetwork network_{clock_};
  call::PbxConfig pbx_ = Pbx("main", "host");
  LoginGate gate_{clock_};
  std::vector<std::string> heard_;  // the names of all events
  std::function<void()> on_heard_;
  int naps_ = 0;
  bool awaited_ = true;                      // what an event says
  std::vector<Milliseconds> pauses_;         // between two connections
  std::optional<call::Rights> rights_;       // as published now
  std::optional<call::Rights> last_rights_;  // as published the last time
  std::optional<base::MonotonicTime::duration> followed_since_, lost_after_;
};

// ---- a PBX that is well

TEST_F(FollowerTest, LogsInForTheEventsOfCallsAndLogsOffWhenItIsToStop) {
  Grants();
  Follow(Milliseconds(1000));
  EXPECT_EQ(Sent(),
            "Action: Login\r\nActionID: c2c-login\r\nUsername: click2call\r\nSecret: s3cret\r\n"
            "Events: call\r\n\r\nAction: ListCommands\r\nActionID: c2c-rights\r\n\r\n"
            "Action: Logoff\r\nActionID: c2c-logoff\r\n\r\n");
  EXPECT_EQ(network_.Connections().size(), 1U);
  EXPECT_EQ(log_.Text(), "event=\"following calls\" pbx=\"main\"\n");
}

TEST_F(FollowerTest, NapsWhileThePbxIsBusyUnlessSomebodyWaitsForAWord) {
  for (const bool awaited : {false, true}) {
    Grants()
        .Says(HangupEvent(kOtherId, 16))
        .Pauses(Milliseconds(300))
        .Says(HangupEvent(kOtherId, 16))
        .Pauses(Milliseconds(300));
    awaited_ = awaited;
    naps_ = 0;
    Follow(Milliseconds(1000));
    EXPECT_EQ(naps_, awaited ? 0 : 2);
  }
}

TEST_F(FollowerTest, TheFirstWordIsWrittenAtOnceAndWhatComesSoonAfterItALittleLater) {
  HasCall(kCallId);
  HasCall(kOtherId);
  Grants("Originate")
      .Pauses(Milliseconds(500))
      .Says(HangupEvent(kCallId, 17))
      .Pauses(Milliseconds(5))
      .Says(HangupEvent(kOtherId, 17))
      .Pauses(Milliseconds(5))
      .Says(HangupEvent("1.1", 17));
  std::vector<int> open;  // calls, when each event was heard
  on_heard_ = [&] {
    open.push_back(0);
    for (const call::Call& call : store_.Calls()) open.back() += IsOver(call.state.status) ? 0 : 1;
  };
  Follow(Milliseconds(1000));
  EXPECT_EQ(open, (std::vector{2, 1, 1}));
  EXPECT_EQ(StateOf(kOtherId).status, CallStatus::kDisconnected);
}

TEST_F(FollowerTest, StopsWithoutAWordWhereTheLoginIsNotDone) {
  network_.Peer("host").Says(std::string(ami::kBanner));
  Follow(Milliseconds(1000));
  EXPECT_FALSE(Has(Sent(), "Logoff"));
  EXPECT_FALSE(last_rights_);
}

TEST_F(FollowerTest, KeepsTheJournalAtWhatTheEventsSay) {
  HasCall(kCallId);
  Grants()
      .Hears("Status")
      .Says(StatusReply("c2c-status-0", kCallId, "Ringing"))
      .Pauses(Milliseconds(1000))
      .Says("Event: Newstate\r\nChannelStateDesc: Up\r\nUniqueid: " + kCallId +
            "\r\nLinkedid: " + kCallId + "\r\n\r\n");
  Follow(Milliseconds(2000));
  EXPECT_EQ(StateOf(kCallId).status, CallStatus::kCallingCallee);
}

TEST_F(FollowerTest, WhatHappensWhileItAsksCounts) {
  HasCall(kCallId);
  Grants().Hears("Status").Says("Event: Newstate\r\nChannelStateDesc: Up\r\nUniqueid: " + kCallId +
                                "\r\n\r\n" + StatusReply("c2c-status-0", kCallId, "Ringing"));
  Follow(Milliseconds(1000));
  EXPECT_EQ(StateOf(kCallId).status, CallStatus::kCallingCallee);
}

TEST_F(FollowerTest, IsUpToDateOnlyWhenAllCallsAreSettled) {
  HasCall(kCallId);
  HasCall(kOtherId);
  Grants()
      .Hears("Status")
      .Hears("Status")
      .Says(StatusReply("c2c-status-0", kCallId, "Ringing"))
      .Pauses(Milliseconds(1000))
      .Says(StatusReply("c2c-status-1", kOtherId, "Up"));
  Follow(Milliseconds(3000));
  EXPECT_EQ(followed_since_, Milliseconds(1000));
  EXPECT_EQ(StateOf(kCallId).status, CallStatus::kCallingCaller);
  EXPECT_EQ(StateOf(kOtherId).status, CallStatus::kCallingCallee);
  ASSERT_TRUE(last_rights_);
  EXPECT_TRUE(last_rights_->originate && last_rights_->hangup && last_rights_->status);
}

TEST_F(FollowerTest, ACallWhoseEndWasMissedIsOver) {
  HasCall(kCallId, CallStatus::kConnected);
  HasCall(kOtherId, CallStatus::kConnected);
  Grants()
      .Hears("Status")
      .Hears("Status")
      .Says(ErrorTo("c2c-status-0", "No such channel") + ErrorTo("c2c-status-1", "No such channel"))
      .Hears("Status")
      .Says(StatusBegins("c2c-status-all") + Leg("c2c-status-all", "17.1", "17.1", "Up") +
            Leg("c2c-status-all", "17.2", kOtherId, "Up", "bridge-1") +
            Leg("c2c-status-all", "17.3", kOtherId, "Up", "bridge-1") +
            StatusEnds("c2c-status-all"));
  Follow(Milliseconds(1000));
  EXPECT_EQ(StateOf(kCallId).status, CallStatus::kDisconnected);
  EXPECT_EQ(StateOf(kOtherId).status, CallStatus::kConnected) << "its Local channel was optimised";
  EXPECT_TRUE(followed_since_);
}

// The PBX forgets a channel a moment before it says why that ended.
TEST_F(FollowerTest, WaitsAMomentForTheReasonOfACallThatIsGone) {
  HasCall(kCallId, CallStatus::kCallingCallee);
  Grants()
      .Hears("Status")
      .Says(ErrorTo("c2c-status-0", "No such channel"))
      .Hears("Status")
      .Says(StatusBegins("c2c-status-all") + StatusEnds("c2c-status-all"))
      .Pauses(Milliseconds(10))
      .Says("Event: Newchannel\r\nUniqueid: 17.1\r\n\r\n")
      .Pauses(Milliseconds(10))
      .Says(HangupEvent(kCallId, 17));
  Follow(Milliseconds(1000));
  EXPECT_EQ(StateOf(kCallId).reason, CallReason::kCalleeBusy);
  EXPECT_GE(followed_since_, kLastWordsWait);
}

TEST_F(FollowerTest, AsksAgainAboutACallThatIsQuiet) {
  HasCall(kCallId);
  Grants()
      .Hears("Status")
      .Says(StatusReply("c2c-status-0", kCallId, "Ringing"))
      .Hears("Status")
      .Says(StatusReply("c2c-status-0", kCallId, "Up"))
      .Hears("Status")
      .Says(StatusReply("c2c-status-0", kCallId, "Up", "bridge-1"));
  Follow(Milliseconds(11'000));
  EXPECT_EQ(StateOf(kCallId).status, CallStatus::kConnected);
  EXPECT_EQ(Count("Action: Status"), 3);
  EXPECT_EQ(Lines("following calls"), 1);
}

TEST_F(FollowerTest, AsksAboutFiftyCallsAtATime) {
  Grants();
  for (int i = 0; i < 120; ++i) HasCall(NumberedId(i));
  Follow(Milliseconds(1000));
  EXPECT_EQ(Count("Action: Status"), 50);
}

TEST_F(FollowerTest, SettlesMoreCallsThanItAsksAboutAtATime) {
  constexpr int kCalls = 120;
  auto& peer = Grants();
  for (int i = 0; i < kCalls; ++i) HasCall(NumberedId(i));
  for (int i = 0; i < kCalls; ++i) {
    peer.Hears("Status").Says(
        StatusReply("c2c-status-" + std::to_string(i), NumberedId(i), "Ringing"));
  }
  Follow(Milliseconds(1000));
  EXPECT_TRUE(followed_since_);
  for (const auto& call : store_.Calls()) {
    EXPECT_EQ(call.state.status, CallStatus::kCallingCaller) << call.id.Text();
  }
}

TEST_F(FollowerTest, PingsWhenNothingHappensAndOnlyThen) {
  Grants()
      .Hears("Ping")
      .Says(ami::Success("c2c-ping"))
      .Pauses(Milliseconds(10'000))
      .Says("Event: Newchannel\r\nUniqueid: 17.1\r\n\r\n")
      .Hears("Ping")
      .Says(ami::Success("c2c-ping"));
  Follow(Milliseconds(45'000));
  EXPECT_EQ(Count("Action: Ping"), 2) << "after 15 s, and after 15 + 10 + 15 s";
  EXPECT_EQ(network_.Connections().size(), 1U);
}

TEST_F(FollowerTest, ReadsThroughTwentyThousandEventsOfOthers) {
  std::string flood;
  for (int i = 0; i < 10'000; ++i) {
    flood += "Event: Newstate\r\nChannelStateDesc: Up\r\nUniqueid: 17." + std::to_string(i) +
             "\r\nLinkedid: 17.1\r\n\r\n";
  }
  HasCall(kCallId);
  LogsIn()
      .Says(flood + RightsReply())
      .Hears("Status")
      .Says(flood + StatusReply("c2c-status-0", kCallId, "Ringing"));
  Follow(Milliseconds(1000));
  EXPECT_EQ(StateOf(kCallId).status, CallStatus::kCallingCaller);
}

// ---- rights

TEST_F(FollowerTest, SaysWhichRightIsMissing) {
  Grants("Status");
  Follow(Milliseconds(10'000));
  ASSERT_TRUE(last_rights_);
  EXPECT_FALSE(last_rights_->originate || last_rights_->hangup);
  const auto lines = log_.Lines();
  ASSERT_EQ(lines.size(), 3U) << log_.Text();
  EXPECT_EQ(lines[0].level, base::LogLevel::kError);
  EXPECT_TRUE(Has(lines[0].text, "originate"));
  EXPECT_EQ(lines[1].level, base::LogLevel::kWarning);
  EXPECT_TRUE(Has(lines[1].text, "end calls"));
  for (int i : {0, 1}) EXPECT_TRUE(Has(lines[i].text, "manager.conf")) << i;
}

TEST_F(FollowerTest, WithoutTheRightToAskItFollowsTheEventsAlone) {
  HasCall(kCallId);
  Grants("Originate")
      .Says("Event: Newstate\r\nChannelStateDesc: Ringing\r\nUniqueid: " + kCallId + "\r\n\r\n");
  Follow(Milliseconds(10'000));
  EXPECT_EQ(StateOf(kCallId).status, CallStatus::kCallingCaller);
  EXPECT_FALSE(Has(Sent(), "Status"));
  ASSERT_TRUE(last_rights_);
  EXPECT_FALSE(last_rights_->status);
}

// ---- a PBX that is not well

TEST_F(FollowerTest, ComesBackLaterEachTimeAndSaysOnceThatItIsAway) {
  Follow(Milliseconds(60'000));
  ASSERT_GE(pauses_.size(), 6U);
  EXPECT_EQ(pauses_[0], Milliseconds(1000));
  EXPECT_EQ(pauses_[1], Milliseconds(1600));
  EXPECT_EQ(pauses_[2], Milliseconds(2560));
  for (const Milliseconds pause : pauses_) EXPECT_LE(pause, BackOff::kMost);
  ASSERT_EQ(log_.Lines().size(), 1U) << log_.Text();
  EXPECT_TRUE(Has(log_.Text(), "\"not following calls\" pbx=\"main\" host=\"host\""));
  EXPECT_TRUE(Has(log_.Text(), "Connection refused"));
}

TEST_F(FollowerTest, AfterARefusedLoginItWaitsAMinute) {
  for (int i = 0; i < 2; ++i) {
    network_.Peer("host")
        .Says(std::string(ami::kBanner))
        .Hears("Login")
        .Says(ErrorTo("c2c-login", "Authentication failed"))
        .Closes();
  }
  Follow(Milliseconds(61'000));
  EXPECT_EQ(network_.Connections().size(), 2U);
  EXPECT_EQ(pauses_[0], Milliseconds(60'000));
  EXPECT_EQ(Lines("refused the login"), 1);
}

TEST_F(FollowerTest, WhatWasMissedMeanwhileIsAskedFor) {
  HasCall(kCallId, CallStatus::kCallingCaller);
  Grants().Hears("Status").Says(StatusReply("c2c-status-0", kCallId, "Ringing")).Closes();
  Grants().Hears("Status").Says(StatusReply("c2c-status-0", kCallId, "Up", "bridge-1"));
  Follow(Milliseconds(2000));
  EXPECT_EQ(StateOf(kCallId).status, CallStatus::kConnected);
  EXPECT_EQ(pauses_, (std::vector{Milliseconds(1000)}));
  EXPECT_EQ(Lines("\"following calls\""), 2);
  EXPECT_EQ(Lines("not following calls"), 1);
}

TEST_F(FollowerTest, IsNotUpToDateFromTheMomentThePbxIsLost) {
  Grants().Pauses(Milliseconds(500)).Closes();
  Follow(Milliseconds(900));
  EXPECT_TRUE(followed_since_);
  EXPECT_EQ(pauses_.size(), 1U);
  EXPECT_EQ(lost_after_, Milliseconds(500));
}

TEST_F(FollowerTest, WhateverAPbxDoesItComesBackAndGrowsSlower) {
  const auto next = [this]() -> fakes::FakePeer& { return network_.Peer("host"); };
  HasCall(kCallId);
  next();  // silence
  next().Closes();
  next().Says(std::string(ami::kBanner));
  next().Says("SSH-2.0-OpenSSH_9.2\r\n");
  LogsIn();  // no rights
  LogsIn().Resets();
  LogsIn().Says(std::string(100'000, 'x'));
  Grants();  // no Status
  Grants().Closes();
  Grants().Says(std::string(100'000, 'x'));
  Grants().Hears("Status").Resets();
  Grants().Hears("Status").Says(StatusBegins("c2c-status-0"));
  constexpr int kFaults = 12;
  Grants().Hears("Status").Says(StatusReply("c2c-status-0", kCallId, "Ringing"));
  Follow(Milliseconds(300'000));
  EXPECT_TRUE(followed_since_);
  EXPECT_EQ(StateOf(kCallId).status, CallStatus::kCallingCaller);
  ASSERT_GE(std::ssize(pauses_), kFaults);
  EXPECT_TRUE(std::is_sorted(pauses_.begin(), pauses_.begin() + kFaults));
}

TEST_F(FollowerTest, AnAnswerThatNeverEndsIsWaitedForNoLongerThanOthers) {
  HasCall(kCallId);
  Grants().Hears("Status").Says(StatusBegins("c2c-status-0"));
  Follow(Milliseconds(6000));
  EXPECT_EQ(Lines("did not answer in time"), 1);
}

TEST_F(FollowerTest, AChannelThatGoesWhileItIsAskedForIsLookedForAmongAll) {
  HasCall(kCallId, CallStatus::kConnected);
  Grants()
      .Hears("Status")
      .Says(StatusBegins("c2c-status-0") + StatusEnds("c2c-status-0"))
      .Hears("Status")
      .Says(StatusBegins("c2c-status-all") + Leg("c2c-status-all", "17.2", kCallId, "Up", "b") +
            StatusEnds("c2c-status-all"));
  Follow(Milliseconds(1000));
  EXPECT_EQ(StateOf(kCallId).status, CallStatus::kConnected);
  EXPECT_TRUE(followed_since_);
}

TEST_F(FollowerTest, APbxThatHangsIsNoticedByItsPing) {
  Grants();  // and no answer to anything
  Follow(Milliseconds(30'000));
  EXPECT_EQ(Count("Action: Ping"), 1);
  EXPECT_EQ(Lines("did not answer in time"), 1);
}

// ---- the journal

TEST_F(FollowerTest, IsNotUpToDateWhileTheJournalFailsAndSaysSoOnce) {
  store_.Break();
  Grants();
  Follow(Milliseconds(12'000));
  EXPECT_FALSE(last_rights_);
  EXPECT_EQ(Lines("event=\"journal\""), 1) << log_.Text();
  EXPECT_EQ(network_.Connections().size(), 1U);
}

}  // namespace
}  // namespace click2call::net
