#include "net/first_words.h"

#include <thread>

#include <gtest/gtest.h>

#include "ami/message.h"
#include "net/dialled_plan.h"
#include "net/system.h"

namespace click2call::net {
namespace {

using base::Milliseconds;
using call::CallStatus;

ami::Message EventOf(const std::string& name, const std::string& state) {
  ami::Message event;
  event.Add("Event", name);
  event.Add("ChannelStateDesc", state);
  event.Add("Uniqueid", kCallId);
  event.Add("Linkedid", kCallId);
  return event;
}

class FirstWordsTest : public testing::Test {
 protected:
  std::optional<call::CallState> Wait(FirstWords::Ear& ear, Milliseconds wait) {
    return ear.Wait(clock_.Now() + wait, clock_);
  }
  void Say(const ami::Message& event) { words_.Take(event, clock_.WallNow()); }

  SystemClock clock_;
  FirstWords words_;
  const base::CallId call_id_ = base::CallId::Parse(kCallId).value();
};

TEST_F(FirstWordsTest, AWordThatCameBeforeTheWaitIsHeard) {
  FirstWords::Ear ear(words_, call_id_);
  Say(EventOf("Newstate", "Ringing"));
  EXPECT_EQ(Wait(ear, Milliseconds(0))->status, CallStatus::kCallingCaller);
}

TEST_F(FirstWordsTest, AWordEndsTheWaitOfAllWhoListen) {
  std::thread other([&] {
    FirstWords::Ear ear(words_, call_id_);
    const auto begin = clock_.Now();
    EXPECT_EQ(Wait(ear, Milliseconds(10'000))->status, CallStatus::kCallingCaller);
    EXPECT_LT(clock_.Now() - begin, Milliseconds(5000));
  });
  FirstWords::Ear ear(words_, call_id_);
  std::this_thread::sleep_for(Milliseconds(50));
  Say(EventOf("Newstate", "Ringing"));
  EXPECT_TRUE(Wait(ear, Milliseconds(10'000)));
  other.join();
}

TEST_F(FirstWordsTest, TellsWhetherSomebodyWaits) {
  FirstWords::Ear ear(words_, call_id_);
  EXPECT_FALSE(words_.Awaited()) << "who listens does not wait yet";
  std::thread other([&] {
    while (!words_.Awaited()) std::this_thread::yield();
    Say(EventOf("Newstate", "Ringing"));
  });
  EXPECT_TRUE(Wait(ear, Milliseconds(10'000)));
  other.join();
  EXPECT_FALSE(words_.Awaited());
}

TEST_F(FirstWordsTest, WhatChangesNothingIsNoWord) {
  FirstWords::Ear ear(words_, call_id_);
  Say(EventOf("Newchannel", "Down"));
  EXPECT_FALSE(Wait(ear, Milliseconds(20)));
}

TEST_F(FirstWordsTest, AFailureWhoseReasonNeverCameIsToldAtTheEnd) {
  FirstWords::Ear ear(words_, call_id_);
  Say(EventOf("Newchannel", "Down"));
  ami::Message failure;
  failure.Add("Event", "OriginateResponse");
  failure.Add("ActionID", kCallId);
  failure.Add("Response", "Failure");
  failure.Add("Reason", "0");
  failure.Add("Uniqueid", kCallId);
  Say(failure);
  EXPECT_EQ(Wait(ear, Milliseconds(20))->status, CallStatus::kDisconnected);
}

TEST_F(FirstWordsTest, WhatIsOfNoCallThatIsWaitedForIsDropped) {
  Say(EventOf("Newstate", "Ringing"));
  FirstWords::Ear ear(words_, call_id_);
  EXPECT_FALSE(Wait(ear, Milliseconds(0)));
}

}  // namespace
}  // namespace click2call::net
