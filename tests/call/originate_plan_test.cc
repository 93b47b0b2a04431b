#include "call/originate_plan.h"

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "call/make_plan.h"
#include "call/make_request.h"
#include "call/read_config.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;

const std::string kId = "c2c-01ARYZ6S410000000000000001";  // NOLINT

base::CallId Id() { return base::CallId::Parse(kId).value(); }

// The bytes for the wire of the plan for `request`.
std::string Bytes(const CallRequest& request, std::string_view more_config = {}) {
  const auto plan = Must(MakePlan(ReadConfig(more_config), request, Id()));
  return ami::MakeAction(plan.originate).Encode();
}

TEST(OriginatePlanTest, IsTheseBytes) {
  EXPECT_EQ(Bytes(MakeRequest("1006")),
            "Action: Originate\r\n"
            "ActionID: " +
                kId +
                "\r\n"
                "ChannelId: " +
                kId +
                "\r\n"
                "OtherChannelId: " +
                kId +
                "-2\r\n"
                "Channel: PJSIP/1003\r\n"
                "Context: from-internal\r\n"
                "Exten: 1006\r\n"
                "Priority: 1\r\n"
                "CallerID: \"Click to call\" <1006>\r\n"
                "Timeout: 30000\r\n"
                "Async: yes\r\n"
                "\r\n");
}

TEST(OriginatePlanTest, WithAutoThePbxIsAskedWhichChannelRingsThePhone) {
  const auto plan = Must(MakePlan(ReadConfig("channel = \"auto\"\n"), MakeRequest("1006"), Id()));
  EXPECT_TRUE(plan.ask_channel);
  EXPECT_EQ(plan.originate.channel.Text(), "1003");
  EXPECT_FALSE(Must(MakePlan(ReadConfig(), MakeRequest("1006"), Id())).ask_channel);
}

TEST(OriginatePlanTest, IsMadeOfTheConfigurationAndTheNumbers) {
  EXPECT_EQ(Bytes(MakeRequest("+49 (0) 89-12", "10 04", "ann"),
                  "channel = \"Local/{from}@phones/n\"\n"
                  "context = \"out\"\n"
                  "priority = 3\n"
                  "caller_id = \"{user} {from} <{to}>\"\n"
                  "ring_s = 20\n"
                  "account = \"sales\"\n"
                  "variables = { CRM_USER = \"{user}\", ROUTE = \"{from}-{to}\" }\n"),
            "Action: Originate\r\n"
            "ActionID: " +
                kId +
                "\r\n"
                "ChannelId: " +
                kId +
                "\r\n"
                "OtherChannelId: " +
                kId +
                "-2\r\n"
                "Channel: Local/1004@phones/n\r\n"
                "Context: out\r\n"
                "Exten: +498912\r\n"
                "Priority: 3\r\n"
                "CallerID: ann 1004 <+498912>\r\n"
                "Timeout: 20000\r\n"
                "Account: sales\r\n"
                "Variable: CRM_USER=ann\r\n"
                "Variable: ROUTE=1004-+498912\r\n"
                "Async: yes\r\n"
                "\r\n");
}

TEST(OriginatePlanTest, CarriesTheIdOfItsCall) {
  const auto plan = Must(MakePlan(ReadConfig(), MakeRequest("1006"), Id()));
  EXPECT_EQ(plan.call_id, Id());
}

TEST(OriginatePlanTest, PriorityZeroOfTheConfigurationIsNeverSent) {
  EXPECT_TRUE(Has(Bytes(MakeRequest("1006"), "priority = 0\n"), "\r\nPriority: 1\r\n"));
}

// The names of the headers, and the values of those that no request decides.
std::vector<std::string> Fixed(const std::string& bytes) {
  std::vector<std::string> fixed;
  std::istringstream lines(bytes);
  for (std::string line; std::getline(lines, line);) {
    const std::string name = line.substr(0, line.find(':'));
    if (name == "Channel") line = line.substr(0, line.find('/'));
    if (name == "Variable") line = line.substr(0, line.find('='));
    fixed.push_back(name == "Exten" || name == "CallerID" ? name : line);
  }
  return fixed;
}

TEST(OriginatePlanTest, ARequestDecidesNoHeaderTechnologyContextPriorityOrVariableName) {
  constexpr std::string_view kConfig =
      "caller_id = \"{user} <{to}>\"\nvariables = { CRM_USER = \"{user}\" }\n";
  const auto harmless = Fixed(Bytes(MakeRequest("1006"), kConfig));
  const std::string_view users[] = {
      "x\r\nContext: outbound\r\nPriority: 7", "a,ADMIN=1",   "${SHELL(id)}", "\" <911>",
      "x\r\n\r\nAction: Command\r\n\r\n",      "=,=,CRM_X=1", "{to}{from}",
  };
  for (const std::string_view user : users) {
    for (const auto* number :
         {"*21#", "+4989123456", "#####", "00000000000000000000000000000000"}) {
      EXPECT_EQ(Fixed(Bytes(MakeRequest(number, number, std::string(user)), kConfig)), harmless)
          << user;
    }
  }
}

TEST(OriginatePlanTest, TheUserIsCutToHarmlessCharacters) {
  const std::string bytes = Bytes(MakeRequest("1006", "", "Zo\xc3\xab,${X}\r\n\"<911>\" \xff{to}"),
                                  "caller_id = \"{user} <{to}>\"\n"
                                  "variables = { CRM_USER = \"user {user}\" }\n");
  EXPECT_TRUE(Has(bytes, "\r\nCallerID: Zo\xc3\xabX911 to <1006>\r\n"));
  EXPECT_TRUE(Has(bytes, "\r\nVariable: CRM_USER=user Zo\xc3\xabX911 to\r\n"));
}

TEST(OriginatePlanTest, SendsWhatAVariableIsConfiguredToHoldUnchanged) {
  EXPECT_TRUE(Has(Bytes(MakeRequest("*97"), "variables = { A = \"https://x/?n={to};y\" }\n"),
                  "\r\nVariable: A=https://x/?n=*97;y\r\n"));
}

TEST(OriginatePlanTest, RefusesWhatAsteriskWouldCut) {
  const Config config = ReadConfig("caller_id = \"{user}\"\n");
  EXPECT_TRUE(Succeeds(MakePlan(config, MakeRequest("1006", "", std::string(255, 'x')), Id())));
  EXPECT_TRUE(Fails(MakePlan(config, MakeRequest("1006", "", std::string(256, 'x')), Id()),
                    Code::kInternal));
  EXPECT_TRUE(Fails(MakePlan(config, MakeRequest("1006", "", std::string(2000, 'x')), Id()),
                    Code::kInternal));
}

}  // namespace
}  // namespace click2call::call
