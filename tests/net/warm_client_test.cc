// Many threads, one session, real sockets: at most one Originate leaves for each call.

#include "net/warm_client.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/fake_log.h"
#include "fakes/results.h"
#include "net/channel_talk.h"
#include "net/dialled_plan.h"
#include "net/pbx.h"
#include "net/scripted_pbx.h"
#include "net/system.h"
#include "net/tcp_transport.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Milliseconds;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using State = call::PbxHealth::State;

// Whoever follows the calls, by hand.
class FakeFollowing : public call::Following {
 public:
  std::optional<call::Rights> On(const std::string&) const override {
    if (!follows) return std::nullopt;
    return call::Rights{true, true, true};
  }
  std::atomic<bool> follows = true;
};

std::string IdOf(int number) {
  const std::string digits = std::to_string(10'000 + number);
  return kCallId.substr(0, kCallId.size() - digits.size()) + digits;
}

call::OriginatePlan PlanOf(int number) {
  call::OriginatePlan plan = Plan();
  plan.call_id = base::CallId::Parse(IdOf(number)).value();
  plan.originate.action_id = plan.originate.channel_id = ami::Value(IdOf(number));
  return plan;
}

ami::Message EventOf(const std::string& call_id, const std::string& state) {
  ami::Message event;
  event.Add("Event", "Newstate");
  event.Add("ChannelStateDesc", state);
  event.Add("Uniqueid", call_id);
  event.Add("Linkedid", call_id);
  return event;
}

class WarmClientTest : public testing::Test {
 protected:
  WarmClientTest() {
    std::signal(SIGPIPE, SIG_IGN);  // as main() does
  }
  ~WarmClientTest() override { EXPECT_FALSE(Has(log_.Text(), kSecret)); }

  void Begin(Milliseconds outcome_wait = {}) {
    if (pbxs_.empty()) {
      pbxs_ = {net::Pbx("a", "127.0.0.1", a_.Port()), net::Pbx("b", "127.0.0.1", b_.Port())};
    }
    gates_.emplace(pbxs_, clock_);
    client_.emplace(
        pbxs_, outcome_wait, following_, words_, *gates_, clock_, log_,
        [](const call::PbxConfig& pbx) -> base::Result<std::unique_ptr<Transport>> {
          return std::unique_ptr<Transport>(std::make_unique<TcpTransport>(pbx.host, pbx.port));
        });
  }

  static base::Status MayTry(const std::string& /*pbx*/) { return base::Done(); }

  base::Result<call::Dialled> DialAuto(int number) {
    call::OriginatePlan plan = PlanOf(number);
    plan.originate.channel = ami::Value("1003");
    plan.ask_channel = true;
    return client_->Dial(plan, MayTry, {});
  }
  base::Result<call::Dialled> Dial(int number, const call::Dialer::Meanwhile& meanwhile = {}) {
    const auto begin = clock_.Now();
    auto dialled = client_->Dial(PlanOf(number), MayTry, meanwhile);
    took_ = std::chrono::duration_cast<Milliseconds>(clock_.Now() - begin);
    return dialled;
  }
  static std::string Outcome(const base::Result<call::Dialled>& dialled) {
    if (!dialled.Ok()) return "error: " + dialled.Why().message;
    return std::string(call::StatusName(dialled.Value().state.status)) + " on " +
           dialled.Value().pbx;
  }

  int Logged(std::string_view part) const {
    const auto lines = log_.Lines();
    return static_cast<int>(std::ranges::count_if(lines, [&](const fakes::FakeLog::Line& line) {
      return line.text.find(part) != std::string::npos;
    }));
  }

  // Runs `task` in so many threads at once.
  template <class Task>
  static void InThreads(int count, Task task) {
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back([&task, i] { task(i); });
    for (std::thread& thread : threads) thread.join();
  }

  SystemClock clock_;
  fakes::FakeLog log_;
  ScriptedPbx a_, b_;
  std::vector<call::PbxConfig> pbxs_;
  FakeFollowing following_;
  FirstWords words_;
  std::optional<LoginGates> gates_;
  std::optional<WarmClient> client_;
  Milliseconds took_{};
};

TEST_F(WarmClientTest, AllThreadsShareOneSessionAndEachCallGoesOnce) {
  Begin();
  InThreads(32, [&](int thread) {
    for (int i = 0; i < 20; ++i) {
      const auto dialled = client_->Dial(PlanOf(100 * thread + i), MayTry, {});
      EXPECT_EQ(Outcome(dialled), "initiating on a");
    }
  });
  const auto heard = a_.Heard("Originate");
  EXPECT_EQ(heard.size(), 640U);
  EXPECT_EQ(std::set(heard.begin(), heard.end()).size(), 640U);
  EXPECT_EQ(a_.Connections(), 1);
  EXPECT_EQ(b_.Connections(), 0) << "opened on first need";
}

TEST_F(WarmClientTest, WhoDialsHasTheTimeThatThePbxTakes) {
  std::atomic<bool> done = false;
  a_.React("Originate", [&](const ScriptedPbx::Action& action) {
    for (int i = 0; i < 300 && !done; ++i) std::this_thread::sleep_for(Milliseconds(10));
    return ami::Success(action.id);
  });
  Begin();
  const auto meanwhile = [&] {
    for (int i = 0; i < 200 && a_.Heard("Originate").empty(); ++i) {
      std::this_thread::sleep_for(Milliseconds(10));
    }
    EXPECT_EQ(a_.Heard("Originate").size(), 1U);
    done = true;
  };
  EXPECT_EQ(Outcome(Dial(1, meanwhile)), "initiating on a");
  EXPECT_TRUE(done);
  EXPECT_LT(took_, Milliseconds(2000)) << "the PBX did not wait in vain";
}

TEST_F(WarmClientTest, SaysGoodbye) {
  Begin();
  Must(Dial(1));
  client_.reset();
  for (int i = 0; i < 100 && a_.Heard("Logoff").empty(); ++i) {
    std::this_thread::sleep_for(Milliseconds(10));
  }
  EXPECT_EQ(a_.Heard("Logoff").size(), 1U);
}

TEST_F(WarmClientTest, TheFirstWordIsThatOfWhoeverFollows) {
  a_.React("Originate", [&](const ScriptedPbx::Action& action) {
    words_.Take(EventOf(IdOf(2), "Ringing"), clock_.WallNow());  // another's
    words_.Take(EventOf(action.id, "Ringing"), clock_.WallNow());
    return ami::Success(action.id);
  });
  Begin(Milliseconds(5000));
  EXPECT_EQ(Outcome(Dial(1)), "callingCaller on a");
  EXPECT_LT(took_, Milliseconds(2000));
  EXPECT_TRUE(a_.Heard("Status").empty());
}

TEST_F(WarmClientTest, WithoutAWordItIsQueued) {
  Begin(Milliseconds(50));
  EXPECT_EQ(Outcome(Dial(1)), "initiating on a");
  EXPECT_GE(took_, Milliseconds(50));
  EXPECT_TRUE(a_.Heard("Status").empty());
}

TEST_F(WarmClientTest, WhereNobodyFollowsItAsksOnceAtTheEndOfTheWait) {
  following_.follows = false;
  a_.React("Status", [&](const ScriptedPbx::Action& action) {
    return StatusReply(action.id, IdOf(1), "Ringing");
  });
  Begin(Milliseconds(50));
  EXPECT_EQ(Outcome(Dial(1)), "callingCaller on a");
  EXPECT_EQ(a_.Heard("Status").size(), 1U);
}

TEST_F(WarmClientTest, AnUnansweredOriginateIsSettledByAskingOverANewSession) {
  for (const std::string end : {"close", "reset"}) {
    a_.React("Originate", [end](const ScriptedPbx::Action&) { return end; });
    a_.React("Status", [&](const ScriptedPbx::Action& action) {
      return StatusReply(action.id, IdOf(1), "Ringing");
    });
    Begin(Milliseconds(1000));
    const auto before = a_.Heard("Originate").size();
    EXPECT_EQ(Outcome(Dial(1)), "callingCaller on a");
    EXPECT_EQ(a_.Heard("Originate").size(), before + 1);
    EXPECT_TRUE(b_.Heard("Originate").empty());
  }
}

TEST_F(WarmClientTest, AnUnansweredOriginateIsSettledByWhoeverFollows) {
  a_.React("Originate", [&](const ScriptedPbx::Action& action) {
    words_.Take(EventOf(action.id, "Ringing"), clock_.WallNow());
    return std::string("close");
  });
  Begin(Milliseconds(1000));
  EXPECT_EQ(Outcome(Dial(1)), "callingCaller on a");
  EXPECT_EQ(a_.Heard("Originate").size(), 1U);
}

TEST_F(WarmClientTest, WhatCannotBeSettledIsUnknownAndNeverSentAgain) {
  for (const std::string_view message : {"No such channel", "Permission denied"}) {
    a_.React("Originate", [](const ScriptedPbx::Action&) { return std::string("close"); });
    a_.React("Status",
             [message](const ScriptedPbx::Action& action) { return ErrorTo(action.id, message); });
    Begin(Milliseconds(1000));
    const auto before = a_.Heard("Originate").size();
    const auto dialled = Dial(1);
    ASSERT_TRUE(Fails(dialled, Code::kOutcomeUnknown));
    EXPECT_EQ(dialled.Why().call_id, IdOf(1));
    EXPECT_TRUE(Has(dialled.Why().message, "not be sent again"));
    EXPECT_LT(took_, Milliseconds(2000));
    EXPECT_EQ(a_.Heard("Originate").size(), before + 1);
    EXPECT_EQ(b_.Connections(), 0);
  }
}

TEST_F(WarmClientTest, APbxThatIsDownIsKnownToBeAndTheNextTakesTheCall) {
  const std::uint16_t closed = [] {
    return Poco::Net::ServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0)).address().port();
  }();
  pbxs_ = {net::Pbx("down", "127.0.0.1", closed), net::Pbx("b", "127.0.0.1", b_.Port())};
  Begin();
  EXPECT_EQ(Outcome(Dial(1)), "initiating on b");
  EXPECT_EQ(Outcome(Dial(2)), "initiating on b");

  pbxs_ = {net::Pbx("down", "127.0.0.1", closed)};
  Begin();
  EXPECT_TRUE(Fails(Dial(3), Code::kPbxUnavailable));
  const auto again = Dial(4);
  ASSERT_TRUE(Fails(again, Code::kPbxUnavailable));
  EXPECT_LT(took_, Milliseconds(200));
  EXPECT_GE(again.Why().retry_after, std::chrono::seconds(1));
  EXPECT_LE(again.Why().retry_after, std::chrono::seconds(2));
}

