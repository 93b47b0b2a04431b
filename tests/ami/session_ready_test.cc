// What a session does once it is logged in: replies, events, and the moment of no return.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "ami/session.h"
#include "ami/talk.h"
#include "fakes/memory.h"
#include "fakes/results.h"

namespace click2call::ami {
namespace {

using base::Code;
using base::Milliseconds;
using fakes::Has;

constexpr std::size_t kChunk = 16 * 1024;  // as the driver hands them over

class ReadySessionTest : public testing::Test {
 protected:
  ReadySessionTest() { talk_.LogIn(); }

  // Feeds all of `bytes` as a driver does, and drops what is decided; the error that ended it.
  std::optional<base::Error> Flood(std::string_view bytes) {
    std::optional<base::Error> error;
    const std::size_t before = fakes::AllocatedBytes();
    for (std::size_t at = 0; at < bytes.size(); at += kChunk) {
      talk_.Hear(bytes.substr(at, kChunk));
      while (auto decision = talk_.session.Next()) {
        if (!error) error = ErrorOf(decision);
      }
      most_held_ = std::max(most_held_, fakes::AllocatedBytes() - before);
    }
    return error;
  }

  Talk talk_;
  std::size_t most_held_ = 0;  // during the flood, of what was fed
};

TEST_F(ReadySessionTest, SendsActionsInTheirOrderWithoutWaitingForReplies) {
  for (const auto* id : {"a-1", "a-2", "a-3"}) talk_.Submit(id);
  EXPECT_EQ(talk_.Say(),
            "Action: Ping\r\nActionID: a-1\r\n\r\n"
            "Action: Ping\r\nActionID: a-2\r\n\r\n"
            "Action: Ping\r\nActionID: a-3\r\n\r\n");
}

TEST_F(ReadySessionTest, GivesEachReplyToItsActionInWhateverOrderTheyCome) {
  for (const auto* id : {"a-1", "a-2", "a-3"}) talk_.Submit(id);
  talk_.Hear(Success("a-3") + Success("a-1") + Success("a-2"));
  EXPECT_EQ(talk_.All(), "reply a-3\nreply a-1\nreply a-2\n");
}

TEST_F(ReadySessionTest, AReplyHasAllItsHeaders) {
  talk_.Submit("a-1");
  const std::string reply = "Response: Error\r\nActionID: a-1\r\nMessage: Permission denied\r\n";
  talk_.Hear(reply + "\r\n");
  const auto decision = talk_.session.Next();
  EXPECT_EQ(Show(std::get<Session::Replied>(decision.value()).response), reply);
}

TEST_F(ReadySessionTest, DropsStrayReplies) {
  talk_.Submit("a-1");
  talk_.Hear(Success("of-nobody") + Success("c2c-login") + "Response: Error\r\n\r\n");
  EXPECT_EQ(talk_.All(), "");
  talk_.Hear(Success("a-1"));
  EXPECT_EQ(talk_.All(), "reply a-1\n");
}

TEST_F(ReadySessionTest, TakesTheFirstOfTwoRepliesToOneAction) {
  talk_.Submit("a-1");
  talk_.Submit("a-2");
  talk_.Hear(Success("a-1") + Success("a-1") + Success("a-2"));
  EXPECT_EQ(talk_.All(), "reply a-1\nreply a-2\n");
}

TEST_F(ReadySessionTest, AnActionIDIsFreeAgainAfterItsReply) {
  for (int round = 0; round < 2; ++round) {
    talk_.Submit("a-1");
    talk_.Hear(Success("a-1"));
    EXPECT_EQ(talk_.All(), "reply a-1\n");
  }
}

TEST_F(ReadySessionTest, GivesEventsInTheirPlaceAmongTheReplies) {
  talk_.Submit("a-1");
  talk_.Submit("a-2");
  talk_.Hear("Event: One\r\n\r\n" + Success("a-1") + "Event: Two\r\n\r\n" + Success("a-2"));
  EXPECT_EQ(talk_.All(), "event One\nreply a-1\nevent Two\nreply a-2\n");
}

TEST_F(ReadySessionTest, AnEventIsNoReplyThoughItHasTheActionID) {
  talk_.Submit("a-1");
  talk_.Hear("Event: OriginateResponse\r\nActionID: a-1\r\nResponse: Failure\r\n\r\n");
  EXPECT_EQ(talk_.All(), "event OriginateResponse\n");
  talk_.Hear(Success("a-1"));
  EXPECT_EQ(talk_.All(), "reply a-1\n");
}

TEST_F(ReadySessionTest, FindsItsReplyBehindTwentyThousandEventsOfOthers) {
  talk_.Submit("a-1");
  std::string flood;
  for (int i = 0; i < 20'000; ++i) flood += "Event: Newchannel\r\nUniqueid: 17.1\r\n\r\n";
  EXPECT_FALSE(Flood(flood));
  EXPECT_LT(most_held_, 20 * kChunk);
  talk_.Hear(Success("a-1"));
  EXPECT_EQ(talk_.All(), "reply a-1\n");
}

TEST_F(ReadySessionTest, TheOldestUnansweredActionSetsTheDeadline) {
  talk_.Submit("a-1");
  const auto first = talk_.clock.Now() + kAnswerWait;
  talk_.clock.Advance(Milliseconds(1000));
  talk_.Submit("a-2");
  EXPECT_EQ(talk_.session.Deadline(), first);
  talk_.Hear(Success("a-1"));
  EXPECT_EQ(talk_.session.Deadline(), first + Milliseconds(1000));
}

// ---- committed

TEST_F(ReadySessionTest, AnActionIsCommittedWithTheLastByteOfItsBlankLine) {
  Originate originate;
  originate.action_id = originate.channel_id = Value("c2c-1");
  originate.channel = Value("PJSIP/1003");
  const Action action = MakeAction(originate);
  const std::size_t size = action.Encode().size();
  for (std::size_t sent = 0; sent <= size; ++sent) {
    Talk talk;
    talk.LogIn();
    talk.session.Submit(action, talk.clock.Now());
    talk.session.Sent(sent);
    ASSERT_EQ(talk.session.Committed("c2c-1"), sent == size) << sent << " of " << size;
    ASSERT_EQ(talk.session.Output(), action.Encode().substr(sent));
  }
}

TEST_F(ReadySessionTest, SentByteByByteAnActionIsCommittedAtTheSameByte) {
  talk_.Submit("a-1");
  while (!talk_.session.Output().empty()) {
    EXPECT_FALSE(talk_.session.Committed("a-1"));
    talk_.session.Sent(1);
  }
  EXPECT_TRUE(talk_.session.Committed("a-1"));
}

TEST_F(ReadySessionTest, PipelinedActionsAreCommittedOneByOne) {
  talk_.Submit("a-1");
  const std::size_t size = talk_.session.Output().size();
  talk_.Submit("a-2");
  talk_.session.Sent(size - 1);
  EXPECT_FALSE(talk_.session.Committed("a-1"));
  talk_.session.Sent(size);
  EXPECT_TRUE(talk_.session.Committed("a-1"));
  EXPECT_FALSE(talk_.session.Committed("a-2"));
  talk_.session.Sent(1);
  EXPECT_TRUE(talk_.session.Committed("a-2"));
}

TEST_F(ReadySessionTest, WhatWasCommittedIsKnownAfterTheEndToo) {
  talk_.Submit("a-1");
  talk_.Say();
  talk_.Submit("a-2");
  talk_.session.Sent(talk_.session.Output().size() - 1);
  talk_.session.EndOfStream();
  EXPECT_TRUE(talk_.session.Committed("a-1"));
  EXPECT_FALSE(talk_.session.Committed("a-2"));
}

TEST_F(ReadySessionTest, WhatWasNotSentBeforeTheEndIsNotSentAfterIt) {
  talk_.Submit("a-1");
  talk_.session.Sent(5);
  talk_.session.EndOfStream();
  EXPECT_EQ(talk_.session.Output(), "");
}

TEST_F(ReadySessionTest, WhatIsSubmittedAfterTheEndIsNotSent) {
  talk_.session.EndOfStream();
  talk_.Submit("a-1");
  EXPECT_EQ(talk_.session.Output(), "");
  EXPECT_FALSE(talk_.session.Committed("a-1"));
}

// ---- nonsense

TEST_F(ReadySessionTest, ALineOfTenMegabytesEndsIt) {
  const auto error = Flood(std::string(10'000'000, 'x'));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Code::kPbxProtocol);
  EXPECT_TRUE(Has(error->message, "16384 bytes"));
  EXPECT_LT(most_held_, 20 * kChunk);
}

TEST_F(ReadySessionTest, AMillionHeadersEndIt) {
  std::string headers;
  for (int i = 0; i < 1'000'000; ++i) headers += "A: 1\r\n";
  const auto error = Flood(headers);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Code::kPbxProtocol);
  EXPECT_TRUE(Has(error->message, "256 headers"));
  EXPECT_LT(most_held_, 20 * kChunk);
}

TEST_F(ReadySessionTest, GarbageIsNoReply) {
  talk_.Submit("a-1");
  std::string garbage;
  for (int i = 0; i < 200'000; ++i) garbage += static_cast<char>((i * 7919) >> 3);
  EXPECT_EQ(talk_.All(), "");
  Flood(garbage);
  EXPECT_EQ(talk_.All(), "");
}

TEST_F(ReadySessionTest, GivesWhatCameBeforeTheNonsense) {
  talk_.Submit("a-1");
  talk_.Hear(Success("a-1") + std::string(kMaxReceivedLineBytes + 1, 'x'));
  EXPECT_EQ(talk_.Next(), "reply a-1");
  EXPECT_TRUE(talk_.Next().starts_with("ended: "));
}

TEST(SessionTest, NonsenseBeforeTheLoginEndsIt) {
  for (const bool banner : {false, true}) {
    Talk talk;
    if (banner) talk.Hear(kBanner);
    talk.Hear(std::string(10'000'000, 'x'));
    const auto error = talk.End();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, Code::kPbxProtocol);
  }
}

}  // namespace
}  // namespace click2call::ami
