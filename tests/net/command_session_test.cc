// One session that does the commands of a queue, at the byte.

#include "net/command_session.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/channel_talk.h"
#include "net/command_fixture.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Milliseconds;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;

class CommandSessionTest : public CommandTest {
 protected:
  void Begin() {
    const TransportFactory connect = network_.Factory();
    driver_.emplace(
        Must(Connect({pbx_, connect, clock_, clock_.Now() + kTotalWait}, ami::Events::kOff)));
    session_.emplace(*driver_, queue_, clock_);
  }
  // Steps for so long, or until the session ends: then it is abandoned, and this says why.
  std::string Run(Milliseconds time = Milliseconds(100)) {
    const auto end = clock_.Now() + time;
    while (clock_.Now() < end) {
      const base::Status status = session_->Step(end);
      if (status.Ok()) continue;
      session_->Abandon(status.Why());
      return status.Why().message;
    }
    return "";
  }
  void BeginAndLogIn() {
    Begin();
    while (!session_->Ready()) Must(session_->Step(clock_.Now()));
  }
  const std::string& Sent() const { return network_.Connections().back()->sent; }

  std::optional<SessionDriver> driver_;
  std::optional<CommandSession> session_;
};

TEST_F(CommandSessionTest, WaitsWithoutSleepAsLongAsItIsTold) {
  LogsIn().Pauses(Milliseconds(1000));
  BeginAndLogIn();
  Must(session_->Read(base::Microseconds(200)));
  EXPECT_EQ(network_.Connections().back()->awake, base::Microseconds(200));
  Must(session_->Step(clock_.Now() + Milliseconds(1)));
  EXPECT_EQ(network_.Connections().back()->awake, base::Microseconds(0));
}

TEST_F(CommandSessionTest, LearnsItsRightsBeforeAnythingElseAndAsksForNoEvents) {
  LogsIn("Originate Status").Hears("Originate").Says(ami::Success(kCallId));
  const auto call = Add(Originate());
  Begin();
  EXPECT_EQ(Run(), "");
  EXPECT_EQ(Sent(),
            "Action: Login\r\nActionID: c2c-login\r\nUsername: click2call\r\nSecret: s3cret\r\n"
            "Events: off\r\n\r\nAction: ListCommands\r\nActionID: c2c-rights\r\n\r\n" +
                OriginateBytes());
  EXPECT_FALSE(session_->Rights().hangup);
  EXPECT_TRUE(session_->Rights().status);
  EXPECT_EQ(session_->Version(), "Asterisk Call Manager/5.0.4");
  EXPECT_TRUE(Has(Outcome(call), "Success"));
}

TEST_F(CommandSessionTest, KnowsTheVersionWhereItMayAsk) {
  LogsIn("Originate CoreSettings")
      .Hears("CoreSettings")
      .Says("Response: Success\r\nActionID: c2c-version\r\nAsteriskVersion: 22.10.0\r\n\r\n");
  BeginAndLogIn();
  EXPECT_EQ(session_->Version(), "22.10.0");
}

TEST_F(CommandSessionTest, AllThatWaitLeaveAtOnceAndEachGetsItsOwnAnswer) {
  LogsIn().Hears("Hangup").Hears("Hangup").Hears("Hangup").Says(
      ami::Success("stray") + ErrorTo("hangup-3", "three") + ErrorTo("hangup-1", "one") +
      ErrorTo("hangup-1", "one again") + ErrorTo("hangup-2", "two"));
  BeginAndLogIn();
  const auto one = Add(Hangup(1));
  const auto two = Add(Hangup(2));
  const auto three = Add(Hangup(3));
  EXPECT_EQ(Run(), "");
  EXPECT_EQ(Outcome(one), "Error: one");
  EXPECT_EQ(Outcome(two), "Error: two");
  EXPECT_EQ(Outcome(three), "Error: three");
}

TEST_F(CommandSessionTest, AllThatWaitLeaveInOneWriteButSixteenAtMost) {
  LogsIn();
  Begin();
  std::vector<CommandQueue::Ticket> commands;
  for (int i = 1; i <= 20; ++i) commands.push_back(Add(Hangup(i)));
  EXPECT_EQ(Run(), "");
  const auto& connection = *network_.Connections().back();
  EXPECT_TRUE(Has(connection.sent, "ActionID: hangup-20\r\n"));
  EXPECT_EQ(connection.writes, 2 + 2) << "the login, the question for our rights, and these";
}

TEST_F(CommandSessionTest, OfSeveralInOneWriteThoseThatHaveLeftWholeAreUnknownAndTheOthersGoBack) {
  const std::string first = Hangup(1).action.Encode();
  LogsIn().Takes(first.size() + 10).Resets();
  Begin();
  const auto one = Add(Hangup(1));
  const auto two = Add(Hangup(2));
  const auto three = Add(Hangup(3));
  EXPECT_TRUE(Has(Run(), "closed"));
  EXPECT_EQ(std::set({queue_.Take(), queue_.Take()}), std::set({two, three}));
  EXPECT_EQ(queue_.Take(), nullptr);
  EXPECT_EQ(Outcome(one), "unknown");
}

