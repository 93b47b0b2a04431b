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

TEST(FormTest, WhatOurOwnPagesSendIsRead) {
  const Form form = FormOf({{"token", "t"}, {"before", "c2c-1"}, {"limit", "x"}});
  EXPECT_EQ(form.token, "t");
  EXPECT_EQ(form.before, "c2c-1");
  EXPECT_EQ(form.limit, "x");
  EXPECT_EQ(RefusalOf({{"token", "a"}, {"token", "b"}}),
            "`token` is given twice, with different values");
}

TEST(FormTest, ABodyThatIsNoFormIsRefused) {
  Request request;
  request.body = "{}";
  request.fields = {{"to", "1006"}};
  const auto form = ReadForm(request);
  ASSERT_FALSE(form.Ok());
  EXPECT_EQ(form.Why().code, base::Code::kInvalidArgument);
  EXPECT_TRUE(form.Why().message.starts_with("the body must be a form")) << form.Why().message;
}

base::Result<ListForm> ReadList(std::vector<Request::Field> fields) {
  Request request;
  request.fields = std::move(fields);
  return ReadListForm(request);
}

TEST(ListFormTest, WithoutParametersItIsTheFirstPage) {
  const auto list = ReadList({});
  ASSERT_TRUE(list.Ok());
  EXPECT_EQ(list.Value().before, "");
  EXPECT_EQ(list.Value().limit, 50U);
}

TEST(ListFormTest, TheLimitIsANumberFromOneToTwoHundred) {
  for (const std::string limit : {"1", "200", "007"}) {
    const auto list = ReadList({{"limit", limit}, {"before", "c2c-1"}});
    ASSERT_TRUE(list.Ok()) << limit;
    EXPECT_EQ(list.Value().limit, std::stoul(limit));
    EXPECT_EQ(list.Value().before, "c2c-1");
  }
  for (const std::string limit : {"0", "201", "-1", "+1", " 1", "1 ", "1x", "x", "0x1", "1.0",
                                  "18446744073709551617", "99999999999999999999999"}) {
    const auto list = ReadList({{"limit", limit}});
    ASSERT_FALSE(list.Ok()) << limit;
    EXPECT_EQ(list.Why().code, base::Code::kInvalidArgument);
    EXPECT_EQ(list.Why().message, "`limit` must be a number from 1 to 200");
  }
}

TEST(ListFormTest, OnlyAListComesAsCsv) {
  EXPECT_TRUE(ReadList({{"format", "csv"}}).Ok());
  EXPECT_FALSE(ReadList({{"format", "xml"}}).Ok());
  EXPECT_EQ(RefusalOf({{"format", "csv"}}), "`format` must be html, json, text or none");
  EXPECT_EQ(FormatOf({{"format", "csv"}}), std::nullopt);
}

TEST(ListFormTest, ItsFormIsAskedForElseLikedBestElseTheDefault) {
  Request request;
  EXPECT_EQ(ListFormatFor(request, Format::kNone), Format::kNone);
  request.accept = "text/csv";
  EXPECT_EQ(ListFormatFor(request, Format::kNone), Format::kCsv);
  request.fields = {{"format", "json"}};
  EXPECT_EQ(ListFormatFor(request, Format::kNone), Format::kJson);
  request.fields = {{"format", "csv"}};
  EXPECT_EQ(ListFormatFor(request, Format::kNone), Format::kCsv);
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
