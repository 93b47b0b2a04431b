#include "ami/events.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "ami/show.h"
#include "ami/transcript.h"

namespace click2call::ami {
namespace {

constexpr char kOurs[] = "c2c-01ARYZ6S410000000000000001";    // NOLINT
constexpr char kTheirs[] = "c2c-01ARYZ6S410000000000000002";  // NOLINT

base::CallId Id(std::string_view text) { return base::CallId::Parse(text).value(); }

// What is said about call `id` in the recorded call, which is given our id.
std::string Recorded(const std::string& name, std::string_view id) {
  std::string reports;
  for (const Message& message : RecordedMessages(name, kOurs)) {
    const auto report = message.IsEvent() ? ReadCallerEvent(message, Id(id)) : std::nullopt;
    if (report) reports += (reports.empty() ? "" : ", ") + Show(report);
  }
  return reports;
}

// What one event says about our call.
std::string Report(Headers headers) {
  return Show(ReadCallerEvent(MakeMessage(headers), Id(kOurs)));
}

const struct {
  const char* call;
  const char* reports;
} kCalls[] = {
    {"connected", "answered, answered"},
    {"callee-busy", "answered, answered"},
    {"callee-no-answer", "answered, answered"},
    {"callee-unreachable", "answered, answered"},
    {"hangup-and-status", "answered, answered"},
    {"priority-zero", "answered, answered"},
    {"caller-busy", "failed 5"},
    {"caller-no-answer", "ringing, ringing, failed 3"},
    {"caller-unknown-endpoint", "failed 0"},
    {"caller-unregistered", "failed 0"},
    {"unknown-technology", "failed 0"},
    {"duplicate-channelid", "ringing, ringing, failed 0, failed 3"},
};

TEST(CallerEventsTest, SayOfEachRecordedCallWhatHappened) {
  for (const auto* version : {"asterisk-16-call-", "asterisk-22-call-"}) {
    for (const auto& [call, reports] : kCalls) {
      EXPECT_EQ(Recorded(std::string(version) + call, kOurs), reports) << version << call;
    }
  }
}

TEST(CallerEventsTest, SayNothingOfAnotherCall) {
  for (const auto* version : {"asterisk-16-call-", "asterisk-22-call-"}) {
    for (const auto& row : kCalls) {
      EXPECT_EQ(Recorded(std::string(version) + row.call, kTheirs), "") << version << row.call;
    }
  }
}

TEST(CallerEventsTest, OfTheSecondHalfOfALocalChannelSayNothing) {
  const std::string half = std::string(kOurs) + "-2";
  EXPECT_EQ(Report({{"Event", "Newstate"},
                    {"ChannelStateDesc", "Up"},
                    {"Uniqueid", half},
                    {"Linkedid", kOurs}}),
            "nothing");
}

TEST(CallerEventsTest, ADialBeginAloneIsNoRinging) {
  EXPECT_EQ(Report({{"Event", "DialBegin"}, {"DestUniqueid", kOurs}, {"Uniqueid", kOurs}}),
            "nothing");
}

TEST(CallerEventsTest, RingingIsANewstateOrADialState) {
  EXPECT_EQ(Report({{"Event", "Newstate"}, {"ChannelStateDesc", "Ringing"}, {"Uniqueid", kOurs}}),
            "ringing");
  EXPECT_EQ(Report({{"Event", "DialState"}, {"DialStatus", "RINGING"}, {"DestUniqueid", kOurs}}),
            "ringing");
  EXPECT_EQ(Report({{"Event", "DialState"}, {"DialStatus", "PROGRESS"}, {"DestUniqueid", kOurs}}),
            "nothing");
}

TEST(CallerEventsTest, TheCalleesRingingIsNotTheCallers) {
  EXPECT_EQ(Report({{"Event", "DialState"},
                    {"DialStatus", "RINGING"},
                    {"Uniqueid", kOurs},
                    {"DestUniqueid", "1795390524.275"}}),
            "nothing");
}

TEST(CallerEventsTest, OtherStatesSayNothing) {
  for (const auto* state : {"Down", "Ring", "Dialing", "Busy", ""}) {
    EXPECT_EQ(Report({{"Event", "Newstate"}, {"ChannelStateDesc", state}, {"Uniqueid", kOurs}}),
              "nothing")
        << state;
  }
}

TEST(CallerEventsTest, AnOriginateResponseIsKnownByItsActionIDWhereNoChannelCameToBe) {
  EXPECT_EQ(Report({{"Event", "OriginateResponse"},
                    {"ActionID", kOurs},
                    {"Response", "Failure"},
                    {"Reason", "8"},
                    {"Uniqueid", "<null>"}}),
            "failed 8");
}

TEST(CallerEventsTest, AnUnreadableReasonIsUnreachable) {
  for (const auto* reason : {"", "none", "99999999999999999999"}) {
    EXPECT_EQ(Report({{"Event", "OriginateResponse"},
                      {"Response", "Failure"},
                      {"Reason", reason},
                      {"Uniqueid", kOurs}}),
              "failed 0")
        << reason;
  }
}

TEST(CallerEventsTest, AResponseIsNoEventWhateverItHolds) {
  EXPECT_EQ(Report({{"Response", "Success"}, {"ActionID", kOurs}, {"Uniqueid", kOurs}}), "nothing");
}

}  // namespace
}  // namespace click2call::ami
