#include "web/json.h"

#include <sstream>

#include <Poco/JSON/Array.h>
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

void SetKnown(Object* object, const std::string& key, const std::string& value) {
  if (!value.empty()) object->set(key, base::ToUtf8(value));
}

Object CallObject(const CallView& call) {
  Object object = InOrder();
  object.set("callId", call.call_id);
  object.set("caller", Party(call.caller));
  object.set("callee", Party(call.callee));
  object.set("status", call.status);
  SetKnown(&object, "reason", call.reason);
  object.set("createdAt", call.created_at);
  SetKnown(&object, "answeredAt", call.answered_at);
  SetKnown(&object, "endedAt", call.ended_at);
  if (call.duration_seconds) object.set("durationSeconds", *call.duration_seconds);
  object.set("pbx", base::ToUtf8(call.pbx));
  SetKnown(&object, "user", call.user);
  return object;
}

// At most so many characters of `text`. REQUIRES: it is UTF-8.
std::string Cut(const std::string& text, std::size_t count) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool begins_one = (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U;
    if (begins_one && ++characters > count) return text.substr(0, at);
  }
  return text;
}

}  // namespace

std::string CallJson(const CallView& call) { return Write(CallObject(call)); }

std::string CallsJson(const CallList& list) {
  Poco::JSON::Array calls;
  for (const CallView& call : list.calls) calls.add(CallObject(call));
  Object object = InOrder();
  object.set("calls", calls);
  SetKnown(&object, "older", list.older);
  return Write(object);
}

std::string HealthJson(bool up, const std::vector<PbxView>& pbxs) {
  Poco::JSON::Array all;
  for (const PbxView& pbx : pbxs) {
    Object object = InOrder();
    object.set("name", base::ToUtf8(pbx.name));
    object.set("state", pbx.state);
    object.set("since", pbx.since);
    SetKnown(&object, "error", Cut(base::ToUtf8(pbx.error), kMaxMessage));
    SetKnown(&object, "asterisk", pbx.asterisk);
    Poco::JSON::Array missing;
    for (const std::string& right : pbx.missing) missing.add(right);
    object.set("missing", missing);
    all.add(object);
  }
  Object object = InOrder();
  object.set("status", std::string(up ? "up" : "down"));
  object.set("pbx", all);
  return Write(object);
}

std::string ErrorJson(const base::Error& error) {
  const ErrorRow& row = RowOf(error.code);
  Object object = InOrder();
  object.set("status", row.status);
  object.set("code", std::string(row.name));
  object.set("message", Cut(base::ToUtf8(error.message), kMaxMessage));
  if (!error.call_id.empty()) object.set("callId", error.call_id);
  return Write(object);
}

}  // namespace click2call::web
