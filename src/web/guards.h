#ifndef CLICK2CALL_WEB_GUARDS_H_
#define CLICK2CALL_WEB_GUARDS_H_

#include <string_view>

#include "web/request.h"
#include "web/router.h"

namespace click2call::web {

enum class Verdict {
  kGoOn,
  kNobodyClicked,     // prefetch or prerender: 503, so that the browser asks again at the click
  kNothingToShow,     // HEAD, where GET is allowed: 200 without a body
  kOptions,           // OPTIONS: 204 with Allow
  kMethodNotAllowed,  // 405 with Allow
};

// Whether this request may be somebody's deliberate act, by a method that its route has. The first
// rule that fits decides. REQUIRES: `route` is not kNotFound.
Verdict Judge(const Request& request, Route route);

// The methods of a route, as the header Allow lists them.
std::string_view AllowedMethods(Route route);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_GUARDS_H_
