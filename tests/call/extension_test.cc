#include "call/extension.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/text.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;

std::string Dialled(std::string_view text) { return Must(Extension::Parse(text, "to")).Dialled(); }

TEST(ExtensionTest, ReadsNumbersAsPeopleWriteThem) {
  const struct {
    std::string_view text, dialled, asked;
  } kRows[] = {
      {"1006", "1006", "1006"},
      {" 1006 ", "1006", "1006"},
      {"10 06", "1006", "10 06"},
      {"+49 89 123-4567", "+49891234567", "+49 89 123-4567"},
      {"(089) 123 45 67", "0891234567", "(089) 123 45 67"},
      {"089/123.45.67", "0891234567", "089/123.45.67"},
      {"(212) 555-0123", "2125550123", "(212) 555-0123"},
      {"0049 89 1234567", "0049891234567", "0049 89 1234567"},
      {"*21*1006#", "*21*1006#", "*21*1006#"},
      {"#31#089123", "#31#089123", "#31#089123"},
      {"(+49) 89 1234567", "+49891234567", "(+49) 89 1234567"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.text);
    const Extension extension = Must(Extension::Parse(row.text, "to"));
    EXPECT_EQ(extension.Dialled(), row.dialled);
    EXPECT_EQ(extension.Asked(), row.asked);
  }
}

TEST(ExtensionTest, ReadsATelUriWithoutItsParameters) {
  const struct {
    std::string_view text, dialled, asked;
  } kRows[] = {
      {"tel:1006", "1006", "1006"},
      {"TEL:1006", "1006", "1006"},
      {" tel:1006 ", "1006", "1006"},
      {"tel:+1-201-555-0123", "+12015550123", "+1-201-555-0123"},
      {"tel:7042;phone-context=example.com", "7042", "7042"},
      {"tel:+12015550123;ext=5;x=y", "+12015550123", "+12015550123"},
      {"tel: 4989123456", "+4989123456", "+4989123456"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.text);
    const Extension extension = Must(Extension::Parse(row.text, "to"));
    EXPECT_EQ(extension.Dialled(), row.dialled);
    EXPECT_EQ(extension.Asked(), row.asked);
  }
  for (const std::string_view text :
       {"tel:", "tel:;ext=5", "tel:tel:1006", "sip:1006", "tel", "1006;ext=5", "tel:ext"}) {
    EXPECT_TRUE(Fails(Extension::Parse(text, "to"), Code::kInvalidPhoneNumber)) << text;
  }
}

TEST(ExtensionTest, ReadsABlankThatWasAPlusInAnUnescapedLink) {
  const struct {
    std::string_view text, dialled;
  } kRows[] = {
      {" 4989123456", "+4989123456"}, {" 49 89 123456", "+4989123456"},
      {" 1234567", "+1234567"},       // the shortest
      {" 123456", "123456"},          // an internal number with a blank before it
      {" 0891234567", "0891234567"},  // no country begins with 0
      {"4989123456", "4989123456"},
  };
  for (const auto& row : kRows) EXPECT_EQ(Dialled(row.text), row.dialled) << row.text;
  EXPECT_EQ(Must(Extension::Parse(" 4989123456", "to")).Asked(), "+4989123456");
}

TEST(ExtensionTest, DropsTheTrunkZeroOfAnInternationalNumber) {
  for (const std::string_view text :
       {"+49 (0) 89 1234567", "+49(0)89-1234567", "tel:+49(0)891234567", " 49 (0) 89 1234567"}) {
    EXPECT_EQ(Dialled(text), "+49891234567") << text;
  }
  EXPECT_EQ(Dialled("(0)89 1234567"), "0891234567") << "without a country it is a digit";
}

// As pages give it: in brackets, or behind the no-break space of what was copied.
TEST(ExtensionTest, DropsTheTrunkZeroWhereverThePlusStands) {
  for (const std::string_view text : {"(+49) (0) 89 1234567", "\xc2\xa0+49 (0) 89 1234567"}) {
    EXPECT_EQ(Dialled(text), "+49891234567") << text;
  }
}

TEST(ExtensionTest, DropsNoBreakSpaces) {
  for (const std::string_view space : {"\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89"}) {
    EXPECT_EQ(Dialled("089" + std::string(space) + "123"), "089123");
  }
}

