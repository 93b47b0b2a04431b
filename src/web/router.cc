#include "web/router.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <Poco/URI.h>

#include "base/call_id.h"
#include "base/text.h"

namespace click2call::web {
namespace {

using Segments = std::vector<std::string_view>;

constexpr std::string_view kCallIdPrefix = "c2c-";
constexpr std::array<std::string_view, 2> kNeverAMount = {"hangup", "recording"};

// The parts between slashes that are not empty.
Segments Split(std::string_view path) {
  Segments segments;
  while (!path.empty()) {
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(segment.size() + 1, path.size()));
    if (!segment.empty()) segments.push_back(segment);
  }
  return segments;
}

bool LooksLikeCallId(std::string_view segment) {
  return segment.size() >= base::CallId::kLength ||
         base::EqualIgnoreCase(segment.substr(0, kCallIdPrefix.size()), kCallIdPrefix);
}

bool IsOfApi(const Segments& path) {
  if (path.empty()) return false;
  if (std::find(kNeverAMount.begin(), kNeverAMount.end(), path.back()) != kNeverAMount.end()) {
    return true;
  }
  return std::adjacent_find(path.begin(), path.end(),
                            [](std::string_view before, std::string_view segment) {
                              return before == "calls" && LooksLikeCallId(segment);
                            }) != path.end();
}

// What is left of a path without its last `count` segments, for URLs.
std::string MountOf(const Segments& path, std::size_t count) {
  std::string mount;
  for (std::size_t i = 0; i + count < path.size(); ++i) {
    mount += '/';
    Poco::URI::encode(std::string(path[i]), "?#", mount);
  }
  return mount;
}

}  // namespace

Place FindRoute(const Request& request) {
  const std::string whole = request.script_name + request.path_info;
  const Segments path = Split(whole);
  const bool below_mount = !Split(request.path_info).empty();
  // The segment so many before the last; empty where there is none.
  const auto from_end = [&](std::size_t back) {
    return back < path.size() ? path[path.size() - 1 - back] : std::string_view();
  };

  if (from_end(0) == "style.css") return {Route::kStyleSheet, MountOf(path, 1)};
  if (from_end(0) == "health") return {Route::kHealth, MountOf(path, 1)};
  if (from_end(0) == "metrics") return {Route::kMetrics, MountOf(path, 1)};
  if (from_end(0) == "calls") return {Route::kCalls, MountOf(path, 1)};
  if (from_end(0) == "hangup" && from_end(2) == "calls") {
    return {Route::kHangup, MountOf(path, 3), std::string(from_end(1))};
  }
  if (from_end(1) == "calls" && (below_mount || LooksLikeCallId(from_end(0)))) {
    return {Route::kCall, MountOf(path, 2), std::string(from_end(0))};
  }
  if (below_mount || IsOfApi(path)) {
    return {Route::kNotFound, MountOf(Split(request.script_name), 0)};
  }
  return {Route::kDial, MountOf(path, 0)};
}

}  // namespace click2call::web
