#include "call/tracker.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ami/show.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_log.h"
#include "fakes/fake_store.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using ami::MakeMessage;

class TrackerTest : public testing::Test {
 protected:
  // The id of the nth call.
  static base::CallId Id(int n) {
    std::string digits = std::to_string(n);
    return base::CallId::Parse("c2c-01ARYZ6S41" + std::string(16 - digits.size(), '0') + digits)
        .value();
  }

  base::CallId Place(int n, CallStatus status = CallStatus::kInitiating,
                     const std::string& pbx = "main") {
    Call call{.id = Id(n)};
    call.caller_exten = "1003";
    call.callee_exten = "1006";
    call.user = "alice";
    call.pbx = pbx;
    call.created_at = clock_.WallNow();
    call.state.status = status;
    EXPECT_TRUE(fakes::Succeeds(store_.Insert(call, {})));
    return call.id;
  }

  void Hear(const std::string& event, const base::CallId& id, const std::string& name = "",
            const std::string& value = "") {
    tracker_.Take(MakeMessage(
        {{"Event", event}, {"Uniqueid", id.Text()}, {"Linkedid", id.Text()}, {name, value}}));
    if (!together_) tracker_.Flush();
  }
  void HearRinging(const base::CallId& id) { Hear("Newstate", id, "ChannelStateDesc", "Ringing"); }
  void HearAnswer(const base::CallId& id) { Hear("Newstate", id, "ChannelStateDesc", "Up"); }
  void HearHangup(const base::CallId& id) { Hear("Hangup", id, "Cause", "17"); }
  void HearTalk(const base::CallId& id) {
    tracker_.Take(MakeMessage({{"Event", "BridgeEnter"},
                               {"Uniqueid", id.Text()},
                               {"BridgeUniqueid", "b"},
                               {"BridgeNumChannels", "2"}}));
    if (!together_) tracker_.Flush();
  }
  void Settle(const base::CallId& id, const Sighting& sighting) {
    tracker_.Settle(id, sighting);
    tracker_.Flush();
  }

  CallState State(const base::CallId& id) { return fakes::Must(store_.Find(id))->state; }
  std::string Status(const base::CallId& id) { return std::string(StatusName(State(id).status)); }

  std::vector<base::CallId> ToAsk(bool missed_events = false) {
    return fakes::Must(tracker_.ToAsk(missed_events));
  }
  void Pass(int ms) { clock_.Advance(base::Milliseconds(ms)); }

  using Ids = std::vector<base::CallId>;
  fakes::FakeClock clock_;
  fakes::FakeStore store_;
  fakes::FakeLog log_;
  Tracker tracker_{"main", store_, clock_, log_};
  bool together_ = false;  // what is heard is written by the test's own Flush()
};

const Sighting kGone;
Sighting Ringing(const base::CallId& id) { return {{{id.Text(), "Ringing", false, ""}}}; }

