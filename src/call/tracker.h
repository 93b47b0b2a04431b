#ifndef CLICK2CALL_CALL_TRACKER_H_
#define CLICK2CALL_CALL_TRACKER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ami/message.h"
#include "base/call_id.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "call/call_progress.h"
#include "call/call_store.h"

namespace click2call::call {

// Moves a call forward in the journal (CallStore::Advance) and, where that changed it, writes the
// one line that the log gets for each change of state. A journal that fails is in the log too.
base::Result<bool> Advance(CallStore& store, base::Log& log, const base::CallId& id,
                           std::string_view pbx, const CallState& state, base::WallTime at);

// Keeps the journal at what the events of one PBX say of its calls. Used by one thread.
//
// Whoever drives it hands over every event with Take(), and asks the PBX (Status) for each of
// ToAsk() after every login, and about every kAskAgain from then on: Settle() takes the answers. So
// a call whose Hangup nobody saw is settled all the same. What these three learn is in the journal
// after Flush(), as one: so many events that come together cost no more than one.
class Tracker {
 public:
  static constexpr base::Milliseconds kAskAgain{5000};
  static constexpr std::size_t kMaxCalls =
      10'000;  // followed at a time; more are asked for instead

  // REQUIRES: what is referred to outlives it.
  Tracker(std::string pbx, CallStore& store, const base::Clock& clock, base::Log& log);

  // Events may have been missed, and ToAsk(true) has not been called since. So it is from the
  // start.
  void Missed() { complete_ = false; }

  void Take(const ami::Message& event);

  // Calls that are not over by the journal. All of them after `missed_events` (a new session);
  // otherwise those of which no event came for kAskAgain.
  // An error is the journal's.
  base::Result<std::vector<base::CallId>> ToAsk(bool missed_events);

  void Settle(const base::CallId& id, const Sighting& sighting);

  void Flush();
  bool HasToFlush() const { return !to_write_.empty(); }

 private:
  // A journal that has just failed is left alone: to ask it may take as long as its locks do.
  static constexpr base::Milliseconds kPause{1000};
  static constexpr std::size_t kPage = 500;
  static constexpr std::size_t kMostIgnored = 2'000;

  struct Followed {
    base::CallId id;
    CallProgress progress;
    CallStatus written;  // what the journal has, or had the last time we looked, or gets by Flush()
    base::WallTime changed_at;
    base::MonotonicTime heard_at;  // when its last event came
    bool heard = false;            // has there been one
    bool heard_since_asked = false;
    bool sure = true;  // it is in the journal, as a call on this PBX
  };
  using Calls = std::map<std::string, Followed, std::less<>>;

  Calls::iterator Follow(const base::CallId& id);
  Calls::iterator Insert(const base::CallId& id, const CallState& known);
  bool LookUp(Followed* call);
  void Write(Followed* call);
  void LogMoved(const std::vector<Advancement>& steps, const std::vector<bool>& moved);
  void Forget(Calls::iterator call);
  bool Pausing() const { return clock_.Now() < pause_ends_; }
  void Pause() { pause_ends_ = clock_.Now() + kPause; }

  std::string pbx_;
  CallStore& store_;
  const base::Clock& clock_;
  base::Log& log_;
  Calls calls_;            // by callId
  bool complete_ = false;  // a call that is not among them began while we listened
  std::vector<Advancement> to_write_;
  base::MonotonicTime pause_ends_ = base::MonotonicTime::min();

  // Over, or not of our journal: their events are of no interest. The latest kMostIgnored of them;
  // of one before those the journal is asked again.
  std::set<std::string, std::less<>> ignored_;
  std::deque<std::string> ignored_order_;
};

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_TRACKER_H_
