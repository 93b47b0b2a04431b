// One call on PBXs that are not well: at most one Originate leaves, and the answer says which it
// was of "nothing was sent", "refused" and "unknown".

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "net/ami_client.h"
#include "net/ami_client_fixture.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Milliseconds;
using fakes::Fails;
using fakes::Has;

// ---- nothing was sent: the next PBX

TEST_F(AmiClientTest, WhereOnePbxRefusesTheConnectionTheNextIsTried) {
  network_.Peer("host-a").Refuses("Connection refused");
  QueuesIt("host-b").Says(Ringing());
  EXPECT_EQ(Outcome(Dial()), "callingCaller on b");
  EXPECT_EQ(Tried(), (Hosts{"host-a", "host-b"}));
}

TEST_F(AmiClientTest, WhereAllRefuseNothingWasSentAndItSaysWhenToComeAgain) {
  const auto dialled = Dial();
  ASSERT_TRUE(Fails(dialled, Code::kPbxUnavailable));
  EXPECT_EQ(Tried(), (Hosts{"host-a", "host-b"}));
  EXPECT_EQ(dialled.Why().retry_after, std::chrono::seconds(5));
  EXPECT_EQ(dialled.Why().call_id, "");
  EXPECT_TRUE(Has(dialled.Why().message, "Connection refused"));
  EXPECT_EQ(Originates(), 0);
}

TEST_F(AmiClientTest, TheAddressIsForTheLogAndTheNameForThePage) {
  const auto dialled = Dial();
  EXPECT_TRUE(Has(dialled.Why().message, "PBX \"b\": "));
  EXPECT_FALSE(Has(dialled.Why().message, "host-"));
  const auto lines = log_.Lines();
  ASSERT_EQ(lines.size(), 2U);
  for (const auto& line : lines) {
    EXPECT_EQ(line.level, base::LogLevel::kWarning);
    EXPECT_TRUE(Has(line.text, "callId=\"" + kCallId + "\" why=\"Connection refused"));
  }
  EXPECT_TRUE(lines[0].text.starts_with("event=\"pbx\" pbx=\"a\" host=\"host-a\" port=\"5038\" "));
  EXPECT_TRUE(lines[1].text.starts_with("event=\"pbx\" pbx=\"b\" host=\"host-b\" port=\"5038\" "));
}

TEST_F(AmiClientTest, WhereAPbxIsOfNoUseBeforeTheOriginateTheNextIsTried) {
  const std::string banner(ami::kBanner);
  void (*const kFaults[])(fakes::FakePeer&) = {
      [](fakes::FakePeer&) {},  // accepts and stays silent
      [](fakes::FakePeer& peer) { peer.Closes(); },
      [](fakes::FakePeer& peer) { peer.Resets(); },
      [](fakes::FakePeer& peer) { peer.Says("Asterisk Call").Closes(); },
      [](fakes::FakePeer& peer) { peer.SaysSlowly(ami::kBanner, Milliseconds(1000)); },
      [](fakes::FakePeer& peer) { peer.Says(std::string(ami::kBanner)); },
      [](fakes::FakePeer& peer) { peer.Says(std::string(ami::kBanner)).Closes(); },
      [](fakes::FakePeer& peer) { peer.Says(std::string(ami::kBanner)).Takes(10).Resets(); },
      [](fakes::FakePeer& peer) { peer.Says(std::string(ami::kBanner)).Takes(10); },
      [](fakes::FakePeer& peer) {
        peer.Says(std::string(ami::kBanner)).SaysSlowly(ami::kLoginAccepted, Milliseconds(1000));
      },
      [](fakes::FakePeer& peer) {
        peer.Says(std::string(ami::kBanner))
            .Hears("Login")
            .Says(
                "Response: Error\r\nActionID: c2c-login\r\n"
                "Message: Asterisk is shutting down\r\n\r\n");
      },
  };
  int number = 0;
  for (const auto& fault : kFaults) {
    SCOPED_TRACE(number++);
    fault(network_.Peer("host-a"));
    QueuesIt("host-b").Says(Ringing());
    EXPECT_EQ(Outcome(Dial()), "callingCaller on b");
    EXPECT_EQ(Originates(), 1);
    EXPECT_LE(took_, ami::kLoginWait);
  }
}

TEST_F(AmiClientTest, WhereTheConnectionDiesBeforeTheBlankLineLeftTheNextPbxIsTried) {
  const std::size_t size = OriginateBytes().size();
  for (std::size_t sent = 0; sent < size; ++sent) {
    LogsIn("host-a").Takes(sent).Resets();
    QueuesIt("host-b").Says(Ringing());
    ASSERT_EQ(Outcome(Dial()), "callingCaller on b") << sent << " of " << size;
    ASSERT_EQ(Originates(), 1) << sent << " of " << size;
  }
}

