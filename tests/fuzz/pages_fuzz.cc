// Any text in an answer: JSON stays JSON and says that text, a table has its columns, and a page
// has the tags that it has with any other text.

#include <string>
#include <string_view>
#include <vector>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include "base/log.h"
#include "fuzz/fuzz.h"
#include "web/cloud_event.h"
#include "web/csv.h"
#include "web/json.h"
#include "web/pages_fixture.h"

namespace click2call::web {
namespace {

using fuzz::Promise;
using Poco::JSON::Object;

Object::Ptr Parsed(const std::string& json) {
  Promise(base::ToUtf8(json) == json, "JSON is UTF-8", json);
  return Poco::JSON::Parser().parse(json).extract<Object::Ptr>();
}

void PromiseSays(const Object& object, const char* name, const std::string& value) {
  if (value.empty()) return;
  Promise(object.getValue<std::string>(name) == base::ToUtf8(value), "JSON says the value", value);
}

void PromiseJson(const CallView& call, const base::Error& error) {
  for (const Object::Ptr& read :
       {Parsed(CallJson(call)),
        Parsed(CallsJson({{call}, true, call.call_id}))->getArray("calls")->getObject(0)}) {
    PromiseSays(*read->getObject("caller"), "number", call.caller);
    PromiseSays(*read->getObject("callee"), "number", call.callee);
    PromiseSays(*read, "user", call.user);
    PromiseSays(*read, "pbx", call.pbx);
  }
  Promise(Parsed(ErrorJson(error))->getValue<std::string>("message").size() <= 4 * kMaxMessage,
          "a message has an end");
  Parsed(HealthJson(true, {{call.pbx, "up", "", error.message, call.user, {call.user}}}));
  const auto event =
      Parsed(CloudEventJson({"1", "2", call.caller, call.callee, "connected", "", "", ""}));
  PromiseSays(*event->getObject("data"), "caller", call.caller);
}

// The fields of a table (RFC 4180); an unpaired quote reads on to its end.
std::vector<std::string> FieldsOf(std::string_view csv) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < csv.size(); ++i) {
    const bool twice = csv.substr(i).starts_with("\"\"");
    if (csv[i] == '"' && !(quoted && twice)) {
      quoted = !quoted;
    } else if (!quoted && (csv[i] == ',' || csv.substr(i).starts_with("\r\n"))) {
      i += csv[i] == '\r' ? 1 : 0;
      fields.emplace_back();
    } else {
      i += quoted && twice ? 1 : 0;
      fields.back() += csv[i];
    }
  }
  return fields;
}

void PromiseTable(const CallView& call) {
  const auto fields = FieldsOf(CallsCsv({{call}, true, ""}));
  constexpr std::size_t kColumns = 11;
  Promise(fields.size() == 2 * kColumns + 1, "a table has its columns");
  for (std::size_t i = kColumns; i < 2 * kColumns; ++i) {
    const std::string& field = fields[i];
    const bool number = field.find_first_not_of("0123456789", 1) == std::string::npos;
    Promise(field.empty() || std::string_view("=-@\t\r\n").find(field[0]) == std::string::npos,
            "no field is a formula", field);
    Promise(!field.starts_with('+') || (field.size() > 1 && number), "nor is one with a +", field);
  }
  const std::string& user = fields[2 * kColumns - 1];
  const std::string wanted = base::ToUtf8(call.user);
  Promise(user == wanted || user == "'" + wanted, "a field says the value", call.user);
}

// The tags of a page, with the names of their attributes, and nothing else.
std::string TagsOf(const std::string& html) {
  std::string tags;
  bool inside = false, quoted = false;
  for (const char c : html) {
    if (!inside && c != '<') continue;
    if (inside && c == '"') quoted = !quoted;
    if (!quoted) tags += c;
    inside = quoted || c != '>';
  }
  return tags;
}

void PromisePages(const Subject& subject, const Subject& harmless) {
  static const Pages kPages = [] {
    Pages built_in = Pages::BuiltIn();
    built_in.KeepParsed();
    return built_in;
  }();
  const auto pages = subject.Everything(kPages), usual = harmless.Everything(kPages);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    Promise(base::ToUtf8(pages[i]) == pages[i], "a page is UTF-8", pages[i]);
    Promise(TagsOf(pages[i]) == TagsOf(usual[i]), "no text becomes a tag", pages[i]);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::string kind = input.Part();
  const auto calls = EveryCall();
  Subject subject, harmless;
  subject.Call() = harmless.Call() = calls[fuzz::Byte(kind) % calls.size()];
  subject.error.code = harmless.error.code = static_cast<base::Code>(
      fuzz::Byte(kind, 1) % (static_cast<unsigned>(base::Code::kInternal) + 1));
  const auto values = [](Subject& s) {
    return std::vector<std::string*>{&s.Call().caller, &s.Call().callee,     &s.Call().user,
                                     &s.Call().pbx,    &s.Call().why,        &s.page.no_hang_up,
                                     &s.page.from,     &s.error.message,     &s.links.back,
                                     &s.confirm.key,   &s.confirm.callee,    &s.links.mount,
                                     &s.older,         &s.page.hang_up_token};
  };
  const auto fuzzed = values(subject), plain = values(harmless);
  for (std::size_t i = 0; i < fuzzed.size(); ++i) {
    *fuzzed[i] = input.Part();
    *plain[i] = fuzzed[i]->empty() ? "" : "x";
  }
  PromisePages(subject, harmless);
  PromiseJson(subject.Call(), subject.error);
  PromiseTable(subject.Call());
  const std::string line = base::LogLine("x").Add("v", subject.Call().user).Text();
  Promise(!base::HasControl(line) && base::ToUtf8(line) == line, "what is logged is a line", line);
  return 0;
}

}  // namespace click2call::web
