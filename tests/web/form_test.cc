#include "web/form.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace click2call::web {
namespace {

using namespace std::string_literals;  // NOLINT: "…"s keeps a NUL

base::Result<Form> Read(std::vector<Request::Field> fields) {
  Request request;
  request.fields = std::move(fields);
  return ReadForm(request);
}

// The form of fields that are fine.
Form FormOf(std::vector<Request::Field> fields) {
  auto form = Read(std::move(fields));
  EXPECT_TRUE(form.Ok()) << form.Why().message;
  return form.Ok() ? std::move(form).Value() : Form{};
}

// The form of the answer that they ask for.
std::optional<Format> FormatOf(std::vector<Request::Field> fields) {
  Request request;
  request.fields = std::move(fields);
  return AskedFormat(request);
}

// Why fields are not.
std::string RefusalOf(std::vector<Request::Field> fields) {
  const auto form = Read(std::move(fields));
  if (form.Ok()) return "none";
  EXPECT_EQ(form.Why().code, base::Code::kInvalidArgument);
  return form.Why().message;
}

// design.md fixes the names; the order in which they count is the header's.
const std::vector<std::string> kToNames = {"to",          "number", "num",   "phone",
                                           "phonenumber", "dest",   "dst",   "called",
                                           "callee",      "tel",    "target"};
const std::vector<std::string> kFromNames = {"from", "exten",  "ext",   "extension",
                                             "src",  "caller", "source"};

TEST(FormTest, EveryNameThatLegacyPagesUseIsRead) {
  for (const std::string& name : kToNames) EXPECT_EQ(FormOf({{name, "1006"}}).to, "1006") << name;
  for (const std::string& name : kFromNames) {
    EXPECT_EQ(FormOf({{name, "1003"}}).from, "1003") << name;
  }
  EXPECT_EQ(FormatOf({{"format", "json"}}), Format::kJson);
  EXPECT_EQ(FormOf({{"return", "/crm"}}).back, "/crm");
}

TEST(FormTest, TheNameItselfGoesBeforeItsAliases) {
  for (const std::string& alias : kToNames) {
    if (alias == "to") continue;
    EXPECT_EQ(FormOf({{alias, "2"}, {"to", "1"}}).to, "1") << alias;
    EXPECT_EQ(FormOf({{"to", "1"}, {alias, "2"}}).to, "1") << alias;
  }
  for (const std::string& alias : kFromNames) {
    if (alias == "from") continue;
    EXPECT_EQ(FormOf({{alias, "2"}, {"from", "1"}}).from, "1") << alias;
  }
}

TEST(FormTest, AnAliasGoesBeforeThoseLaterInTheTable) {
  for (const auto& names : {kToNames, kFromNames}) {
    for (std::size_t i = 0; i + 1 < names.size(); ++i) {
      const Form form = FormOf({{names[i + 1], "later"}, {names[i], "earlier"}});
      EXPECT_EQ(names.front() == "to" ? form.to : form.from, "earlier") << names[i];
    }
  }
}

TEST(FormTest, WhatIsNotInTheTableIsNotInput) {
  const Form form = FormOf({{"context", "internal"},
                            {"channel", "SIP/1"},
                            {"priority", "1"},
                            {"To", "1"},
                            {" to", "2"},
                            {"to[]", "3"},
                            {"", "4"},
                            {"utm_source", "a\r\nb"},
                            {"utm_source", "another"}});
  EXPECT_EQ(form.to, std::nullopt);
  EXPECT_EQ(form.from, std::nullopt);
  EXPECT_EQ(form.back, std::nullopt);
}

TEST(FormTest, WhatIsLeftEmptyIsNotGiven) {
  EXPECT_EQ(FormOf({{"to", ""}, {"from", ""}}).to, std::nullopt);
  EXPECT_EQ(FormOf({{"to", ""}, {"number", "1006"}}).to, "1006");
  EXPECT_EQ(FormOf({{"to", ""}, {"to", "1006"}}).to, "1006");
  EXPECT_EQ(FormOf({{"to", "1006"}, {"to", ""}}).to, "1006");
}

TEST(FormTest, TheFormatIsOneOfFourNames) {
  EXPECT_EQ(FormatOf({{"format", "html"}}), Format::kHtml);
  EXPECT_EQ(FormatOf({{"format", "json"}}), Format::kJson);
  EXPECT_EQ(FormatOf({{"format", "text"}}), Format::kText);
  EXPECT_EQ(FormatOf({{"format", "none"}}), Format::kNone);
  EXPECT_EQ(FormatOf({{"format", ""}}), std::nullopt);
  EXPECT_EQ(RefusalOf({{"format", "xml"}}), "`format` must be html, json, text or none");
}

TEST(FormTest, OneNameTwiceWithTheSameValueIsNoQuestion) {
  EXPECT_EQ(FormOf({{"to", "1006"}, {"to", "1006"}}).to, "1006");
}

TEST(FormTest, OneNameTwiceWithDifferentValuesIsRefused) {
  EXPECT_EQ(RefusalOf({{"to", "1006"}, {"to", "1007"}}),
            "`to` is given twice, with different values");
  EXPECT_EQ(RefusalOf({{"num", "1006"}, {"x", "y"}, {"num", "1007"}}),
            "`num` is given twice, with different values");
  EXPECT_EQ(RefusalOf({{"to", "1"}, {"tel", "2"}, {"tel", "3"}}),
            "`tel` is given twice, with different values");
  EXPECT_EQ(RefusalOf({{"return", "/a"}, {"return", "/b"}}),
            "`return` is given twice, with different values");
}

TEST(FormTest, AControlCharacterIsRefusedInEveryParameter) {
  for (const std::string& value :
       {"10\r\n06"s, "\n"s, "\0"s, "1006\0"s, "10\t06"s, "\x1b[2J"s, "1006\x7f"s}) {
    for (const std::string name : {"to", "target", "from", "source", "format", "return"}) {
      EXPECT_EQ(RefusalOf({{name, value}}), "`"s + name + "` holds a control character");
    }
  }
}

TEST(FormTest, ARefusalDoesNotRepeatWhatItRefuses) {
  EXPECT_EQ(RefusalOf({{"to", "hostile\r\n"}}).find("hostile"), std::string::npos);
  EXPECT_EQ(RefusalOf({{"to", "hostile"}, {"to", "other"}}).find("hostile"), std::string::npos);
}

// The format that fields ask for.
std::optional<Format> AskedIn(std::vector<Request::Field> fields) {
  Request request;
  request.fields = std::move(fields);
  return AskedFormat(request);
}

TEST(FormTest, TheFormatCountsEvenWhereAnotherParameterIsRefused) {
  const std::vector<Request::Field> refused = {{"to", "1"}, {"to", "2"}, {"format", "json"}};
  EXPECT_NE(RefusalOf(refused), "none");
  EXPECT_EQ(AskedIn(refused), Format::kJson);
}

TEST(FormTest, AFormatThatIsNoneOrNotClearCountsNot) {
  EXPECT_EQ(AskedIn({}), std::nullopt);
  EXPECT_EQ(AskedIn({{"format", "xml"}}), std::nullopt);
  EXPECT_EQ(AskedIn({{"format", ""}}), std::nullopt);
  EXPECT_EQ(AskedIn({{"format", "json"}, {"format", "text"}}), std::nullopt);
  EXPECT_EQ(AskedIn({{"format", "json\n"}}), std::nullopt);
}

TEST(FormTest, AFormThatCouldNotBeReadStaysRefused) {
  Request request;
  request.form_error = base::Error{base::Code::kPayloadTooLarge, "too long"};
  const auto form = ReadForm(request);
  ASSERT_FALSE(form.Ok());
  EXPECT_EQ(form.Why().code, base::Code::kPayloadTooLarge);
  EXPECT_EQ(form.Why().message, "too long");
}

}  // namespace
}  // namespace click2call::web