TEST_F(CommandSessionTest, AnAnswerThatSomebodyElsesSendingBringsWakesTheReader) {
  LogsIn().Hears("Hangup").Says(ErrorTo("hangup-1", "one"));
  BeginAndLogIn();
  const auto one = Add(Hangup(1));
  const auto two = Add(Hangup(2));
  const auto before = clock_.Now();
  for (int i = 0; i < 3; ++i) Must(session_->Step(before + Milliseconds(100)));
  EXPECT_EQ(clock_.Now(), before + Milliseconds(100)) << "of three waits, one was none";
  EXPECT_EQ(Outcome(one), "Error: one");
}

TEST_F(CommandSessionTest, NothingIsSentOnWhatThePbxHasClosed) {
  LogsIn().Pauses(Milliseconds(10)).Closes();
  BeginAndLogIn();
  clock_.Advance(Milliseconds(20));
  const auto call = Add(Originate());
  EXPECT_EQ(Originates(), 0);
  EXPECT_EQ(Run(), "the PBX closed the connection");
  EXPECT_EQ(Outcome(call), "the PBX took too long") << "it may go to the next session";
}

TEST_F(CommandSessionTest, AListIsTheChannelsOfTheCallUpToItsEnd) {
  LogsIn().Hears("Status").Says(StatusBegins("s") + Leg("s", "1.1", "1.1", "Up") +
                                Leg("s", kCallId, kCallId, "Ringing") +
                                Leg("other", kCallId, kCallId, "Up") + StatusEnds("s"));
  BeginAndLogIn();
  const auto ticket = Add({ami::Status(Own("s"), {}), clock_.Now() + kTotalWait,
                           /*originate=*/false, base::CallId::Parse(kCallId)});
  EXPECT_EQ(Run(), "");
  const Answer answer = Must(queue_.Wait(ticket));
  ASSERT_EQ(answer.list.size(), 1U);
  EXPECT_EQ(answer.list[0].Get("ChannelStateDesc"), "Ringing");
}

TEST_F(CommandSessionTest, TheAnswerToADBGetIsItsEntry) {
  LogsIn("DBGet").Hears("DBGet").Hears("DBGet").Says(ErrorTo("d2", "Database entry not found") +
                                                     DatabaseReply("d1", "PJSIP/1003"));
  BeginAndLogIn();
  const auto get = [&](const char* id) {
    return Add({.action = ami::DBGet(Own(id), Own("DEVICE/1003"), Own("dial")),
                .deadline = clock_.Now() + kTotalWait,
                .entry = true,
                .right = &call::Rights::dbget});
  };
  const auto first = get("d1");
  const auto second = get("d2");
  EXPECT_EQ(Run(), "");
  const Answer answer = Must(queue_.Wait(first));
  ASSERT_EQ(answer.list.size(), 1U);
  EXPECT_EQ(answer.list[0].Get("Val"), "PJSIP/1003");
  EXPECT_EQ(Outcome(second), "Error: Database entry not found");
}

TEST_F(CommandSessionTest, WhatWeMayNotIsNotSent) {
  LogsIn("Originate");
  BeginAndLogIn();
  const auto get = Add({.action = ami::DBGet(Own("d"), Own("DEVICE/1003"), Own("dial")),
                        .deadline = clock_.Now() + kTotalWait,
                        .entry = true,
                        .right = &call::Rights::dbget});
  EXPECT_EQ(Run(), "");
  EXPECT_EQ(Outcome(get), "Error: Permission denied");
  EXPECT_FALSE(Has(Sent(), "DBGet"));
}

TEST_F(CommandSessionTest, AListThatNeverEndsIsUnknownInTime) {
  LogsIn().Hears("Status").Says(StatusBegins("s"));
  BeginAndLogIn();
  const auto ticket = Add({ami::Status(Own("s"), {}), clock_.Now() + Milliseconds(3000),
                           /*originate=*/false, base::CallId::Parse(kCallId)});
  EXPECT_EQ(Run(Milliseconds(3000)), "");
  EXPECT_EQ(Run(Milliseconds(1)), "");
  EXPECT_EQ(Outcome(ticket), "unknown");
}

TEST_F(CommandSessionTest, WhoReadsIsBackWhenHisOwnCommandIsGivenUp) {
  LogsIn().Hears("Status").Says(StatusBegins("s"));
  BeginAndLogIn();
  const auto deadline = clock_.Now() + Milliseconds(3000);
  const auto ticket =
      Add({ami::Status(Own("s"), {}), deadline, /*originate=*/false, base::CallId::Parse(kCallId)});
  while (!session_->Finished()) Must(session_->Read(base::Microseconds(0)));
  EXPECT_EQ(clock_.Now(), deadline);
  EXPECT_EQ(Outcome(ticket), "unknown");
}