TEST_F(TrackerTest, TheJournalFollowsTheEvents) {
  const auto id = Place(1);
  HearRinging(id);
  EXPECT_EQ(Status(id), "callingCaller");
  HearAnswer(id);
  EXPECT_EQ(Status(id), "callingCallee");
  HearTalk(id);
  EXPECT_EQ(Status(id), "connected");
  Pass(63'900);
  HearHangup(id);
  EXPECT_EQ(Status(id), "disconnected");
  EXPECT_EQ(State(id).reason, CallReason::kHangUp);
  EXPECT_EQ(*State(id).ended_at - *State(id).answered_at, base::Milliseconds(63'900));
}

TEST_F(TrackerTest, EveryChangeIsOneLineOfTheLog) {
  const auto id = Place(1);
  HearAnswer(id);
  HearAnswer(id);
  HearTalk(id);
  Pass(63'900);
  HearHangup(id);
  const std::string line = "callId=\"" + id.Text() + "\" pbx=\"main\" status=\"";
  EXPECT_EQ(log_.Text(), "event=\"state\" " + line + "callingCallee\"\n" +    //
                             "event=\"state\" " + line + "connected\"\n" +    //
                             "event=\"state\" " + line + "disconnected\" " +  //
                             "reason=\"hangUp\" seconds=\"63\"\n");
}

TEST_F(TrackerTest, ACallThatNobodyAnsweredHasNoSeconds) {
  const auto id = Place(1);
  HearHangup(id);
  EXPECT_TRUE(fakes::Has(log_.Text(), "reason=\"callerBusy\"\n"));
}

TEST_F(TrackerTest, AClockSetBackGivesNoNegativeSeconds) {
  const auto id = Place(1);
  HearTalk(id);
  clock_.SetWall(clock_.WallNow() - std::chrono::hours(1));
  HearHangup(id);
  EXPECT_TRUE(fakes::Has(log_.Text(), "seconds=\"0\""));
}

TEST_F(TrackerTest, WhatAnotherProcessHasWrittenIsNotLoggedAgain) {
  const auto id = Place(1);
  HearRinging(id);
  const auto lines = log_.Lines().size();
  EXPECT_TRUE(fakes::Must(store_.Advance(id, {CallStatus::kCallingCallee}, clock_.WallNow())));
  HearAnswer(id);
  EXPECT_EQ(log_.Lines().size(), lines);
}

TEST_F(TrackerTest, GoesOnFromWhatTheJournalKnows) {
  const auto id = Place(1, CallStatus::kConnected);
  HearHangup(id);
  EXPECT_EQ(State(id).reason, CallReason::kHangUp);
}

TEST_F(TrackerTest, ACallThatIsNotInTheJournalIsLookedUpOnceAndNeverLogged) {
  HearRinging(Id(9));
  const auto asked = store_.Asked();
  for (int i = 0; i < 100; ++i) HearRinging(Id(9));
  HearHangup(Id(9));
  EXPECT_EQ(store_.Asked(), asked);
  EXPECT_EQ(log_.Text(), "");
}

TEST_F(TrackerTest, ACallOfAnotherPbxIsNotOurs) {
  const auto id = Place(1, CallStatus::kInitiating, "other");
  HearRinging(id);
  EXPECT_EQ(Status(id), "initiating");
  EXPECT_EQ(ToAsk(true), Ids());
}

TEST_F(TrackerTest, ACallThatBeganWhileItListenedIsWrittenWithoutBeingRead) {
  EXPECT_EQ(ToAsk(true), Ids());
  const auto id = Place(1);
  const auto asked = store_.Asked();
  HearRinging(id);
  HearTalk(id);
  EXPECT_EQ(store_.Asked(), asked + 2);
  EXPECT_EQ(Status(id), "connected");
}

TEST_F(TrackerTest, UntilItMayHaveMissedSomething) {
  EXPECT_EQ(ToAsk(true), Ids());
  const auto id = Place(1, CallStatus::kConnected);
  tracker_.Missed();
  HearHangup(id);
  EXPECT_EQ(State(id).reason, CallReason::kHangUp);
}

TEST_F(TrackerTest, ACallThatItCouldNotWriteIsLookedUpOnce) {
  EXPECT_EQ(ToAsk(true), Ids());
  HearRinging(Id(9));
  const auto asked = store_.Asked();
  for (int i = 0; i < 100; ++i) HearTalk(Id(9));
  HearHangup(Id(9));
  EXPECT_EQ(store_.Asked(), asked);
  EXPECT_EQ(log_.Text(), "");
}

TEST_F(TrackerTest, ACallThatAnotherProcessHasWrittenFirstIsFollowedOn) {
  EXPECT_EQ(ToAsk(true), Ids());
  const auto id = Place(1);
  EXPECT_TRUE(fakes::Must(store_.Advance(id, {CallStatus::kCallingCaller}, clock_.WallNow())));
  HearRinging(id);
  HearTalk(id);
  EXPECT_EQ(Status(id), "connected");
}

TEST_F(TrackerTest, EventsWithoutACallCostNothing) {
  tracker_.Take(MakeMessage({{"Event", "FullyBooted"}}));
  tracker_.Take(MakeMessage({{"Event", "Hangup"}, {"Uniqueid", "1795390524.275"}}));
  EXPECT_EQ(store_.Asked(), 0U);
}

TEST_F(TrackerTest, ACallThatIsOverIsForgotten) {
  const auto id = Place(1);
  HearHangup(id);
  const auto asked = store_.Asked();
  HearHangup(id);
  HearTalk(id);
  Settle(id, kGone);
  EXPECT_EQ(store_.Asked(), asked);
  EXPECT_EQ(ToAsk(true), Ids());
}

TEST_F(TrackerTest, AfterANewSessionEveryCallIsAskedAbout) {
  const auto first = Place(1);
  const auto second = Place(2, CallStatus::kConnected);
  HearRinging(first);
  HearTalk(second);
  EXPECT_EQ(ToAsk(true), Ids({first, second}));
}

TEST_F(TrackerTest, OtherwiseOnlyThoseThatHaveBeenQuiet) {
  const auto quiet = Place(1);
  const auto busy = Place(2);
  HearRinging(quiet);
  Pass(4'999);
  HearRinging(busy);
  EXPECT_EQ(ToAsk(), Ids());
  Pass(1);
  EXPECT_EQ(ToAsk(), Ids({quiet}));
}

TEST_F(TrackerTest, AMissedHangupIsSettledByAsking) {
  const auto id = Place(1, CallStatus::kConnected);
  EXPECT_EQ(ToAsk(true), Ids({id}));
  Settle(id, kGone);
  EXPECT_EQ(State(id).reason, CallReason::kOther);
  EXPECT_EQ(ToAsk(true), Ids());
}

TEST_F(TrackerTest, WhatIsHeardIsNewerThanTheAnswerToAQuestionBeforeIt) {
  const auto id = Place(1);
  EXPECT_EQ(ToAsk(true), Ids({id}));
  HearRinging(id);
  Settle(id, kGone);
  EXPECT_EQ(State(id).status, CallStatus::kCallingCaller);
  EXPECT_EQ(ToAsk(true), Ids({id}));
  Settle(id, kGone);
  EXPECT_EQ(State(id).reason, CallReason::kOther);
}

TEST_F(TrackerTest, WhatALateLookCannotKnowIsOther) {
  const auto id = Place(1, CallStatus::kCallingCallee);
  ToAsk(true);
  Settle(id, kGone);
  EXPECT_EQ(State(id).reason, CallReason::kOther);
}

TEST_F(TrackerTest, ACallThatGoesOnIsAskedAboutAgain) {
  const auto id = Place(1, CallStatus::kCallingCaller);
  EXPECT_EQ(ToAsk(), Ids({id}));
  Settle(id, Ringing(id));
  EXPECT_EQ(Status(id), "callingCaller");
  Pass(5'000);
  EXPECT_EQ(ToAsk(), Ids({id}));
}

TEST_F(TrackerTest, ACallThatAnotherProcessHasEndedIsDropped) {
  const auto id = Place(1);
  HearRinging(id);
  const CallState over{CallStatus::kDisconnected, CallReason::kOther, {}, clock_.WallNow()};
  EXPECT_TRUE(fakes::Must(store_.Advance(id, over, clock_.WallNow())));
  EXPECT_EQ(ToAsk(true), Ids());
  const auto asked = store_.Asked();
  HearHangup(id);
  EXPECT_EQ(store_.Asked(), asked);
}

TEST_F(TrackerTest, AChangeThatTheJournalRefusesIsLoggedAndTriedAgainAtALaterEvent) {
  const auto id = Place(1);
  HearRinging(id);
  store_.Break();
  HearTalk(id);
  const auto talked_at = clock_.WallNow();
  EXPECT_EQ(log_.Lines().back().level, base::LogLevel::kError);
  EXPECT_TRUE(fakes::Has(log_.Lines().back().text, id.Text()));
  store_.Mend();
  Pass(1'000);
  HearAnswer(id);
  EXPECT_EQ(Status(id), "connected");
  EXPECT_EQ(State(id).answered_at, talked_at);
}

TEST_F(TrackerTest, OrWhenItIsAskedWhomToAsk) {
  const auto id = Place(1);
  HearRinging(id);
  store_.Break();
  HearHangup(id);
  EXPECT_TRUE(fakes::Fails(tracker_.ToAsk(false), base::Code::kStoreUnavailable));
  store_.Mend();
  EXPECT_EQ(ToAsk(), Ids());
  EXPECT_EQ(State(id).reason, CallReason::kCallerBusy);
}

TEST_F(TrackerTest, AJournalThatFailsIsNotAskedAtEveryEvent) {
  const auto id = Place(1);
  HearRinging(id);
  store_.Break();
  HearAnswer(id);
  const auto asked = store_.Asked();
  for (int i = 0; i < 100; ++i) HearTalk(id);
  HearRinging(Id(2));
  EXPECT_EQ(store_.Asked(), asked);
  EXPECT_EQ(log_.Lines().size(), 2U);
}

TEST_F(TrackerTest, WhatHappenedToACallWhileTheJournalCouldNotBeReadIsNotLost) {
  const auto id = Place(1);
  const auto theirs = Id(2);
  store_.Break();
  HearTalk(id);
  HearRinging(theirs);
  store_.Mend();
  EXPECT_EQ(ToAsk(), Ids());
  EXPECT_EQ(Status(id), "connected");
  const auto asked = store_.Asked();
  HearRinging(theirs);
  EXPECT_EQ(store_.Asked(), asked);
}

TEST_F(TrackerTest, WhatIsTooMuchToFollowIsAskedFor) {
  for (int n = 1; n <= static_cast<int>(Tracker::kMaxCalls) + 1; ++n) {
    Place(n, CallStatus::kCallingCaller);
  }
  EXPECT_EQ(ToAsk(true).size(), Tracker::kMaxCalls + 1);
  const auto beyond = Id(static_cast<int>(Tracker::kMaxCalls) + 1);
  const auto asked = store_.Asked();
  HearAnswer(beyond);
  EXPECT_EQ(store_.Asked(), asked);
  Settle(beyond, kGone);
  EXPECT_EQ(State(beyond).reason, CallReason::kOther);
}

// ---- many at once

TEST_F(TrackerTest, WhatComesTogetherIsWrittenTogetherAndStepByStep) {
  const auto first = Place(1);
  const auto second = Place(2);
  together_ = true;
  HearRinging(first);
  HearRinging(second);
  HearTalk(first);
  HearHangup(first);
  EXPECT_EQ(Status(first), "initiating");
  const auto asked = store_.Asked();
  tracker_.Flush();
  EXPECT_EQ(Status(first), "disconnected");
  EXPECT_EQ(Status(second), "callingCaller");
  EXPECT_LT(store_.Asked(), asked + 7);
  std::size_t lines = 0;
  for (const auto& line : log_.Lines()) lines += line.text.starts_with("event=\"state\"") ? 1 : 0;
  EXPECT_EQ(lines, 4U) << "each step has its line";
  tracker_.Flush();
  EXPECT_EQ(Status(second), "callingCaller");
}

TEST_F(TrackerTest, WhatCouldNotBeWrittenTogetherIsWrittenLater) {
  const auto first = Place(1);
  const auto second = Place(2);
  HearRinging(first);
  HearRinging(second);
  together_ = true;
  HearTalk(first);
  HearHangup(second);
  store_.Break();
  tracker_.Flush();
  store_.Mend();
  Pass(1'000);
  EXPECT_EQ(ToAsk(), Ids());
  EXPECT_EQ(Status(first), "connected");
  EXPECT_EQ(Status(second), "disconnected");
}

}  // namespace
}  // namespace click2call::call
