#include "call/refusal.h"

#include <string>

#include "ami/events.h"

namespace click2call::call {
namespace {

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

}  // namespace

base::Error ExplainRefusal(std::string_view message, const OriginatePlan& plan,
                           std::string_view username) {
  using base::Code;
  const std::string& call_id = plan.call_id.Text();
  const ami::Originate& originate = plan.originate;
  if (message == "Extension does not exist.") {
    return {Code::kCalleeNotAvailable,
            "the PBX has no extension " + originate.exten.Text() + " in context " +
                Quoted(originate.context.Text()) + " at priority " +
                std::to_string(originate.priority) +
                ": check the number, call.context, or the dialplan",
            call_id};
  }
  if (message == "Permission denied") {
    return {Code::kPbxOriginateRefused,
            "AMI user " + Quoted(username) +
                " may not place calls: add originate to its write = line in manager.conf "
                "(write = originate,call), then run: asterisk -rx 'manager reload'",
            call_id};
  }
  if (message == "Invalid channel" || message == "Channel not specified") {
    return {Code::kPbxOriginateRefused,
            "the PBX does not take " + Quoted(originate.channel.Text()) +
                " for a channel: check call.channel, which is TECHNOLOGY/address, as in "
                "PJSIP/{from}",
            call_id};
  }
  if (message == "Asterisk is shutting down") {
    return {Code::kPbxUnavailable, "the PBX is shutting down", call_id};
  }
  return {Code::kPbxOriginateRefused, "the PBX refused the call and said: " + std::string(message),
          call_id};
}

base::Error ExplainCallerFailure(int reason, const OriginatePlan& plan) {
  using Report = ami::CallerReport;
  const std::string channel = plan.originate.channel.Text();
  std::string why;
  switch (reason) {
    case Report::kReasonBusy:
      why = channel + " is busy, or turned the call away";
      break;
    case Report::kReasonNoAnswer:
      why = channel + " did not answer";
      break;
    case Report::kReasonHangup:
      why = channel + " gave up before it was answered";
      break;
    case Report::kReasonCongestion:
      why = channel + " cannot take a call now (congestion)";
      break;
    case Report::kReasonUnreachable:
    default:
      why = "the PBX cannot reach " + channel +
            ": is that phone registered, and does this PBX have that technology? (See call.channel "
            "and call.origin.)";
      break;
  }
  return {base::Code::kCallerNotAvailable, why, plan.call_id.Text()};
}

}  // namespace click2call::call
