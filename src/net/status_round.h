#ifndef CLICK2CALL_NET_STATUS_ROUND_H_
#define CLICK2CALL_NET_STATUS_ROUND_H_

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ami/session.h"
#include "base/call_id.h"
#include "base/clock.h"
#include "call/call_progress.h"

namespace click2call::net {

// Asks a PBX, by the action Status, what it knows of some calls: of each by its id; and then once
// among all channels for those whose own channel is gone, since a Local channel may have been
// optimised out of a call that goes on. One round at a time in a session.
class StatusRound {
 public:
  static constexpr std::size_t kAtATime = 50;  // actions under way

  struct Answer {
    base::CallId call_id;
    call::Sighting sighting;  // without legs: the PBX has no such call
  };

  explicit StatusRound(std::vector<base::CallId> calls) : calls_(std::move(calls)) {}

  // Submits what there is to ask now. To be called at the beginning and after every Take().
  // REQUIRES: the session is logged in.
  void Ask(ami::Session& session, base::MonotonicTime now);

  // Whether it was an answer to this round.
  bool Take(const ami::Session::Replied& replied);
  bool Take(const ami::Session::Happened& happened);

  // What has come out, one call at a time. A call of which the PBX would say nothing has no answer.
  std::optional<Answer> Next();

  bool Done() const { return next_ == calls_.size() && asked_.empty() && missing_.empty(); }

  // Our AMI user may not ask: the round is done, and no call that was left has an answer.
  bool Denied() const { return denied_; }

 private:
  void Complete(const std::string& action_id);
  void GiveUp();

  std::vector<base::CallId> calls_;
  std::size_t next_ = 0;                   // of calls_, to be asked
  std::map<std::string, Answer> asked_;    // by ActionID
  std::map<std::string, Answer> missing_;  // by callId: not found by it
  bool all_asked_ = false;
  bool denied_ = false;
  std::deque<Answer> answers_;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_STATUS_ROUND_H_
