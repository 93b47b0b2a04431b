#ifndef CLICK2CALL_WEB_RETURN_PATH_H_
#define CLICK2CALL_WEB_RETURN_PATH_H_

#include <optional>
#include <string>
#include <string_view>

namespace click2call::web {

// `text` when it is a path on this same site ("/crm/contact?id=7"), else nothing. "//host",
// "/\host" and schemes lead elsewhere; browsers read them so, whatever they look like.
std::optional<std::string> ParseReturnPath(std::string_view text);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_RETURN_PATH_H_
