#include "web/router.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace click2call::web {
namespace {

using enum Route;

Place Find(std::string_view script_name, std::string_view path_info) {
  Request request;
  request.script_name = script_name;
  request.path_info = path_info;
  return FindRoute(request);
}

struct RouteCase {
  std::string_view where;
  std::string_view script_name;
  std::string_view path_info;
  Route route;
  std::string_view mount;
};

template <std::size_t kCount>
void ExpectPlaces(const RouteCase (&cases)[kCount]) {
  for (const RouteCase& one : cases) {
    const Place place = Find(one.script_name, one.path_info);
    const std::string what = std::string(one.where) + ": " + std::string(one.script_name) + " + " +
                             std::string(one.path_info);
    EXPECT_EQ(place.route, one.route) << what;
    if (one.route != kNotFound) {
      EXPECT_EQ(place.mount, one.mount) << what;
    }
  }
}

TEST(RouterTest, TheMountDialsHoweverTheServerSplitsItsPath) {
  constexpr RouteCase kCases[] = {
      {"nginx with fastcgi_split_path_info", "/click2call", "", kDial, "/click2call"},
      {"nginx without it", "/click2call", "", kDial, "/click2call"},
      {"Apache ProxyPass, all in SCRIPT_NAME", "/click2call", "", kDial, "/click2call"},
      {"Apache CGI", "/cgi-bin/click2call", "", kDial, "/cgi-bin/click2call"},
      {"Apache ScriptAliasMatch at the old URL", "/click2call.php", "", kDial, "/click2call.php"},
      {"lighttpd", "/click2call", "", kDial, "/click2call"},
      {"Caddy, which passes no PATH_INFO", "/tel/click2call.php", "", kDial, "/tel/click2call.php"},
      {"a mount of its own host", "", "", kDial, ""},
      {"the same, with a slash", "/", "", kDial, ""},
      {"the same, the slash elsewhere", "", "/", kDial, ""},
  };
  ExpectPlaces(kCases);
}

TEST(RouterTest, ASlashAtTheEndMakesNoDifference) {
  constexpr RouteCase kCases[] = {
      {"in PATH_INFO", "/click2call", "/", kDial, "/click2call"},
      {"in SCRIPT_NAME", "/click2call/", "", kDial, "/click2call"},
      {"several", "/click2call", "///", kDial, "/click2call"},
      {"several in SCRIPT_NAME", "/click2call.php//", "", kDial, "/click2call.php"},
  };
  ExpectPlaces(kCases);
}

TEST(RouterTest, TheStyleSheetIsFoundHoweverTheServerSplitsItsPath) {
  constexpr RouteCase kCases[] = {
      {"split", "/click2call", "/style.css", kStyleSheet, "/click2call"},
      {"all in SCRIPT_NAME", "/click2call/style.css", "", kStyleSheet, "/click2call"},
      {"all in PATH_INFO", "", "/tel/click2call/style.css", kStyleSheet, "/tel/click2call"},
      {"split elsewhere", "/tel", "/click2call/style.css", kStyleSheet, "/tel/click2call"},
      {"under the old URL", "/click2call.php", "/style.css", kStyleSheet, "/click2call.php"},
      {"of a host of its own", "", "/style.css", kStyleSheet, ""},
  };
  ExpectPlaces(kCases);
}

TEST(RouterTest, AnApiPathNeverDialsHoweverTheServerSplitsIt) {
  std::vector<std::string> dialled;
  const auto try_split = [&](const std::string& script_name, const std::string& path_info) {
    if (Find(script_name, path_info).route == kNotFound) return;
    dialled.push_back(script_name + " + " + path_info);
  };
  for (const std::string path :
       {"/calls", "/calls/c2c-01ARYZ6S410000000000000000",
        "/calls/c2c-01ARYZ6S410000000000000000/hangup", "/health", "/metrics"}) {
    for (const std::string end : {"", "/", "//"}) {
      for (const std::string mount : {"", "/click2call", "/click2call.php", "/tel/click2call"}) {
        try_split(mount, path + end);
        try_split(mount + path + end, "");
        try_split(mount + path, end);
        try_split("", mount + path + end);
      }
    }
  }
  EXPECT_EQ(dialled, std::vector<std::string>());
}

TEST(RouterTest, AMountMayHaveANameLikeTheApi) {
  constexpr RouteCase kCases[] = {
      {"a folder", "/healthcare/click2call", "", kDial, "/healthcare/click2call"},
      {"an end", "/phonecalls", "", kDial, "/phonecalls"},
      {"a beginning", "/callsheet", "", kDial, "/callsheet"},
      {"a file", "/calls.php", "", kDial, "/calls.php"},
  };
  ExpectPlaces(kCases);
}

TEST(RouterTest, APathInfoThatIsNoRouteIsNotFound) {
  constexpr RouteCase kCases[] = {
      {"a word", "/click2call", "/nothing", kNotFound, ""},
      {"the number", "/click2call", "/1006", kNotFound, ""},
      {"the style sheet's name within", "/click2call", "/style.css/x", kNotFound, ""},
      {"dots", "/click2call", "/..", kNotFound, ""},
      {"a line end", "/click2call", "/\r\nLocation: x", kNotFound, ""},
  };
  ExpectPlaces(kCases);
}

}  // namespace
}  // namespace click2call::web
