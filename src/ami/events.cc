#include "ami/events.h"

#include <string>
#include <string_view>

#include <Poco/NumberParser.h>

namespace click2call::ami {
namespace {

using Word = CallerReport::Word;

std::optional<CallerReport> ReadOriginateResponse(const Message& event) {
  if (event.Get("Response") == "Success") return CallerReport{Word::kAnswered};
  int reason = CallerReport::kReasonUnreachable;
  Poco::NumberParser::tryParse(std::string(event.Get("Reason")), reason);
  return CallerReport{Word::kFailed, reason};
}

std::optional<CallerReport> ReadNewstate(const Message& event) {
  const std::string_view state = event.Get("ChannelStateDesc");
  if (state == "Ringing") return CallerReport{Word::kRinging};
  if (state == "Up") return CallerReport{Word::kAnswered};
  return std::nullopt;
}

}  // namespace

std::optional<CallerReport> ReadCallerEvent(const Message& event, const base::CallId& call_id) {
  const std::string_view name = event.Get("Event");
  const bool about_caller = event.Get("Uniqueid") == call_id.Text();
  if (name == "OriginateResponse" && (about_caller || event.Get("ActionID") == call_id.Text())) {
    return ReadOriginateResponse(event);
  }
  if (name == "Newstate" && about_caller) return ReadNewstate(event);
  if (name == "DialState" && event.Get("DestUniqueid") == call_id.Text() &&
      event.Get("DialStatus") == "RINGING") {
    return CallerReport{Word::kRinging};
  }
  return std::nullopt;
}

}  // namespace click2call::ami
