#include "web/router.h"

#include <string_view>
#include <utility>

namespace click2call::web {
namespace {

constexpr std::string_view kStyleSheetPath = "/style.css";

// True for …/calls, …/calls/X, …/calls/X/hangup, …/health and …/metrics.
bool IsApiPath(std::string_view path) {
  for (const std::string_view name : {"/health", "/metrics", "/calls"}) {
    if (path.ends_with(name)) return true;
  }
  return path.find("/calls/") != std::string_view::npos;
}

std::string WithoutEndSlashes(std::string path) {
  while (path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace

Place FindRoute(const Request& request) {
  std::string path = WithoutEndSlashes(request.script_name + request.path_info);
  if (path.ends_with(kStyleSheetPath)) {
    return {Route::kStyleSheet, path.substr(0, path.size() - kStyleSheetPath.size())};
  }
  const bool below_mount = !WithoutEndSlashes(request.path_info).empty();
  if (below_mount || IsApiPath(path)) {
    return {Route::kNotFound, WithoutEndSlashes(request.script_name)};
  }
  return {Route::kDial, std::move(path)};
}

}  // namespace click2call::web
