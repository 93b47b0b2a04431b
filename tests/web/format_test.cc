#include "web/format.h"

#include <optional>
#include <string_view>

#include <gtest/gtest.h>

namespace click2call::web {
namespace {

using enum Format;

struct AcceptCase {
  std::string_view who;
  std::string_view accept;
  std::optional<Format> format;
};

template <std::size_t kCount>
void ExpectFormats(const AcceptCase (&cases)[kCount]) {
  for (const auto& [who, accept, format] : cases) {
    EXPECT_EQ(FormatFromAccept(accept), format) << who << ": " << accept;
  }
}

TEST(FormatTest, TheNamesAreThoseOfTheParameter) {
  EXPECT_EQ(ParseFormat("html"), kHtml);
  EXPECT_EQ(ParseFormat("json"), kJson);
  EXPECT_EQ(ParseFormat("text"), kText);
  EXPECT_EQ(ParseFormat("none"), kNone);
  for (const std::string_view name : {"", "HTML", " json", "xml", "htm", "text/html"}) {
    EXPECT_EQ(ParseFormat(name), std::nullopt) << name;
  }
}

TEST(FormatTest, OnlyAListComesAsCsv) {
  EXPECT_EQ(ParseFormat("csv", Subject::kList), kCsv);
  EXPECT_EQ(ParseFormat("csv"), std::nullopt);
  EXPECT_EQ(ParseFormat("json", Subject::kList), kJson);
  EXPECT_EQ(FormatFromAccept("text/csv", Subject::kList), kCsv);
  EXPECT_EQ(FormatFromAccept("text/csv"), std::nullopt);
  EXPECT_EQ(FormatFromAccept("text/csv,text/html;q=0.5"), kHtml);
  EXPECT_EQ(FormatFromAccept("text/csv;q=0.2,text/html;q=0.5", Subject::kList), kHtml);
}

TEST(FormatFromAcceptTest, ClientsGetWhatTheyCanShow) {
  constexpr AcceptCase kCases[] = {
      {"Chromium, a click",
       "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
       "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
       kHtml},
      {"Firefox, a click", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
       kHtml},
      {"Internet Explorer 8",
       "image/jpeg, application/x-ms-application, image/gif, application/xaml+xml, */*",
       std::nullopt},
      {"a fetch() that wants JSON", "application/json", kJson},
      {"axios", "application/json, text/plain, */*", kJson},
      {"jQuery.getJSON", "application/json, text/javascript, */*; q=0.01", kJson},
      {"jQuery.get", "text/plain, */*; q=0.01", kText},
      {"curl, fetch() and PHP with cURL", "*/*", std::nullopt},
      {"an image", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
       std::nullopt},
      {"file_get_contents() of PHP", "", std::nullopt},
      {"Java's HttpURLConnection", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", kHtml},
  };
  ExpectFormats(kCases);
}

TEST(FormatFromAcceptTest, TheHighestWeightWinsAndTheFirstOfEqualOnes) {
  constexpr AcceptCase kCases[] = {
      {"equal", "application/json,text/html", kJson},
      {"equal, the other way", "text/html,application/json", kHtml},
      {"the later one is heavier", "text/html;q=0.5,application/json", kJson},
      {"three", "text/html;q=0.1,text/plain;q=0.3,application/json;q=0.2", kText},
      {"weights that say the same", "text/plain;q=1,text/html;q=1.000", kText},
      {"the least weight there is", "text/html;q=0.001", kHtml},
      {"refused", "application/json;q=0", std::nullopt},
      {"refused, at length", "text/html;q=0.000,text/plain;q=0.1", kText},
      {"what we cannot make is heavier", "application/xml,application/json;q=0.1", kJson},
      {"blanks", " text/html ; q=0.5 ,\tapplication/json\t;q=0.9", kJson},
      {"other parameters before the weight", "text/html;level=1;charset=utf-8;q=0.4,text/plain",
       kText},
      {"a profile", "application/json;profile=\"x\";q=0.9,text/html;q=0.8", kJson},
  };
  ExpectFormats(kCases);
}

TEST(FormatFromAcceptTest, NamesAreComparedWithoutCase) {
  constexpr AcceptCase kCases[] = {
      {"a type", "Text/HTML", kHtml},
      {"XHTML", "APPLICATION/XHTML+XML", kHtml},
      {"the name of the weight", "text/html;Q=0.1,application/json;Q=0.9", kJson},
  };
  ExpectFormats(kCases);
}

TEST(FormatFromAcceptTest, BrokenHeadersDoNoHarm) {
  constexpr AcceptCase kCases[] = {
      {"only separators", ",;,;=,,", std::nullopt},
      {"an empty range first", ",,application/json", kJson},
      {"a comma at the end", "application/json,", kJson},
      {"no number", "text/html;q=abc", kHtml},
      {"no weight", "text/html;q=", kHtml},
      {"a weight alone", ";q=1", std::nullopt},
      {"negative", "text/html;q=-1,application/json;q=0.1", kJson},
      {"not a number", "text/html;q=nan,application/json;q=0.1", kHtml},
      {"no subtype", "text", std::nullopt},
      {"only the beginning of a type", "text/htm,text/htmlx", std::nullopt},
      {"a NUL", std::string_view("text/html\0", 10), std::nullopt},
      {"bytes that are no text", "\xff\xfe,text/plain", kText},
  };
  ExpectFormats(kCases);
}

}  // namespace
}  // namespace click2call::web
