#include "cli/check_pbx.h"

#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "call/read_config.h"
#include "cli/options.h"
#include "fakes/results.h"

namespace click2call::cli {
namespace {

using call::PbxHealth;
using fakes::Has;

class CheckPbxTest : public testing::Test {
 protected:
  CheckPbxTest() {
    pbx_.name = "main";
    pbx_.host = "127.0.0.1";
    pbx_.port = 5038;
    pbx_.credentials.username = ami::FieldValue::From("c2c").Value();
    call_.channel = "PJSIP/{from}";
    health_ = {.name = "main", .state = PbxHealth::State::kUp, .asterisk = "Asterisk 22.10"};
    health_.rights = call::Rights{true, true, true};
  }

  // All that is printed.
  std::string Check() {
    std::ostringstream out;
    Findings findings(out);
    CheckPbx(call_, pbx_, health_, &findings);
    status_ = findings.ExitStatus();
    return out.str();
  }

  call::CallConfig call_;
  call::PbxConfig pbx_;
  PbxHealth health_;
  int status_ = -1;
};

TEST_F(CheckPbxTest, AllIsWellWithTheShippedUserOnThisMachine) {
  EXPECT_EQ(Check(),
            "ok       PBX \"main\": Asterisk 22.10 at 127.0.0.1:5038 let us in\n"
            "ok       PBX \"main\": AMI user \"c2c\" may place calls\n");
  EXPECT_EQ(status_, 0);
}

TEST_F(CheckPbxTest, WithoutOriginateNothingCanBeCalled) {
  health_.rights->originate = false;
  EXPECT_TRUE(Has(
      Check(),
      "error    PBX \"main\": AMI user \"c2c\" may not place calls: in manager.conf, [c2c], add "
      "originate to write = (write = originate,call is all it needs); then run: asterisk -rx "
      "'manager reload'\n"));
  EXPECT_EQ(status_, kExitFailed);
}

TEST_F(CheckPbxTest, WithoutCallItGoesOnWithLess) {
  health_.rights = call::Rights{.originate = true};
  const std::string found = Check();
  EXPECT_TRUE(Has(found, "warning  PBX \"main\": AMI user \"c2c\" may not end calls"));
  EXPECT_TRUE(Has(found, "may not ask how a call stands: in manager.conf, [c2c], add call"));
  EXPECT_EQ(status_, 0);
}

TEST_F(CheckPbxTest, ForTheChannelThatIsAutoThePbxHasToBeAsked) {
  EXPECT_FALSE(Has(Check(), "channel"));
  call_.channel = "auto";
  EXPECT_TRUE(Has(Check(), "warning  PBX \"main\": AMI user \"c2c\" may not ask which channel"));
  health_.rights->extension_state = true;
  EXPECT_FALSE(Has(Check(), "channel"));
}

TEST_F(CheckPbxTest, AUserWhoMayMoreThanItNeedsIsADanger) {
  health_.rights->beyond = {"message", "user"};
  EXPECT_TRUE(Has(Check(),
                  "warning  PBX \"main\": AMI user \"c2c\" may more than it needs (message, user): "
                  "in manager.conf, [c2c], set write = originate,call; then run"));
  for (const std::string dangerous : {"command", "config", "system"}) {
    health_.rights->beyond = {"aoc", dangerous};
    EXPECT_TRUE(Has(
        Check(), "(aoc, " + dangerous + "); whoever learns its secret can take over the PBX: in "));
    EXPECT_EQ(status_, 0);
  }
}

TEST_F(CheckPbxTest, OneThatDoesNotLetUsInIsNamedWithItsAddressAndWhatItSaid) {
  for (const auto state : {PbxHealth::State::kRefused, PbxHealth::State::kDown}) {
    health_ = {.name = "main", .state = state, .error = "the reason"};
    EXPECT_EQ(Check(), "error    PBX \"main\": at 127.0.0.1:5038: the reason\n");
    EXPECT_EQ(status_, kExitFailed);
  }
}

TEST_F(CheckPbxTest, BeyondThisMachineAmiBelongsIntoTls) {
  for (const std::string here : {"127.0.0.1", "127.1.2.3", "::1", "localhost"}) {
    pbx_.host = here;
    EXPECT_FALSE(Has(Check(), "unencrypted")) << here;
  }
  pbx_.host = "10.0.0.5";
  EXPECT_TRUE(Has(Check(),
                  "warning  PBX \"main\": AMI goes to 10.0.0.5 unencrypted: whoever listens on the "
                  "way learns the secret"));
  EXPECT_TRUE(Has(Check(), "transport = \"tls\""));
  pbx_.credentials.auth = ami::Auth::kMD5;
  EXPECT_TRUE(Has(Check(), "sees every call"));
  pbx_.transport = call::PbxTransport::kWs;
  EXPECT_TRUE(Has(Check(), "transport = \"wss\""));
  for (const auto closed : {call::PbxTransport::kTls, call::PbxTransport::kWss}) {
    pbx_.transport = closed;
    EXPECT_FALSE(Has(Check(), "unencrypted"));
  }
}

TEST_F(CheckPbxTest, AnAddressOfIpv6StandsInBrackets) {
  pbx_.host = "fd00::5";
  EXPECT_TRUE(Has(Check(), "at [fd00::5]:5038 let us in"));
}

}  // namespace
}  // namespace click2call::cli