TEST(ExtensionTest, DropsTypographicDashes) {
  // U+2010 hyphen to U+2015 horizontal bar, the figure dash U+2012 among them; U+2212 minus.
  for (const std::string_view dash :
       {"\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x92", "\xe2\x80\x93", "\xe2\x80\x94",
        "\xe2\x80\x95", "\xe2\x88\x92"}) {
    EXPECT_TRUE(Succeeds(Extension::Parse("089" + std::string(dash) + "123", "to")));
  }
}

TEST(ExtensionTest, HasNoByteButDigitsStarAndHash) {
  constexpr std::string_view kDropped = " ().-/";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const std::string text = std::string("10") + c + "06";
    const auto extension = Extension::Parse(text, "to");
    if (kDropped.find(c) != std::string_view::npos) {
      EXPECT_EQ(Must(extension).Dialled(), "1006") << byte;
    } else if (base::IsDigit(c) || c == '*' || c == '#') {
      EXPECT_EQ(Must(extension).Dialled(), text) << byte;
    } else {
      const bool control = byte < 0x20 || byte == 0x7f;
      EXPECT_TRUE(Fails(extension, control ? Code::kInvalidArgument : Code::kInvalidPhoneNumber))
          << byte;
    }
  }
}

TEST(ExtensionTest, AControlCharacterIsAnAttackAndNoNumber) {
  for (const std::string_view text :
       {std::string_view("1006\r\nAction: Command"), std::string_view("\n1006"),
        std::string_view("1006\n"), std::string_view("1006\t"), std::string_view("10\0006", 5),
        std::string_view("tel:1006;x=\r\n"), std::string_view("\x7f")}) {
    EXPECT_TRUE(Fails(Extension::Parse(text, "to"), Code::kInvalidArgument)) << text;
  }
}

TEST(ExtensionTest, RefusesWhatWouldMeanSomethingToADialplan) {
  for (const std::string_view text :
       {"${EXTEN}", "${SHELL(id)}", "1006&SIP/0900", "1006,1,Hangup", "1006|1", "1006@outbound",
        "1006/n(x)", "$[1+1]", "<1006>", "\"1006\"", "1006;x", "_X.", "s", "h", "1006!"}) {
    EXPECT_TRUE(Fails(Extension::Parse(text, "to"), Code::kInvalidPhoneNumber)) << text;
  }
}

TEST(ExtensionTest, RefusesWhatIsNoNumber) {
  for (const std::string_view text :
       {"", " ", "+", " + ", "()", "-", "\xc2\xa0", "1+2", "++49891", "+49+1", "1-800-FLOWERS",
        "1006 x5", "\xef\xbc\x91\xef\xbc\x90", "1006\xff", "\xd9\xa1\xd9\xa2"}) {
    EXPECT_TRUE(Fails(Extension::Parse(text, "to"), Code::kInvalidPhoneNumber)) << text;
  }
}

TEST(ExtensionTest, HasAtMost32Digits) {
  EXPECT_EQ(Extension::kMaxDigits, 32U);
  EXPECT_TRUE(Succeeds(Extension::Parse(std::string(32, '1'), "to")));
  EXPECT_TRUE(Fails(Extension::Parse(std::string(33, '1'), "to"), Code::kInvalidPhoneNumber));
}

TEST(ExtensionTest, ComesOfAtMost100Bytes) {
  const auto written = [](std::size_t bytes) { return "1" + std::string(bytes - 2, '-') + "2"; };
  EXPECT_EQ(Dialled(written(100)), "12");
  EXPECT_TRUE(Fails(Extension::Parse(written(101), "to"), Code::kInvalidPhoneNumber));
  EXPECT_TRUE(
      Fails(Extension::Parse(std::string(1'000'000, '1'), "to"), Code::kInvalidPhoneNumber));
}

TEST(ExtensionTest, AnErrorNamesTheParameter) {
  for (const std::string_view text : {"", "x", "1\n", "111111111111111111111111111111111"}) {
    EXPECT_TRUE(Has(Extension::Parse(text, "from").Why().message, "`from`"));
  }
}

}  // namespace
}  // namespace click2call::call