TEST_F(CommandSessionTest, UntilTheBlankLineLeftAnOriginateGoesBackAndFromThenOnNever) {
  const std::size_t size = OriginateBytes().size();
  for (std::size_t sent = 0; sent <= size; ++sent) {
    SCOPED_TRACE(sent);
    LogsIn().Takes(sent).Resets();
    BeginAndLogIn();
    const auto call = Add(Originate());
    EXPECT_TRUE(Has(Run(), "closed"));
    const auto again = queue_.Take();
    EXPECT_EQ(again == call, sent < size);
    if (again) queue_.Finish(again, base::Error{Code::kInternal, "tested"});
    EXPECT_EQ(Outcome(call), sent < size ? "tested" : "unknown");
  }
}

TEST_F(CommandSessionTest, WhatStandsBehindAStuckCommandIsNotOnItsWay) {
  LogsIn().Takes(10);
  BeginAndLogIn();
  const auto stuck = Add(Hangup(1));
  const auto behind = Add(Originate(Milliseconds(1000)));
  EXPECT_EQ(Run(Milliseconds(2000)), "");
  EXPECT_TRUE(Has(Outcome(behind), "took too long"));
  EXPECT_TRUE(Has(Run(), "the PBX did not answer in time"));
  EXPECT_TRUE(Sent().ends_with("Action: Ha")) << Sent();
}

TEST_F(CommandSessionTest, AnOriginateThatIsStuckInPartTakesTheConnectionWithIt) {
  LogsIn().Takes(100);
  BeginAndLogIn();
  const auto call = Add(Originate(Milliseconds(1000)));
  EXPECT_TRUE(Has(Run(Milliseconds(2000)), "stopped reading"));
  EXPECT_TRUE(Has(Outcome(call), "took too long"));
  EXPECT_EQ(queue_.Take(), nullptr);
  EXPECT_EQ(Originates(), 0);
}

TEST_F(CommandSessionTest, ALateCommandNeverLeaves) {
  LogsIn();
  BeginAndLogIn();
  const auto late = Add(Originate(Milliseconds(0)));
  EXPECT_EQ(Run(), "");
  EXPECT_EQ(Originates(), 0);
  EXPECT_TRUE(Has(Outcome(late), "took too long"));
}

TEST_F(CommandSessionTest, WhatHasLeftIsUnknownInTimeAndTheOthersGoOn) {
  LogsIn()
      .Hears("Originate")
      .Hears("Hangup")
      .Pauses(Milliseconds(2000))
      .Says(ErrorTo("hangup-1", "one"));
  BeginAndLogIn();
  const auto call = Add(Originate(Milliseconds(1000)));
  const auto other = Add(Hangup(1));
  EXPECT_EQ(Run(Milliseconds(3000)), "");
  EXPECT_EQ(Outcome(call), "unknown");
  EXPECT_EQ(Outcome(other), "Error: one");
}

TEST_F(CommandSessionTest, APbxThatAnswersNoMoreIsLeftAfterFiveSeconds) {
  LogsIn().Hears("Originate");
  BeginAndLogIn();
  const auto call = Add(Originate());
  const auto begin = clock_.Now();
  EXPECT_TRUE(Has(Run(Milliseconds(60'000)), "did not answer in time"));
  EXPECT_EQ(clock_.Now() - begin, ami::kAnswerWait);
  EXPECT_EQ(Outcome(call), "unknown");
}

TEST_F(CommandSessionTest, PingsWhenIdle) {
  LogsIn()
      .Hears("Ping")
      .Says(ami::Success("c2c-ping"))
      .Hears("Ping")
      .Says(ami::Success("c2c-ping"));
  BeginAndLogIn();
  EXPECT_EQ(Run(Milliseconds(30'500)), "");
  EXPECT_TRUE(Has(Sent(), "Action: Ping"));
  EXPECT_TRUE(Has(Run(Milliseconds(30'000)), "did not answer in time")) << "the third Ping";
}

TEST_F(CommandSessionTest, WithoutTheRightNoOriginateIsTried) {
  LogsIn("Hangup Status");
  BeginAndLogIn();
  const auto call = Add(Originate());
  EXPECT_EQ(Run(), "");
  EXPECT_EQ(Outcome(call), "Error: Permission denied");
  EXPECT_EQ(Originates(), 0);
}

TEST_F(CommandSessionTest, WithoutTheRightForLongItAsksAgainOverANewSession) {
  LogsIn("Hangup Status");
  BeginAndLogIn();
  EXPECT_EQ(Run(kAskRightsAgain), "");
  const auto call = Add(Originate());
  EXPECT_TRUE(Has(Run(), "rights"));
  EXPECT_EQ(queue_.Take(), call);
  queue_.Finish(call, base::Error{Code::kInternal, "tested"});
}

}  // namespace
}  // namespace click2call::net
