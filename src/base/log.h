#ifndef CLICK2CALL_BASE_LOG_H_
#define CLICK2CALL_BASE_LOG_H_

#include <string>
#include <string_view>
#include <vector>

namespace click2call::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// "debug", "info", "warning", "error".
std::string_view LogLevelName(LogLevel level);

// One line of the log: an event and its fields, as  event="…" name="…" …
// Values are quoted and escaped (quotes, backslashes, control characters, whatever ends a line), so
// that nothing a hostile value holds can end the line or add a field to it.
class LogLine {
 public:
  explicit LogLine(std::string_view event);
  LogLine& Add(std::string_view name, std::string_view value);
  const std::string& Text() const { return text_; }

 private:
  std::string text_;
};

// Where lines go. It may be written by several threads at once and never throws: a log that cannot
// be written must not stop a call.
class Log {
 public:
  virtual ~Log() = default;
  virtual void Write(LogLevel level, const LogLine& line) = 0;

  // The same for many, in their order.
  virtual void WriteAll(LogLevel level, const std::vector<LogLine>& lines) {
    for (const LogLine& line : lines) Write(level, line);
  }
};

}  // namespace click2call::base

#endif  // CLICK2CALL_BASE_LOG_H_
