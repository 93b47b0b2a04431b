// The handshake. The frames are in ws_transport_frames_test.cc.

#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "net/ws_fixture.h"

namespace click2call::net {
namespace {

using namespace std::chrono_literals;

TEST_F(WsTransportTest, AsksForItsPathAndForTheSubprotocolOfABridge) {
  std::string request;
  OneServer server([&](StreamSocket& peer) {
    request = HearHead(peer);
    Say(peer, Welcome(request));
  });
  Must(Make(server.Port(), "/ami/ws?token=a%20b")->Connect(kLong));
  server.Join();
  EXPECT_TRUE(request.starts_with("GET /ami/ws?token=a%20b HTTP/1.1\r\n")) << request;
  for (const std::string& line :
       {"Host: localhost:" + std::to_string(server.Port()), std::string("Upgrade: websocket"),
        std::string("Sec-WebSocket-Protocol: binary"), std::string("Sec-WebSocket-Version: 13")}) {
    EXPECT_TRUE(Has(request, "\r\n" + line + "\r\n"));
  }
}

TEST_F(WsTransportTest, LosesNothingThatFollowsTheHandshakeAtOnce) {
  const OneServer server([](StreamSocket& peer) {
    Say(peer, Welcome(HearHead(peer)) + Frame(kFin | kBinary, "banner") + Frame(kFin | kText, "!"));
    HearTheEnd(peer);
  });
  auto transport = Connected(server);
  EXPECT_EQ(ReceiveAll(*transport, 7), "banner!");
}

TEST_F(WsTransportTest, NamesTheStatusOfWhatIsNoBridge) {
  for (const auto* answer : {"404 Not Found", "200 OK", "403 Forbidden", "401 Unauthorized",
                             "301 Moved Permanently", "500 Oh", "400 Bad Request"}) {
    const std::string why =
        RefusalBy(Answers("HTTP/1.1 " + std::string(answer) +
                          "\r\nWWW-Authenticate: Basic realm=\"x\"\r\nLocation: http://localhost:1/"
                          "\r\nContent-Length: 2\r\n\r\nno"));
    EXPECT_TRUE(
        Has(why, "there is no WebSocket bridge: the answer was HTTP " + std::string(answer) + ";"));
    EXPECT_TRUE(Has(why, "path of [[pbx]]"));
  }
}

TEST_F(WsTransportTest, NamesWhatAnswersInstead) {
  EXPECT_TRUE(Has(RefusalBy(Answers("Asterisk Call Manager/5.0.4\r\n")),
                  "this port speaks plain AMI instead of a WebSocket"));
  EXPECT_TRUE(
      Has(RefusalBy(Answers(std::string("\x15\x03\x01\0\x02\x02\x46", 7))),
          "this port speaks TLS instead of a WebSocket; over TLS it is transport = \"wss\""));
  EXPECT_TRUE(Has(RefusalBy(Answers("")), "closed the connection during the WebSocket handshake"));
  EXPECT_TRUE(Has(RefusalBy(Answers("HTTP/1.1 101 Switching Protocols\r\n\r\n")),
                  "no WebSocket bridge answered: No Connection: Upgrade header"));
  EXPECT_TRUE(
      Has(RefusalBy(Answers(Welcome("Sec-WebSocket-Key: another\r\n"))), "Sec-WebSocket-Accept"));
}

TEST_F(WsTransportTest, NobodyListeningIsNamedAsOverTcp) {
  std::uint16_t port = 0;
  {
    const Poco::Net::ServerSocket closed(Poco::Net::SocketAddress("127.0.0.1", 0));
    port = closed.address().port();
  }
  const base::Status status = Make(port)->Connect(kLong);
  ASSERT_TRUE(Fails(status, Code::kPbxUnavailable));
  EXPECT_TRUE(Has(status.Why().message, "refused"));
}

TEST_F(WsTransportTest, AnEndlessAnswerIsGivenUp) {
  const auto repeats = [](const std::string& begin, const std::string& more) {
    return RefusalBy([=](StreamSocket& peer) {
      (void)HearHead(peer);
      Say(peer, begin);
      for (int i = 0; i < 100'000; ++i) Say(peer, more);
    });
  };
  EXPECT_TRUE(Has(repeats("", "HTTP/1.1 100 Continue\r\n\r\n"), "endless"));
  const std::string begin = "HTTP/1.1 101 Switching Protocols\r\n";
  EXPECT_TRUE(Has(repeats(begin, "X-Header: of many\r\n"), "not well-formed HTTP"));
  EXPECT_TRUE(Has(repeats(begin + "X: ", "xxxxxxxxxxxxxxxxx"), "not well-formed HTTP"));
}

TEST_F(WsTransportTest, AnEndlessBodyIsNotWaitedFor) {
  const auto endless = [](StreamSocket& peer) {
    (void)HearHead(peer);
    Say(peer, "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n");
    HearTheEnd(peer);
  };
  EXPECT_LT(TimeOf([&] { EXPECT_TRUE(Has(RefusalBy(endless), "HTTP 401 Unauthorized")); }), 2s);
}

TEST_F(WsTransportTest, TheWholeHandshakeHasOneDeadline) {
  std::string why;
  auto took = TimeOf([&] { why = RefusalBy(HearTheEnd, 100ms); });
  EXPECT_TRUE(Has(why, "in time"));
  EXPECT_GE(took, 100ms);
  EXPECT_LT(took, 2s);

  const auto slow = [](StreamSocket& peer) {
    for (const char c : Welcome(HearHead(peer))) {
      Say(peer, std::string(1, c));
      std::this_thread::sleep_for(50ms);
    }
  };
  took = TimeOf([&] { why = RefusalBy(slow, 300ms); });
  EXPECT_GE(took, 300ms);
  EXPECT_LT(took, 2s);
}

}  // namespace
}  // namespace click2call::net
