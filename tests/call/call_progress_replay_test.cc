#include <algorithm>
#include <cstddef>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "ami/transcript.h"
#include "call/call_progress.h"
#include "fakes/fake_clock.h"

// The recorded calls of both versions: where each of them ends, and by which way, whatever the
// order in which the PBX reports the same moment.
namespace click2call::call {
namespace {

constexpr char kId[] = "c2c-01ARYZ6S410000000000000001";  // NOLINT

base::CallId Id() { return base::CallId::Parse(kId).value(); }

// "callingCaller", "disconnected callerBusy".
std::string Show(const CallState& state) {
  std::string text(StatusName(state.status));
  if (state.reason) text += " " + std::string(ReasonName(*state.reason));
  return text;
}

const struct Row {
  const char* call;
  const char* states;  // after initiating
} kRows[] = {
    // The caller's phone.
    {"caller-busy", "disconnected callerBusy"},
    {"caller-no-answer", "callingCaller, disconnected callerNoAnswer"},
    {"caller-unknown-endpoint", "disconnected callerFailure"},
    {"caller-unregistered", "disconnected callerFailure"},
    {"unknown-technology", "disconnected callerFailure"},
    {"duplicate-channelid", "callingCaller, disconnected callerNoAnswer"},
    {"pjsip-caller-busy", "callingCaller, disconnected callerBusy"},
    {"pjsip-caller-declined", "callingCaller, disconnected callerBusy"},
    {"pjsip-hangup-ringing", "callingCaller, disconnected callerAbandon"},
    {"local-caller-no-answer", "callingCaller, disconnected callerNoAnswer"},
    {"local-caller-unregistered", "disconnected callerFailure"},
    {"local-hangup-ringing", "callingCaller, disconnected callerAbandon"},
    // The callee.
    {"callee-busy", "callingCallee, disconnected calleeBusy"},
    {"callee-no-answer", "callingCallee, disconnected calleeNoAnswer"},
    {"callee-unreachable", "callingCallee, disconnected calleeFailure"},
    {"hangup-and-status", "callingCallee, disconnected callerAbandon"},
    {"pjsip-callee-busy", "callingCaller, callingCallee, disconnected calleeBusy"},
    {"pjsip-callee-declined", "callingCaller, callingCallee, disconnected calleeBusy"},
    {"pjsip-callee-unknown-there", "callingCaller, callingCallee, disconnected calleeFailure"},
    {"pjsip-caller-leaves", "callingCaller, callingCallee, disconnected callerAbandon"},
    {"hunting", "callingCaller, callingCallee, disconnected calleeBusy"},
    {"ring-group", "callingCaller, callingCallee, disconnected calleeNoAnswer"},
    {"queue-nobody", "callingCaller, callingCallee, disconnected calleeNoAnswer"},
    // Connected.
    {"connected", "callingCallee, connected, disconnected hangUp"},
    {"pjsip-callee-hangs-up", "callingCaller, callingCallee, connected, disconnected hangUp"},
    {"local-optimised", "callingCaller, callingCallee, connected, disconnected hangUp"},
    {"local-optimised-callee-local",
     "callingCaller, callingCallee, connected, disconnected hangUp"},
    {"queue", "callingCaller, callingCallee, connected, disconnected hangUp"},
    {"conference", "callingCaller, callingCallee, connected, disconnected hangUp"},
    {"transferred-by-callee", "callingCaller, callingCallee, connected, disconnected hangUp"},
    {"transferred-by-caller", "callingCaller, callingCallee, connected, disconnected hangUp"},
    // Targets that are no phones.
    {"voicemail-after-no-answer", "callingCaller, callingCallee, disconnected calleeNoAnswer"},
    {"bridge-wait", "callingCaller, callingCallee, disconnected hangUp"},
    {"dialplan-ends", "callingCaller, callingCallee, disconnected hangUp"},
    {"priority-zero", "callingCallee, disconnected hangUp"},
};

// A recorded event, and the moment in which it came.
struct Timed {
  ami::Message event;
  std::string moment;
};

// All events of a recorded call, which is given our id.
std::vector<Timed> Events(const std::string& name) {
  const std::string theirs = ami::ChannelIdOf(ami::ReadTranscript(name));
  std::ifstream file("data/ami/" + name + ".txt", std::ios::binary);
  std::vector<Timed> events;
  Timed next;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("= ")) next.moment = line;
    if (!line.starts_with("< ")) continue;
    ami::ReplaceAll(&line, theirs, kId);
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) {
      next.event.Add(line.substr(2, colon - 2), line.substr(colon + 2));
    } else if (line == "< ") {
      if (next.event.IsEvent()) events.push_back(next);
      next.event = {};
    }
  }
  return events;
}

// Events in some order.
using Order = std::vector<const Timed*>;

Order AsRecorded(const std::vector<Timed>& events) {
  Order order;
  for (const Timed& timed : events) order.push_back(&timed);
  return order;
}

struct Ending {
  std::string states;  // all that came after initiating
  CallState last;
};

Ending Follow(const Order& events) {
  CallProgress progress(Id());
  fakes::FakeClock clock;
  Ending ending;
  for (const Timed* timed : events) {
    clock.Advance(base::Milliseconds(1));
    const CallState before = progress.State();
    const bool changed = progress.Take(timed->event, clock.WallNow());
    EXPECT_EQ(changed, progress.State() != before);
    if (!changed) continue;
    EXPECT_GT(progress.State().status, before.status) << "backwards";
    ending.states += (ending.states.empty() ? "" : ", ") + Show(progress.State());
  }
  ending.last = progress.State();
  return ending;
}

