#include "web/return_path.h"

#include "base/text.h"

namespace click2call::web {

std::optional<std::string> ParseReturnPath(std::string_view text) {
  if (!text.starts_with('/') || text.starts_with("//")) return std::nullopt;
  // Browsers take a backslash for a slash, and drop tabs and line ends before they look.
  if (text.find('\\') != std::string_view::npos || base::HasControl(text)) return std::nullopt;
  return std::string(text);
}

}  // namespace click2call::web
