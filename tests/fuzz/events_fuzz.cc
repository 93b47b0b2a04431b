// Events in whatever order and number: a call goes forward only, and the journal has what they say.

#include <string_view>

#include "ami/reader.h"
#include "call/tracker.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_log.h"
#include "fakes/fake_store.h"
#include "fuzz/fuzz.h"

namespace click2call::call {
namespace {

using base::Milliseconds;
using fuzz::Promise;

constexpr std::string_view kCallId = "c2c-01ARYZ6S410000000000000001";

void PromiseStep(const CallState& before, const CallState& after, bool changed) {
  Promise(changed == (before != after), "it says whether the state changed");
  Promise(before.status <= after.status, "a call goes forward only");
  Promise(!IsOver(before.status) || before == after, "what is over stays as it is");
  Promise(after.reason.has_value() == (after.status == CallStatus::kDisconnected),
          "a call that was disconnected has a reason, and no other");
  Promise(after.ended_at.has_value() == IsOver(after.status), "what is over has its time");
  Promise(!before.answered_at || before.answered_at == after.answered_at,
          "they could talk from one moment on");
}

// The events that are in `bytes`, as a journal follows them.
void Follow(std::string_view bytes) {
  fakes::FakeClock clock;
  fakes::FakeLog log;
  fakes::FakeStore store;
  const auto id = base::CallId::Parse(kCallId).value();
  (void)store.Insert({.id = id, .pbx = "a"}, {});
  Tracker tracker("a", store, clock, log);
  CallProgress progress(id);
  ami::Reader reader;
  reader.Feed(bytes);
  ami::Message message;
  for (int i = 0; reader.NextMessage(&message) == ami::Reader::Outcome::kDone; ++i) {
    clock.Advance(Milliseconds(10));
    const CallState before = progress.State();
    const bool changed = progress.Take(message, clock.WallNow());
    PromiseStep(before, progress.State(), changed);
    if (const auto leg = ReadLeg(message, id)) {
      CallProgress late(id, progress.State());
      const bool moved = late.Settle({{*leg}}, clock.WallNow());
      PromiseStep(progress.State(), late.State(), moved);
    }
    tracker.Take(message);
    if (i % 3 == 0) tracker.Flush();
  }
  tracker.Flush();
  Promise(store.Calls().front().state == progress.State(), "the journal has what the events say");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Follow(fuzz::Input(data, size).Rest());
  return 0;
}

}  // namespace click2call::call
