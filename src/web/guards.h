#ifndef CLICK2CALL_WEB_GUARDS_H_
#define CLICK2CALL_WEB_GUARDS_H_

#include "web/request.h"

namespace click2call::web {

enum class Verdict {
  kDial,
  kNobodyClicked,     // prefetch or prerender: 503, so that the browser asks again at the click
  kNothingToShow,     // HEAD: 200 without a body
  kOptions,           // OPTIONS: 204 with Allow
  kMethodNotAllowed,  // 405
};

// Whether this request may be somebody's deliberate act. The first rule that fits decides.
Verdict Judge(const Request& request);

inline constexpr char kAllowedMethods[] = "GET, HEAD, OPTIONS, POST";  // NOLINT

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_GUARDS_H_
