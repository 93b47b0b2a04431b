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
};

inline constexpr std::array<std::string_view, 4> kFormatNames = {"html", "json", "text", "none"};

std::optional<Format> ParseFormat(std::string_view name);

// The form that an Accept header (RFC 9110 §12.5.1) likes best among html, json and text; the first
// of several that it likes equally. Empty when it names none of them.
std::optional<Format> FormatFromAccept(std::string_view accept);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_FORMAT_H_
