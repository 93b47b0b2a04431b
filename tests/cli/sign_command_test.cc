#include "cli/sign_command.h"

#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "call/read_config.h"
#include "fakes/fake_clock.h"
#include "fakes/results.h"

namespace click2call::cli {
namespace {

using base::Code;
using base::Error;
using fakes::Has;

// Signs by writing down; fails as it is told to.
struct FakeSigner : web::LinkSigner {
  std::optional<Error> error;
  base::Result<std::string> Sign(const web::Link& link, base::WallTime now) const override {
    if (error) return *error;
    const auto life = std::chrono::duration_cast<std::chrono::seconds>(link.expires - now);
    return link.to + "." + link.from + "." + link.id + "." + std::to_string(life.count());
  }
  base::Result<web::Link> Verify(std::string_view, base::WallTime) const override {
    return Error{Code::kInternal, "not here"};
  }
};

class SignCommandTest : public testing::Test {
 protected:
  SignCommandTest() {
    config_.access.link_secret_file = "/etc/click2call/link.secret";
    options_.command = Options::Command::kSign;
    options_.config = "/etc/click2call/click2call.toml";
    options_.to = "1006";
    options_.expires = std::chrono::hours(1);
  }

  int Run() {
    out_.str("");
    err_.str("");
    return RunSign(options_, config_, {signer_, nullptr, clock_.WallNow(), "id-1"}, out_, err_);
  }

  call::Config config_ = call::ReadConfig("[numbers]\nallow = [\"_1XXX\"]\n");
  fakes::FakeClock clock_;
  FakeSigner signer_;
  Options options_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(SignCommandTest, PrintsTheQueryOfALinkAndNothingElse) {
  EXPECT_EQ(Run(), 0);
  EXPECT_EQ(out_.str(), "?token=1006..id-1.3600\n");
  EXPECT_EQ(err_.str(), "This link places one call, until 2026-11-23T02:20:16.042Z.\n");
}

TEST_F(SignCommandTest, OrTheWholeLink) {
  options_.from = "1003";
  options_.url = "https://pbx.example.com/click2call";
  EXPECT_EQ(Run(), 0);
  EXPECT_EQ(out_.str(), "https://pbx.example.com/click2call?token=1006.1003.id-1.3600\n");
  options_.url += "?format=none";
  EXPECT_EQ(Run(), 0);
  EXPECT_TRUE(Has(out_.str(), "click2call?format=none&token=1006."));
}

TEST_F(SignCommandTest, AUrlThatIsNoneIsAWrongCommandLine) {
  for (const std::string url : {"pbx.example.com", "/click2call", "ftp://h/", "https://h/a b",
                                "https://h/#x", "https://h/\n", "javascript:alert(1)"}) {
    options_.url = url;
    EXPECT_EQ(Run(), kExitUsage) << url;
    EXPECT_TRUE(Has(err_.str(), "--url"));
    EXPECT_EQ(out_.str(), "");
  }
}

TEST_F(SignCommandTest, ACallThatWouldBeRefusedGetsNoLink) {
  const struct {
    std::string to;
    std::string from;
    int status;
    std::string why;
  } kCases[] = {
      {"0900123", "", kExitFailed, "0900123"},         {"1006", "2003", kExitFailed, "2003"},
      {"1003", "", kExitFailed, "cannot call itself"}, {"alice", "", kExitUsage, "TO"},
      {"1006", "bob", kExitUsage, "--from"},
  };
  for (const auto& [to, from, status, why] : kCases) {
    options_.to = to;
    options_.from = from;
    EXPECT_EQ(Run(), status) << to;
    EXPECT_TRUE(Has(err_.str(), why));
    EXPECT_EQ(out_.str(), "");
  }
}

TEST_F(SignCommandTest, ThePhoneMayBeThatOfWhoeverClicks) {
  config_.call.origin = "";
  EXPECT_EQ(Run(), kExitUsage);
  EXPECT_TRUE(Has(err_.str(), "which phone is to ring first?"));
  config_.origins.users = {{"alice", {"1003"}}};
  EXPECT_EQ(Run(), 0);
  options_.to = "0900123";
  EXPECT_EQ(Run(), kExitFailed);
}

TEST_F(SignCommandTest, WithoutASecretItSaysHowToMakeOne) {
  config_.access.link_secret_file = "";
  EXPECT_EQ(Run(), kExitUsage);
  for (const std::string line :
       {"openssl rand -hex 32 > /etc/click2call/link.secret", "umask 027",
        "link_secret_file = \"link.secret\"", "/etc/click2call/click2call.toml"}) {
    EXPECT_TRUE(Has(err_.str(), line));
  }
  EXPECT_EQ(out_.str(), "");
}

TEST_F(SignCommandTest, WhatTheSignerSaysIsPrinted) {
  signer_.error = Error{Code::kInternal, "links.so: this module is missing"};
  EXPECT_EQ(Run(), kExitUsage);
  EXPECT_EQ(err_.str(), "click2call: links.so: this module is missing\n");
  EXPECT_EQ(out_.str(), "");
}

}  // namespace
}  // namespace click2call::cli