TEST_F(WarmClientTest, APbxThatIsDownIsSaidOnceInTheLogHoweverManyClick) {
  pbxs_ = {net::Pbx("down", "127.0.0.1", 1)};
  Begin();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(Fails(Dial(i), Code::kPbxUnavailable));
  EXPECT_EQ(Logged("no session"), 1);
  EXPECT_EQ(Logged("event=\"pbx\""), 0) << log_.Text();
}

TEST_F(WarmClientTest, WhatAPbxThatIsUpSaysToEveryCallIsSaidOnce) {
  pbxs_ = {net::Pbx("a", "127.0.0.1", a_.Port())};
  a_.React("Originate", [](const ScriptedPbx::Action& action) {
    return ErrorTo(action.id, "Asterisk is shutting down");
  });
  Begin();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(Fails(Dial(i), Code::kPbxUnavailable));
  EXPECT_EQ(Logged("shutting down"), 1) << log_.Text();
}

TEST_F(WarmClientTest, AsksWhichChannelRingsAnExtensionOnceAMinute) {
  a_.React("ListCommands", [](const ScriptedPbx::Action&) {
    return RightsReply("Originate ExtensionState Getvar DBGet");
  });
  a_.React("DBGet", [](const ScriptedPbx::Action& action) {
    return ErrorTo(action.id, "Database entry not found");
  });
  a_.React("ExtensionState",
           [](const ScriptedPbx::Action& action) { return HintReply(action.id, "SIP/1003"); });
  a_.React("Getvar",
           [](const ScriptedPbx::Action& action) { return StateReply(action.id, "INVALID"); });
  std::string originate;
  a_.React("Originate", [&](const ScriptedPbx::Action& action) {
    originate = action.text;
    return ami::Success(action.id);
  });
  Begin();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Outcome(DialAuto(i)), "initiating on a");
  EXPECT_TRUE(Has(originate, "\r\nChannel: SIP/1003\r\n"));
  EXPECT_EQ(a_.Heard("ExtensionState").size(), 1U);
  EXPECT_EQ(a_.Heard("DBGet").size(), 2U);
  EXPECT_EQ(a_.Connections(), 1);
}

