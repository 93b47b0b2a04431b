#include "ami/session.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "ami/talk.h"
#include "fakes/results.h"

namespace click2call::ami {
namespace {

using base::Code;
using base::Milliseconds;
using fakes::Has;

constexpr Milliseconds kOneMillisecond{1};

testing::AssertionResult Ended(const std::optional<base::Error>& error, Code code) {
  if (!error) return testing::AssertionFailure() << "it has not ended";
  return fakes::Fails(base::Status(*error), code);
}

// ---- banner and login

TEST(SessionTest, SaysNothingBeforeTheBanner) {
  Talk talk;
  EXPECT_EQ(talk.Say(), "");
  talk.Hear("Asterisk Call Manager/5.0.4\r");
  EXPECT_EQ(talk.Say(), "");
  EXPECT_EQ(talk.Next(), "nothing");
}

TEST(SessionTest, LogsInByItselfAfterTheBanner) {
  Talk talk;
  talk.Hear(kBanner);
  EXPECT_EQ(talk.Say(),
            "Action: Login\r\nActionID: c2c-login\r\nUsername: click2call\r\nSecret: s3cret\r\n"
            "Events: call\r\n\r\n");
  talk.Hear(kLoginAccepted);
  EXPECT_EQ(talk.All(), "logged in\n");
}

TEST(SessionTest, TakesTheBannerOfAnyVersion) {
  for (const std::string_view banner :
       {"Asterisk Call Manager/1.1\r\n", "Asterisk Call Manager/11.0.0\r\n",
        "Asterisk Call Manager/\r\n", "Asterisk Call Manager/5.0.4\n"}) {
    Talk talk;
    talk.Hear(banner);
    EXPECT_TRUE(talk.Say().starts_with("Action: Login\r\n")) << banner;
  }
}

TEST(SessionTest, AsksForNoEventsWhereNobodyListens) {
  for (const Auth auth : {Auth::kPlain, Auth::kMD5}) {
    Talk talk(auth, Events::kOff);
    talk.Hear(kBanner);
    talk.Hear("Response: Success\r\nActionID: c2c-challenge\r\nChallenge: 1\r\n\r\n");
    EXPECT_TRUE(Has(talk.Say(), "\r\nEvents: off\r\n\r\n"));
  }
}

TEST(SessionTest, SaysNothingToWhatIsNoPbx) {
  for (const std::string_view banner :
       {"HTTP/1.1 400 Bad Request\r\n", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
        "220 mail.example.org ESMTP\r\n", "\r\n", " Asterisk Call Manager/5.0.4\r\n",
        "asterisk call manager/5.0.4\r\n", "Asterisk Call Manager\r\n"}) {
    SCOPED_TRACE(banner);
    Talk talk;
    talk.Hear(banner);
    const auto error = talk.End();
    ASSERT_TRUE(Ended(error, Code::kPbxProtocol));
    EXPECT_TRUE(Has(error->message, banner.substr(0, banner.find('\r'))));
    EXPECT_TRUE(Has(error->message, "5038"));
    EXPECT_EQ(talk.Say(), "");
  }
}

TEST(SessionTest, NamesHttpAndTls) {
  {
    Talk talk;
    talk.Hear("HTTP/1.1 400 Bad Request\r\nServer: Asterisk\r\n");
    const auto error = talk.End();
    ASSERT_TRUE(Ended(error, Code::kPbxProtocol));
    EXPECT_TRUE(Has(error->message,
                    "this port answers HTTP (\"HTTP/1.1 400 Bad Request\"); AMI is "
                    "usually on port 5038"));
  }
  for (const std::size_t cut : {1U, 2U, 7U}) {  // an alert, which has no end of a line
    Talk talk;
    talk.Hear(std::string_view("\x15\x03\x01\0\x02\x02\x46", 7).substr(0, cut));
    const auto error = talk.End();
    ASSERT_TRUE(Ended(error, Code::kPbxProtocol)) << cut;
    EXPECT_TRUE(Has(error->message, "this port speaks TLS; that is transport = \"tls\""));
  }
}

// HTTP and TLS servers say nothing before they were asked something.
TEST(SessionTest, AsksOnceWhoIsThereWhereNoBannerComes) {
  Talk talk;
  EXPECT_EQ(talk.Say(), "");
  talk.Pass(kBannerWait - Milliseconds(500) - kOneMillisecond);
  EXPECT_EQ(talk.Say(), "");
  talk.Pass(kOneMillisecond);
  EXPECT_EQ(talk.Say(), "Action: Ping\r\n\r\n");
  talk.Pass(kOneMillisecond);
  EXPECT_EQ(talk.Say(), "");
  // A PBX that was only slow logs us in all the same.
  talk.Hear(kBanner);
  EXPECT_TRUE(talk.Say().starts_with("Action: Login\r\n"));
  talk.Hear("Response: Error\r\nMessage: Permission denied\r\n\r\n");
  talk.Hear(kLoginAccepted);
  EXPECT_EQ(talk.All(), "logged in\n");
}

TEST(SessionTest, ShowsOnlyTheBeginningOfAForeignBanner) {
  Talk talk;
  talk.Hear(std::string(60, 'x') + std::string(5000, 'y') + "\r\n");
  const auto error = talk.End();
  ASSERT_TRUE(Ended(error, Code::kPbxProtocol));
  EXPECT_TRUE(Has(error->message, "\"" + std::string(60, 'x') + "\""));
}

TEST(SessionTest, ARefusedLoginSaysWhatToCompare) {
  Talk talk;
  talk.Hear(kBanner);
  talk.Hear("Response: Error\r\nActionID: c2c-login\r\nMessage: Authentication failed\r\n\r\n");
  const auto error = talk.End();
  ASSERT_TRUE(Ended(error, Code::kPbxLoginRefused));
  for (const auto* word :
       {"\"click2call\"", "Authentication failed", "secret", "manager.conf", "deny", "permit"}) {
    EXPECT_TRUE(Has(error->message, word));
  }
  EXPECT_FALSE(Has(error->message, "s3cret"));
}

TEST(SessionTest, APbxThatShutsDownIsUnavailableAndNotRefusing) {
  for (const Auth auth : {Auth::kPlain, Auth::kMD5}) {
    Talk talk(auth);
    talk.Hear(kBanner);
    const std::string id = auth == Auth::kMD5 ? "c2c-challenge" : "c2c-login";
    talk.Hear("Response: Error\r\nActionID: " + id +
              "\r\nMessage: Asterisk is shutting down\r\n\r\n");
    EXPECT_TRUE(Ended(talk.End(), Code::kPbxUnavailable));
  }
}

TEST(SessionTest, ALoginByMD5NeverShowsTheSecret) {
  Talk talk(Auth::kMD5);
  talk.Hear(kBanner);
  const std::string challenge = talk.Say();
  EXPECT_EQ(challenge, "Action: Challenge\r\nActionID: c2c-challenge\r\nAuthType: MD5\r\n\r\n");
  talk.Hear("Response: Success\r\nActionID: c2c-challenge\r\nChallenge: 693589772\r\n\r\n");
  const std::string login = talk.Say();
  EXPECT_EQ(login,
            "Action: Login\r\nActionID: c2c-login\r\nAuthType: MD5\r\n"
            "Username: click2call\r\nKey: " +
                MD5Key("693589772", "s3cret") + "\r\nEvents: call\r\n\r\n");
  EXPECT_EQ(talk.Next(), "nothing");
  talk.Hear(kLoginAccepted);
  EXPECT_EQ(talk.All(), "logged in\n");
  EXPECT_FALSE(Has(challenge + login, "s3cret"));
}

TEST(SessionTest, AChallengeThatIsNoneIsARefusedLogin) {
  for (const std::string_view reply :
       {"Response: Error\r\nActionID: c2c-challenge\r\nMessage: Must specify AuthType\r\n\r\n",
        "Response: Error\r\nActionID: c2c-challenge\r\nChallenge: 1\r\n\r\n"}) {
    Talk talk(Auth::kMD5);
    talk.Hear(kBanner);
    talk.Say();
    talk.Hear(reply);
    EXPECT_TRUE(Ended(talk.End(), Code::kPbxLoginRefused)) << reply;
    EXPECT_EQ(talk.Say(), "");
  }
}

TEST(SessionTest, ASuccessWithoutAChallengeIsNoLogin) {
  Talk talk(Auth::kMD5);
  talk.Hear(kBanner);
  talk.Say();
  talk.Hear(Success("c2c-challenge"));
  EXPECT_TRUE(Ended(talk.End(), Code::kPbxProtocol));
  EXPECT_EQ(talk.Say(), "");
}

TEST(SessionTest, WhatAnswersTheLoginWithNoResponseIsNoPbx) {
  for (const Auth auth : {Auth::kPlain, Auth::kMD5}) {
    Talk talk(auth);
    talk.Hear(kBanner);
    talk.Say();
    talk.Hear("Content-Type: text/html\r\n\r\n");
    EXPECT_TRUE(Ended(talk.End(), Code::kPbxProtocol));
  }
}

TEST(SessionTest, ARefusedMD5LoginIsARefusedLogin) {
  Talk talk(Auth::kMD5);
  talk.Hear(kBanner);
  talk.Hear("Response: Success\r\nActionID: c2c-challenge\r\nChallenge: 1\r\n\r\n");
  talk.Hear("Response: Error\r\nActionID: c2c-login\r\nMessage: Authentication failed\r\n\r\n");
  EXPECT_TRUE(Ended(talk.End(), Code::kPbxLoginRefused));
}

TEST(SessionTest, OnlyTheReplyToTheLoginDecidesIt) {
  Talk talk;
  talk.Hear(kBanner);
  talk.Hear("Event: FullyBooted\r\nActionID: c2c-login\r\nResponse: Success\r\n\r\n");
  talk.Hear(Success("somebody-else"));
  talk.Hear("Response: Error\r\nMessage: Authentication failed\r\n\r\n");
  EXPECT_EQ(talk.All(), "");
  talk.Hear(kLoginAccepted);
  EXPECT_EQ(talk.All(), "logged in\n");
}

// ---- the end of the stream, and waits

// A session brought to one of its stages, what it waits for there, and what an end means then.
struct Stage {
  const char* name;
  void (*reach)(Talk&);
  Milliseconds wait;
  const char* word;  // in the message at the end of the stream
};

constexpr Auth kAuths[] = {Auth::kPlain, Auth::kMD5};
const Stage kStages[] = {
    {"before the banner", [](Talk&) {}, kBannerWait, "authlimit"},
    {"half a banner", [](Talk& talk) { talk.Hear(kBanner.substr(0, 9)); }, kBannerWait,
     "before its banner"},
    {"before the login's reply", [](Talk& talk) { talk.Hear(kBanner); }, kLoginWait,
     "during the login"},
    {"half the login's reply",
     [](Talk& talk) {
       talk.Hear(kBanner);
       talk.Hear(kLoginAccepted.substr(0, kLoginAccepted.size() - 1));
     },
     kLoginWait, "during the login"},
    {"before the reply to an action",
     [](Talk& talk) {
       talk.LogIn();
       talk.Submit("a-1");
     },
     kAnswerWait, "closed the connection"},
};

TEST(SessionTest, TheEndOfTheStreamAtAnyStageIsUnavailable) {
  for (const Stage& stage : kStages) {
    for (const Auth auth : kAuths) {
      SCOPED_TRACE(stage.name);
      if (auth == Auth::kMD5 && stage.wait == kAnswerWait) continue;
      Talk talk(auth);
      stage.reach(talk);
      EXPECT_EQ(talk.Next(), "nothing");
      talk.session.EndOfStream();
      const auto error = talk.End();
      ASSERT_TRUE(Ended(error, Code::kPbxUnavailable));
      EXPECT_TRUE(Has(error->message, stage.word));
    }
  }
}

TEST(SessionTest, WhatTheConnectionSaysOfItsEndIsToldOn) {
  for (const Stage& stage : kStages) {
    Talk talk;
    stage.reach(talk);
    talk.session.EndOfStream("certificate required");
    const auto error = talk.End();
    ASSERT_TRUE(Ended(error, Code::kPbxUnavailable));
    EXPECT_TRUE(Has(error->message, "the PBX closed the connection"));
    EXPECT_TRUE(Has(error->message, ": certificate required"));
  }
}

TEST(SessionTest, AnEndInsteadOfAnAnswerToPlainTextMayBeTls) {
  Talk talk;
  talk.Pass(kBannerWait - kOneMillisecond);
  talk.session.EndOfStream();
  const auto error = talk.End();
  ASSERT_TRUE(Ended(error, Code::kPbxUnavailable));
  EXPECT_TRUE(Has(error->message, "does that port speak TLS (transport = \"tls\")?"));
}

TEST(SessionTest, EachStageHasItsDeadline) {
  for (const Stage& stage : kStages) {
    SCOPED_TRACE(stage.name);
    Talk talk;
    stage.reach(talk);
    const auto deadline = talk.clock.Now() + stage.wait;
    EXPECT_LE(talk.session.Deadline(), deadline);
    talk.Pass(stage.wait - kOneMillisecond);
    EXPECT_EQ(talk.session.Deadline(), deadline);
    EXPECT_EQ(talk.Next(), "nothing");
    talk.Pass(kOneMillisecond);
    EXPECT_TRUE(Ended(talk.End(), Code::kPbxUnavailable));
  }
}

TEST(SessionTest, TheWaitsAreTheDocumentedOnes) {
  EXPECT_EQ(kBannerWait, Milliseconds(2000));
  EXPECT_EQ(kLoginWait, Milliseconds(3000));
  EXPECT_EQ(kAnswerWait, Milliseconds(5000));
}

TEST(SessionTest, SlowBytesExtendNoDeadline) {
  constexpr Milliseconds kGap{100};
  const std::string foreign = "Event: Newchannel\r\nUniqueid: 1\r\n\r\n";
  for (const Stage& stage : kStages) {
    SCOPED_TRACE(stage.name);
    Talk talk;
    stage.reach(talk);
    const bool banner = stage.wait == kBannerWait;
    const auto deadline = talk.clock.Now() + stage.wait;
    // What is under way is never completed, or completed by what is not awaited.
    for (std::size_t i = 0; talk.clock.Now() + kGap < deadline; ++i) {
      talk.Hear(banner ? "A" : foreign.substr(i % foreign.size(), 1));
      talk.Pass(kGap);
      ASSERT_FALSE(talk.End()) << i;
    }
    talk.Pass(kGap);
    EXPECT_TRUE(Ended(talk.End(), Code::kPbxUnavailable));
  }
}

TEST(SessionTest, ALoginByMD5HasNoMoreTimeThanAnyOther) {
  Talk talk(Auth::kMD5);
  talk.Hear(kBanner);
  talk.Pass(kLoginWait - kOneMillisecond);
  talk.Hear("Response: Success\r\nActionID: c2c-challenge\r\nChallenge: 1\r\n\r\n");
  EXPECT_EQ(talk.Next(), "nothing");
  talk.Pass(kOneMillisecond);
  EXPECT_TRUE(Ended(talk.End(), Code::kPbxUnavailable));
}

TEST(SessionTest, WaitsForNothingWhileNothingIsAsked) {
  Talk talk;
  talk.LogIn();
  EXPECT_EQ(talk.session.Deadline(), base::MonotonicTime::max());
  talk.Pass(std::chrono::hours(24));
  EXPECT_EQ(talk.Next(), "nothing");
  talk.Submit("a-1");
  talk.Hear(Success("a-1"));
  EXPECT_EQ(talk.session.Deadline(), base::MonotonicTime::max());
}

TEST(SessionTest, NothingFollowsItsEnd) {
  void (*const kEnds[])(Talk&) = {
      [](Talk& talk) { talk.session.EndOfStream(); },
      [](Talk& talk) { talk.Hear("HTTP/1.1 400 Bad Request\r\n"); },
      [](Talk& talk) { talk.Pass(kBannerWait); },
  };
  for (const auto& end : kEnds) {
    Talk talk;
    end(talk);
    EXPECT_TRUE(talk.Next().starts_with("ended"));
    talk.Hear(kBanner);
    talk.Hear(kLoginAccepted);
    talk.session.EndOfStream();
    talk.Pass(std::chrono::hours(1));
    EXPECT_EQ(talk.Next(), "nothing");
    EXPECT_EQ(talk.Say(), "");
    EXPECT_EQ(talk.session.Deadline(), base::MonotonicTime::max());
  }
}

}  // namespace
}  // namespace click2call::ami
