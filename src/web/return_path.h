#ifndef CLICK2CALL_WEB_RETURN_PATH_H_
#define CLICK2CALL_WEB_RETURN_PATH_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace click2call::web {

// Percent-encoded it may be three times as long, and a web server has 4 KB for all our headers.
inline constexpr std::size_t kMaxReturnBytes = 1024;

// `text` when it is a path on this same site ("/crm/contact?id=7"), else nothing. "//host",
// "/\host" and schemes lead elsewhere; browsers read them so, whatever they look like.
std::optional<std::string> ParseReturnPath(std::string_view text);

// The path and query of a Referer header, when it is a page of the site `host` (a Host header;
// ports and case do not count) and not one of ours under `mount` (see Place): to go back to a
// click would click again.
std::optional<std::string> BackFromReferer(std::string_view referer, std::string_view host,
                                           std::string_view mount);

// "?return=…" for a URL; empty without a way back.
std::string ReturnQuery(std::string_view back);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_RETURN_PATH_H_
