#include "web/csv.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include <Poco/String.h>

#include "base/text.h"

namespace click2call::web {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

bool IsPhoneNumber(std::string_view value) {
  return value.size() > 1 && value.front() == '+' &&
         std::all_of(value.begin() + 1, value.end(), base::IsDigit);
}

bool LooksLikeFormula(std::string_view value) {
  constexpr std::string_view kBegin = "=+-@\t\r\n";
  return !value.empty() && kBegin.find(value.front()) != std::string_view::npos &&
         !IsPhoneNumber(value);
}

std::string Field(std::string_view value) {
  std::string text = (LooksLikeFormula(value) ? "'" : "") + base::ToUtf8(value);
  if (text.find('"') == std::string::npos && text.find(',') == std::string::npos &&
      !base::HasControl(text)) {
    return text;
  }
  Poco::replaceInPlace(text, "\"", "\"\"");
  return '"' + text + '"';
}

std::string Line(std::initializer_list<std::string_view> values) {
  std::string line;
  for (const std::string_view value : values) line += Field(value) + ',';
  line.replace(line.size() - 1, 1, kLineEnd);
  return line;
}

}  // namespace

std::string CallsCsv(const CallList& list) {
  std::string csv = Line({"callId", "createdAt", "answeredAt", "endedAt", "durationSeconds",
                          "caller", "callee", "status", "reason", "pbx", "user"});
  for (const CallView& call : list.calls) {
    const std::string duration =
        call.duration_seconds ? std::to_string(*call.duration_seconds) : std::string();
    csv += Line({call.call_id, call.created_at, call.answered_at, call.ended_at, duration,
                 call.caller, call.callee, call.status, call.reason, call.pbx, call.user});
  }
  return csv;
}

}  // namespace click2call::web
