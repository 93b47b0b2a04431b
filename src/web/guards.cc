#include "web/guards.h"

#include <array>

namespace click2call::web {
namespace {

struct RouteMethods {
  Route route;
  bool get;
  bool post;
  bool remove;
  std::string_view allow;
};

constexpr std::array kRoutes = {
    RouteMethods{Route::kDial, true, true, false, "GET, HEAD, OPTIONS, POST"},
    RouteMethods{Route::kStyleSheet, true, false, false, "GET, HEAD, OPTIONS"},
    RouteMethods{Route::kCalls, true, true, false, "GET, HEAD, OPTIONS, POST"},
    RouteMethods{Route::kCall, true, false, true, "DELETE, GET, HEAD, OPTIONS"},
    RouteMethods{Route::kHangup, false, true, false, "OPTIONS, POST"},
    RouteMethods{Route::kHealth, true, false, false, "GET, HEAD, OPTIONS"},
    RouteMethods{Route::kNotFound, false, false, false, "OPTIONS"},
};

const RouteMethods& MethodsOf(Route route) {
  for (const RouteMethods& row : kRoutes) {
    if (row.route == route) return row;
  }
  return kRoutes.back();
}

}  // namespace

Verdict Judge(const Request& request, Route route) {
  if (!request.purpose.empty()) return Verdict::kNobodyClicked;
  const RouteMethods& methods = MethodsOf(route);
  const std::string_view method = request.method;
  if (method == "OPTIONS") return Verdict::kOptions;
  if (method == "HEAD" && methods.get) return Verdict::kNothingToShow;
  const bool allowed = (method == "GET" && methods.get) || (method == "POST" && methods.post) ||
                       (method == "DELETE" && methods.remove);
  return allowed ? Verdict::kGoOn : Verdict::kMethodNotAllowed;
}

std::string_view AllowedMethods(Route route) { return MethodsOf(route).allow; }

}  // namespace click2call::web
