#include "cli/check_command.h"

#include <memory>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "call/dialer.h"
#include "fakes/results.h"
#include "support/temp_folder.h"

namespace click2call::cli {
namespace {

using base::Code;
using base::Error;
using call::PbxHealth;
using fakes::Has;

constexpr char kConfig[] =
    "[[pbx]]\nusername = 'c2c'\nsecret = 'hunter2'\n[call]\norigin = '1003'\n";

class CheckCommandTest : public testing::Test {
 protected:
  std::string Run(const std::string& more = "") {
    options_.command = Options::Command::kCheck;
    options_.config = folder_.Write("c.toml", kConfig + more);
    std::ostringstream out;
    status_ = RunCheck(options_, tryout_, out);
    EXPECT_EQ(out.str().find("hunter2"), std::string::npos) << out.str();
    return out.str();
  }

  support::TempFolder folder_;
  Options options_;
  Tryout tryout_{
      [](const call::Config&) { return std::vector<std::pair<std::string, base::Status>>(); },
      [](const call::Config&) { return base::Done(); },
      [](const call::Config&) {
        PbxHealth health{.name = "main", .state = PbxHealth::State::kUp};
        health.rights = call::Rights{true, true, true};
        return std::vector{health};
      },
      [](const std::string&) { return std::unique_ptr<call::NumberReader>(); },
  };
  int status_ = -1;
};

TEST_F(CheckCommandTest, WhereAllIsWellEveryLineIsOk) {
  const std::string found = Run();
  EXPECT_EQ(status_, 0) << found;
  EXPECT_TRUE(Has(found, "ok       configuration " + folder_.Path("c.toml")));
  EXPECT_TRUE(Has(found, "ok       the journal can be read and written\n"));
  EXPECT_TRUE(Has(found, "may place calls\n"));
  EXPECT_FALSE(Has(found, "error"));
  EXPECT_EQ(found.find("warning  root may read everything") == 0, geteuid() == 0);
}

TEST_F(CheckCommandTest, AConfigurationThatIsWrongIsTheOnlyFinding) {
  EXPECT_EQ(Run("contxt = 'x'\n"),
            "error    " + folder_.Path("c.toml") +
                ":6:1: unknown key call.contxt; did you mean call.context?\n");
  EXPECT_EQ(status_, kExitFailed);
}

TEST_F(CheckCommandTest, OneThatIsNotThereIsToo) {
  std::ostringstream out;
  options_.config = folder_.Path("none.toml");
  EXPECT_EQ(RunCheck(options_, tryout_, out), kExitFailed);
  EXPECT_TRUE(Has(out.str(), "none.toml: No such file or directory"));
}

TEST_F(CheckCommandTest, WhatFailsIsSaidAndTheRestIsStillTried) {
  tryout_.modules = [](const call::Config&) {
    return std::vector<std::pair<std::string, base::Status>>{
        {"jwt", base::Done()}, {"links", Error{Code::kInternal, "links.so: is missing"}}};
  };
  tryout_.journal = [](const call::Config&) -> base::Status {
    return Error{Code::kStoreUnavailable, "there is no folder /x"};
  };
  tryout_.pbxs = [](const call::Config&) {
    return std::vector{
        PbxHealth{.name = "main", .state = PbxHealth::State::kRefused, .error = "refused"}};
  };
  const std::string found = Run();
  EXPECT_TRUE(Has(found, "ok       module jwt is there\n"));
  EXPECT_TRUE(Has(found, "error    links.so: is missing\n"));
  EXPECT_TRUE(Has(found, "error    there is no folder /x\n"));
  EXPECT_TRUE(Has(found, "error    PBX \"main\": at 127.0.0.1:5038: refused\n"));
  EXPECT_EQ(status_, kExitFailed);
}

TEST_F(CheckCommandTest, WhatTheConfigurationOpensTooWideIsAWarning) {
  const struct {
    std::string more;
    std::string warning;
  } kCases[] = {
      {"priority = 0\n", "call.priority = 0"},
      {"[access]\nnetworks = ['0.0.0.0/0']\n", "access.networks lets the whole Internet in"},
      {"[access]\nnetworks = ['::/0']\n", "access.networks lets the whole Internet in"},
      {"[access]\nremote_user = true\n", "REMOTE_USER is believed"},
      {"[limits]\nper_minute = 0\nper_day = 0\n", "anybody may place any number of calls"},
      {"[numbers]\nallow = ['_X.']\n", "numbers.allow opens satellite and premium numbers"},
      {"[numbers]\nallow = ['_+X.']\n", "numbers.allow opens satellite and premium numbers"},
  };
  EXPECT_FALSE(Has(Run("[numbers]\nallow = ['_1XXX', '_0[1-9]X.']\n"), "warning  numbers"));
  for (const auto& [more, warning] : kCases) {
    EXPECT_FALSE(Has(Run(), warning));
    EXPECT_TRUE(Has(Run(more), warning));
    EXPECT_EQ(status_, 0);
  }
}

TEST_F(CheckCommandTest, DialTriesNothingElse) {
  tryout_.journal = [](const call::Config&) -> base::Status {
    ADD_FAILURE();
    return base::Done();
  };
  tryout_.pbxs = [](const call::Config&) {
    ADD_FAILURE();
    return std::vector<PbxHealth>();
  };
  options_.to = "1006";
  options_.from = "1007";
  EXPECT_TRUE(Has(Run(), "channel PJSIP/1007 rings first"));
  EXPECT_EQ(status_, 0);
  options_.to = "0900123";
  EXPECT_TRUE(Has(Run(), "error    0900123"));
  EXPECT_EQ(status_, kExitFailed);
}

}  // namespace
}  // namespace click2call::cli
