#include "ami/reader.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "ami/show.h"
#include "ami/transcript.h"
#include "fakes/memory.h"
#include "fakes/results.h"

namespace click2call::ami {
namespace {

using Outcome = Reader::Outcome;
using fakes::Has;

constexpr std::size_t kChunk = 16 * 1024;  // as the driver feeds them

// Feeds a stream that begins with a banner, and writes down again what the reader makes of it.
class Rewriter {
 public:
  Outcome Feed(std::string_view bytes) {
    reader_.Feed(bytes);
    if (text_.empty()) {
      std::string banner;
      const Outcome outcome = reader_.NextLine(&banner);
      if (outcome != Outcome::kDone) return outcome;
      text_ = banner + "\r\n";
    }
    Message message;
    Outcome outcome{};
    while ((outcome = reader_.NextMessage(&message)) == Outcome::kDone) {
      text_ += Show(message) + "\r\n";
    }
    return outcome;
  }
  const std::string& Text() const { return text_; }

 private:
  Reader reader_;
  std::string text_;
};

std::string RewrittenInChunksOf(std::size_t size, std::string_view bytes) {
  Rewriter rewriter;
  for (std::size_t at = 0; at < bytes.size(); at += size) rewriter.Feed(bytes.substr(at, size));
  return rewriter.Text();
}

// Feeds all of `bytes` and drains after each chunk.
Outcome FeedMessages(Reader* reader, std::string_view bytes, std::size_t chunk = kChunk) {
  Outcome outcome = Outcome::kNeedMore;
  Message message;
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    reader->Feed(bytes.substr(at, chunk));
    while ((outcome = reader->NextMessage(&message)) == Outcome::kDone) continue;
  }
  return outcome;
}

// The messages in `bytes`, one string each.
std::vector<std::string> Messages(std::string_view bytes) {
  Reader reader;
  reader.Feed(bytes);
  std::vector<std::string> messages;
  Message message;
  while (reader.NextMessage(&message) == Outcome::kDone) messages.push_back(Show(message));
  return messages;
}

using Strings = std::vector<std::string>;

TEST(ReaderTest, LosesAndAddsNothingOfWhatAsteriskSent) {
  const auto names = TranscriptNames();
  EXPECT_EQ(names.size(), 82U);
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    const std::string bytes = ReadTranscript(name).Received();
    EXPECT_EQ(RewrittenInChunksOf(bytes.size(), bytes), bytes);
  }
}

TEST(ReaderTest, GivesTheSameMessagesHoweverTheBytesAreCut) {
  for (const std::string& name : TranscriptNames()) {
    SCOPED_TRACE(name);
    const std::string bytes = ReadTranscript(name).Received();
    for (const std::size_t size : {1U, 2U, 3U, 7U, 64U, 1000U}) {
      EXPECT_EQ(RewrittenInChunksOf(size, bytes), bytes) << "in chunks of " << size;
    }
  }
}

TEST(ReaderTest, GivesTheSameMessagesCutOnceAnywhere) {
  constexpr std::size_t kLargest = 2000;
  for (const std::string& name : TranscriptNames()) {
    SCOPED_TRACE(name);
    const std::string bytes = ReadTranscript(name).Received();
    for (std::size_t cut = 0; bytes.size() <= kLargest && cut <= bytes.size(); ++cut) {
      Rewriter rewriter;
      rewriter.Feed(std::string_view(bytes).substr(0, cut));
      rewriter.Feed(std::string_view(bytes).substr(cut));
      ASSERT_EQ(rewriter.Text(), bytes) << "cut at " << cut;
    }
  }
}

TEST(ReaderTest, GivesTheSameMessagesCutTwiceAnywhere) {
  constexpr std::size_t kLargest = 200;
  for (const std::string& name : TranscriptNames()) {
    SCOPED_TRACE(name);
    const std::string bytes = ReadTranscript(name).Received();
    if (bytes.size() > kLargest) continue;
    for (std::size_t first = 0; first <= bytes.size(); ++first) {
      for (std::size_t second = first; second <= bytes.size(); ++second) {
        Rewriter rewriter;
        rewriter.Feed(std::string_view(bytes).substr(0, first));
        rewriter.Feed(std::string_view(bytes).substr(first, second - first));
        rewriter.Feed(std::string_view(bytes).substr(second));
        ASSERT_EQ(rewriter.Text(), bytes) << "cut at " << first << " and " << second;
      }
    }
  }
}

