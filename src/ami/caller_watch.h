#ifndef CLICK2CALL_AMI_CALLER_WATCH_H_
#define CLICK2CALL_AMI_CALLER_WATCH_H_

#include <optional>
#include <utility>

#include "ami/events.h"
#include "ami/message.h"
#include "base/call_id.h"

namespace click2call::ami {

// Follows the events of one call up to the first word about the caller's phone.
//
// One event is not always enough: when a PJSIP phone turns a call away as busy, OriginateResponse
// says Reason 0, as for a phone that is not there; that it was busy stands in DialEnd and in the
// Hangup's Cause, which come before or after it (measured on Asterisk 16 and 22).
class CallerWatch {
 public:
  explicit CallerWatch(base::CallId call_id) : call_id_(std::move(call_id)) {}

  // What is known for certain after `event`; empty while nothing is.
  std::optional<CallerReport> Take(const Message& event);

  // For when no more events will be waited for: a failure whose reason was still to come.
  std::optional<CallerReport> Unsettled() const { return unsettled_; }

 private:
  base::CallId call_id_;
  bool channel_seen_ = false;       // there is a channel, so there will be a Hangup
  std::optional<int> dial_reason_;  // from DialEnd
  std::optional<CallerReport> unsettled_;
};

}  // namespace click2call::ami

#endif  // CLICK2CALL_AMI_CALLER_WATCH_H_
