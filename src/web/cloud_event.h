#ifndef CLICK2CALL_WEB_CLOUD_EVENT_H_
#define CLICK2CALL_WEB_CLOUD_EVENT_H_

#include <string>

namespace click2call::web {

inline constexpr char kCloudEventType[] = "application/cloudevents+json";  // NOLINT

// One change of a call's state. Names and times in the form in which they are sent.
struct StatusChange {
  std::string event_id;  // the same at every try, so that a receiver can tell a repetition
  std::string call_id;
  std::string caller;
  std::string callee;
  std::string status;
  std::string reason;    // empty: none
  std::string duration;  // whole seconds; empty: the call is not over
  std::string time;      // RFC 3339
};

// CAMARA's CallStatusChangedEvent: a CloudEvent in structured mode, in JSON. Its source is the path
// of the call.
std::string CloudEventJson(const StatusChange& change);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_CLOUD_EVENT_H_
