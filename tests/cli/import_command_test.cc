#include "cli/import_command.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "cli/load.h"
#include "cli/php_settings.h"
#include "fakes/results.h"
#include "support/temp_folder.h"

namespace click2call::cli {
namespace {

using fakes::Has;

constexpr std::string_view kPage =
    "<?php $strHost = '10.0.0.5'; $strUser = 'web'; $strSecret = 'swordfish';\n"
    "$strChannel = 'PJSIP/1003'; $strContext = 'internal';\n";

class ImportCommandTest : public testing::Test {
 protected:
  int Run(const std::string& script, const std::string& output = {}) {
    out_.str("");
    err_.str("");
    Options options;
    options.command = Options::Command::kImport;
    options.script = script;
    options.output = output;
    const int status = RunImport(options, out_, err_);
    EXPECT_EQ(err_.str().find("swordfish"), std::string::npos);
    return status;
  }

  support::TempFolder folder_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ImportCommandTest, TheConfigurationIsPrinted) {
  EXPECT_EQ(Run(folder_.Write("old.php", kPage)), 0);
  EXPECT_TRUE(Has(out_.str(), "secret = \"swordfish\"\n"));
  EXPECT_TRUE(fakes::Succeeds(call::ParseConfig(out_.str(), "out")));
  EXPECT_TRUE(Has(err_.str(), "next     click2call check --config FILE\n"));
}

TEST_F(ImportCommandTest, OrWrittenToAFileOfItsOwn) {
  const std::string output = folder_.Path("click2call.toml");
  const mode_t before = umask(0);
  EXPECT_EQ(Run(folder_.Write("old.php", kPage), output), 0);
  umask(before);
  EXPECT_EQ(out_.str(), "");
  struct stat info {};
  ASSERT_EQ(stat(output.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_TRUE(fakes::Succeeds(LoadSetup(output)));
  EXPECT_TRUE(Has(err_.str(), "next     click2call check --config " + output + "\n"));
}

TEST_F(ImportCommandTest, AFileThatIsThereIsKept) {
  const std::string script = folder_.Write("old.php", kPage);
  const std::string output = folder_.Write("click2call.toml", "mine");
  EXPECT_EQ(Run(script, output), kExitUsage);
  EXPECT_TRUE(Has(err_.str(), output + ": File exists"));
  std::filesystem::create_symlink(folder_.Path("elsewhere"), folder_.Path("link"));
  EXPECT_EQ(Run(script, folder_.Path("link")), kExitUsage);
  EXPECT_FALSE(std::filesystem::exists(folder_.Path("elsewhere")));
  EXPECT_EQ(Run(script, folder_.Path("no/such/folder")), kExitUsage);
  std::ifstream in(output);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "mine");
}

TEST_F(ImportCommandTest, AScriptThatCannotBeReadIsSaidToBeSo) {
  EXPECT_EQ(Run(folder_.Path("none.php")), kExitUsage);
  EXPECT_TRUE(Has(err_.str(), "none.php: No such file or directory"));
  EXPECT_EQ(Run(folder_.Path()), kExitUsage);
  EXPECT_TRUE(Has(err_.str(), ": is not a file"));
  EXPECT_EQ(Run("/dev/zero"), kExitUsage);
  std::string large(kPage);
  large.resize(kMaxScriptBytes, '\n');
  EXPECT_EQ(Run(folder_.Write("large.php", large)), 0);
  EXPECT_EQ(Run(folder_.Write("large.php", large + "\n")), kExitUsage);
  EXPECT_TRUE(Has(err_.str(), "large.php: is no click-to-call page"));
  EXPECT_EQ(out_.str(), "");
}

TEST_F(ImportCommandTest, WhatIsMissingIsStatusOneAndWhatWasFoundIsThere) {
  const std::string output = folder_.Path("click2call.toml");
  EXPECT_EQ(Run(folder_.Write("old.php", "<?php $strHost = 'pbx';"), output), kExitFailed);
  std::ifstream in(output);
  const std::string toml(std::istreambuf_iterator<char>(in), {});
  EXPECT_TRUE(Has(toml, "host = \"pbx\"\n"));
  EXPECT_TRUE(Has(toml, "# secret = \"\"  # missing: "));
}

TEST_F(ImportCommandTest, AScriptThatCommandsTheTerminalDoesNot) {
  Run(folder_.Write("old.php", std::string(kPage) + "$strPriority = \"\\e[2J\";"));
  EXPECT_EQ(err_.str().find('\x1b'), std::string::npos);
  EXPECT_EQ(out_.str().find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace click2call::cli
