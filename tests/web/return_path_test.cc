#include "web/return_path.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace click2call::web {
namespace {

using namespace std::string_literals;  // NOLINT: "…"s keeps a NUL

TEST(ReturnPathTest, APathOnTheSameSiteIsKeptAsItIs) {
  for (const std::string path :
       {"/", "/crm", "/crm/contact?id=7&tab=2#phone", "/a//b", "/a/../b", "/%2f%2fhost", "/%5chost",
        "/?next=https://elsewhere.example/", "/@host", "/a:b", "/Z\xc3\xbcrich", "/a b"}) {
    EXPECT_EQ(ParseReturnPath(path), path);
  }
}

TEST(ReturnPathTest, WhatLeadsElsewhereIsNone) {
  for (const std::string& elsewhere : {
           ""s,
           "crm"s,
           "?id=7"s,
           "#top"s,
           "./crm"s,
           "../crm"s,  // relative to where we are
           "//host"s,
           "///host"s,
           "//host/path"s,  // another host
           "/\\host"s,
           "\\\\host"s,
           "\\/host"s,
           "/a\\b"s,  // browsers read \ as /
           "/\t/host"s,
           "/\r\n/host"s,
           "/\n/host"s,
           "\t//host"s,  // and drop these before they look
           "http://host"s,
           "https:/host"s,
           "javascript:alert(1)"s,
           "data:text/html,x"s,
           "JaVaScRiPt:alert(1)"s,
           " /crm"s,
           " //host"s,
           "mailto:x"s,
           "host.example/crm"s,
           "%2f%2fhost"s,
           "/crm\r\nSet-Cookie: a=b"s,
           "/crm\0"s,
           "/\x7f/host"s,
       }) {
    EXPECT_EQ(ParseReturnPath(elsewhere), std::nullopt) << testing::PrintToString(elsewhere);
  }
}

}  // namespace
}  // namespace click2call::web
