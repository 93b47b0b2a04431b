#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "net/ws_fixture.h"
#include "net/ws_transport.h"

namespace click2call::net {
namespace {

using namespace std::chrono_literals;

// ---- bytes to us

TEST_F(WsTransportTest, TextAndBinaryCarryBytesAlike) {
  const std::string all("\0\xff\r\n", 4);
  EXPECT_EQ(Received(Frame(kFin | kBinary, all) + Frame(kFin | kText, "text")), all + "text(end)");
}

TEST_F(WsTransportTest, FragmentsAreOneStream) {
  EXPECT_EQ(Received(Frame(kBinary, "a") + Frame(kContinuation, "b") + Frame(kFin | kPing, "?") +
                     Frame(kContinuation, "") + Frame(kFin | kContinuation, "c")),
            "abc(end)");
}

TEST_F(WsTransportTest, EmptyFramesAreNoEnd) {
  EXPECT_EQ(
      Received(Frame(kFin | kBinary, "") + Frame(kFin | kText, "") + Frame(kFin | kBinary, "x")),
      "x(end)");
}

TEST_F(WsTransportTest, FramesOfEveryLengthCodingArriveWhole) {
  for (const std::size_t size : {1U, 125U, 126U, 127U, 4096U, 65535U, 65536U}) {
    std::string payload;
    while (payload.size() < size) payload += std::to_string(payload.size()) + ",";
    payload.resize(size);
    EXPECT_TRUE(Received(Frame(kFin | kBinary, payload) + Frame(kFin | kBinary, "!")) ==
                payload + "!(end)")
        << size;
  }
}

// A pause at every byte, with waits that are too short for any.
TEST_F(WsTransportTest, AFrameMayBreakOffAtEveryByte) {
  const std::string frames = Frame(kBinary, "ab") + Frame(kFin | kPing, "ping") +
                             Frame(kFin | kContinuation, std::string(130, 'c')) +
                             Frame(kFin | kText, "d");
  std::atomic<std::size_t> said = 0;
  std::atomic<std::size_t> wanted = 0;
  const OneServer server(Bridge([&](StreamSocket& peer) {
    while (said < frames.size()) {
      while (said == wanted) std::this_thread::yield();
      Say(peer, frames.substr(said, 1));
      ++said;
    }
    EXPECT_EQ(HearFrame(peer).payload, "ping");
    HearTheEnd(peer);
  }));
  auto transport = Connected(server);
  std::string all;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    ++wanted;
    while (said < wanted) std::this_thread::yield();
    std::this_thread::sleep_for(200us);
    for (std::string piece = "-"; !piece.empty(); all += piece) {
      piece = ReceiveOnce(*transport, kNone);
    }
  }
  EXPECT_EQ(all + ReceiveOnce(*transport, kShort), "ab" + std::string(130, 'c') + "d");
}

TEST_F(WsTransportTest, HalfAFrameIsWaitedForNoLongerThanItWasTold) {
  const OneServer server(Bridge([](StreamSocket& peer) {
    Say(peer, Frame(kFin | kBinary, "whole").substr(0, 4));
    HearTheEnd(peer);
  }));
  auto transport = Connected(server);
  EXPECT_EQ(ReceiveOnce(*transport, kShort), "");
  const auto took = TimeOf([&] { EXPECT_EQ(ReceiveOnce(*transport, kShort), ""); });
  EXPECT_GE(took, kShort);
  EXPECT_LT(took, kLong);
}

TEST_F(WsTransportTest, TheEndWithinAFrameIsNoFrame) {
  const std::string frame = Frame(kFin | kBinary, "whole");
  for (std::size_t cut = 1; cut < frame.size(); ++cut) {
    const OneServer server(Bridge([&](StreamSocket& peer) { Say(peer, frame.substr(0, cut)); }));
    auto transport = Connected(server);
    std::array<char, 64> buffer{};
    const auto received = transport->Receive(buffer, kLong);
    EXPECT_TRUE(!received.Ok() || (received.Value().count == 0 && received.Value().end)) << cut;
  }
}

TEST_F(WsTransportTest, AFrameThatIsTooLongEndsItAndTakesNoMemory) {
  EXPECT_TRUE(Has(Failure(Frame(kFin | kBinary, std::string(WsTransport::kMaxFrame + 1, 'x'))),
                  "a frame that is none"));
  EXPECT_TRUE(Has(Failure("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"), "a frame that is none"));
  EXPECT_TRUE(Has(Failure("\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff"), "a frame that is none"));
}

TEST_F(WsTransportTest, AFrameOfAnUnknownKindEndsIt) {
  for (const int kind : {3, 7, 11, 15}) {
    EXPECT_TRUE(Has(Failure(Frame(kFin | kind, "x")), "of a kind that there is not"));
  }
}

// ---- pings and the end

TEST_F(WsTransportTest, APingIsAnsweredWithItsPayload) {
  Heard pong;
  OneServer server(Bridge([&](StreamSocket& peer) {
    Say(peer, Frame(kFin | kPing, "are you there?") + Frame(kFin | kPong, "unasked"));
    pong = HearFrame(peer);
  }));
  auto transport = Connected(server);
  EXPECT_EQ(ReceiveOnce(*transport), "(end)");
  server.Join();
  EXPECT_EQ(pong.flags, kFin | kPong);
  EXPECT_EQ(pong.payload, "are you there?");
}

TEST_F(WsTransportTest, OnesWhoPingAndDoNotReadCostNoMemory) {
  std::atomic<bool> over = false;
  OneServer server(Bridge([&](StreamSocket& peer) {
    peer.setSendTimeout(Poco::Timespan(0, 200'000));
    const std::string pings = Frame(kFin | kPing, std::string(60'000, 'x'));
    try {
      for (int i = 0; i < 500; ++i) Say(peer, pings);  // 30 MB, more than sockets hold
    } catch (const Poco::Exception&) {                 // it has not read all of it
    }
    over = true;
    WaitFor(over);
    Say(peer, Frame(kFin | kBinary, "bye"));
    HearTheEnd(peer);
  }));
  auto transport = Connected(server);
  std::string all;
  while (all.empty()) all += ReceiveOnce(*transport);
  EXPECT_EQ(all, "bye");
}

TEST_F(WsTransportTest, ACloseFrameIsTheEndAndAnswered) {
  Heard answer;
  OneServer server(Bridge([&](StreamSocket& peer) {
    Say(peer, Frame(kFin | kBinary, "bye") + Frame(kFin | kClose, "\x03\xe8Target closed") +
                  Frame(kFin | kBinary, "ghost"));
    answer = HearFrame(peer);
    HearTheEnd(peer);
  }));
  {
    auto transport = Connected(server);
    EXPECT_EQ(ReceiveOnce(*transport), "bye");
    EXPECT_EQ(ReceiveOnce(*transport), "(end)");
    EXPECT_EQ(ReceiveOnce(*transport), "(end)");
  }
  server.Join();
  EXPECT_EQ(answer.flags, kFin | kClose);
  EXPECT_EQ(answer.payload, "\x03\xe8");
  EXPECT_EQ(Received(Frame(kFin | kClose, "")), "(end)");
}

TEST_F(WsTransportTest, ABridgeThatGivesAReasonIsQuoted) {
  EXPECT_TRUE(Has(Failure(Frame(kFin | kClose,
                                "\x03\xf3"
                                "Failed to connect to downstream server")),
                  "the WebSocket bridge closed the connection: Failed to connect to downstream "
                  "server (1011)"));
}

// ---- bytes from us

TEST_F(WsTransportTest, BytesLeaveInMaskedBinaryFrames) {
  std::string heard;
  const std::string much = std::string(50'000, 'a') + std::string("\0\r\n", 3);
  {
    const OneServer server(Bridge([&](StreamSocket& peer) {
      while (heard.size() < much.size()) {
        const Heard frame = HearFrame(peer);
        EXPECT_EQ(frame.flags, kFin | kBinary);
        if (frame.payload.empty()) break;
        heard += frame.payload;
      }
    }));
    auto transport = Connected(server);
    SendAll(*transport, much);
    EXPECT_EQ(ReceiveOnce(*transport), "(end)");
  }
  EXPECT_TRUE(heard == much);
}

TEST_F(WsTransportTest, TakesNoMoreThanThereIsRoomForAndLosesNothing) {
  std::atomic<bool> read = false;
  std::atomic<std::size_t> total = 0;
  std::string sent;
  std::string heard;
  {
    const OneServer server(Bridge([&](StreamSocket& peer) {
      WaitFor(read);
      for (std::string more = "-"; heard.size() < total && !more.empty(); heard += more) {
        more = HearFrame(peer).payload;
      }
      Say(peer, Frame(kFin | kBinary, "all"));
      HearTheEnd(peer);
    }));
    auto transport = Connected(server);
    for (int full = 0, i = 0; full < 2; ++i) {
      const std::string chunk(10'000, static_cast<char>('a' + i % 26));
      const std::size_t taken = Must(transport->Send(chunk, kShort));
      full = taken == 0 ? full + 1 : 0;
      sent += chunk.substr(0, taken);
    }
    total = sent.size();
    read = true;
    EXPECT_EQ(ReceiveOnce(*transport), "all");  // what was taken leaves while it waits
  }
  EXPECT_TRUE(heard == sent);
}

TEST_F(WsTransportTest, WakeEndsAWait) {
  const OneServer server(Bridge(HearTheEnd));
  auto transport = Connected(server);
  ExpectWakes(*transport);
}

TEST_F(WsTransportTest, AResetIsUnavailable) {
  const OneServer server(Bridge([](StreamSocket& peer) {
    peer.setLinger(true, 0);
    peer.close();
  }));
  auto transport = Connected(server);
  std::array<char, 64> buffer{};
  const auto received = transport->Receive(buffer, kLong);
  ASSERT_TRUE(Fails(received, Code::kPbxUnavailable));
  EXPECT_TRUE(Has(received.Why().message, "reset"));
}

}  // namespace
}  // namespace click2call::net
