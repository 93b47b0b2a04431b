#include "cli/options.h"

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "base/version.h"

namespace click2call::cli {
namespace {

using enum Options::Command;

// What a command line is read as, and what that printed.
struct Outcome {
  std::variant<Options, int> parsed;
  std::string out;
  std::string err;

  bool Ok() const { return std::holds_alternative<Options>(parsed); }
  int Status() const { return Ok() ? -1 : std::get<int>(parsed); }
};

Outcome Parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "click2call");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  auto parsed = ParseOptions(static_cast<int>(arguments.size()), argv.data());
  return {std::move(parsed), testing::internal::GetCapturedStdout(),
          testing::internal::GetCapturedStderr()};
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(OptionsTest, ACommandLineIsReadSilently) {
  const struct {
    std::vector<std::string> arguments;
    Options options;
  } kCases[] = {
      {{}, {}},
      {{"--config", "a.toml"}, {kNone, "a.toml", "", "", ""}},
      {{"--config=a.toml"}, {kNone, "a.toml", "", "", ""}},
      {{"--listen", "unix:/run/c2c.sock"}, {kNone, "", "unix:/run/c2c.sock", "", ""}},
      {{"call", "1006"}, {kCall, "", "", "1006", ""}},
      {{"call", "1006", "--from", "1003"}, {kCall, "", "", "1006", "1003"}},
      {{"call", "--from", "1003", "1006"}, {kCall, "", "", "1006", "1003"}},
      {{"call", "--from=1003", "1006"}, {kCall, "", "", "1006", "1003"}},
      {{"--config", "a.toml", "call", "1006"}, {kCall, "a.toml", "", "1006", ""}},
      {{"call", "1006", "--config", "a.toml"}, {kCall, "a.toml", "", "1006", ""}},
      {{"check"}, {kCheck, "", "", "", ""}},
      {{"check", "--dial", "089 / 1"}, {kCheck, "", "", "089 / 1", ""}},
      {{"check", "--from", "1003", "--dial", "1"}, {kCheck, "", "", "1", "1003"}},
      {{"check", "--socket", "/run/c"}, {kCheck, "", "", "", "", "/run/c"}},
      {{"check", "--config", "a.toml"}, {kCheck, "a.toml", "", "", ""}},
      {{"import", "a.php"}, {kImport, "", "", "", "", "", {}, "", "a.php"}},
      {{"import", "a.php", "--output", "b.toml"},
       {kImport, "", "", "", "", "", {}, "", "a.php", "b.toml"}},
      {{"sign", "1006"}, {kSign, "", "", "1006", ""}},
      {{"sign", "1006", "--from", "1003"}, {kSign, "", "", "1006", "1003"}},
      {{"sign", "1006", "--url", "https://h/c"},
       {kSign, "", "", "1006", "", "", {}, "https://h/c"}},
  };
  for (const auto& [arguments, options] : kCases) {
    const std::string what = testing::PrintToString(arguments);
    const Outcome outcome = Parse(arguments);
    ASSERT_TRUE(outcome.Ok()) << what << outcome.err;
    const auto& read = std::get<Options>(outcome.parsed);
    EXPECT_EQ(read.command, options.command) << what;
    EXPECT_EQ(read.config, options.config) << what;
    EXPECT_EQ(read.listen, options.listen) << what;
    EXPECT_EQ(read.to, options.to) << what;
    EXPECT_EQ(read.from, options.from) << what;
    EXPECT_EQ(read.socket, options.socket) << what;
    EXPECT_EQ(read.url, options.url) << what;
    EXPECT_EQ(read.script, options.script) << what;
    EXPECT_EQ(read.output, options.output) << what;
    EXPECT_EQ(outcome.out + outcome.err, "") << what;
  }
}

TEST(OptionsTest, ANumberMayBeWrittenAsPeopleDo) {
  for (const std::string to : {"+4989123456", "0049 89 12 34 56", "(089) 1234-56", "*97", "#31#",
                               "tel:+49-89-123456", "/", "call"}) {
    const Outcome outcome = Parse({"call", to});
    ASSERT_TRUE(outcome.Ok()) << to << outcome.err;
    EXPECT_EQ(std::get<Options>(outcome.parsed).to, to);
  }
}

TEST(OptionsTest, ALinkIsGoodForAnHourOrForAsLongAsIsSaid) {
  const struct {
    std::vector<std::string> arguments;
    std::chrono::seconds expires;
  } kCases[] = {
      {{}, std::chrono::hours(1)},
      {{"--expires", "90s"}, std::chrono::seconds(90)},
      {{"--expires", "30m"}, std::chrono::minutes(30)},
      {{"--expires=1h"}, std::chrono::hours(1)},
      {{"--expires", "7d"}, std::chrono::days(7)},
      {{"--expires", "36500d"}, std::chrono::days(36500)},
  };
  for (const auto& [arguments, expires] : kCases) {
    std::vector<std::string> line = {"sign", "1006"};
    line.insert(line.end(), arguments.begin(), arguments.end());
    const Outcome outcome = Parse(line);
    ASSERT_TRUE(outcome.Ok()) << outcome.err;
    EXPECT_EQ(std::get<Options>(outcome.parsed).expires, expires);
  }
  for (const std::string wrong :
       {"1", "0s", "-1h", "1w", "1H", "1h30m", "36501d", "99999999999999999999d", "soon", ""}) {
    const Outcome outcome = Parse({"sign", "1006", "--expires=" + wrong});
    EXPECT_EQ(outcome.Status(), kExitUsage) << wrong;
    EXPECT_TRUE(Has(outcome.err, "--expires")) << wrong << outcome.err;
  }
}

TEST(OptionsTest, VersionIsPrintedAndThatWasAll) {
  const Outcome outcome = Parse({"--version"});
  EXPECT_EQ(outcome.Status(), 0);
  EXPECT_EQ(outcome.out, std::string("click2call ") + base::kVersion + "\n");
  EXPECT_EQ(outcome.err, "");
}

TEST(OptionsTest, HelpNamesEveryOptionAndThatWasAll) {
  for (const std::string flag : {"--help", "-h"}) {
    const Outcome outcome = Parse({flag});
    EXPECT_EQ(outcome.Status(), 0);
    EXPECT_EQ(outcome.err, "");
    for (const std::string word :
         {"--config", "$CLICK2CALL_CONFIG", "/etc/click2call/click2call.toml", "--listen",
          "unix:PATH", "tcp:ADDRESS:PORT", "--version", "call", "check", "import", "sign"}) {
      EXPECT_TRUE(Has(outcome.out, word)) << word;
    }
  }
}

TEST(OptionsTest, ACommandHasHelpOfItsOwn) {
  const Outcome outcome = Parse({"call", "--help"});
  EXPECT_EQ(outcome.Status(), 0);
  EXPECT_TRUE(Has(outcome.out, "TO"));
  EXPECT_TRUE(Has(outcome.out, "--from"));
}

TEST(OptionsTest, WhatIsWrongIsSaidOnStderrWithStatusTwo) {
  const struct {
    std::vector<std::string> arguments;
    std::string named;
  } kCases[] = {
      {{"call"}, "TO"},
      {{"call", "--from", "1003"}, "TO"},
      {{"call", "1006", "1007"}, "1007"},
      {{"call", "1006", "--channel", "SIP/1"}, "--channel"},
      {{"--verbose"}, "--verbose"},
      {{"dial", "1006"}, "dial"},
      {{"--from", "1003"}, "--from"},
      {{"--config"}, "--config"},
      {{"call", "1006", "--from"}, "--from"},
      {{"--listen"}, "--listen"},
      {{"sign"}, "TO"},
      {{"sign", "1006", "--expires"}, "--expires"},
      {{"import"}, "OLD.php"},
      {{"import", "a.php", "b.php"}, "b.php"},
      {{"import", "a.php", "--output"}, "--output"},
      {{"check", "1006"}, "1006"},
      {{"check", "--from", "1003"}, "--dial"},
      {{"check", "--dial"}, "--dial"},
  };
  for (const auto& [arguments, named] : kCases) {
    const std::string what = testing::PrintToString(arguments);
    const Outcome outcome = Parse(arguments);
    EXPECT_EQ(outcome.Status(), kExitUsage) << what;
    EXPECT_TRUE(Has(outcome.err, named)) << what << outcome.err;
    EXPECT_EQ(outcome.out, "") << what;
  }
}

TEST(OptionsTest, AnErrorIsPrintedWithOurNameAndStatusTwo) {
  testing::internal::CaptureStderr();
  const int status = PrintError({base::Code::kInternal, "c.toml:1:1: pbx is missing"});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "click2call: c.toml:1:1: pbx is missing\n");
  EXPECT_EQ(status, kExitUsage);
}

TEST(OptionsTest, AnErrorReachesTheTerminalWithoutControlCharacters) {
  testing::internal::CaptureStderr();
  PrintError({base::Code::kInternal, "unknown key \x1b[2J\r"});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "click2call: unknown key \\x1B[2J\\x0D\n");
}

TEST(OptionsTest, AProgramWithNothingToDoSaysHowToBegin) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(PrintHint(), kExitUsage);
  const std::string hint = testing::internal::GetCapturedStderr();
  for (const std::string word : {"click2call call 1006", "--listen", "--help"}) {
    EXPECT_TRUE(Has(hint, word)) << hint;
  }
}

}  // namespace
}  // namespace click2call::cli
