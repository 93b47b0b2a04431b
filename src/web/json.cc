#include "web/json.h"

#include <sstream>

#include <Poco/JSON/Object.h>

#include "base/text.h"
#include "web/error_table.h"

namespace click2call::web {
namespace {

using Poco::JSON::Object;

Object InOrder() { return Object(Poco::JSON_PRESERVE_KEY_ORDER); }

std::string Write(const Object& object) {
  std::ostringstream out;
  object.stringify(out);
  return out.str();
}

Object Party(const std::string& number) {
  Object party = InOrder();
  party.set("number", base::ToUtf8(number));
  return party;
}

}  // namespace

std::string CallJson(const CallView& call) {
  Object object = InOrder();
  object.set("callId", call.call_id);
  object.set("caller", Party(call.caller));
  object.set("callee", Party(call.callee));
  object.set("status", call.status);
  object.set("createdAt", call.created_at);
  object.set("pbx", base::ToUtf8(call.pbx));
  if (!call.user.empty()) object.set("user", base::ToUtf8(call.user));
  return Write(object);
}

std::string ErrorJson(const base::Error& error) {
  const ErrorRow& row = RowOf(error.code);
  Object object = InOrder();
  object.set("status", row.status);
  object.set("code", std::string(row.name));
  object.set("message", base::ToUtf8(error.message));
  if (!error.call_id.empty()) object.set("callId", error.call_id);
  return Write(object);
}

}  // namespace click2call::web
