#include "base/log.h"

#include "base/text.h"

namespace click2call::base {
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

LogLine::LogLine(std::string_view event) { Add("event", event); }

LogLine& LogLine::Add(std::string_view name, std::string_view value) {
  std::string quoted;
  for (const char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  if (!text_.empty()) text_ += ' ';
  text_.append(name).append("=\"").append(Visible(quoted)).append("\"");
  return *this;
}

}  // namespace click2call::base
