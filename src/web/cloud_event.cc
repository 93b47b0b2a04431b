#include "web/cloud_event.h"

#include <sstream>

#include <Poco/JSON/Object.h>

#include "base/text.h"

namespace click2call::web {
namespace {

using Poco::JSON::Object;

Object InOrder() { return Object(Poco::JSON_PRESERVE_KEY_ORDER); }

Object Data(const StatusChange& change) {
  Object status = InOrder();
  status.set("state", change.status);
  if (!change.reason.empty()) status.set("reason", change.reason);
  Object data = InOrder();
  data.set("callId", change.call_id);
  data.set("caller", base::ToUtf8(change.caller));
  data.set("callee", base::ToUtf8(change.callee));
  data.set("status", status);
  if (!change.duration.empty()) data.set("callDuration", change.duration);
  data.set("timestamp", change.time);
  return data;
}

}  // namespace

std::string CloudEventJson(const StatusChange& change) {
  Object event = InOrder();
  event.set("id", change.event_id);
  event.set("source", "/calls/" + change.call_id);
  event.set("specversion", "1.0");
  event.set("type", "org.camaraproject.click-to-dial.v0.status-changed");
  event.set("datacontenttype", "application/json");
  event.set("time", change.time);
  event.set("data", Data(change));
  std::ostringstream out;
  event.stringify(out);
  return out.str();
}

}  // namespace click2call::web
