#include "call/refusal.h"

#include <string>

namespace click2call::call {
namespace {

constexpr std::string_view kShuttingDown = "Asterisk is shutting down";

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
  if (message == kShuttingDown) {
    return {Code::kPbxUnavailable, "the PBX is shutting down", call_id};
  }
  return {Code::kPbxOriginateRefused, "the PBX refused the call and said: " + std::string(message),
          call_id};
}

base::Error ExplainCallerFailure(CallReason reason, const OriginatePlan& plan) {
  const std::string& channel = plan.originate.channel.Text();
  std::string why;
  if (reason == CallReason::kCallerBusy) {
    why = channel + " is busy, or turned the call away";
  } else if (reason == CallReason::kCallerNoAnswer) {
    why = channel + " did not answer";
  } else if (reason == CallReason::kCallerAbandon) {
    why = channel + " gave up before it was answered";
  } else {
    why = "the PBX cannot reach " + channel +
          ": is that phone registered and free, and does this PBX have that technology? (See "
          "call.channel and call.origin.)";
  }
  return {base::Code::kCallerNotAvailable, why, plan.call_id.Text()};
}

base::Error ExplainHangupRefusal(std::string_view message, std::string_view username) {
  using base::Code;
  if (message == "Permission denied") {
    return {Code::kPbxHangupRefused,
            "AMI user " + Quoted(username) +
                " may not end calls: add call to its write = line in manager.conf (write = "
                "originate,call), then run: asterisk -rx 'manager reload'"};
  }
  if (message == kShuttingDown) return {Code::kPbxUnavailable, "the PBX is shutting down"};
  return {Code::kPbxHangupRefused,
          "the PBX would not end the call and said: " + std::string(message)};
}

}  // namespace click2call::call
