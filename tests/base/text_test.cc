#include "base/text.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace click2call::base {
namespace {

using namespace std::string_literals;  // NOLINT: "…"s keeps a NUL

TEST(TextTest, DigitsAndLettersAreAsciiWhateverTheLocale) {
  std::string digits;
  std::string alnums;
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (IsDigit(c)) digits += c;
    if (IsAlnum(c)) alnums += c;
  }
  EXPECT_EQ(digits, "0123456789");
  EXPECT_EQ(alnums, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}

TEST(TextTest, CaseIsIgnoredInAsciiOnly) {
  EXPECT_TRUE(EqualIgnoreCase("", ""));
  EXPECT_TRUE(EqualIgnoreCase("Content-Type", "cONTENT-tYPE"));
  EXPECT_FALSE(EqualIgnoreCase("a", "aa"));
  EXPECT_FALSE(EqualIgnoreCase("@", "`"));        // 32 apart, as A and a are
  EXPECT_FALSE(EqualIgnoreCase("\xc4", "\xe4"));  // Ä and ä in Latin-1
}

TEST(TextTest, TrimTakesBlanksAndTabsFromBothEnds) {
  const struct {
    std::string_view text;
    std::string_view trimmed;
  } kCases[] = {
      {"", ""},
      {" ", ""},
      {" \t \t", ""},
      {"x", "x"},
      {" x", "x"},
      {"x\t", "x"},
      {"\t a b \t", "a b"},
      {"\r\nx\n", "\r\nx\n"},  // line ends are not trimmed away: they are to be seen and refused
      {"\xc2\xa0x", "\xc2\xa0x"},
  };
  for (const auto& [text, trimmed] : kCases) EXPECT_EQ(Trim(text), trimmed) << text;
}

TEST(TextTest, ControlsAreC0AndDel) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = "a"s + static_cast<char>(byte) + "b";
    EXPECT_EQ(HasControl(text), byte < 0x20 || byte == 0x7f) << byte;
  }
  EXPECT_FALSE(HasControl(""));
}

TEST(Utf8Test, WhatIsValidStaysAsItIs) {
  for (const std::string& text : {
           ""s,
           "Zo\xc3\xab"s,
           "\xe2\x82\xac"s,
           "\xf0\x9f\x93\x9e"s,                          // €, a telephone
           "\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"s,  // the first and last of two and three
           "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"s,          // and of four bytes
           "\xed\x9f\xbf\xee\x80\x80"s,                  // around the surrogates
           "\x7f\x01"s,                                  // a control character is valid UTF-8
           "a\0b"s,
       }) {
    EXPECT_EQ(ToUtf8(text), text);
  }
}

TEST(Utf8Test, WhatIsNotIsReplacedByteByByte) {
  const struct {
    std::string_view what;
    std::string text;
    std::string repaired;
  } kCases[] = {
      {"Latin-1", "Zo\xeb", "Zo?"},
      {"Latin-1 before a letter", "M\xfcller", "M?ller"},
      {"a continuation alone", "a\x80z", "a?z"},
      {"two of them", "\xbf\x80", "??"},
      {"overlong slash, two bytes", "\xc0\xaf", "??"},
      {"overlong NUL", "\xc0\x80", "??"},
      {"overlong, the last of two bytes", "\xc1\xbf", "??"},
      {"overlong slash, three bytes", "\xe0\x80\xaf", "???"},
      {"overlong, the last of three bytes", "\xe0\x9f\xbf", "???"},
      {"overlong slash, four bytes", "\xf0\x80\x80\xaf", "????"},
      {"overlong, the last of four bytes", "\xf0\x8f\xbf\xbf", "????"},
      {"the first surrogate", "\xed\xa0\x80", "???"},
      {"the last surrogate", "\xed\xbf\xbf", "???"},
      {"a pair of surrogates (CESU-8)", "\xed\xa0\xbd\xed\xb3\x9e", "??????"},
      {"beyond U+10FFFF", "\xf4\x90\x80\x80", "????"},
      {"a lead that never was", "\xf5\x80\x80\x80", "????"},
      {"five bytes", "\xf8\x88\x80\x80\x80", "?????"},
      {"FE and FF", "\xfe\xff", "??"},
      {"cut off after one of two", "a\xc3", "a?"},
      {"cut off after one of three", "a\xe2", "a?"},
      {"cut off after two of three", "a\xe2\x82", "a??"},
      {"cut off after three of four", "a\xf0\x9f\x93", "a???"},
      {"cut off by a letter", "\xe2\x82z", "??z"},
      {"cut off by a quote", "\xc3\"", "?\""},
      {"cut off by a line end", "\xf0\x9f\n\n", "??\n\n"},
      {"cut off by a lead", "\xe2\x82\xc3\xab", "??\xc3\xab"},
  };
  for (const auto& [what, text, repaired] : kCases) EXPECT_EQ(ToUtf8(text), repaired) << what;
}

// Unicode, table 3-7: the well-formed sequences, as ranges of each of their bytes.
struct WellFormed {
  std::size_t length;
  std::array<std::array<unsigned char, 2>, 4> bytes;
};
constexpr WellFormed kTable37[] = {
    {1, {{{0x00, 0x7f}}}},
    {2, {{{0xc2, 0xdf}, {0x80, 0xbf}}}},
    {3, {{{0xe0, 0xe0}, {0xa0, 0xbf}, {0x80, 0xbf}}}},
    {3, {{{0xe1, 0xec}, {0x80, 0xbf}, {0x80, 0xbf}}}},
    {3, {{{0xed, 0xed}, {0x80, 0x9f}, {0x80, 0xbf}}}},
    {3, {{{0xee, 0xef}, {0x80, 0xbf}, {0x80, 0xbf}}}},
    {4, {{{0xf0, 0xf0}, {0x90, 0xbf}, {0x80, 0xbf}, {0x80, 0xbf}}}},
    {4, {{{0xf1, 0xf3}, {0x80, 0xbf}, {0x80, 0xbf}, {0x80, 0xbf}}}},
    {4, {{{0xf4, 0xf4}, {0x80, 0x8f}, {0x80, 0xbf}, {0x80, 0xbf}}}},
};

