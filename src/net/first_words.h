#ifndef CLICK2CALL_NET_FIRST_WORDS_H_
#define CLICK2CALL_NET_FIRST_WORDS_H_

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "ami/message.h"
#include "base/call_id.h"
#include "base/clock.h"
#include "call/call_progress.h"
#include "fiber/condition.h"

namespace click2call::net {

// Where those who have placed a call wait for what the events of its PBX say of it. Whoever follows
// a PBX hands all its events over. Safe in threads.
class FirstWords {
 public:
  class Ear;

  void Take(const ami::Message& event, base::WallTime now);

  bool Awaited() const { return waiting_ > 0; }  // by an Ear

 private:
  struct Heard {
    Heard(const call::CallState& known_before, call::CallProgress from)
        : known(known_before), progress(std::move(from)) {}

    call::CallState known;
    call::CallProgress progress;
    fiber::Condition changed;
  };

  using Calls = std::multimap<std::string, Heard, std::less<>>;  // by callId

  std::atomic<int> waiting_ = 0;
  std::mutex mutex_;
  Calls calls_;  // guarded by mutex_
};

// Hears all that is said of one call from its construction to its destruction.
class FirstWords::Ear {
 public:
  // `known`: the state that is no news. REQUIRES: `words` outlives it.
  Ear(FirstWords& words, const base::CallId& call_id, const call::CallState& known = {});
  ~Ear();
  Ear(const Ear&) = delete;
  Ear& operator=(const Ear&) = delete;

  // The call's state once it is another than it was known to be; what can be said without, where
  // that has not happened at `until` (empty: nothing was heard of it at all).
  std::optional<call::CallState> Wait(base::MonotonicTime until, const base::Clock& clock);

 private:
  FirstWords& words_;
  Calls::iterator call_;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_FIRST_WORDS_H_
