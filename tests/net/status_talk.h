#ifndef CLICK2CALL_NET_STATUS_TALK_H_
#define CLICK2CALL_NET_STATUS_TALK_H_

#include <string>
#include <string_view>

#include "net/dialled_plan.h"

// What a PBX says to those who ask it how calls stand.
namespace click2call::net {

inline std::string ErrorTo(const std::string& action_id, std::string_view message) {
  return "Response: Error\r\nActionID: " + action_id + "\r\nMessage: " + std::string(message) +
         "\r\n\r\n";
}

// The reply to ListCommands of a user who may run these.
inline std::string RightsReply(std::string_view may = "Originate Hangup Status") {
  std::string reply = "Response: Success\r\nActionID: c2c-rights\r\nPing: Keepalive.\r\n";
  while (!may.empty()) {
    const auto end = may.find(' ');
    reply += std::string(may.substr(0, end)) + ": It is allowed.  (Priv: call,all)\r\n";
    may.remove_prefix(end == std::string_view::npos ? may.size() : end + 1);
  }
  return reply + "\r\n";
}

inline std::string StatusBegins(const std::string& action_id) {
  return "Response: Success\r\nActionID: " + action_id +
         "\r\nEventList: start\r\nMessage: Channel status will follow\r\n\r\n";
}
inline std::string StatusEnds(const std::string& action_id) {
  return "Event: StatusComplete\r\nActionID: " + action_id + "\r\nEventList: Complete\r\n\r\n";
}

// A channel of a call, in the answer to an action.
inline std::string Leg(const std::string& action_id, const std::string& uniqueid,
                       const std::string& linkedid, const std::string& state,
                       const std::string& bridge = "", const std::string& application = "Dial") {
  return "Event: Status\r\nPrivilege: Call\r\nChannel: PJSIP/1003-" + uniqueid +
         "\r\nChannelStateDesc: " + state + "\r\nUniqueid: " + uniqueid +
         "\r\nLinkedid: " + linkedid + "\r\nBridgeID: " + bridge +
         "\r\nApplication: " + application + "\r\nActionID: " + action_id + "\r\n\r\n";
}

// All of the answer about the first leg of `call_id`.
inline std::string StatusReply(const std::string& action_id, const std::string& call_id,
                               const std::string& state, const std::string& bridge = "") {
  return StatusBegins(action_id) + Leg(action_id, call_id, call_id, state, bridge) +
         StatusEnds(action_id);
}

inline std::string HangupEvent(const std::string& call_id, int cause) {
  return "Event: Hangup\r\nUniqueid: " + call_id + "\r\nLinkedid: " + call_id +
         "\r\nCause: " + std::to_string(cause) + "\r\n\r\n";
}

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_STATUS_TALK_H_