TEST_F(WarmClientTest, ItsChannelMayStandInAstDB) {
  a_.React("ListCommands",
           [](const ScriptedPbx::Action&) { return RightsReply("Originate DBGet"); });
  a_.React("DBGet",
           [](const ScriptedPbx::Action& action) { return DatabaseReply(action.id, "IAX2/1003"); });
  std::string originate;
  a_.React("Originate", [&](const ScriptedPbx::Action& action) {
    originate = action.text;
    return ami::Success(action.id);
  });
  Begin();
  EXPECT_EQ(Outcome(DialAuto(1)), "initiating on a");
  EXPECT_TRUE(Has(originate, "\r\nChannel: IAX2/1003\r\n"));
  EXPECT_TRUE(a_.Heard("Getvar").empty()) << "it may not";
}

TEST_F(WarmClientTest, APbxThatMayNotBeAskedForAChannelSaysWhichRightWouldHelp) {
  a_.React("ListCommands", [](const ScriptedPbx::Action&) { return RightsReply("Originate"); });
  Begin();
  const auto dialled = DialAuto(1);
  ASSERT_TRUE(Fails(dialled, Code::kPbxOriginateRefused));
  EXPECT_TRUE(Has(dialled.Why().message, "add call")) << dialled.Why().message;
  EXPECT_TRUE(a_.Heard("Originate").empty());
}

