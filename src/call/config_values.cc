#include "call/config_values.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace click2call::call {

using base::TomlSection;

ami::FieldValue ReadField(TomlSection& section, std::string_view key, std::string_view otherwise) {
  auto value = ami::FieldValue::From(section.String(key, otherwise));
  if (value.Ok()) return std::move(value).Value();
  section.Fail(key, value.Why().message);
  return {};
}

std::string ReadTemplate(TomlSection& section, std::string_view key, std::string_view otherwise,
                         TemplateNames names) {
  std::string text = ReadField(section, key, otherwise).Text();
  const base::Status status = CheckTemplate(text, names);
  if (!status.Ok()) section.Fail(key, status.Why().message);
  return text;
}

std::vector<DialPattern> ReadPatterns(TomlSection& section, std::string_view key,
                                      std::vector<std::string> otherwise) {
  std::vector<DialPattern> patterns;
  for (const std::string& text : section.Strings(key, std::move(otherwise))) {
    auto pattern = DialPattern::Parse(text);
    if (pattern.Ok()) {
      patterns.push_back(std::move(pattern).Value());
    } else {
      section.Fail(key, pattern.Why().message);
    }
  }
  return patterns;
}

bool IsPhone(std::string_view name) {
  constexpr std::string_view kExtra = "_.+-";
  return std::ranges::all_of(
      name, [&](char c) { return base::IsAlnum(c) || kExtra.find(c) != std::string_view::npos; });
}

}  // namespace click2call::call
