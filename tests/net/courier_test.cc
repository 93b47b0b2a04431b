#include "net/courier.h"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/results.h"
#include "net/courier_fixture.h"

namespace click2call::net {
namespace {

using base::Milliseconds;
using call::CallReason;
using call::CallStatus;
using fakes::FakePoster;
using fakes::Has;
using Strings = std::vector<std::string>;
using namespace std::chrono_literals;

class OneCourierTest : public CourierTest {
 protected:
  Courier courier_{sinks_, World()};

  void Deliver(Milliseconds within = 1h) { courier_.DeliverDue(clock_.Now() + within); }
};

TEST_F(OneCourierTest, PostsACloudEventToTheSink) {
  const base::CallId id = Ring(NewCall(kSink, "s3cret"));
  Deliver();
  const auto posts = poster_.Posts();
  ASSERT_EQ(posts.size(), 1U);
  EXPECT_EQ(posts[0].to.Authority(), "crm.example.com:443");
  EXPECT_EQ(posts[0].to.target, "/hook?key=capability");
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"Content-Type", "application/cloudevents+json"}, {"Authorization", "Bearer s3cret"}};
  EXPECT_EQ(posts[0].headers, headers);
  EXPECT_TRUE(Has(posts[0].body, R"("callId":")" + id.Text() + '"'));
  EXPECT_TRUE(Has(posts[0].body, R"("time":"2026-11-23T01:20:16.042Z")"));
  EXPECT_EQ(posts[0].timeout, 5s);
  EXPECT_TRUE(store_.Notifications().empty());
}

TEST_F(OneCourierTest, WithoutATokenNoneIsSent) {
  Ring(NewCall());
  Deliver();
  EXPECT_EQ(poster_.Posts().at(0).headers.size(), 1U);
}

TEST_F(OneCourierTest, TellsEachChangeInOrder) {
  const base::CallId id = Ring(NewCall());
  const auto answered = clock_.WallNow();
  Advance(id, {.status = CallStatus::kConnected, .answered_at = answered});
  clock_.Advance(75'900ms);
  Advance(id, {CallStatus::kDisconnected, CallReason::kHangUp, answered, clock_.WallNow()});
  Deliver();
  EXPECT_EQ(Told(), (Strings{"callingCaller", "connected", "disconnected"}));
  EXPECT_TRUE(Has(poster_.Posts().at(2).body, R"("reason":"hangUp"},"callDuration":"75")"));
}

TEST_F(OneCourierTest, ACallThatNobodyAnsweredLastedZeroSeconds) {
  const base::CallId id = NewCall();
  Advance(id, {CallStatus::kDisconnected, CallReason::kCallerBusy, {}, clock_.WallNow()});
  Deliver();
  EXPECT_TRUE(Has(poster_.Posts().at(0).body, R"("callDuration":"0")"));
}

TEST_F(OneCourierTest, EveryTwoHundredIsDelivered) {
  for (const int status : {200, 201, 202, 204, 299}) {
    poster_.Answer(status);
    Ring(NewCall());
    Deliver();
    EXPECT_TRUE(store_.Notifications().empty()) << status;
  }
  EXPECT_EQ(log_.Text(), "");
}

TEST_F(OneCourierTest, ARefusalOrARedirectIsFinalAndLogged) {
  for (const int status : {301, 302, 307, 308, 400, 401, 403, 404, 410, 499}) {
    poster_.Answer(status);
    Ring(NewCall(kSink, "s3cret"));
    Deliver();
    EXPECT_TRUE(store_.Notifications().empty()) << status;
    EXPECT_TRUE(Has(log_.Lines().back().text, std::to_string(status)));
  }
  EXPECT_TRUE(Has(log_.Text(), "notification given up"));
  EXPECT_TRUE(Has(log_.Text(), "crm.example.com:443"));
  for (const char* secret : {"s3cret", "capability"}) {
    EXPECT_EQ(log_.Text().find(secret), std::string::npos) << log_.Text();
  }
}

TEST_F(OneCourierTest, AFaultOfTheMomentIsTriedAgainWithTheSameId) {
  for (const int status : {408, 425, 429, 500, 502, 503, 599}) {
    poster_.Answer(status);
    Ring(NewCall());
    Deliver();
    EXPECT_EQ(store_.Notifications().size(), 1U) << status;
    clock_.Advance(1s);
    Deliver();
    EXPECT_TRUE(store_.Notifications().empty()) << status;
    const auto posts = poster_.Posts();
    EXPECT_EQ(posts.at(posts.size() - 1).body, posts.at(posts.size() - 2).body);
  }
}

TEST_F(OneCourierTest, EachTryWaitsTwiceAsLongUpToTenMinutesForADay) {
  for (int i = 0; i < 200; ++i) poster_.Answer(FakePoster::NoAnswer());
  Ring(NewCall());
  std::vector<long> waits;
  auto last = clock_.Now();
  std::size_t posts = 0;
  while (!store_.Notifications().empty()) {
    Deliver();
    if (poster_.Posts().size() > posts) {
      waits.push_back(
          std::chrono::duration_cast<std::chrono::seconds>(clock_.Now() - last).count());
      last = clock_.Now();
      posts = poster_.Posts().size();
    }
    clock_.Advance(1s);
  }
  std::vector<long> expected = {0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
  expected.resize(expected.size() + 142, 600);  // one more would come after 86,823 s
  EXPECT_EQ(waits, expected);
  EXPECT_TRUE(Has(log_.Text(), "notification given up"));
}

TEST_F(OneCourierTest, AfterADayAFailureIsTheLast) {
  poster_.Answer(503);
  Ring(NewCall());
  clock_.Advance(24h);
  Deliver();
  EXPECT_TRUE(store_.Notifications().empty());
  EXPECT_TRUE(Has(log_.Text(), "notification given up"));
}

TEST_F(OneCourierTest, TheNextChangesOfACallWaitForTheOneThatFailed) {
  poster_.Answer(503);
  const base::CallId id = Ring(NewCall());
  Advance(id, {.status = CallStatus::kCallingCallee});
  const base::CallId other = NewCall();
  Advance(other, {CallStatus::kDisconnected, CallReason::kCallerBusy, {}, clock_.WallNow()});
  Deliver();
  clock_.Advance(500ms);
  Advance(id, {.status = CallStatus::kConnected});
  Deliver();
  EXPECT_EQ(Told(), (Strings{"callingCaller", "disconnected"}));  // the latter of the other call
  clock_.Advance(501ms);
  Deliver();
  EXPECT_EQ(Told(), (Strings{"callingCaller", "disconnected", "callingCaller", "callingCallee",
                             "connected"}));
}

TEST_F(OneCourierTest, ASinkThatDoesNotAnswerKeepsNoOtherWaiting) {
  poster_.Answer(FakePoster::NoAnswer());
  for (int i = 0; i < 5; ++i) Ring(NewCall(kSink));
  Ring(NewCall(kOtherSink));
  Deliver();
  const auto posts = poster_.Posts();
  ASSERT_EQ(posts.size(), 2U);
  EXPECT_EQ(posts[1].to.host, "other.example.com");
  clock_.Advance(1001ms);
  Deliver();
  EXPECT_EQ(poster_.Posts().size(), 7U);
  EXPECT_TRUE(store_.Notifications().empty());
}

TEST_F(OneCourierTest, OneThatOnlyWaitedIsNotGivenUpUntried) {
  poster_.Answer(503);
  poster_.Answer(503);
  const base::CallId id = Ring(NewCall());
  Advance(id, {.status = CallStatus::kConnected});
  Deliver();
  clock_.Advance(24h);
  Deliver();
  EXPECT_TRUE(store_.Notifications().empty());
  EXPECT_EQ(Told().back(), "connected");
}

TEST_F(OneCourierTest, WaitingForAnotherIsNoTry) {
  for (int i = 0; i < 3; ++i) poster_.Answer(503);
  const base::CallId id = Ring(NewCall());
  Advance(id, {.status = CallStatus::kConnected});
  for (int i = 0; i < 3; ++i) {
    Deliver();
    const auto waiting = store_.Notifications();
    ASSERT_EQ(waiting.size(), 2U);
    EXPECT_EQ(waiting[0].tries, i + 1);
    EXPECT_EQ(waiting[1].tries, 0);
    clock_.Advance(1min);
  }
}

TEST_F(OneCourierTest, StopsAtItsDeadlineWithTheRestStillDue) {
  for (int i = 0; i < 5; ++i) Ring(NewCall());
  poster_.on_post = [this](const auto&) { clock_.Advance(700ms); };
  Deliver(2s);
  const auto posts = poster_.Posts();
  ASSERT_EQ(posts.size(), 3U);
  EXPECT_EQ(posts[2].timeout, 600ms);
  for (const auto& waiting : store_.Notifications()) EXPECT_EQ(waiting.tries, 0);
  Deliver();
  EXPECT_EQ(poster_.Posts().size(), 5U);
}

TEST_F(OneCourierTest, WhatWasUnderWayWhenTheProgramEndsIsDueAtOnce) {
  std::stop_source stop;
  poster_.on_post = [&](const auto&) { stop.request_stop(); };
  poster_.Answer(FakePoster::NoAnswer());
  Ring(NewCall());
  Ring(NewCall());
  courier_.DeliverDue(clock_.Now() + 1h, stop.get_token());
  EXPECT_EQ(poster_.Posts().size(), 1U);
  Courier next(sinks_, World());
  next.DeliverDue(clock_.Now() + 1h);
  EXPECT_TRUE(store_.Notifications().empty());
}

TEST_F(OneCourierTest, ASinkThatIsNoLongerAllowedIsNotNotified) {
  for (const char* sink : {"https://inside.example.com/x", "http://crm.example.com/", "nonsense"}) {
    Ring(NewCall(sink));
    Deliver();
    EXPECT_TRUE(store_.Notifications().empty()) << sink;
  }
  EXPECT_TRUE(poster_.Posts().empty());
  EXPECT_TRUE(Has(log_.Text(), "access.sinks"));
}

TEST_F(OneCourierTest, WhatCanNeverBeSentIsGivenUp) {
  poster_.Answer(base::Error{base::Code::kInvalidArgument, "a control character"});
  Ring(NewCall());
  Deliver();
  EXPECT_TRUE(store_.Notifications().empty());
}

TEST_F(OneCourierTest, WithoutSinksTheJournalIsNotAsked) {
  Ring(NewCall());
  const std::size_t asked = store_.Asked();
  Courier({}, World()).DeliverDue(clock_.Now() + 1h);
  EXPECT_EQ(store_.Asked(), asked);
}

TEST_F(OneCourierTest, ABrokenJournalIsSaidAndLeftForTheNextTime) {
  Ring(NewCall());
  store_.Break();
  Deliver();
  EXPECT_TRUE(Has(log_.Text(), "the journal cannot be written"));
  store_.Mend();
  Deliver();
  EXPECT_EQ(poster_.Posts().size(), 1U);
}

TEST_F(OneCourierTest, ABrokenJournalIsSaidOnceAndThatItIsBackOnce) {
  Deliver();
  EXPECT_EQ(log_.Text(), "");
  for (int i = 0; i < 2; ++i) {
    const std::size_t before = log_.Lines().size();
    store_.Break();
    for (int tick = 0; tick < 3; ++tick) Deliver();
    store_.Mend();
    for (int tick = 0; tick < 3; ++tick) Deliver();
    const auto lines = log_.Lines();
    ASSERT_EQ(lines.size(), before + 2) << log_.Text();
    EXPECT_TRUE(Has(lines[before].text, "notifications stand still"));
    EXPECT_TRUE(Has(lines[before + 1].text, "notifications go on"));
  }
}

TEST_F(OneCourierTest, SaysWhenTheNextIsDue) {
  EXPECT_EQ(courier_.UntilNext(), 1s) << "others write notifications too";
  poster_.Answer(503);
  Ring(NewCall());
  Deliver();
  clock_.Advance(400ms);
  EXPECT_EQ(courier_.UntilNext(), 600ms);
  clock_.Advance(600ms);
  EXPECT_EQ(courier_.UntilNext(), 1ms);
}

}  // namespace
}  // namespace click2call::net
