// A WebSocket within TLS: what each of them promises holds for both together.

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "net/tls_fixture.h"
#include "net/ws_fixture.h"

namespace click2call::net {
namespace {

using namespace std::chrono_literals;

class WssTransportTest : public testing::Test {
 protected:
  WssTransportTest() {
    (void)std::signal(SIGPIPE, SIG_IGN);  // as main() does
    pbx_.host = "localhost";
    pbx_.transport = call::PbxTransport::kWss;
    pbx_.path = "/ami";
    pbx_.tls.ca_file = "data/tls/authority.pem";
  }

  std::unique_ptr<Transport> Make(std::uint16_t port) {
    pbx_.port = port;
    return Must(MakeLayeredTransport(pbx_));
  }

  std::string Refusal(const Poco::Net::ServerSocket& listener, OneServer::Script script,
                      base::Milliseconds wait = kLong) {
    const OneServer server(listener, std::move(script));
    const base::Status status = Make(server.Port())->Connect(wait);
    return Fails(status, Code::kPbxUnavailable) ? status.Why().message : "none";
  }

  call::PbxConfig pbx_;
};

TEST_F(WssTransportTest, CarriesBytesBothWaysInFramesWithinTls) {
  std::string request;
  std::string heard;
  OneServer server(Listener("localhost"), [&](StreamSocket& peer) {
    request = HearHead(peer);
    Say(peer, Welcome(request) + Frame(kFin | kBinary, "ban") + Frame(kFin | kBinary, "ner"));
    heard = HearFrame(peer).payload;
    Say(peer, Frame(kFin | kPing, "there?"));
    const Heard pong = HearFrame(peer);
    EXPECT_EQ(pong.flags, kFin | kPong);
    EXPECT_EQ(pong.payload, "there?");
    Say(peer, Frame(kFin | kClose, ""));
    HearTheEnd(peer);
  });
  auto transport = Make(server.Port());
  Must(transport->Connect(kLong));
  EXPECT_EQ(ReceiveAll(*transport, 6), "banner");
  SendAll(*transport, "Action: Ping\r\n\r\n");
  EXPECT_EQ(ReceiveAll(*transport, 100), "(end)");
  transport.reset();
  server.Join();
  EXPECT_TRUE(request.starts_with("GET /ami HTTP/1.1\r\n")) << request;
  EXPECT_EQ(heard, "Action: Ping\r\n\r\n");
}

TEST_F(WssTransportTest, WakeEndsAWait) {
  const OneServer server(Listener("localhost"), [](StreamSocket& peer) {
    Say(peer, Welcome(HearHead(peer)));
    HearTheEnd(peer);
  });
  auto transport = Make(server.Port());
  Must(transport->Connect(kLong));
  ExpectWakes(*transport);
}

TEST_F(WssTransportTest, ABridgeWithTheWrongCertificateIsNotSpokenTo) {
  const auto hears_nothing = [](StreamSocket& peer) { EXPECT_EQ(Hear(peer, 1), ""); };
  EXPECT_TRUE(Has(Refusal(Listener("elsewhere"), hears_nothing), "is for elsewhere.test"));
  pbx_.tls.ca_file = "data/tls/expired.pem";
  EXPECT_TRUE(Has(Refusal(Listener("expired"), hears_nothing), "has expired on 2020-01-02"));
  EXPECT_TRUE(Has(Refusal(Listener("localhost"), hears_nothing), "by no authority in ca_file"));
}

TEST_F(WssTransportTest, WhatIsNoBridgeIsNamed) {
  EXPECT_TRUE(Has(Refusal(Listener("localhost"),
                          [](StreamSocket& peer) {
                            (void)HearHead(peer);
                            Say(peer, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
                            HearTheEnd(peer);
                          }),
                  "there is no WebSocket bridge: the answer was HTTP 404 Not Found"));
  const Poco::Net::ServerSocket plain(Poco::Net::SocketAddress("127.0.0.1", 0));
  EXPECT_TRUE(
      Has(Refusal(plain, [](StreamSocket& peer) { Say(peer, "Asterisk Call Manager/5\r\n"); }),
          "this port speaks plain AMI instead of TLS"));
}

TEST_F(WssTransportTest, BothHandshakesHaveOneDeadline) {
  std::string why;
  const auto took = TimeOf([&] {
    why = Refusal(
        Listener("localhost"), [](StreamSocket& peer) { HearTheEnd(peer); }, 300ms);
  });
  EXPECT_NE(why, "none");
  EXPECT_GE(took, 300ms);
  EXPECT_LT(took, 1500ms);
}

}  // namespace
}  // namespace click2call::net
