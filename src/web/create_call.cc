#include "web/create_call.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>
#include <Poco/JSON/Handler.h>
#include <Poco/JSON/Parser.h>
#include <Poco/RegularExpression.h>

#include "base/text.h"
#include "web/sink.h"

namespace click2call::web {
namespace {

// Of a name that a message repeats: CAMARA's messages have 512 at most.
constexpr std::size_t kMaxShownName = 64;
constexpr std::size_t kMaxTimeBytes = 64;

enum class Kind { kObject, kString, kBoolean };

struct Property {
  std::string_view path;
  Kind kind;
};

constexpr std::string_view kCaller = "caller";
constexpr std::string_view kCallerNumber = "caller.number";
constexpr std::string_view kCallee = "callee";
constexpr std::string_view kCalleeNumber = "callee.number";
constexpr std::string_view kSink = "sink";
constexpr std::string_view kCredential = "sinkCredential";
constexpr std::string_view kCredentialType = "sinkCredential.credentialType";
constexpr std::string_view kAccessToken = "sinkCredential.accessToken";
constexpr std::string_view kTokenExpires = "sinkCredential.accessTokenExpiresUtc";
constexpr std::string_view kTokenType = "sinkCredential.accessTokenType";
constexpr std::string_view kRecording = "recordingEnabled";

// All there is; a path that is not here is an unknown property.
constexpr std::array kProperties = {
    Property{kCaller, Kind::kObject},         Property{kCallerNumber, Kind::kString},
    Property{kCallee, Kind::kObject},         Property{kCalleeNumber, Kind::kString},
    Property{kSink, Kind::kString},           Property{kCredential, Kind::kObject},
    Property{kCredentialType, Kind::kString}, Property{kAccessToken, Kind::kString},
    Property{kTokenExpires, Kind::kString},   Property{kTokenType, Kind::kString},
    Property{kRecording, Kind::kBoolean},
};

const Property* FindProperty(std::string_view path) {
  const auto* const found =
      std::find_if(kProperties.begin(), kProperties.end(),
                   [&](const Property& property) { return property.path == path; });
  return found == kProperties.end() ? nullptr : found;
}

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kObject:
      return "an object";
    case Kind::kString:
      return "a string";
    case Kind::kBoolean:
      return "true or false";
  }
  return "";
}

base::Error Refuse(std::string_view property, std::string_view why) {
  return {base::Code::kInvalidArgument,
          "`" + base::Visible(property.substr(0, kMaxShownName)) + "` " + std::string(why)};
}

base::Error RefuseBody(std::string_view why) {
  return {base::Code::kInvalidArgument, "The body " + std::string(why)};
}

// Takes the parser's events, and keeps the values by their path as long as everything is one of
// kProperties. POCO's own handler would build a tree in which the second of two equal keys has
// replaced the first.
class Collector : public Poco::JSON::Handler {
 public:
  void reset() override {}

  void startObject() override {
    if (Begin(Kind::kObject) && !std::exchange(at_root_, false)) prefix_ = path_ + '.';
  }
  // Objects hold no further objects in kProperties, so whatever ends leads back to the top.
  void endObject() override { prefix_.clear(); }
  void startArray() override { Begin(std::nullopt); }
  void endArray() override {}

  void key(const std::string& name) override {
    if (refusal_) return;
    path_ = prefix_ + name;
    // A dot in a name is no way down: "caller.number" at the top is not the caller's number.
    current_ = name.find('.') == std::string::npos ? FindProperty(path_) : nullptr;
    if (current_ == nullptr) {
      Stop(Refuse(path_, "is not a property of this request"));
    } else if (!seen_.insert({path_, ""}).second) {
      Stop(Refuse(path_, "is given twice"));
    }
  }

  void value(const std::string& text) override {
    if (!Begin(Kind::kString)) return;
    if (base::HasControl(text)) {
      Stop(Refuse(path_, "holds a control character"));
    } else {
      seen_[path_] = text;
    }
  }
  void value(bool yes) override {
    if (Begin(Kind::kBoolean) && yes) recording_ = true;
  }
  void null() override { Begin(std::nullopt); }
  void value(int /*number*/) override { Begin(std::nullopt); }
  void value(unsigned /*number*/) override { Begin(std::nullopt); }
  void value(Poco::Int64 /*number*/) override { Begin(std::nullopt); }
  void value(Poco::UInt64 /*number*/) override { Begin(std::nullopt); }
  void value(double /*number*/) override { Begin(std::nullopt); }

  // The first thing that was wrong.
  const std::optional<base::Error>& Refusal() const { return refusal_; }
  bool Has(std::string_view path) const { return seen_.find(path) != seen_.end(); }
  bool Recording() const { return recording_; }

  // The value of a string; empty when it is not there.
  std::string Text(std::string_view path) const {
    const auto found = seen_.find(path);
    return found == seen_.end() ? "" : found->second;
  }

 private:
  // A value of that kind (none: of a kind that no property has) begins where the parser is now.
  bool Begin(std::optional<Kind> kind) {
    if (refusal_) return false;
    if (at_root_) {
      if (kind != Kind::kObject) Stop(RefuseBody("must be a JSON object"));
    } else if (current_->kind != kind) {
      Stop(Refuse(path_, "must be " + std::string(KindName(current_->kind))));
    }
    return !refusal_;
  }
  void Stop(base::Error error) { refusal_ = std::move(error); }

  bool at_root_ = true;                // nothing has begun
  const Property* current_ = nullptr;  // whose name came last; set unless `at_root_`
  std::string prefix_;                 // of the names in the object that is open: "caller."
  std::string path_;                   // of the last name
  std::map<std::string, std::string, std::less<>> seen_;
  bool recording_ = false;
  std::optional<base::Error> refusal_;
};

