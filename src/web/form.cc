#include "web/form.h"

#include <array>
#include <charconv>
#include <span>
#include <string_view>

#include "base/text.h"

namespace click2call::web {
namespace {

struct Parameter {
  std::optional<std::string> Form::*member;
  std::span<const std::string_view> names;  // its own first, then the aliases
};

constexpr std::array<std::string_view, 11> kToNames = {"to",          "number", "num",   "phone",
                                                       "phonenumber", "dest",   "dst",   "called",
                                                       "callee",      "tel",    "target"};
constexpr std::array<std::string_view, 7> kFromNames = {"from", "exten",  "ext",   "extension",
                                                        "src",  "caller", "source"};
constexpr std::array<std::string_view, 1> kReturnName = {"return"};
constexpr std::array<std::string_view, 1> kTokenName = {"token"};
constexpr std::array<std::string_view, 1> kKeyName = {"key"};
constexpr std::array<std::string_view, 1> kBeforeName = {"before"};
constexpr std::array<std::string_view, 1> kLimitName = {"limit"};
constexpr std::string_view kFormatName = "format";

constexpr std::array<Parameter, 7> kParameters = {{
    {&Form::to, kToNames},
    {&Form::from, kFromNames},
    {&Form::back, kReturnName},
    {&Form::token, kTokenName},
    {&Form::key, kKeyName},
    {&Form::before, kBeforeName},
    {&Form::limit, kLimitName},
}};

base::Error Refuse(std::string_view name, std::string_view why) {
  return {base::Code::kInvalidArgument, "`" + std::string(name) + "` " + std::string(why)};
}

// The value of the field called `name`, if there is one that is not empty: legacy forms send all
// their fields, filled in or not.
base::Result<std::optional<std::string>> Find(const Request& request, std::string_view name) {
  std::optional<std::string> value;
  for (const Request::Field& field : request.fields) {
    if (field.name != name || field.value.empty()) continue;
    if (base::HasControl(field.value)) return Refuse(name, "holds a control character");
    if (value && *value != field.value)
      return Refuse(name, "is given twice, with different values");
    value = field.value;
  }
  return value;
}

}  // namespace

base::Result<Form> ReadForm(const Request& request, Subject subject) {
  if (request.form_error) return *request.form_error;
  if (!request.body.empty()) {
    return base::Error{base::Code::kInvalidArgument,
                       "the body must be a form: application/x-www-form-urlencoded or "
                       "multipart/form-data"};
  }
  Form form;
  for (const Parameter& parameter : kParameters) {
    for (const std::string_view name : parameter.names) {
      auto value = Find(request, name);
      if (!value.Ok()) return value.Why();
      auto& member = form.*parameter.member;
      if (!member) member = std::move(value).Value();
    }
  }
  const auto format = Find(request, kFormatName);
  if (!format.Ok()) return format.Why();
  if (format.Value() && !AskedFormat(request, subject)) {
    return Refuse(kFormatName, subject == Subject::kList ? "must be html, json, csv, text or none"
                                                         : "must be html, json, text or none");
  }
  return form;
}

base::Result<ListForm> ReadListForm(const Request& request) {
  const auto form = ReadForm(request, Subject::kList);
  if (!form.Ok()) return form.Why();
  ListForm list;
  list.before = form.Value().before.value_or("");
  if (const auto& limit = form.Value().limit) {
    const char* end = limit->data() + limit->size();
    const auto [stop, failure] = std::from_chars(limit->data(), end, list.limit);
    if (failure != std::errc() || stop != end || list.limit < 1 || list.limit > kMaxListLimit) {
      return Refuse(kLimitName[0], "must be a number from 1 to " + std::to_string(kMaxListLimit));
    }
  }
  return list;
}

std::optional<Format> AskedFormat(const Request& request, Subject subject) {
  const auto name = Find(request, kFormatName);
  return name.Ok() && name.Value() ? ParseFormat(*name.Value(), subject) : std::nullopt;
}

Format ListFormatFor(const Request& request, Format otherwise) {
  if (const auto asked = AskedFormat(request, Subject::kList)) return *asked;
  return FormatFromAccept(request.accept, Subject::kList).value_or(otherwise);
}

}  // namespace click2call::web
