#include "base/toml_section.h"

#include <array>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace click2call::base {
namespace {

using Reader = std::function<void(TomlSection&)>;
using Words = std::vector<std::string>;

TomlSection Parse(std::string_view text) {
  auto document = TomlSection::Parse(text, "c.toml");
  if (!document.Ok()) throw std::runtime_error(document.Why().message);
  return std::move(document).Value();
}

// The problem that is found when `reader` goes through `text`; empty when there is none.
std::string ProblemOf(std::string_view text, const Reader& reader) {
  TomlSection document = Parse(text);
  reader(document);
  const Status status = document.Finish();
  if (status.Ok()) return {};
  EXPECT_EQ(status.Why().code, Code::kInternal);
  return status.Why().message;
}

std::string SyntaxErrorOf(std::string_view text) {
  const auto document = TomlSection::Parse(text, "c.toml");
  return document.Ok() ? "" : document.Why().message;
}

constexpr std::array<std::string_view, 2> kAuths = {"plain", "md5"};

void ReadString(TomlSection& section) { section.String("key", ""); }
void ReadChoice(TomlSection& section) { section.Choice("key", "plain", kAuths); }
void ReadInteger(TomlSection& section) { section.Integer("key", 1, {1, 65535}); }
void ReadBool(TomlSection& section) { section.Bool("key", false); }
void ReadStrings(TomlSection& section) { section.Strings("key", {}); }
void ReadStringTable(TomlSection& section) { section.StringTable("key"); }
void ReadTable(TomlSection& section) { section.Table("key"); }
void ReadTables(TomlSection& section) {
  for (TomlSection& one : section.Tables("key")) one.String("name", "");
}

TEST(TomlSectionTest, ReadsWhatStandsThere) {
  TomlSection document = Parse(
      "text = 'a \"b\"'\n"
      "auth = 'md5'\n"
      "port = 5_038\n"
      "yes = true\n"
      "words = ['a', 'b']\n"
      "[users]\n"
      "bob = '1004'\n"
      "alice = '1003'\n"
      "[outer.inner]\n"
      "deep = 'x'\n"
      "[[pbx]]\n"
      "name = 'first'\n"
      "[[pbx]]\n"
      "name = 'second'\n");
  EXPECT_EQ(document.String("text", ""), "a \"b\"");
  EXPECT_EQ(document.Choice("auth", "plain", kAuths), "md5");
  EXPECT_EQ(document.Integer("port", 0, {1, 65535}), 5038);
  EXPECT_TRUE(document.Bool("yes", false));
  EXPECT_EQ(document.Strings("words", {}), (Words{"a", "b"}));
  const std::vector<std::pair<std::string, std::string>> by_name = {{"alice", "1003"},
                                                                    {"bob", "1004"}};
  EXPECT_EQ(document.StringTable("users"), by_name);
  EXPECT_EQ(document.Table("outer").Table("inner").String("deep", ""), "x");
  Words names;
  for (TomlSection& pbx : document.Tables("pbx")) names.push_back(pbx.String("name", ""));
  EXPECT_EQ(names, (Words{"first", "second"}));
  EXPECT_TRUE(document.Finish().Ok());
}

TEST(TomlSectionTest, WhatIsAbsentReadsAsItsDefaultWhichIsNotChecked) {
  TomlSection document = Parse("");
  TomlSection absent = document.Table("absent").Table("inner");
  for (TomlSection* section : {&document, &absent}) {
    EXPECT_EQ(section->String("a", "x"), "x");
    EXPECT_EQ(section->Choice("b", "neither", kAuths), "neither");
    EXPECT_EQ(section->Integer("c", 0, {1, 2}), 0);
    EXPECT_TRUE(section->Bool("d", true));
    EXPECT_EQ(section->Strings("e", {"x"}), Words{"x"});
    EXPECT_TRUE(section->StringTable("f").empty());
    EXPECT_TRUE(section->Tables("g").empty());
  }
  EXPECT_TRUE(document.Finish().Ok());
}

TEST(TomlSectionTest, WhatIsWrongReadsAsItsDefault) {
  TomlSection document = Parse("a = 1\nb = 'x'\nc = 70000\nd = 'true'\ne = 'x'\nf = 1\ng = 1\n");
  EXPECT_EQ(document.String("a", "x"), "x");
  EXPECT_EQ(document.Choice("b", "plain", kAuths), "plain");
  EXPECT_EQ(document.Integer("c", 7, {1, 65535}), 7);
  EXPECT_TRUE(document.Bool("d", true));
  EXPECT_TRUE(document.Strings("e", {"x"}).empty());
  EXPECT_TRUE(document.StringTable("f").empty());
  EXPECT_TRUE(document.Tables("g").empty());
  EXPECT_FALSE(document.Finish().Ok());
}

TEST(TomlSectionTest, EachReaderSaysWhereAndWhatIsWrong) {
  const struct {
    Reader reader;
    std::string_view text;
    std::string_view problem;
  } kCases[] = {
      {ReadString, "key = 1", "c.toml:1:7: key must be a string"},
      {ReadString, "\n  key = true", "c.toml:2:9: key must be a string"},
      {ReadString, "key = ['a']", "c.toml:1:7: key must be a string"},
      {ReadString, "key = 2026-11-23", "c.toml:1:7: key must be a string"},
      {ReadChoice, "key = 'sha'", "c.toml:1:7: key must be one of \"plain\", \"md5\""},
      {ReadChoice, "key = 'MD5'", "c.toml:1:7: key must be one of \"plain\", \"md5\""},
      {ReadChoice, "key = 5", "c.toml:1:7: key must be a string"},
      {ReadInteger, "key = '5038'", "c.toml:1:7: key must be a whole number"},
      {ReadInteger, "key = 5038.0", "c.toml:1:7: key must be a whole number"},
      {ReadInteger, "key = true", "c.toml:1:7: key must be a whole number"},
      {ReadInteger, "key = 0", "c.toml:1:7: key must be from 1 to 65535"},
      {ReadInteger, "key = 65536", "c.toml:1:7: key must be from 1 to 65535"},
      {ReadInteger, "key = -1", "c.toml:1:7: key must be from 1 to 65535"},
      {ReadBool, "key = 'true'", "c.toml:1:7: key must be true or false"},
      {ReadBool, "key = 1", "c.toml:1:7: key must be true or false"},
      {ReadStrings, "key = 'a'", "c.toml:1:7: key must be a list of strings"},
      {ReadStrings, "key = ['a',\n  7]", "c.toml:2:3: key must be a list of strings"},
      {ReadStringTable, "key = 'a'", "c.toml:1:7: key must be a table of strings"},
      {ReadStringTable, "[key]\na = 'x'\nb = 7", "c.toml:3:5: key must be a table of strings"},
      {ReadTable, "key = 'a'", "c.toml:1:7: key must be a table"},
      {ReadTable, "[[key]]", "c.toml:1:1: key must be a table"},
      {ReadTables, "[key]\nname = 'a'", "c.toml:1:1: key must be written [[key]]"},
      {ReadTables, "key = 'a'", "c.toml:1:7: key must be written [[key]]"},
      {ReadTables, "key = [{ name = 'a' }, 7]", "c.toml:1:7: key must be written [[key]]"},
      {ReadTables, "[[key]]\n[[key]]\nname = 7", "c.toml:3:8: key.name must be a string"},
  };
  for (const auto& [reader, text, problem] : kCases) {
    EXPECT_EQ(ProblemOf(text, reader), problem) << text;
  }
}

TEST(TomlSectionTest, TheEndsOfARangeAreInIt) {
  EXPECT_EQ(ProblemOf("key = 1", ReadInteger), "");
  EXPECT_EQ(ProblemOf("key = 65535", ReadInteger), "");
}

TEST(TomlSectionTest, TablesMayBeInlineAndListsEmpty) {
  EXPECT_EQ(ProblemOf("key = [{ name = 'a' }, { name = 'b' }]", ReadTables), "");
  EXPECT_EQ(ProblemOf("key = { a = 'x' }", ReadStringTable), "");
  EXPECT_EQ(ProblemOf("key.a = 'x'", ReadStringTable), "");
  EXPECT_EQ(ProblemOf("key = []", ReadStrings), "");
}

TEST(TomlSectionTest, AKeyIsNamedWithItsTables) {
  const auto reader = [](TomlSection& document) {
    document.Table("outer").Table("inner").Bool("deep", false);
  };
  EXPECT_EQ(ProblemOf("[outer.inner]\ndeep = 1\n", reader),
            "c.toml:2:8: outer.inner.deep must be true or false");
  EXPECT_EQ(ProblemOf("[outer]\ninner = 1\n", reader), "c.toml:2:9: outer.inner must be a table");
  EXPECT_EQ(ProblemOf("[outer.inner]\ndeeper = true\n", reader),
            "c.toml:2:1: unknown key outer.inner.deeper; did you mean outer.inner.deep?");
}

TEST(TomlSectionTest, AnUnknownKeyIsNamedWithTheNearestKnownOne) {
  const auto reader = [](TomlSection& document) {
    document.Table("call").String("context", "");
    for (TomlSection& pbx : document.Tables("pbx")) pbx.String("username", "");
  };
  const struct {
    std::string_view text;
    std::string_view problem;
  } kCases[] = {
      {"[call]\n  contxt = 'x'", "c.toml:2:3: unknown key call.contxt; did you mean call.context?"},
      {"[call]\nsecret = 'x'", "c.toml:2:1: unknown key call.secret"},
      {"[cal]\ncontext = 'x'", "c.toml:1:2: unknown key cal; did you mean call?"},
      {"verbose = true", "c.toml:1:1: unknown key verbose"},
      {"[[pbx]]\n[[pbx]]\nuser = 'x'", "c.toml:3:1: unknown key pbx.user"},
      {"[[pbx]]\n[[pbx]]\nuser_name = 'x'",
       "c.toml:3:1: unknown key pbx.user_name; did you mean pbx.username?"},
      {"call.contxt = 'x'", "c.toml:1:6: unknown key call.contxt; did you mean call.context?"},
      {"call = { contxt = 'x' }",
       "c.toml:1:10: unknown key call.contxt; did you mean call.context?"},
      {"[call.context2]", "c.toml:1:7: unknown key call.context2; did you mean call.context?"},
  };
  for (const auto& [text, problem] : kCases) EXPECT_EQ(ProblemOf(text, reader), problem) << text;
}

TEST(TomlSectionTest, AMisspeltKeyGoesBeforeWhatFollowsFromIt) {
  const auto reader = [](TomlSection& document) {
    TomlSection call = document.Table("call");
    if (call.String("origin", "").empty()) call.Fail("origin", "is missing");
  };
  EXPECT_EQ(ProblemOf("[call]\norigin = ''", reader), "c.toml:2:10: call.origin is missing");
  EXPECT_EQ(ProblemOf("[call]\norgin = '1003'", reader),
            "c.toml:2:1: unknown key call.orgin; did you mean call.origin?");
}

TEST(TomlSectionTest, OfSeveralProblemsTheFirstThatWasMetIsTold) {
  const auto reader = [](TomlSection& document) {
    document.Bool("b", false);
    document.Bool("a", false);
  };
  EXPECT_EQ(ProblemOf("a = 1\nb = 2", reader), "c.toml:2:5: b must be true or false");
}

TEST(TomlSectionTest, AProblemOfOnesOwnHasThePlaceOfTheKeyElseOfItsTable) {
  const auto fail = [](std::string_view key) {
    return [key](TomlSection& document) {
      TomlSection call = document.Table("call");
      call.String("context", "");
      call.Fail(key, "is wrong");
    };
  };
  EXPECT_EQ(ProblemOf("\n[call]\ncontext = 'x'", fail("context")),
            "c.toml:3:11: call.context is wrong");
  EXPECT_EQ(ProblemOf("\n[call]\ncontext = 'x'", fail("origin")),
            "c.toml:2:1: call.origin is wrong");
  EXPECT_EQ(ProblemOf("\n[web]",
                      [](TomlSection& document) {
                        document.Table("web");
                        document.Table("call").Fail("origin", "is wrong");
                      }),
            "c.toml:1:1: call.origin is wrong");
  EXPECT_EQ(ProblemOf("", [](TomlSection& document) { document.Fail("pbx", "is missing"); }),
            "c.toml:1:1: pbx is missing");
}

TEST(TomlSectionTest, TheProblemIsThereEvenAfterFinishWasAsked) {
  TomlSection document = Parse("key = 1");
  document.String("key", "");
  EXPECT_FALSE(document.Finish().Ok());
  EXPECT_FALSE(document.Finish().Ok());
}

TEST(TomlSectionTest, SectionsOutliveTheDocumentTheyCameFrom) {
  TomlSection inner = Parse("[a.b]\nkey = 'x'").Table("a").Table("b");
  EXPECT_EQ(inner.String("key", ""), "x");
}

TEST(TomlSyntaxTest, AnErrorHasItsPlace) {
  const struct {
    std::string_view text;
    std::string_view place;
  } kCases[] = {
      {"key", "c.toml:1:4: "},
      {"a = 1\nb = \n", "c.toml:2:5: "},
      {"a = 1\nb 2\n", "c.toml:2:3: "},
      {"a = 'x", "c.toml:1:7: "},
      {"\n\n[call\n", "c.toml:3:6: "},
      {"a = 1\na = 2", "c.toml:2:5: "},
      {"a = 'Zo\xeb'", "c.toml:1:"},  // Latin-1
      {"[:pbx]", "c.toml:1:1: "},
      {"a = 1\n[[[pbx]]]\nb = 2\n", "c.toml:2:1: "},
      {"a = \"\"\"\nb\"\"\"\n[!", "c.toml:3:1: "},
  };
  for (const auto& [text, place] : kCases) {
    EXPECT_TRUE(SyntaxErrorOf(text).starts_with(place)) << text << "\n" << SyntaxErrorOf(text);
    EXPECT_GT(SyntaxErrorOf(text).size(), place.size()) << text;
  }
}

// As people have them, and as each kind of TOML value begins that somebody forgot to quote. Each
// has Qs or 777s, which no message has of its own.
constexpr std::string_view kSecrets[] = {
    "QQQQQ",
    "QQ;QQ",
    "trQQQ",
    "falsQ",
    "infQQ",
    "naQQ",
    "+iQQ",
    "0x777777777777777777777",
    "0o777777777777777777777777",
    "0b1Q",
    "0777",
    "777777777777777777777777",
    "-777777777777777777777777",
    "777-77-77",
    "77:77:777",
    "777e777",
    "777_Q",
    "777.777.777",
    "_QQ",
    "#QQ",
    "'QQ",
    "\"QQ",
    "QQ\xc3\xb6",
    "QQ\xe4",
    "{QQ",
    "[QQ",
    "QQ=QQ;QQ",
    "2026-11-23T77:77:77",
};

bool ShowsSecret(std::string_view message) {
  return message.find('Q') != std::string_view::npos ||
         message.find("77") != std::string_view::npos;
}

TEST(TomlSyntaxTest, AnErrorQuotesNothingOfASecretThatStandsInItsLine) {
  std::vector<std::string> shown;
  for (const std::string_view secret_view : kSecrets) {
    const std::string secret(secret_view);
    for (const std::string& line : {
             "secret = " + secret,
             "secret = \"" + secret,
             "secret = '" + secret,
             "secret = " + secret + "\"",
             "secret \"" + secret + "\"",
             "secret: \"" + secret + "\"",
             "secret = = \"" + secret + "\"",
             "secret = \"x\" " + secret,
             "secret = \"" + secret + "\\q\"",
             "secret = \"\\" + secret + "\"",
             "secret = [\"" + secret + "\"",
             "secret = { a = " + secret + " }",
             "secret = \"\"\"" + secret,
             "secret =\n" + secret,
         }) {
      const std::string message = SyntaxErrorOf("[[pbx]]\n" + line + "\n");
      if (ShowsSecret(message)) shown.push_back(line + "  ->  " + message);
    }
  }
  EXPECT_EQ(shown, std::vector<std::string>());
}

TEST(TomlSectionTest, AWrongValueIsNotQuotedEither) {
  for (const Reader& reader : {Reader(ReadInteger), Reader(ReadBool), Reader(ReadChoice),
                               Reader(ReadStrings), Reader(ReadStringTable), Reader(ReadTable)}) {
    EXPECT_FALSE(ShowsSecret(ProblemOf("key = 'QQQQQ'", reader)));
  }
  EXPECT_FALSE(ShowsSecret(ProblemOf("key = 777", ReadString)));
}

}  // namespace
}  // namespace click2call::base
