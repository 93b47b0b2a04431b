#include "web/guards.h"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace click2call::web {
namespace {

using enum Verdict;

constexpr std::array kRoutes = {Route::kDial,   Route::kStyleSheet, Route::kCalls,  Route::kCall,
                                Route::kHangup, Route::kHealth,     Route::kMetrics};

Verdict JudgeOf(std::string_view method, Route route, std::string_view purpose = "") {
  Request request;
  request.method = method;
  request.purpose = purpose;
  return Judge(request, route);
}

TEST(GuardsTest, EachRouteHasItsMethods) {
  const struct {
    Route route;
    Verdict get;
    Verdict post;
    Verdict remove;
    Verdict head;
    std::string_view allow;
  } kCases[] = {
      {Route::kDial, kGoOn, kGoOn, kMethodNotAllowed, kNothingToShow, "GET, HEAD, OPTIONS, POST"},
      {Route::kStyleSheet, kGoOn, kMethodNotAllowed, kMethodNotAllowed, kNothingToShow,
       "GET, HEAD, OPTIONS"},
      {Route::kCalls, kGoOn, kGoOn, kMethodNotAllowed, kNothingToShow, "GET, HEAD, OPTIONS, POST"},
      {Route::kCall, kGoOn, kMethodNotAllowed, kGoOn, kNothingToShow, "DELETE, GET, HEAD, OPTIONS"},
      {Route::kHangup, kMethodNotAllowed, kGoOn, kMethodNotAllowed, kMethodNotAllowed,
       "OPTIONS, POST"},
      {Route::kHealth, kGoOn, kMethodNotAllowed, kMethodNotAllowed, kNothingToShow,
       "GET, HEAD, OPTIONS"},
      {Route::kMetrics, kGoOn, kMethodNotAllowed, kMethodNotAllowed, kNothingToShow,
       "GET, HEAD, OPTIONS"},
  };
  for (const auto& row : kCases) {
    EXPECT_EQ(JudgeOf("GET", row.route), row.get) << row.allow;
    EXPECT_EQ(JudgeOf("POST", row.route), row.post) << row.allow;
    EXPECT_EQ(JudgeOf("DELETE", row.route), row.remove) << row.allow;
    EXPECT_EQ(JudgeOf("HEAD", row.route), row.head) << row.allow;
    EXPECT_EQ(AllowedMethods(row.route), row.allow);
  }
}

TEST(GuardsTest, OptionsAreToldAndOtherMethodsRefusedEverywhere) {
  for (const Route route : kRoutes) {
    EXPECT_EQ(JudgeOf("OPTIONS", route), kOptions);
    // Methods are case-sensitive (RFC 9110 §9.1).
    for (const std::string_view method : {"PUT", "PATCH", "TRACE", "CONNECT", "PROPFIND", "", "get",
                                          "post", "delete", "GET ", "GETX", "POS"}) {
      EXPECT_EQ(JudgeOf(method, route), kMethodNotAllowed) << method;
    }
  }
}

TEST(GuardsTest, NothingGoesOnByAMethodThatIsNotListed) {
  for (const Route route : kRoutes) {
    for (const std::string method : {"GET", "POST", "DELETE", "HEAD"}) {
      const bool listed = AllowedMethods(route).find(method) != std::string_view::npos;
      EXPECT_EQ(JudgeOf(method, route) != kMethodNotAllowed, listed) << method;
    }
  }
}

TEST(GuardsTest, AnyPurposeMeansThatNobodyHasClicked) {
  for (const std::string_view purpose :
       {"prefetch", "prefetch;prerender", "prefetch;anonymous-client-ip", "prerender", "preview",
        "Prefetch", "something new"}) {
    for (const std::string_view method : {"GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT"}) {
      for (const Route route : kRoutes) {
        EXPECT_EQ(JudgeOf(method, route, purpose), kNobodyClicked) << method << " " << purpose;
      }
    }
  }
}

}  // namespace
}  // namespace click2call::web
