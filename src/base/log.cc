#include "base/log.h"

#include <algorithm>

#include "base/text.h"

namespace click2call::base {
namespace {

// Neither Quoted() nor Visible() would change it.
bool IsPlain(std::string_view value) {
  return std::ranges::all_of(value,
                             [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

std::string Quoted(std::string_view value) {
  std::string quoted;
  for (const char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted;
}

}  // namespace

std::string_view LogLevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

LogLine::LogLine(std::string_view event) {
  constexpr std::size_t kUsualLength = 256;
  text_.reserve(kUsualLength);
  Add("event", event);
}

LogLine& LogLine::Add(std::string_view name, std::string_view value) {
  if (!text_.empty()) text_ += ' ';
  text_.append(name).append("=\"");
  if (IsPlain(value)) {
    text_.append(value);
  } else {
    text_.append(Visible(Quoted(value)));
  }
  text_ += '"';
  return *this;
}

}  // namespace click2call::base
