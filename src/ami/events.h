#ifndef CLICK2CALL_AMI_EVENTS_H_
#define CLICK2CALL_AMI_EVENTS_H_

#include <optional>

#include "ami/message.h"
#include "base/call_id.h"

namespace click2call::ami {

// What one event says about the caller's leg of one call.
struct CallerReport {
  enum class Word {
    kRinging,
    kAnswered,
    kFailed,  // it never answered; `reason` says why
  };

  // OriginateResponse's Reason: AST_CONTROL_* values of Asterisk's include/asterisk/frame.h.
  static constexpr int kReasonUnreachable = 0;  // no such technology, not registered, id in use
  static constexpr int kReasonHangup = 1;
  static constexpr int kReasonNoAnswer = 3;
  static constexpr int kReasonBusy = 5;
  static constexpr int kReasonCongestion = 8;

  Word word = Word::kRinging;
  int reason = kReasonUnreachable;  // with kFailed
};

// Empty when the event belongs to another call or says nothing new. A DialBegin alone is not
// "ringing": behind a Local channel it comes before anybody knows whether the phone is there.
std::optional<CallerReport> ReadCallerEvent(const Message& event, const base::CallId& call_id);

}  // namespace click2call::ami

#endif  // CLICK2CALL_AMI_EVENTS_H_
