#include "web/json.h"

#include <cstdint>
#include <ostream>
#include <streambuf>
#include <utility>

#include <Poco/JSON/PrintHandler.h>

#include "base/text.h"
#include "web/error_table.h"

namespace click2call::web {
namespace {

// A string to write to: POCO does so a character at a time, and asks std::stringbuf for room at
// each.
class Text : public std::streambuf {
 public:
  std::string Take() { return std::move(text_); }

 private:
  std::streamsize xsputn(const char* bytes, std::streamsize count) override {
    text_.append(bytes, static_cast<std::size_t>(count));
    return count;
  }
  int_type overflow(int_type c) override {
    text_ += traits_type::to_char_type(c);
    return c;
  }

  std::string text_;
};

// Straight to text: a click is not worth a tree of objects.
class Writer {
 public:
  Writer& Begin() {
    json_.startObject();
    return *this;
  }
  Writer& End() {
    json_.endObject();
    return *this;
  }
  Writer& Key(const std::string& key) {
    json_.key(key);
    return *this;
  }
  Writer& Add(const std::string& key, const std::string& value) {
    Key(key).json_.value(base::ToUtf8(value));
    return *this;
  }
  Writer& Add(const std::string& key, std::int64_t value) {
    Key(key).json_.value(Poco::Int64{value});
    return *this;
  }
  Writer& AddKnown(const std::string& key, const std::string& value) {
    return value.empty() ? *this : Add(key, value);
  }

  // `write_one` writes each of `all`.
  template <class All, class WriteOne>
  Writer& AddAll(const std::string& key, const All& all, const WriteOne& write_one) {
    Key(key).json_.startArray();
    for (const auto& one : all) write_one(one);
    json_.endArray();
    return *this;
  }
  void AddText(const std::string& text) { json_.value(base::ToUtf8(text)); }

  std::string Take() { return text_.Take(); }

 private:
  Text text_;
  std::ostream out_{&text_};
  Poco::JSON::PrintHandler json_{out_};
};

void WriteParty(Writer* json, const std::string& key, const std::string& number) {
  json->Key(key).Begin().Add("number", number).End();
}

void WriteCall(Writer* json, const CallView& call) {
  json->Begin().Add("callId", call.call_id);
  WriteParty(json, "caller", call.caller);
  WriteParty(json, "callee", call.callee);
  json->Add("status", call.status)
      .AddKnown("reason", call.reason)
      .Add("createdAt", call.created_at)
      .AddKnown("answeredAt", call.answered_at)
      .AddKnown("endedAt", call.ended_at);
  if (call.duration_seconds) json->Add("durationSeconds", *call.duration_seconds);
  json->Add("pbx", call.pbx).AddKnown("user", call.user).End();
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

std::string CallJson(const CallView& call) {
  Writer json;
  WriteCall(&json, call);
  return json.Take();
}

std::string CallsJson(const CallList& list) {
  Writer json;
  json.Begin()
      .AddAll("calls", list.calls, [&](const CallView& call) { WriteCall(&json, call); })
      .AddKnown("older", list.older)
      .End();
  return json.Take();
}

std::string HealthJson(bool up, const std::vector<PbxView>& pbxs) {
  Writer json;
  const auto write_pbx = [&](const PbxView& pbx) {
    json.Begin()
        .Add("name", pbx.name)
        .Add("state", pbx.state)
        .Add("since", pbx.since)
        .AddKnown("error", Cut(base::ToUtf8(pbx.error), kMaxMessage))
        .AddKnown("asterisk", pbx.asterisk)
        .AddAll("missing", pbx.missing, [&](const std::string& right) { json.AddText(right); })
        .End();
  };
  json.Begin().Add("status", up ? "up" : "down").AddAll("pbx", pbxs, write_pbx).End();
  return json.Take();
}

std::string ErrorJson(const base::Error& error) {
  const ErrorRow& row = RowOf(error.code);
  Writer json;
  json.Begin()
      .Add("status", row.status)
      .Add("code", std::string(row.name))
      .Add("message", Cut(base::ToUtf8(error.message), kMaxMessage))
      .AddKnown("callId", error.call_id)
      .End();
  return json.Take();
}

}  // namespace click2call::web
