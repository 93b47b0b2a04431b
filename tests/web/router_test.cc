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

constexpr std::string_view kId = "c2c-01ARYZ6S410000000000000000";

// Every way in which a web server may split `mount` + `path`.
std::vector<Place> EverySplit(const std::string& mount, const std::string& path) {
  const std::string whole = mount + path;
  std::vector<Place> places;
  for (std::size_t at = 0; at <= whole.size(); ++at) {
    if (at == whole.size() || whole[at] == '/') {
      places.push_back(Find(whole.substr(0, at), whole.substr(at)));
    }
  }
  return places;
}

const std::vector<std::string> kMounts = {"", "/click2call", "/click2call.php", "/tel/click2call",
                                          "/intranet/calls/click2call"};

TEST(RouterTest, ARouteOfTheApiIsFoundHoweverTheServerSplitsItsPath) {
  const struct {
    std::string path;
    Route route;
    std::string_view call_id;
  } kCases[] = {
      {"/calls", kCalls, ""},
      {"/health", kHealth, ""},
      {"/metrics", kMetrics, ""},
      {"/calls/" + std::string(kId), kCall, kId},
      {"/calls/" + std::string(kId) + "/hangup", kHangup, kId},
      {"/calls/anything/hangup", kHangup, "anything"},
      {"/calls/call_550e8400-e29b-41d4-a716-446655440000", kCall,
       "call_550e8400-e29b-41d4-a716-446655440000"},
      {"/calls/C2C-x", kCall, "C2C-x"},
      {"//calls//" + std::string(kId), kCall, kId},
  };
  for (const auto& [path, route, call_id] : kCases) {
    for (const std::string& mount : kMounts) {
      for (const std::string end : {"", "/", "//"}) {
        for (const Place& place : EverySplit(mount, path + end)) {
          EXPECT_EQ(place.route, route) << mount << path << end;
          EXPECT_EQ(place.mount, mount) << mount << path << end;
          EXPECT_EQ(place.call_id, call_id) << mount << path << end;
        }
      }
    }
  }
}

TEST(RouterTest, WhatIsBelowTheApiIsNotFoundAndNeverDialsHoweverTheServerSplitsIt) {
  const std::string call = "/calls/" + std::string(kId);
  for (const std::string& path :
       {std::string("/recording"), call + "/recording", call + "/x", call + "/hangup/x",
        call + "/hangup/hangup", std::string("/calls/x/recording"), std::string("/x/y/hangup"),
        "/" + call + "//" + call + "/x"}) {
    for (const std::string& mount : kMounts) {
      for (const std::string end : {"", "/", "//"}) {
        for (const Place& place : EverySplit(mount, path + end)) {
          EXPECT_EQ(place.route, kNotFound) << mount << path << end;
        }
      }
    }
  }
}

TEST(RouterTest, AHangupOfNothingNeverDials) {
  for (const std::string& mount : kMounts) {
    for (const Place& place : EverySplit(mount, "/hangup")) EXPECT_NE(place.route, kDial) << mount;
  }
}

TEST(RouterTest, WhatIsNoIdBelowTheMountIsACallThatNobodyKnows) {
  const Place place = Find("/click2call", "/calls/\r\n<x>");
  EXPECT_EQ(place.route, kCall);
  EXPECT_EQ(place.call_id, "\r\n<x>");
}

TEST(RouterTest, AMountMayStandBelowAFolderCalls) {
  constexpr RouteCase kCases[] = {
      {"the mount", "/intranet/calls/click2call", "", kDial, "/intranet/calls/click2call"},
      {"with a slash", "/intranet/calls/click2call/", "/", kDial, "/intranet/calls/click2call"},
      {"deeper", "/calls/pbx/click2call.php", "", kDial, "/calls/pbx/click2call.php"},
      {"at the top", "/calls/click2call", "", kDial, "/calls/click2call"},
      {"nothing below it", "/intranet/calls/click2call", "/x", kNotFound, ""},
      {"the server says that calls is ours", "/intranet", "/calls/click2call", kCall, "/intranet"},
  };
  ExpectPlaces(kCases);
}

TEST(RouterTest, AMountIsFitForAUrl) {
  constexpr RouteCase kCases[] = {
      {"another host", "//evil.example/x", "", kDial, "/evil.example/x"},
      {"the same, all below", "", "//evil.example/calls", kCalls, "/evil.example"},
      {"a backslash", "/\\evil.example", "/calls", kCalls, "/%5Cevil.example"},
      {"a line end", "/a\r\nSet-Cookie: x", "", kDial, "/a%0D%0ASet-Cookie:%20x"},
      {"a query", "/a?b#c", "", kDial, "/a%3Fb%23c"},
      {"quotes", "/a\"'<>", "", kDial, "/a%22%27%3C%3E"},
      {"a percent", "/a%2f", "", kDial, "/a%252f"},
      {"bytes", "/Z\xc3\xbc\xff", "", kDial, "/Z%C3%BC%FF"},
  };
  ExpectPlaces(kCases);
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
