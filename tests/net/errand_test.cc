#include "net/errand.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace click2call::net {
namespace {

using Classes = std::vector<std::string>;

// The answer to ListCommands, with those lines.
ami::Message Reply(const std::vector<std::pair<std::string, std::string>>& lines) {
  ami::Message reply;
  reply.Add("Response", "Success");
  for (const auto& [action, description] : lines) reply.Add(action, description);
  return reply;
}

// As Asterisk 16 and 22 describe them.
const std::pair<std::string, std::string> kOriginate{"Originate",
                                                     "Originate a call.  (Priv: originate,all)"};
const std::pair<std::string, std::string> kHangup{"Hangup",
                                                  "Hangup channel.  (Priv: system,call,all)"};
const std::pair<std::string, std::string> kStatus{
    "Status", "List channel status.  (Priv: system,call,reporting,all)"};

TEST(ReadRightsTest, AnActionThatIsListedIsAllowed) {
  const call::Rights none = ReadRights(Reply({{"Ping", "Keepalive command.  (Priv: <none>)"}}));
  EXPECT_FALSE(none.originate || none.hangup || none.status || none.extension_state ||
               none.getvar || none.dbget);
  const call::Rights some = ReadRights(Reply({kOriginate, kStatus}));
  EXPECT_TRUE(some.originate && some.status);
  EXPECT_FALSE(some.hangup);
  EXPECT_TRUE(ReadRights(Reply({kHangup})).hangup);
  EXPECT_TRUE(ReadRights(Reply({{"DBGet", "Get DB Entry.  (Priv: system,reporting,all)"}})).dbget);
  EXPECT_TRUE(ReadRights(Reply({{"Getvar", "Gets.  (Priv: call,reporting,all)"}})).getvar);
  EXPECT_TRUE(ReadRights(Reply({{"ExtensionState", "State.  (Priv: call,reporting,all)"}}))
                  .extension_state);
}

TEST(ReadRightsTest, TheClassesThatCallsNeedAreNotTooMuch) {
  EXPECT_EQ(ReadRights(Reply({kOriginate,
                              kHangup,
                              kStatus,
                              {"Bridge", "Bridge two channels.  (Priv: call,all)"},
                              {"GetReport", "Reports.  (Priv: reporting,all)"}}))
                .beyond,
            Classes());
}

TEST(ReadRightsTest, AnActionThatOnlyOneClassAllowsTellsThatClass) {
  EXPECT_EQ(ReadRights(Reply({{"Command", "Execute CLI Command.  (Priv: command,all)"},
                              {"UserEvent", "Send an event.  (Priv: user,all)"},
                              {"DBPut", "Put DB entry.  (Priv: system,all)"},
                              {"ModuleLoad", "Module management.  (Priv: system,all)"},
                              {"UpdateConfig", "Update.  (Priv: config,all)"}}))
                .beyond,
            (Classes{"command", "config", "system", "user"}));
}

TEST(ReadRightsTest, OneThatSeveralAllowTellsNone) {
  EXPECT_EQ(ReadRights(Reply({{"Reload", "Reload.  (Priv: system,config,all)"}})).beyond,
            Classes());
}

TEST(ReadRightsTest, WhatIsNoDescriptionTellsNone) {
  EXPECT_EQ(ReadRights(Reply({{"A", ""},
                              {"B", "(Priv: <none>)"},
                              {"C", "(Priv: ,all)"},
                              {"D", ",all)"},
                              {"E", "(Priv: command"},
                              {"F", "command,all)"}}))
                .beyond,
            Classes());
}

}  // namespace
}  // namespace click2call::net