TEST_F(AmiClientTest, WhereThePbxStopsReadingBeforeTheBlankLineLeftTheNextPbxIsTried) {
  const std::size_t size = OriginateBytes().size();
  for (const std::size_t sent : {std::size_t{0}, std::size_t{1}, size / 2, size - 1}) {
    LogsIn("host-a").Takes(sent);
    QueuesIt("host-b").Says(Ringing());
    EXPECT_EQ(Outcome(Dial()), "callingCaller on b") << sent;
    EXPECT_EQ(Originates(), 1) << sent;
    EXPECT_EQ(took_, ami::kAnswerWait);
  }
}

// It said so: nothing was dialled, and nothing will be.
TEST_F(AmiClientTest, AnOriginateRefusedForAShutdownMayGoToTheNextPbx) {
  HearsIt("host-a").Says(Refused("Asterisk is shutting down"));
  QueuesIt("host-b").Says(Ringing());
  EXPECT_EQ(Outcome(Dial()), "callingCaller on b");
}

// ---- it may ring: never again

TEST_F(AmiClientTest, WhereTheConnectionDiesAfterTheBlankLineLeftNobodyKnowsAndNobodyTriesAgain) {
  void (*const kFaults[])(fakes::FakePeer&) = {
      [](fakes::FakePeer&) {},  // silence
      [](fakes::FakePeer& peer) { peer.Closes(); },
      [](fakes::FakePeer& peer) { peer.Resets(); },
      [](fakes::FakePeer& peer) { peer.Says("Response: Succ").Closes(); },
      [](fakes::FakePeer& peer) { peer.Says(Queued().substr(0, Queued().size() - 1)).Closes(); },
      [](fakes::FakePeer& peer) { peer.Says("Event: FullyBooted\r\n\r\n").Closes(); },
      [](fakes::FakePeer& peer) { peer.Says("Response: Error\r\n\r\n").Closes(); },
      [](fakes::FakePeer& peer) { peer.SaysSlowly(Queued(), Milliseconds(1000)); },
      [](fakes::FakePeer& peer) { peer.Says(std::string(10'000'000, 'x')); },
  };
  int number = 0;
  for (const auto& fault : kFaults) {
    SCOPED_TRACE(number++);
    fault(LogsIn("host-a").Hears("Originate"));
    const auto dialled = Dial();
    ASSERT_TRUE(Fails(dialled, Code::kOutcomeUnknown));
    EXPECT_EQ(dialled.Why().call_id, kCallId);
    EXPECT_EQ(dialled.Why().retry_after, std::chrono::seconds(0)) << "no advice to try again";
    EXPECT_TRUE(Has(dialled.Why().message, "not be sent again"));
    EXPECT_EQ(Tried(), (Hosts{"host-a"}));
    EXPECT_EQ(Originates(), 1);
    EXPECT_LE(took_, ami::kAnswerWait);
  }
}

TEST_F(AmiClientTest, ASocketThatTookTheWholeOriginateAndThenDiedMayHaveDeliveredIt) {
  LogsIn("host-a").Takes(OriginateBytes().size()).Resets();
  EXPECT_TRUE(Fails(Dial(), Code::kOutcomeUnknown));
  EXPECT_EQ(Tried(), (Hosts{"host-a"}));
}

