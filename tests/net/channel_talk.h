#ifndef CLICK2CALL_NET_CHANNEL_TALK_H_
#define CLICK2CALL_NET_CHANNEL_TALK_H_

#include <string>

#include "ami/show.h"
#include "net/dialled_plan.h"

// What a PBX says to those who ask it which channel rings an extension.
namespace click2call::net {

// The plan of call.channel = "auto".
inline call::OriginatePlan AutoPlan() {
  call::OriginatePlan plan = Plan();
  plan.originate.channel = ami::Value("1003");
  plan.ask_channel = true;
  return plan;
}

inline std::string DatabaseReply(const std::string& action_id, const std::string& value) {
  return "Response: Success\r\nActionID: " + action_id +
         "\r\nEventList: start\r\nMessage: Result will follow\r\n\r\n"
         "Event: DBGetResponse\r\nFamily: DEVICE/1003\r\nKey: dial\r\nVal: " +
         value + "\r\nActionID: " + action_id +
         "\r\n\r\n"
         "Event: DBGetComplete\r\nActionID: " +
         action_id + "\r\nEventList: Complete\r\nListItems: 1\r\n\r\n";
}

inline std::string HintReply(const std::string& action_id, const std::string& hint) {
  return "Response: Success\r\nActionID: " + action_id +
         "\r\nMessage: Extension Status\r\nExten: 1003\r\nContext: from-internal\r\nHint: " + hint +
         "\r\nStatus: 0\r\nStatusText: Idle\r\n\r\n";
}

inline std::string StateReply(const std::string& action_id, const std::string& state) {
  return "Response: Success\r\nActionID: " + action_id +
         "\r\nVariable: DEVICE_STATE(PJSIP/1003)\r\nValue: " + state + "\r\n\r\n";
}

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_CHANNEL_TALK_H_