TEST_F(WarmClientTest, APbxThatEndsWhileItIsAskedForAChannelWasNotDialled) {
  for (const auto pbx : {&a_, &b_}) {
    pbx->React("ListCommands",
               [](const ScriptedPbx::Action&) { return RightsReply("Originate ExtensionState"); });
  }
  a_.React("ExtensionState", [](const ScriptedPbx::Action&) { return std::string("close"); });
  b_.React("ExtensionState",
           [](const ScriptedPbx::Action& action) { return HintReply(action.id, "SIP/1003"); });
  Begin();
  EXPECT_EQ(Outcome(DialAuto(1)), "initiating on b");
  EXPECT_TRUE(a_.Heard("Originate").empty());
  EXPECT_EQ(b_.Heard("Originate").size(), 1U);
}

TEST_F(WarmClientTest, OnlyThePbxsOfThePlanAreTried) {
  Begin();
  call::OriginatePlan plan = PlanOf(1);
  plan.pbxs = {"b"};
  EXPECT_EQ(Outcome(client_->Dial(plan, MayTry, {})), "initiating on b");
  EXPECT_EQ(a_.Connections(), 0);
}

TEST_F(WarmClientTest, ARefusedLoginIsShownToThePbxOnceHoweverManyAsk) {
  a_.React("Login", [](const ScriptedPbx::Action& action) {
    std::this_thread::sleep_for(Milliseconds(100));
    return ErrorTo(action.id, "Authentication failed");
  });
  Begin();
  InThreads(16, [&](int i) {
    const auto dialled = client_->Dial(PlanOf(i), MayTry, {});
    ASSERT_TRUE(Fails(dialled, Code::kPbxLoginRefused));
    EXPECT_TRUE(Has(dialled.Why().message, "manager.conf"));
  });
  EXPECT_EQ(a_.Heard("Login").size(), 1U);
  EXPECT_EQ(client_->Health()[0].state, State::kRefused);
}