TEST_F(AmiClientTest, WhatThePbxHasQueuedStaysQueuedWhateverFollows) {
  QueuesIt("host-a").Closes();
  EXPECT_EQ(Outcome(Dial()), "initiating on a");
  QueuesIt("host-a").Resets();
  EXPECT_EQ(Outcome(Dial()), "initiating on a");
  QueuesIt("host-a").Says(std::string(100'000, 'x'));
  EXPECT_EQ(Outcome(Dial()), "initiating on a");
  QueuesIt("host-a").Says(Refused("Failed to parse message: line too long"));
  EXPECT_EQ(Outcome(Dial()), "initiating on a");
}

// ---- the PBX says no

TEST_F(AmiClientTest, ARefusedLoginIsNotTriedElsewhere) {
  network_.Peer("host-a")
      .Says(std::string(ami::kBanner))
      .Hears("Login")
      .Pauses(Milliseconds(1000))
      .Says("Response: Error\r\nActionID: c2c-login\r\nMessage: Authentication failed\r\n\r\n")
      .Closes();
  const auto dialled = Dial();
  ASSERT_TRUE(Fails(dialled, Code::kPbxLoginRefused));
  EXPECT_TRUE(Has(dialled.Why().message, "\"click2call\""));
  EXPECT_EQ(dialled.Why().retry_after, std::chrono::seconds(0));
  EXPECT_EQ(Tried(), (Hosts{"host-a"}));
  EXPECT_EQ(Originates(), 0);
}

TEST_F(AmiClientTest, WhatIsNoPbxIsNotTriedElsewhere) {
  for (const std::string_view said :
       {"HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "\xff\xfe\r\n"}) {
    network_.Peer("host-a").Says(std::string(said));
    EXPECT_TRUE(Fails(Dial(), Code::kPbxProtocol)) << said;
    EXPECT_EQ(Tried(), (Hosts{"host-a"}));
    EXPECT_EQ(tried_[0]->sent, "") << "the secret least of all";
  }
}

TEST_F(AmiClientTest, ARefusedOriginateSaysWhy) {
  const struct {
    std::string_view message;
    Code code;
    std::string_view words;
  } kRows[] = {
      {"Extension does not exist.", Code::kCalleeNotAvailable, "no extension 1006"},
      {"Permission denied", Code::kPbxOriginateRefused, "write = originate,call"},
      {"Invalid channel", Code::kPbxOriginateRefused, "call.channel"},
      {"Channel not specified", Code::kPbxOriginateRefused, "call.channel"},
      {"Originate failed", Code::kPbxOriginateRefused, "said: Originate failed"},
      {"Failed to parse message: line too long", Code::kPbxOriginateRefused, "line too long"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.message);
    HearsIt("host-a").Says(Refused(row.message));
    const auto dialled = Dial();
    ASSERT_TRUE(Fails(dialled, row.code));
    EXPECT_TRUE(Has(dialled.Why().message, row.words));
    EXPECT_EQ(dialled.Why().call_id, kCallId);
    EXPECT_EQ(Tried(), (Hosts{"host-a"}));
    EXPECT_TRUE(tried_[0]->sent.ends_with("Action: Logoff\r\nActionID: c2c-logoff\r\n\r\n"));
  }
}

TEST_F(AmiClientTest, AnErrorWithoutAnActionIDIsNotTheAnswer) {
  HearsIt("host-a").Says(
      "Response: Error\r\nMessage: Failed to parse message: line too long\r\n\r\n" + Queued() +
      Ringing());
  EXPECT_EQ(Outcome(Dial()), "callingCaller on a");
}

// ---- time

TEST_F(AmiClientTest, AllPbxsTogetherHaveTenSeconds) {
  pbxs_.clear();
  for (const auto* name : {"a", "b", "c", "d", "e", "f", "g"}) {
    pbxs_.push_back(Pbx(name));
    network_.Peer(pbxs_.back().host);  // accepts and stays silent
  }
  EXPECT_TRUE(Fails(Dial(), Code::kPbxUnavailable));
  EXPECT_EQ(took_, kTotalWait);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(tried_[i]->connect_wait, kConnectWait) << i;
}

TEST_F(AmiClientTest, NoConnectionIsWaitedForBeyondTheTenSeconds) {
  pbxs_ = {Pbx("a"), Pbx("b"), Pbx("c"), Pbx("d")};
  for (const auto* host : {"host-a", "host-b", "host-c"}) {
    network_.Peer(host).Says(std::string(ami::kBanner));  // and no login: 3 s each
  }
  EXPECT_TRUE(Fails(Dial(), Code::kPbxUnavailable));
  ASSERT_EQ(tried_.size(), 4U);
  EXPECT_EQ(tried_[3]->connect_wait, Milliseconds(1000));
}

TEST_F(AmiClientTest, TriesNoPbxWhenTheTenSecondsAreOver) {
  pbxs_.clear();
  for (const auto* name : {"a", "b", "c", "d", "e", "f", "g"}) {
    pbxs_.push_back(Pbx(name));
    network_.Peer(pbxs_.back().host);
  }
  EXPECT_TRUE(Fails(Dial(), Code::kPbxUnavailable));
  EXPECT_EQ(Tried(), (Hosts{"host-a", "host-b", "host-c", "host-d", "host-e"}));
}

TEST_F(AmiClientTest, AnOriginateThatLeftLateIsUnknownAfterTenSecondsAltogether) {
  pbxs_ = {Pbx("a"), Pbx("b"), Pbx("c")};
  network_.Peer("host-a").Says(std::string(ami::kBanner));
  network_.Peer("host-b").Says(std::string(ami::kBanner));
  HearsIt("host-c");
  EXPECT_TRUE(Fails(Dial(), Code::kOutcomeUnknown));
  EXPECT_EQ(took_, kTotalWait);
  EXPECT_EQ(Originates(), 1);
}

TEST_F(AmiClientTest, AnEndOfTimeBeforeTheBlankLineLeftSendsItNoMore) {
  pbxs_ = {Pbx("a"), Pbx("b"), Pbx("c")};
  network_.Peer("host-a").Says(std::string(ami::kBanner));
  network_.Peer("host-b").Says(std::string(ami::kBanner));
  LogsIn("host-c").Takes(100);
  EXPECT_TRUE(Fails(Dial(), Code::kPbxUnavailable));
  EXPECT_EQ(took_, kTotalWait);
  EXPECT_EQ(Originates(), 0);
}

TEST_F(AmiClientTest, EachCallBeginsAfreshWithTheFirstPbx) {
  QueuesIt("host-b").Says(Ringing());
  EXPECT_EQ(Outcome(Dial()), "callingCaller on b");
  QueuesIt("host-a").Says(Ringing());
  EXPECT_EQ(Outcome(Dial()), "callingCaller on a");
}

}  // namespace
}  // namespace click2call::net