// May `later` not come before `earlier`? Of one channel the first word is Newchannel, the last is
// Hangup, and the words between keep their order: they go through the queue of that channel.
// OriginateResponse goes its own way.
bool Bound(const ami::Message& earlier, const ami::Message& later) {
  const std::string_view uniqueid = earlier.Get("Uniqueid");
  const bool own_way =
      earlier.Get("Event") == "OriginateResponse" || later.Get("Event") == "OriginateResponse";
  if (own_way) return earlier.Get("Event") == "Newchannel" && uniqueid == later.Get("Uniqueid");
  if (!uniqueid.empty() && uniqueid == later.Get("Uniqueid")) return true;
  const auto names = [](const ami::Message& event, std::string_view channel) {
    const auto& headers = event.Headers();
    return std::any_of(headers.begin(), headers.end(), [&](const auto& header) {
      return header.name.ends_with("niqueid") && header.value == channel;
    });
  };
  if (earlier.Get("Event") == "Newchannel" && names(later, uniqueid)) return true;
  return later.Get("Event") == "Hangup" && names(earlier, later.Get("Uniqueid"));
}

// The events of each moment, in another order that the PBX may well have.
Order Shuffled(Order events, std::mt19937* random) {
  for (std::size_t round = 0; round < events.size() * 8; ++round) {
    const std::size_t at = (*random)() % (events.size() - 1);
    const Timed*& one = events[at];
    const Timed*& other = events[at + 1];
    if (one->moment == other->moment && !Bound(one->event, other->event)) std::swap(one, other);
  }
  return events;
}

// Two Originates with one id, which we never send: whose answer is whose, only the order tells.
bool TakesTheOrder(const Row& row) { return std::string_view(row.call) == "duplicate-channelid"; }

class CallReplayTest : public testing::TestWithParam<std::string> {};

TEST_P(CallReplayTest, SeesExactlyTheStatesOfEachCall) {
  for (const Row& row : kRows) {
    const auto events = Events(GetParam() + row.call);
    const auto ending = Follow(AsRecorded(events));
    EXPECT_EQ(ending.states, row.states) << row.call;
    EXPECT_TRUE(ending.last.ended_at) << row.call;
    const bool connected = std::string_view(row.states).find(" connected") != std::string::npos;
    EXPECT_EQ(ending.last.answered_at.has_value(), connected) << row.call;
  }
}

TEST_P(CallReplayTest, NoCallIsLeftOut) {
  for (const std::string& name : ami::TranscriptNames()) {
    if (!name.starts_with(GetParam())) continue;
    const bool known = std::any_of(std::begin(kRows), std::end(kRows),
                                   [&](const Row& row) { return name == GetParam() + row.call; });
    EXPECT_TRUE(known) << name;
  }
}

TEST_P(CallReplayTest, EveryOrderOfOneMomentEndsTheSame) {
  std::mt19937 random(1);  // NOLINT: the same orders every time
  for (const Row& row : kRows) {
    const auto events = Events(GetParam() + row.call);
    const auto recorded = AsRecorded(events);
    const auto expected = Follow(recorded);
    if (events.size() < 2 || TakesTheOrder(row)) continue;
    for (int i = 0; i < 10; ++i) {
      const auto ending = Follow(Shuffled(recorded, &random));
      ASSERT_EQ(Show(ending.last), Show(expected.last)) << row.call << " " << i;
    }
  }
}

TEST_P(CallReplayTest, NeighboursMayChangePlaces) {
  for (const Row& row : kRows) {
    const auto events = Events(GetParam() + row.call);
    const auto recorded = AsRecorded(events);
    const auto expected = Follow(recorded);
    if (TakesTheOrder(row)) continue;
    for (std::size_t at = 0; at + 1 < events.size(); ++at) {
      if (Bound(events[at].event, events[at + 1].event)) continue;
      auto swapped = recorded;
      std::swap(swapped[at], swapped[at + 1]);
      ASSERT_EQ(Show(Follow(swapped).last), Show(expected.last)) << row.call << " " << at;
    }
  }
}

TEST_P(CallReplayTest, HearingEverythingTwiceChangesNothing) {
  for (const Row& row : kRows) {
    const auto events = Events(GetParam() + row.call);
    Order twice;
    for (const Timed& timed : events) twice.insert(twice.end(), 2, &timed);
    EXPECT_EQ(Follow(twice).states, row.states) << row.call;
  }
}

TEST_P(CallReplayTest, AnotherCallHearsNothing) {
  for (const Row& row : kRows) {
    CallProgress other(base::CallId::Parse("c2c-01ARYZ6S410000000000000002").value());
    for (const Timed& timed : Events(GetParam() + row.call)) {
      EXPECT_FALSE(other.Take(timed.event, {})) << row.call;
    }
    EXPECT_EQ(other.State(), CallState()) << row.call;
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, CallReplayTest,
                         testing::Values("asterisk-16-call-", "asterisk-22-call-"),
                         [](const auto& version) { return version.param.substr(9, 2); });

}  // namespace
}  // namespace click2call::call
