#include "web/guards.h"

#include <string_view>

#include <gtest/gtest.h>

namespace click2call::web {
namespace {

using enum Verdict;

Verdict JudgeOf(std::string_view method, std::string_view purpose) {
  Request request;
  request.method = method;
  request.purpose = purpose;
  return Judge(request);
}

TEST(GuardsTest, TheMethodDecides) {
  const struct {
    std::string_view method;
    Verdict verdict;
  } kCases[] = {
      {"GET", kDial},
      {"POST", kDial},
      {"HEAD", kNothingToShow},
      {"OPTIONS", kOptions},
      {"PUT", kMethodNotAllowed},
      {"DELETE", kMethodNotAllowed},
      {"PATCH", kMethodNotAllowed},
      {"TRACE", kMethodNotAllowed},
      {"CONNECT", kMethodNotAllowed},
      {"PROPFIND", kMethodNotAllowed},
      {"", kMethodNotAllowed},
      {"get", kMethodNotAllowed},  // methods are case-sensitive (RFC 9110 §9.1)
      {"GET ", kMethodNotAllowed},
      {"GETX", kMethodNotAllowed},
  };
  for (const auto& [method, verdict] : kCases) EXPECT_EQ(JudgeOf(method, ""), verdict) << method;
}

TEST(GuardsTest, AnyPurposeMeansThatNobodyHasClicked) {
  for (const std::string_view purpose :
       {"prefetch", "prefetch;prerender", "prefetch;anonymous-client-ip", "prerender", "preview",
        "Prefetch", "something new"}) {
    for (const std::string_view method : {"GET", "POST", "HEAD", "OPTIONS", "PUT"}) {
      EXPECT_EQ(JudgeOf(method, purpose), kNobodyClicked) << method << " " << purpose;
    }
  }
}

TEST(GuardsTest, TheAllowedMethodsAreThoseThatAreAnswered) {
  EXPECT_EQ(std::string_view(kAllowedMethods), "GET, HEAD, OPTIONS, POST");
}

}  // namespace
}  // namespace click2call::web
