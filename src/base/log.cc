#include "base/log.h"

#include <Poco/NumberFormatter.h>

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
  if (!text_.empty()) text_ += ' ';
  text_.append(name).append("=\"");
  for (const char c : ToUtf8(value)) {
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (HasControl(std::string_view(&c, 1))) {
      text_ += "\\x" + Poco::NumberFormatter::formatHex(static_cast<unsigned char>(c), 2);
    } else {
      text_ += c;
    }
  }
  text_ += '"';
  return *this;
}

}  // namespace click2call::base
