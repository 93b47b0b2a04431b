#include "ami/caller_watch.h"

#include <string_view>

namespace click2call::ami {
namespace {

using Word = CallerReport::Word;

std::optional<int> ReasonOfDialStatus(std::string_view status) {
  if (status == "BUSY") return CallerReport::kReasonBusy;
  if (status == "NOANSWER") return CallerReport::kReasonNoAnswer;
  if (status == "CONGESTION") return CallerReport::kReasonCongestion;
  if (status == "CHANUNAVAIL") return CallerReport::kReasonUnreachable;
  return std::nullopt;
}

// Q.850 causes as Asterisk uses them (include/asterisk/causes.h).
int ReasonOfCause(std::string_view cause) {
  if (cause == "17" || cause == "21") return CallerReport::kReasonBusy;  // busy, rejected
  if (cause == "18" || cause == "19") return CallerReport::kReasonNoAnswer;
  if (cause == "34" || cause == "38" || cause == "42") return CallerReport::kReasonCongestion;
  if (cause == "16") return CallerReport::kReasonHangup;
  return CallerReport::kReasonUnreachable;
}

CallerReport Failure(int reason) { return {Word::kFailed, reason}; }

}  // namespace

std::optional<CallerReport> CallerWatch::Take(const Message& event) {
  const std::string_view name = event.Get("Event");
  const bool about_caller = event.Get("Uniqueid") == call_id_.Text();
  if (about_caller && name == "Hangup") {
    return Failure(dial_reason_.value_or(ReasonOfCause(event.Get("Cause"))));
  }
  if (name == "DialEnd" && event.Get("DestUniqueid") == call_id_.Text()) {
    dial_reason_ = ReasonOfDialStatus(event.Get("DialStatus"));
    if (unsettled_ && dial_reason_) return Failure(*dial_reason_);
    return std::nullopt;
  }
  auto report = ReadCallerEvent(event, call_id_);
  const bool bare_failure =
      report && report->word == Word::kFailed && report->reason == CallerReport::kReasonUnreachable;
  if (bare_failure && dial_reason_) return Failure(*dial_reason_);
  if (bare_failure && channel_seen_) {
    unsettled_ = report;
    return std::nullopt;
  }
  channel_seen_ = channel_seen_ || (about_caller && name == "Newchannel");
  return report;
}

}  // namespace click2call::ami