TEST(ReaderTest, GivesNoMessageBeforeItsBlankLineIsThere) {
  const std::string bytes = "Response: Success\r\nActionID: 1\r\n\r\n";
  Reader reader;
  Message message;
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
    reader.Feed(bytes.substr(i, 1));
    ASSERT_EQ(reader.NextMessage(&message), Outcome::kNeedMore) << i;
  }
  reader.Feed("\n");
  ASSERT_EQ(reader.NextMessage(&message), Outcome::kDone);
  EXPECT_EQ(message.Get("ActionID"), "1");
  EXPECT_EQ(reader.NextMessage(&message), Outcome::kNeedMore);
}

TEST(ReaderTest, TheBannerNeedsNoBlankLine) {
  Reader reader;
  reader.Feed("Asterisk Call Manager/5.0.4\r\nResponse: Success\r\n\r\n");
  std::string line;
  ASSERT_EQ(reader.NextLine(&line), Outcome::kDone);
  EXPECT_EQ(line, "Asterisk Call Manager/5.0.4");
  Message message;
  EXPECT_EQ(reader.NextMessage(&message), Outcome::kDone);
}

TEST(ReaderTest, ABareLineFeedEndsALineToo) {
  EXPECT_EQ(Messages("A: 1\nB: 2\n\nC: 3\r\n\nD: 4\n\r\n"),
            (Strings{"A: 1\r\nB: 2\r\n", "C: 3\r\n", "D: 4\r\n"}));
}

TEST(ReaderTest, SkipsBlankLinesBeforeAMessage) {
  EXPECT_EQ(Messages("\r\n\n\r\nA: 1\r\n\r\n\r\n\r\nB: 2\r\n\r\n"),
            (Strings{"A: 1\r\n", "B: 2\r\n"}));
}

TEST(ReaderTest, SplitsALineAtItsFirstColon) {
  EXPECT_EQ(Messages("Message: a: b\r\nTight:c\r\nWide:   d \r\nEmpty:\r\n\r\n"),
            (Strings{"Message: a: b\r\nTight: c\r\nWide: d \r\nEmpty: \r\n"}));
}

TEST(ReaderTest, KeepsALineWithoutAColonAsAName) {
  Reader reader;
  reader.Feed("--END COMMAND--\r\nA: 1\r\n\r\n");
  Message message;
  ASSERT_EQ(reader.NextMessage(&message), Outcome::kDone);
  ASSERT_EQ(message.Headers().size(), 2U);
  EXPECT_EQ(message.Headers()[0].name, "--END COMMAND--");
  EXPECT_EQ(message.Headers()[0].value, "");
  EXPECT_EQ(message.Get("A"), "1");
}

TEST(ReaderTest, TakesNulAndHighBytesAsTheyCome) {
  const std::string bytes("A: \0\xff\xc3\r\n\r\n", 10);
  EXPECT_EQ(Messages(bytes), (Strings{bytes.substr(0, 8)}));
}

// The line's bytes are those before the LF, a CR among them.
TEST(ReaderTest, ALineMayHave16KBytesAndNotOneMore) {
  for (const std::size_t chunk : {std::size_t{1}, kChunk, 2 * kChunk}) {
    SCOPED_TRACE(chunk);
    for (const std::string_view end : {"\n", "\r\n"}) {
      const std::string longest(kMaxReceivedLineBytes - (end.size() - 1) - 3, 'x');
      Reader fits;
      EXPECT_EQ(FeedMessages(&fits, "A: " + longest + std::string(end) + "\n", chunk),
                Outcome::kNeedMore);
      Reader too_long;
      EXPECT_EQ(FeedMessages(&too_long, "A: x" + longest + std::string(end) + "\n", chunk),
                Outcome::kBroken);
      EXPECT_TRUE(Has(too_long.Problem(), "16384 bytes"));
    }
  }
}

