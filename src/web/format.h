#ifndef CLICK2CALL_WEB_FORMAT_H_
#define CLICK2CALL_WEB_FORMAT_H_

#include <array>
#include <optional>
#include <string_view>

namespace click2call::web {

// The form of an answer.
enum class Format {
  kHtml,
  kJson,
  kText,  // the words of the PHP script that this program replaces
  kNone,  // 204: the page that holds the link stays where it is
  kCsv,   // a list of calls; whatever else there is to say comes as text
};

// Of the forms that every answer has.
inline constexpr std::array<std::string_view, 4> kFormatNames = {"html", "json", "text", "none"};

// What is asked for: one answer, or a list, which comes as csv too.
enum class Subject { kOne, kList };

// By its name: one of kFormatNames, or "csv" for a list.
std::optional<Format> ParseFormat(std::string_view name, Subject subject = Subject::kOne);

// The form that an Accept header (RFC 9110 §12.5.1) likes best among html, json and text, and csv
// for a list; the first of several that it likes equally. Empty when it names none of them.
std::optional<Format> FormatFromAccept(std::string_view accept, Subject subject = Subject::kOne);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_FORMAT_H_