bool IsJson(std::string_view content_type) {
  return base::EqualIgnoreCase(base::Trim(content_type.substr(0, content_type.find(';'))),
                               "application/json");
}

bool IsVisibleAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

// RFC 3339 with a time zone, to the second. POCO knows which days there are, and lets much else
// pass.
std::optional<std::chrono::sys_seconds> ParseTime(const std::string& text) {
  using std::chrono::seconds;
  if (text.size() > kMaxTimeBytes) return std::nullopt;
  try {
    const Poco::RegularExpression shape(
        R"(\A\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?)"
        R"(([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)\z)");
    Poco::DateTime day;
    int zone = 0;
    if (!shape.match(text) ||
        !Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::SORTABLE_FORMAT,
                                        text.substr(0, 10) + " 00:00:00", day, zone)) {
      return std::nullopt;
    }
    const auto hours_and_minutes = [&text](std::size_t at) {
      return seconds((std::stoi(text.substr(at, 2)) * 60 + std::stoi(text.substr(at + 3, 2))) * 60);
    };
    seconds time = seconds(day.timestamp().epochTime()) + hours_and_minutes(11);
    time += seconds(std::stoi(text.substr(17, 2)));
    const std::size_t sign = text.find_last_of("+-");
    if (sign > 17)
      time += text[sign] == '+' ? -hours_and_minutes(sign + 1) : hours_and_minutes(sign + 1);
    return std::chrono::sys_seconds(time);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

base::Status CheckNotification(const Collector& body, base::WallTime now) {
  if (body.Has(kSink)) {
    if (const auto sink = ParseSink(body.Text(kSink)); !sink.Ok()) return sink.Why();
  }
  if (!body.Has(kCredential)) return base::Done();
  if (!body.Has(kSink)) return Refuse(kCredential, "is of no use without `sink`");
  for (const std::string_view path : {kCredentialType, kAccessToken, kTokenExpires, kTokenType}) {
    if (!body.Has(path)) return Refuse(path, "is missing");
  }
  if (body.Text(kCredentialType) != "ACCESSTOKEN") {
    return Refuse(kCredentialType, "must be ACCESSTOKEN: no other kind is served here");
  }
  if (body.Text(kTokenType) != "bearer") return Refuse(kTokenType, "must be bearer");
  const std::string token = body.Text(kAccessToken);
  if (token.empty() || token.size() > kMaxAccessTokenBytes || !IsVisibleAscii(token)) {
    return Refuse(kAccessToken, "must be 1 to 4096 characters that a header can carry");
  }
  const auto expires = ParseTime(body.Text(kTokenExpires));
  if (!expires) {
    return Refuse(kTokenExpires, "must be a time as in RFC 3339, with its time zone");
  }
  // In seconds: the clock's own unit does not reach to the year 9999.
  if (*expires <= std::chrono::floor<std::chrono::seconds>(now)) {
    return Refuse(kTokenExpires, "is past: send a token that can still be used");
  }
  return base::Done();
}

base::Result<CreateCall> Check(const Collector& body, base::WallTime now) {
  for (const std::string_view path : {kCaller, kCallerNumber, kCallee, kCalleeNumber}) {
    if (!body.Has(path)) return Refuse(path, "is missing");
  }
  if (const auto checked = CheckNotification(body, now); !checked.Ok()) return checked.Why();
  if (body.Recording()) {
    return base::Error{base::Code::kRecordingNotSupported,
                       "Calls are not recorded here: leave out `recordingEnabled`"};
  }
  return CreateCall{body.Text(kCallerNumber), body.Text(kCalleeNumber), body.Text(kSink),
                    body.Text(kAccessToken)};
}

}  // namespace

base::Result<CreateCall> ReadCreateCall(std::string_view content_type, std::string_view body,
                                        base::WallTime now) {
  if (!IsJson(content_type)) {
    return base::Error{base::Code::kUnsupportedMediaType,
                       "The body must be JSON: send Content-Type: application/json"};
  }
  const std::string text(body);
  if (base::ToUtf8(text) != text) return RefuseBody("is not valid UTF-8");
  const Poco::SharedPtr<Collector> collector(new Collector);
  try {
    Poco::JSON::Parser parser(collector);
    parser.setAllowNullByte(false);  // a name would end there, and pass for another
    parser.parse(text);
  } catch (const std::exception&) {
    return RefuseBody("is not well-formed JSON, or it is nested too deep");
  }
  if (collector->Refusal()) return *collector->Refusal();
  return Check(*collector, now);
}

bool IsE164(std::string_view text) {
  constexpr std::size_t kMinDigits = 5;
  constexpr std::size_t kMaxDigits = 15;
  if (text.size() < 1 + kMinDigits || text.size() > 1 + kMaxDigits) return false;
  return text[0] == '+' && text[1] != '0' &&
         std::all_of(text.begin() + 1, text.end(), base::IsDigit);
}

bool IsPlainExtension(std::string_view text) {
  constexpr std::size_t kMaxDigits = 32;
  return !text.empty() && text.size() <= kMaxDigits &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return base::IsDigit(c) || c == '*' || c == '#'; });
}

bool IsCorrelator(std::string_view text) {
  constexpr std::size_t kMaxBytes = 256;
  constexpr std::string_view kMarks = "-_:;./<>{}";
  return text.size() <= kMaxBytes && std::all_of(text.begin(), text.end(), [&](char c) {
           return base::IsAlnum(c) || kMarks.find(c) != std::string_view::npos;
         });
}

}  // namespace click2call::web
