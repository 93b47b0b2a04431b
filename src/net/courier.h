#ifndef CLICK2CALL_NET_COURIER_H_
#define CLICK2CALL_NET_COURIER_H_

#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "call/call_store.h"
#include "net/https_poster.h"

namespace click2call::net {

// Brings the journal's notifications to their sinks, each at least once: a notification leaves the
// journal when its sink has taken it (2xx), has refused it for good (3xx, and 4xx but for 408, 425
// and 429), may not be notified (any more), or fails once more when it is kMaxAge old. All others
// are tried again, at first after kFirstWait, then after twice as long each time, up to
// kLongestWait.
//
// What follows a notification that did not arrive waits for it, in this process: the same call's,
// and, where nobody answered at all, the same sink's. Waiting is no try.
//
// A journal that fails is logged once, and once more when it is back.
//
// Not for several threads; several processes may have one each.
class Courier {
 public:
  static constexpr base::Milliseconds kTimeout{5000};  // for one delivery
  static constexpr base::Milliseconds kClaim{60'000};  // then another process may try
  static constexpr base::Milliseconds kFirstWait{1000};
  static constexpr base::Milliseconds kLongestWait{600'000};
  static constexpr base::Milliseconds kMaxAge{86'400'000};
  static constexpr base::Milliseconds kIdle{1000};

  // All of it outlives the courier.
  struct World {
    call::CallStore& store;
    HttpsPoster& poster;
    const base::Clock& clock;
    base::Log& log;
  };
  // `sinks`: access.sinks. With none the journal is not asked.
  Courier(std::vector<std::string> sinks, World world) : sinks_(std::move(sinks)), world_(world) {}

  // Delivers what is due, oldest first, until nothing is or `deadline` has come.
  void DeliverDue(base::MonotonicTime deadline, const std::stop_token& stop = {});

  // How long nothing more is expected to be due: kIdle at most, since other processes write
  // notifications too.
  base::Milliseconds UntilNext() const;

 private:
  enum class Outcome { kGone, kAgain, kNoAnswer };

  void Deliver(const call::Notification& notification, base::Milliseconds timeout,
               const std::stop_token& stop);
  Outcome Send(const call::Notification& notification, base::Milliseconds timeout,
               const std::stop_token& stop);
  Outcome Judge(const call::Notification& notification, int status);
  Outcome GiveUp(const call::Notification& notification, const std::string& why);
  void PutOff(const call::Notification& notification, base::WallTime due, int tries);
  const base::WallTime* HeldUntil(const call::Notification& notification) const;
  void ForgetPastHolds();
  void Write(base::LogLevel level, const char* event, const call::Notification& notification,
             const std::string& why);
  void Check(const base::Status& stored);

  const std::vector<std::string> sinks_;
  const World world_;
  std::map<std::string, base::WallTime> held_;  // by callId, and by sink
  bool stands_still_ = false;                   // and that was logged
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_COURIER_H_
