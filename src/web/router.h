#ifndef CLICK2CALL_WEB_ROUTER_H_
#define CLICK2CALL_WEB_ROUTER_H_

#include <string>

#include "web/request.h"

namespace click2call::web {

enum class Route {
  kDial,        // the mount itself
  kStyleSheet,  // …/style.css
  kCalls,       // …/calls
  kCall,        // …/calls/{callId}
  kHangup,      // …/calls/{callId}/hangup
  kHealth,      // …/health
  kMetrics,     // …/metrics
  kNotFound,
};

struct Place {
  Route route = Route::kNotFound;
  // The path under which the web server put us, as a URL has it: percent-encoded, without a slash
  // at its end, and never "//host".
  std::string mount;
  std::string call_id = {};  // of kCall and kHangup: what stands there, whether an id or not
};

// Web servers split the path between SCRIPT_NAME and PATH_INFO each in its own way; only both
// together are the same everywhere. So the end of both together decides, and what is before is the
// mount. The first rule that fits:
//
//   1. …/style.css, …/health, …/metrics, …/calls and …/calls/X/hangup are their routes.
//   2. …/calls/X is the call X, when PATH_INFO is not empty (X is then below the mount), or when X
//      looks like a callId: it begins with "c2c-", or is as long as one.
//   3. Not found: a path whose last segment is a word of the API (hangup, recording), one with
//      what looks like a callId behind a segment "calls", and any other with a PATH_INFO.
//   4. The rest is the mount, and dials: /intranet/calls/click2call among them.
//
// So nothing that belongs to the API ever dials, and a mount may stand below a folder "calls"; but
// it cannot itself have one of the API's names. A slash more counts as none.
Place FindRoute(const Request& request);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_ROUTER_H_
