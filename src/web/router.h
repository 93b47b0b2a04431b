#ifndef CLICK2CALL_WEB_ROUTER_H_
#define CLICK2CALL_WEB_ROUTER_H_

#include <string>

#include "web/request.h"

namespace click2call::web {

enum class Route {
  kDial,        // the mount itself
  kStyleSheet,  // …/style.css
  kNotFound,
};

struct Place {
  Route route = Route::kNotFound;
  std::string mount;  // the path under which the web server put us, without a slash at its end
};

// Web servers split the path between SCRIPT_NAME and PATH_INFO each in its own way; only both
// together are the same everywhere. So the end of that decides, and what is before is the mount. A
// path that ends like one of the API's (/calls…, /health, /metrics) never dials.
Place FindRoute(const Request& request);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_ROUTER_H_
