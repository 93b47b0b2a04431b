#include "ami/caller_watch.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "ami/show.h"
#include "ami/transcript.h"

namespace click2call::ami {
namespace {

const std::string kId = "c2c-01ARYZ6S410000000000000001";  // NOLINT

class CallerWatchTest : public testing::Test {
 protected:
  std::string Take(Headers headers) { return Show(watch_.Take(MakeMessage(headers))); }

  std::string TakeNewchannel() { return Take({{"Event", "Newchannel"}, {"Uniqueid", kId}}); }
  std::string TakeDialEnd(const std::string& status) {
    return Take({{"Event", "DialEnd"}, {"DestUniqueid", kId}, {"DialStatus", status}});
  }
  std::string TakeFailure(const std::string& reason) {
    return Take({{"Event", "OriginateResponse"},
                 {"ActionID", kId},
                 {"Response", "Failure"},
                 {"Reason", reason},
                 {"Uniqueid", kId}});
  }
  std::string TakeHangup(const std::string& cause) {
    return Take({{"Event", "Hangup"}, {"Uniqueid", kId}, {"Cause", cause}});
  }

  CallerWatch watch_{base::CallId::Parse(kId).value()};
};

TEST(RecordedCallerWatchTest, KnowsTheFirstWordOfEachCall) {
  const struct {
    const char* call;
    const char* word;
  } kRows[] = {
      {"connected", "answered"},           {"callee-busy", "answered"},
      {"callee-no-answer", "answered"},    {"callee-unreachable", "answered"},
      {"hangup-and-status", "answered"},   {"priority-zero", "answered"},
      {"caller-busy", "failed 5"},         {"caller-no-answer", "ringing"},
      {"duplicate-channelid", "ringing"},  {"caller-unknown-endpoint", "failed 0"},
      {"caller-unregistered", "failed 0"}, {"unknown-technology", "failed 0"},
  };
  for (const auto* version : {"asterisk-16-call-", "asterisk-22-call-"}) {
    for (const auto& [call, word] : kRows) {
      CallerWatch watch(base::CallId::Parse(kId).value());
      std::optional<CallerReport> first;
      for (const Message& message : RecordedMessages(std::string(version) + call, kId)) {
        if (!first && message.IsEvent()) first = watch.Take(message);
      }
      EXPECT_EQ(Show(first), word) << version << call;
    }
  }
}

TEST_F(CallerWatchTest, APhoneThatNeverCameToBeIsUnreachableAtOnce) {
  EXPECT_EQ(TakeFailure("0"), "failed 0");
  EXPECT_EQ(Show(watch_.Unsettled()), "nothing");
}

TEST_F(CallerWatchTest, ABareFailureOfAChannelWaitsForItsReason) {
  EXPECT_EQ(TakeNewchannel(), "nothing");
  EXPECT_EQ(TakeFailure("0"), "nothing");
  EXPECT_EQ(TakeDialEnd("BUSY"), "failed 5");
}

TEST_F(CallerWatchTest, TheReasonMayComeBeforeTheFailure) {
  EXPECT_EQ(TakeNewchannel(), "nothing");
  EXPECT_EQ(TakeDialEnd("BUSY"), "nothing");
  EXPECT_EQ(TakeFailure("0"), "failed 5");
}

TEST_F(CallerWatchTest, TheReasonMayComeWithTheHangup) {
  TakeNewchannel();
  TakeFailure("0");
  EXPECT_EQ(TakeDialEnd("CANCEL"), "nothing");
  EXPECT_EQ(TakeHangup("17"), "failed 5");
}

TEST_F(CallerWatchTest, AReasonThatNeverComesLeavesTheFailure) {
  TakeNewchannel();
  TakeFailure("0");
  EXPECT_EQ(Show(watch_.Unsettled()), "failed 0");
}

TEST_F(CallerWatchTest, AFailureWithAReasonNeedsNoOther) {
  TakeNewchannel();
  TakeDialEnd("BUSY");
  EXPECT_EQ(TakeFailure("3"), "failed 3");
}

TEST_F(CallerWatchTest, AHangupBeforeAnyWordIsAFailureByItsCause) {
  const struct {
    const char* cause;
    const char* word;
  } kRows[] = {{"17", "failed 5"}, {"21", "failed 5"}, {"18", "failed 3"}, {"19", "failed 3"},
               {"34", "failed 8"}, {"38", "failed 8"}, {"42", "failed 8"}, {"16", "failed 1"},
               {"3", "failed 0"},  {"20", "failed 0"}, {"0", "failed 0"},  {"", "failed 0"}};
  for (const auto& row : kRows) EXPECT_EQ(TakeHangup(row.cause), row.word) << row.cause;
}

TEST_F(CallerWatchTest, HowTheDialEndedGoesBeforeTheCauseOfTheHangup) {
  const struct {
    const char* status;
    const char* word;
  } kRows[] = {{"BUSY", "failed 5"},        {"NOANSWER", "failed 3"}, {"CONGESTION", "failed 8"},
               {"CHANUNAVAIL", "failed 0"}, {"CANCEL", "failed 1"},   {"ANSWER", "failed 1"}};
  for (const auto& row : kRows) {
    EXPECT_EQ(TakeDialEnd(row.status), "nothing") << row.status;
    EXPECT_EQ(TakeHangup("16"), row.word) << row.status;
  }
}

TEST_F(CallerWatchTest, HearsNothingOfOtherChannels) {
  const std::string others[] = {kId + "-2", "1795390524.275", ""};
  TakeNewchannel();
  for (const std::string& other : others) {
    EXPECT_EQ(Take({{"Event", "Hangup"}, {"Uniqueid", other}, {"Linkedid", kId}, {"Cause", "17"}}),
              "nothing");
    EXPECT_EQ(Take({{"Event", "DialEnd"},
                    {"Uniqueid", kId},
                    {"DestUniqueid", other},
                    {"DialStatus", "BUSY"}}),
              "nothing");
  }
  TakeFailure("0");
  EXPECT_EQ(Show(watch_.Unsettled()), "failed 0");
}

TEST_F(CallerWatchTest, AChannelOfTheCalleeIsNotTheCallers) {
  Take({{"Event", "Newchannel"}, {"Uniqueid", kId + "-2"}, {"Linkedid", kId}});
  EXPECT_EQ(TakeFailure("0"), "failed 0");
}

}  // namespace
}  // namespace click2call::ami
