#include "cli/check_files.h"

#include <filesystem>
#include <functional>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "call/read_config.h"
#include "cli/options.h"
#include "fakes/results.h"
#include "support/temp_folder.h"
#include "support/unix_socket.h"

namespace click2call::cli {
namespace {

using fakes::Has;

class CheckFilesTest : public testing::Test {
 protected:
  CheckFilesTest() { Mode("", 0755); }

  void Mode(const std::string& name, mode_t mode) const {
    ASSERT_EQ(chmod(folder_.Path(name).c_str(), mode), 0);
  }

  std::string Print(const std::function<void(Findings*)>& check) {
    std::ostringstream out;
    Findings findings(out);
    check(&findings);
    status_ = findings.ExitStatus();
    return out.str();
  }
  std::string Files() {
    return Print([&](Findings* f) { CheckFiles(folder_.Path("c.toml"), config_, f); });
  }
  std::string Journal() {
    return Print([&](Findings* f) { CheckJournalFile(config_, f); });
  }
  std::string Socket(const std::string& path) {
    return Print([&](Findings* f) { CheckSocket(path, f); });
  }

  support::TempFolder folder_;
  call::Config config_ = call::ReadConfig();  // its secret stands in it
  int status_ = -1;
};

TEST_F(CheckFilesTest, AConfigurationThatIsOursAloneIsFine) {
  folder_.Write("c.toml", "", 0640);
  EXPECT_EQ(Files(), "ok       configuration " + folder_.Path("c.toml") +
                         ": nobody else on this machine can read or change it\n");
}

TEST_F(CheckFilesTest, WhatEverybodyCanReadIsAnErrorWhereThereIsASecretInIt) {
  folder_.Write("c.toml", "", 0644);
  EXPECT_TRUE(Has(Files(), "error    configuration " + folder_.Path("c.toml") +
                               ": everybody on this machine can read it: run: chmod o-rwx " +
                               folder_.Path("c.toml")));
  EXPECT_EQ(status_, kExitFailed);
  config_.pbx.at(0).secret_file = folder_.Write("s", "", 0600);
  EXPECT_TRUE(Has(Files(), "ok       configuration"));
  EXPECT_EQ(status_, 0);
}

TEST_F(CheckFilesTest, WhatEverybodyCanChangeIsAnError) {
  folder_.Write("c.toml", "", 0602);
  EXPECT_TRUE(Has(Files(), "can change it: run: chmod o-w " + folder_.Path("c.toml")));
  EXPECT_EQ(status_, kExitFailed);
}

TEST_F(CheckFilesTest, AFileCanBeChangedWhereItsFolderCan) {
  folder_.Write("c.toml", "", 0600);
  Mode("", 0777);
  EXPECT_TRUE(Has(Files(), "can change it: run: chmod o-w " + folder_.Path() + "\n"));
  Mode("", 01777);  // as /tmp is: only the owner may
  EXPECT_TRUE(Has(Files(), "ok "));
}

TEST_F(CheckFilesTest, NobodyReachesWhatIsInAClosedFolder) {
  folder_.Write("c.toml", "", 0666);
  Mode("", 0750);
  EXPECT_TRUE(Has(Files(), "ok "));
}

TEST_F(CheckFilesTest, EveryFileOfTheConfigurationIsLookedAt) {
  folder_.Write("c.toml", "", 0600);
  const std::string secret = folder_.Write("secret", "", 0604);
  const std::string open = folder_.Write("open", "", 0606);
  config_.pbx.at(0).secret_file = secret;
  config_.pbx.at(0).tls = {.ca_file = open, .cert_file = open, .key_file = secret};
  config_.access.jwt_key_file = secret;
  config_.access.link_secret_file = secret;
  config_.web.pages = open;
  const std::string found = Files();
  for (const std::string what :
       {"secret_file", "key_file", "access.jwt.key_file", "access.link_secret_file"}) {
    EXPECT_TRUE(
        Has(found, "error    " + what + " " + secret + ": everybody on this machine can read"));
  }
  for (const std::string what : {"ca_file", "cert_file", "web.pages"}) {
    EXPECT_TRUE(
        Has(found, "error    " + what + " " + open + ": everybody on this machine can change"));
  }
}

TEST_F(CheckFilesTest, TheJournalIsNotForEverybody) {
  config_.store.url = "sqlite:" + folder_.Write("calls.db", "", 0660);
  EXPECT_EQ(Journal(), "");
  Mode("calls.db", 0664);
  EXPECT_TRUE(Has(Journal(), "warning  journal " + folder_.Path("calls.db") +
                                 ": everybody on this machine can read who called whom: run: "));
  Mode("calls.db", 0662);
  EXPECT_TRUE(Has(Journal(), "can change it: run: chmod o-w "));
  EXPECT_EQ(status_, 0);
  for (const std::string url : {"sqlite::memory:", "mysql:host=db"}) {
    config_.store.url = url;
    EXPECT_EQ(Journal(), "");
  }
}

TEST_F(CheckFilesTest, TheSocketIsForTheWebServerAlone) {
  const std::string path = folder_.Path("c2c.sock");
  const int fd = support::BoundSocket(path);
  Mode("c2c.sock", 0660);
  EXPECT_EQ(Socket(path), "ok       socket " + path + ": open to its owner and group alone\n");
  Mode("c2c.sock", 0666);
  EXPECT_TRUE(Has(Socket(path), "warning  socket " + path + ": everybody on this machine can "));
  EXPECT_EQ(status_, 0);
  Mode("", 0750);
  EXPECT_TRUE(Has(Socket(path), "ok "));
  close(fd);
}

TEST_F(CheckFilesTest, ASocketThatIsNoneIsAnError) {
  EXPECT_TRUE(Has(Socket(folder_.Path("gone")), "gone: No such file or directory: start the"));
  EXPECT_EQ(status_, kExitFailed);
  EXPECT_TRUE(Has(Socket(folder_.Write("file", "")), "is no socket"));
  EXPECT_EQ(status_, kExitFailed);
}

}  // namespace
}  // namespace click2call::cli