TEST_F(WarmClientTest, WithoutTheRightAClickSaysWhichOneWithoutTrying) {
  a_.React("ListCommands", [](const ScriptedPbx::Action&) { return RightsReply("Hangup"); });
  Begin();
  const auto dialled = Dial(1);
  ASSERT_TRUE(Fails(dialled, Code::kPbxOriginateRefused));
  EXPECT_TRUE(Has(dialled.Why().message, "write = originate"));
  EXPECT_TRUE(a_.Heard("Originate").empty());
  const auto health = client_->Health();
  EXPECT_EQ(health[0].state, State::kUp);
  EXPECT_FALSE(health[0].TakesCalls());
}

TEST_F(WarmClientTest, HealthBeginsWhatIsNotKnownYet) {
  pbxs_ = {net::Pbx("a", "127.0.0.1", a_.Port()), net::Pbx("down", "127.0.0.1", 1)};
  Begin();
  const auto health = client_->Health();
  ASSERT_EQ(health.size(), 2U);
  EXPECT_TRUE(health[0].TakesCalls());
  EXPECT_EQ(health[0].asterisk, "Asterisk Call Manager/5.0.4");
  EXPECT_EQ(health[1].state, State::kDown);
  EXPECT_NE(health[1].error, "");
}

TEST_F(WarmClientTest, LooksAndHangsUpOverTheSameSession) {
  a_.React("Status", [](const ScriptedPbx::Action& action) {
    return StatusReply(action.id, IdOf(1), "Ringing");
  });
  a_.React("Hangup", [](const ScriptedPbx::Action& action) { return ami::Success(action.id); });
  Begin();
  call::Call call{.id = base::CallId::Parse(IdOf(1)).value(), .pbx = "a"};
  EXPECT_EQ(Must(client_->LookAt(call, {})).state.status, call::CallStatus::kCallingCaller);
  EXPECT_TRUE(fakes::Succeeds(client_->HangUp(call)));
  a_.React("Hangup",
           [](const ScriptedPbx::Action& action) { return ErrorTo(action.id, "No such channel"); });
  a_.React("Status",
           [](const ScriptedPbx::Action& action) { return ErrorTo(action.id, "No such channel"); });
  EXPECT_TRUE(Fails(client_->HangUp(call), Code::kConflict));
  call.pbx = "gone";
  EXPECT_TRUE(Fails(client_->HangUp(call), Code::kPbxUnavailable));
  EXPECT_EQ(a_.Connections(), 1);
}

// The commit rule, whatever happens at once: a PBX that drops its connection at every fortieth
// Originate, before or after it has read it.
TEST_F(WarmClientTest, NoCallIsEverPlacedTwiceAndNoneThatWasIsCalledUnsent) {
  std::atomic<int> count = 0;
  const auto drop = [&](const ScriptedPbx::Action& action) -> std::string {
    const int number = ++count;
    if (number % 40 == 0) return number % 80 == 0 ? "reset" : "close";
    return ami::Success(action.id);
  };
  a_.React("Originate", drop);
  b_.React("Originate", drop);
  Begin();
  std::mutex mutex;
  std::set<std::string> placed, unknown, unsent;
  InThreads(16, [&](int thread) {
    for (int i = 0; i < 25; ++i) {
      const auto dialled = client_->Dial(PlanOf(100 * thread + i), MayTry, {});
      const std::lock_guard lock(mutex);
      if (dialled.Ok()) {
        placed.insert(IdOf(100 * thread + i));
      } else if (dialled.Why().code == Code::kOutcomeUnknown) {
        unknown.insert(IdOf(100 * thread + i));
      } else {
        EXPECT_TRUE(Fails(dialled, Code::kPbxUnavailable));
        unsent.insert(IdOf(100 * thread + i));
      }
    }
  });
  std::multiset<std::string> heard;
  for (const ScriptedPbx* pbx : {&a_, &b_}) {
    for (const std::string& id : pbx->Heard("Originate")) heard.insert(id);
  }
  EXPECT_EQ(placed.size() + unknown.size() + unsent.size(), 400U);
  for (const std::string& id : placed) EXPECT_EQ(heard.count(id), 1U) << id;
  for (const std::string& id : unknown) EXPECT_LE(heard.count(id), 1U) << id;
  for (const std::string& id : unsent) EXPECT_EQ(heard.count(id), 0U) << id;
}

}  // namespace
}  // namespace click2call::net
