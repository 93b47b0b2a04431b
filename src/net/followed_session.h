#ifndef CLICK2CALL_NET_FOLLOWED_SESSION_H_
#define CLICK2CALL_NET_FOLLOWED_SESSION_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/call_id.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "call/config.h"
#include "call/dialer.h"
#include "call/tracker.h"
#include "net/session_driver.h"
#include "net/status_round.h"

namespace click2call::net {

// One session of a Follower: what it hears goes to the tracker, and what the tracker wants to know
// is asked for. Used by one thread.
class FollowedSession {
 public:
  // A commit writes as many pages for many calls as for one.
  static constexpr base::Milliseconds kFlushEvery{25};

  // REQUIRES: what is referred to outlives it; `driver` is connected. `publish` is told our rights
  // when the journal is up to date, and nothing when it may not be any more; `heard` every event
  // that is no answer to us, before the tracker.
  FollowedSession(const call::PbxConfig& pbx, SessionDriver& driver, call::Tracker& tracker,
                  const base::Clock& clock, base::Log& log,
                  std::function<void(const std::optional<call::Rights>&)> publish,
                  std::function<void(const ami::Message&)> heard)
      : pbx_(pbx),
        driver_(driver),
        tracker_(tracker),
        clock_(clock),
        log_(log),
        publish_(std::move(publish)),
        heard_(std::move(heard)) {
    tracker_.Missed();
  }

  // Waits up to `wait` for something to happen, and does what is due. An error ends the session.
  // What came is in the journal at once, while much comes after kFlushEvery.
  base::Status Step(base::Milliseconds wait);

  bool LoggedIn() const { return logged_in_; }

  // The last Step() heard something that was no answer to us.
  bool Busy() const { return busy_; }

  // Says goodbye.
  void End();

 private:
  base::Status TakeAll(base::Milliseconds wait);
  void FlushInTime(bool at_once);
  base::Status Take(const ami::Session::Decision& decision);
  base::Status DoWhatIsDue();
  void TakeRights(const ami::Message& reply);

  void BeginRound();
  base::Status GoOnWithRound();
  void EndRound();
  void SettleGone();
  void UpToDate();
  void PingWhenIdle();

  void Log(base::LogLevel level, std::string_view what) const;

  const call::PbxConfig& pbx_;
  SessionDriver& driver_;
  call::Tracker& tracker_;
  const base::Clock& clock_;
  base::Log& log_;
  std::function<void(const std::optional<call::Rights>&)> publish_;
  std::function<void(const ami::Message&)> heard_;

  bool logged_in_ = false;
  bool busy_ = false;
  std::optional<call::Rights> rights_;
  bool published_ = false;
  bool journal_failed_ = false;
  bool missed_events_ = true;  // since the journal was last up to date
  base::MonotonicTime next_round_;
  base::MonotonicTime next_ping_;
  base::MonotonicTime next_flush_;

  std::optional<StatusRound> round_;
  base::MonotonicTime round_deadline_;  // for the next word of the PBX
  base::MonotonicTime round_ends_;
  std::vector<base::CallId> gone_;       // by the last round
  base::MonotonicTime gone_is_settled_;  // when that is believed
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_FOLLOWED_SESSION_H_
