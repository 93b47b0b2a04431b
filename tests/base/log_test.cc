#include "base/log.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"

namespace click2call::base {
namespace {

using namespace std::string_literals;  // NOLINT: "…"s keeps a NUL

using Fields = std::vector<std::pair<std::string, std::string>>;

// What a reader of the log makes of a line: name="value", values still escaped, one blank between.
// Empty when the line is not so.
std::optional<Fields> ReadLine(std::string_view line) {
  Fields fields;
  while (true) {
    const std::size_t quote = line.find("=\"");
    if (quote == std::string_view::npos) return std::nullopt;
    const std::string name(line.substr(0, quote));
    std::size_t end = quote + 2;
    while (end < line.size() && line[end] != '"') end += line[end] == '\\' ? 2 : 1;
    if (end >= line.size()) return std::nullopt;
    fields.emplace_back(name, line.substr(quote + 2, end - quote - 2));
    line.remove_prefix(end + 1);
    if (line.empty()) return fields;
    if (line.front() != ' ') return std::nullopt;
    line.remove_prefix(1);
  }
}

std::string Escaped(std::string_view value) {
  const std::string text = LogLine("e").Add("v", value).Text();
  const auto fields = ReadLine(text);
  if (!fields || fields->size() != 2) return "not two fields: " + text;
  return fields->back().second;
}

TEST(LogTest, ALineIsAnEventAndItsFields) {
  EXPECT_EQ(LogLine("call").Text(), "event=\"call\"");
  EXPECT_EQ(LogLine("call").Add("to", "1006").Add("user", "").Text(),
            "event=\"call\" to=\"1006\" user=\"\"");
}

TEST(LogTest, NothingEndsAValueOrTheLineButUs) {
  const struct {
    std::string_view what;
    std::string value;
    std::string escaped;
  } kCases[] = {
      {"quote", "a\" level=\"error", "a\\\" level=\\\"error"},
      {"backslash", "a\\", "a\\\\"},
      {"backslash and quote", "\\\"", "\\\\\\\""},
      {"CR LF", "a\r\nevent=", "a\\x0D\\x0Aevent="},
      {"LF", "\n", "\\x0A"},
      {"NUL", "a\0b"s, "a\\x00b"},
      {"ESC", "\x1b[2J", "\\x1B[2J"},
      {"tab", "\t", "\\x09"},
      {"DEL", "\x7f", "\\x7F"},
      {"Latin-1", "Zo\xeb", "Zo?"},
      {"cut off before our quote", "\xe2\x82", "??"},
      {"overlong line feed", "\xc0\x8a", "??"},
      {"UTF-8", "Zo\xc3\xab", "Zo\xc3\xab"},
  };
  for (const auto& [what, value, escaped] : kCases) EXPECT_EQ(Escaped(value), escaped) << what;
}

// NEL ends a line for some readers, as Unicode's separators do, and CSI begins a sequence in a
// terminal, as ESC [ does.
TEST(LogTest, TheControlsAndLineEndsOfUnicodeAreEscapedToo) {
  std::vector<std::string> hostile = {"\xe2\x80\xa8", "\xe2\x80\xa9"};
  for (int second = 0x80; second < 0xa0; ++second) {
    hostile.push_back("\xc2"s + static_cast<char>(second));
  }
  std::vector<std::string> raw;
  for (const std::string& value : hostile) {
    const std::string escaped = Escaped("a" + value + "b");
    if (escaped.find(value) != std::string::npos) raw.push_back(value);
    EXPECT_TRUE(escaped.starts_with('a') && escaped.ends_with('b')) << escaped;
  }
  EXPECT_EQ(raw, std::vector<std::string>());
}

TEST(LogTest, OtherLettersAreNot) {
  for (const std::string text : {"\xc2\xa0", "\xc3\x9f", "\xe2\x80\xa7", "\xe2\x80\xaf",
                                 "\xe2\x82\xac", "\xf0\x9f\x93\x9e"}) {
    EXPECT_EQ(Escaped(text), text);
  }
}

TEST(LogTest, WhateverAValueHoldsTheLineHasItsFieldsAndNoOther) {
  const std::string seconds = "\0\n\r\x1b \"=\\x\x7f\x80\x85\xa8\xbf\xc2\xe2\xff"s;
  for (int first = 0; first < 256; ++first) {
    for (const char second : seconds) {
      const std::string hostile = {static_cast<char>(first), second};
      const std::string text = LogLine(hostile).Add("to", hostile).Add("last", "x").Text();
      const auto fields = ReadLine(text);
      ASSERT_TRUE(fields.has_value()) << text;
      ASSERT_EQ(fields->size(), 3U) << text;
      ASSERT_EQ(fields->back(), (std::pair<std::string, std::string>("last", "x"))) << text;
      ASSERT_FALSE(HasControl(text)) << text;
      ASSERT_EQ(ToUtf8(text), text);
    }
  }
}

TEST(LogTest, LevelsHaveTheNamesOfTheConfiguration) {
  EXPECT_EQ(LogLevelName(LogLevel::kDebug), "debug");
  EXPECT_EQ(LogLevelName(LogLevel::kInfo), "info");
  EXPECT_EQ(LogLevelName(LogLevel::kWarning), "warning");
  EXPECT_EQ(LogLevelName(LogLevel::kError), "error");
}

}  // namespace
}  // namespace click2call::base