std::size_t WellFormedLength(std::string_view text) {
  for (const WellFormed& row : kTable37) {
    bool fits = row.length <= text.size();
    for (std::size_t i = 0; fits && i < row.length; ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      fits = byte >= row.bytes[i][0] && byte <= row.bytes[i][1];
    }
    if (fits) return row.length;
  }
  return 0;
}

std::string RepairedByTheTable(std::string_view text) {
  std::string repaired;
  while (!text.empty()) {
    const std::size_t length = WellFormedLength(text);
    repaired += length == 0 ? "?" : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return repaired;
}

TEST(Utf8Test, IsWhatTable37OfUnicodeSaysAroundEveryLimit) {
  constexpr unsigned char kSecond[] = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f,
                                       0xa0, 0xbf, 0xc0, 0xc3, 0xff};
  constexpr unsigned char kOther[] = {0x7f, 0x80, 0xbf, 0xc0};
  // On the heap, with nothing behind: a read too far is an error under ASan.
  std::vector<char> bytes(4);
  for (int lead = 0; lead < 256; ++lead) {
    for (const unsigned char second : kSecond) {
      for (const unsigned char third : kOther) {
        for (const unsigned char fourth : kOther) {
          bytes = {static_cast<char>(lead), static_cast<char>(second), static_cast<char>(third),
                   static_cast<char>(fourth)};
          const std::string_view text(bytes.data(), bytes.size());
          const std::string repaired = ToUtf8(text);
          ASSERT_EQ(repaired, RepairedByTheTable(text)) << testing::PrintToString(bytes);
          ASSERT_EQ(ToUtf8(repaired), repaired);
        }
      }
    }
  }
}

TEST(Utf8Test, ReadsNothingBehindASequenceThatIsCutOff) {
  for (const std::string_view whole : {"\xc3\xab", "\xe2\x82\xac", "\xf0\x9f\x93\x9e"}) {
    for (std::size_t length = 1; length < whole.size(); ++length) {
      const std::vector<char> cut(whole.begin(),
                                  whole.begin() + static_cast<std::ptrdiff_t>(length));
      EXPECT_EQ(ToUtf8({cut.data(), cut.size()}), std::string(length, '?'));
    }
  }
}

TEST(VisibleTest, WhatEndsALineOrCommandsATerminalIsWrittenAsHex) {
  const struct {
    std::string text;
    std::string_view visible;
  } kCases[] = {
      {"plain \"text\" \\", "plain \"text\" \\"},
      {"Zo\xc3\xab \xf0\x9f\x93\x9e", "Zo\xc3\xab \xf0\x9f\x93\x9e"},
      {"a\r\nb", "a\\x0D\\x0Ab"},
      {"\x1b[2J", "\\x1B[2J"},
      {"a\0b"s, "a\\x00b"},
      {"\t\x7f", "\\x09\\x7F"},
      {"\xc2\x9bm", "\\xC2\\x9Bm"},         // CSI
      {"\xc2\x85", "\\xC2\\x85"},           // next line
      {"\xe2\x80\xa8", "\\xE2\\x80\\xA8"},  // line separator
      {"\xe2\x80\xa9", "\\xE2\\x80\\xA9"},  // paragraph separator
      {"\xc2\xa0", "\xc2\xa0"},             // a no-break space is none of these
      {"Zo\xeb\xc2", "Zo??"},
      {"\xc2\n", "?\\x0A"},
  };
  for (const auto& [text, visible] : kCases) EXPECT_EQ(Visible(text), visible);
}

TEST(TextTest, ErrnoIsSaidInWords) {
  EXPECT_EQ(ErrnoText(ENOENT), "No such file or directory");
  EXPECT_EQ(ErrnoText(EACCES), "Permission denied");
  EXPECT_NE(ErrnoText(99999), "");
}

constexpr std::array<std::string_view, 5> kKnown = {"origin", "context", "channel", "priority",
                                                    "caller_id"};

TEST(NearestTest, FindsWhatWasMeant) {
  const struct {
    std::string_view text;
    std::string_view meant;
  } kCases[] = {
      {"orign", "origin"},       {"origins", "origin"},      {"oirgin", "origin"},
      {"contxt", "context"},     {"Context", "context"},     {"CHANNEL", "channel"},
      {"callerid", "caller_id"}, {"caller-id", "caller_id"},
  };
  for (const auto& [text, meant] : kCases) EXPECT_EQ(Nearest(text, kKnown), meant) << text;
}

TEST(NearestTest, DoesNotGuess) {
  for (const std::string_view text : {"zzz", "username", "x", "extremely_long_and_different"}) {
    EXPECT_EQ(Nearest(text, kKnown), "") << text;
  }
  EXPECT_EQ(Nearest("origin", {}), "");
}

TEST(NearestTest, OfTwoEquallyNearTheFirst) {
  constexpr std::array<std::string_view, 2> kPair = {"aaab", "aaac"};
  EXPECT_EQ(Nearest("aaa", kPair), "aaab");
}

}  // namespace
}  // namespace click2call::base
