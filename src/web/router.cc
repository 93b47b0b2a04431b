#include "web/router.h"

#include <string_view>

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

}  // namespace

Place FindRoute(const Request& request) {
  std::string_view info = request.path_info;
  while (info.ends_with('/')) info.remove_suffix(1);
  std::string path = request.script_name + std::string(info);
  if (path.ends_with(kStyleSheetPath)) {
    return {Route::kStyleSheet, path.substr(0, path.size() - kStyleSheetPath.size())};
  }
  if (!info.empty() || IsApiPath(path)) return {Route::kNotFound, request.script_name};
  while (path.ends_with('/')) path.pop_back();
  return {Route::kDial, path};
}

}  // namespace click2call::web