TEST(ReaderTest, ALineWithoutEndIsBrokenAtTheLimit) {
  Reader reader;
  EXPECT_EQ(FeedMessages(&reader, std::string(kMaxReceivedLineBytes, 'x')), Outcome::kNeedMore);
  EXPECT_EQ(FeedMessages(&reader, "x"), Outcome::kBroken);
  Reader banner;
  std::string line;
  banner.Feed(std::string(kMaxReceivedLineBytes + 1, 'x'));
  EXPECT_EQ(banner.NextLine(&line), Outcome::kBroken);
}

std::string Headers(std::size_t count) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) bytes += "A: 1\r\n";
  return bytes;
}

TEST(ReaderTest, AMessageMayHave256HeadersAndNotOneMore) {
  EXPECT_EQ(kMaxReceivedHeaders, 256U);
  Reader fits;
  fits.Feed(Headers(kMaxReceivedHeaders) + "\r\n");
  Message message;
  ASSERT_EQ(fits.NextMessage(&message), Outcome::kDone);
  EXPECT_EQ(message.Headers().size(), kMaxReceivedHeaders);

  Reader too_many;
  too_many.Feed(Headers(kMaxReceivedHeaders + 1) + "\r\n");
  EXPECT_EQ(too_many.NextMessage(&message), Outcome::kBroken);
  EXPECT_TRUE(Has(too_many.Problem(), "256 headers"));
}

TEST(ReaderTest, GivesWhatCameBeforeTheBrokenPart) {
  Reader reader;
  reader.Feed("A: 1\r\n\r\n" + Headers(kMaxReceivedHeaders + 1));
  Message message;
  EXPECT_EQ(reader.NextMessage(&message), Outcome::kDone);
  EXPECT_EQ(reader.NextMessage(&message), Outcome::kBroken);
}

TEST(ReaderTest, OnceBrokenItStaysBroken) {
  Reader reader;
  reader.Feed(Headers(kMaxReceivedHeaders + 1));
  Message message;
  ASSERT_EQ(reader.NextMessage(&message), Outcome::kBroken);
  const std::string problem = reader.Problem();
  for (int i = 0; i < 3; ++i) {
    reader.Feed("\r\n\r\nResponse: Success\r\n\r\n");
    std::string line;
    EXPECT_EQ(reader.NextMessage(&message), Outcome::kBroken);
    EXPECT_EQ(reader.NextLine(&line), Outcome::kBroken);
    EXPECT_EQ(reader.Problem(), problem);
  }
}

// How much more the program held than before, at most, while `count` chunks were read.
std::size_t MostHeld(std::string_view chunk, int count) {
  Reader reader;
  Message message;
  const std::size_t before = fakes::AllocatedBytes();
  std::size_t most = before;
  for (int i = 0; i < count; ++i) {
    reader.Feed(chunk);
    while (reader.NextMessage(&message) == Outcome::kDone) continue;
    most = std::max(most, fakes::AllocatedBytes());
  }
  return most - before;
}

TEST(ReaderTest, HoldsNoMoreThanItsLimitsHoweverMuchArrives) {
  constexpr int kTenMegabytes = 10 * 1024 * 1024 / kChunk;
  const std::string line(kChunk, 'x');
  std::string headers;
  std::string messages;
  while (headers.size() < kChunk) headers += "A: 1\r\n";
  while (messages.size() < kChunk) messages += "Event: Newchannel\r\nUniqueid: 1\r\n\r\n";
  EXPECT_LT(MostHeld(line, kTenMegabytes), 5 * kChunk);
  EXPECT_LT(MostHeld(headers, kTenMegabytes), 5 * kChunk);
  EXPECT_LT(MostHeld(messages, kTenMegabytes), 5 * kChunk);
}

}  // namespace
}  // namespace click2call::ami
