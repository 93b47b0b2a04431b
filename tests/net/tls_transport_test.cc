// Against real TLS servers on the loopback.

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "fakes/results.h"
#include "net/tls_fixture.h"
#include "net/transport_fixture.h"
#include "net/transports.h"
#include "support/temp_folder.h"

namespace click2call::net {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;
using Poco::Net::Context;
using Poco::Net::StreamSocket;
using namespace std::chrono_literals;

class TlsTransportTest : public testing::Test {
 protected:
  TlsTransportTest() {
    std::signal(SIGPIPE, SIG_IGN);  // as main() does
    pbx_.host = "localhost";
    pbx_.transport = call::PbxTransport::kTls;
    pbx_.tls.ca_file = "data/tls/authority.pem";
  }

  std::unique_ptr<Transport> Make(std::uint16_t port) {
    pbx_.port = port;
    return Must(MakeLayeredTransport(pbx_));
  }

  std::unique_ptr<Transport> Connected(const OneServer& server) {
    auto transport = Make(server.Port());
    Must(transport->Connect(kLong));
    return transport;
  }

  // Why it cannot be connected to a server with that certificate. It is told nothing.
  std::string Refusal(const std::string& certificate) {
    std::atomic<int> heard = 0;
    std::string why;
    {
      const OneServer server(Listener(certificate), [&](StreamSocket& peer) {
        heard = static_cast<int>(Hear(peer, 1).size());
      });
      why = RefusalAt(server.Port());
    }
    EXPECT_EQ(heard, 0);
    return why;
  }

  std::string RefusalAt(std::uint16_t port, base::Milliseconds wait = kLong) {
    const base::Status status = Make(port)->Connect(wait);
    if (!Fails(status, Code::kPbxUnavailable)) return "none";
    EXPECT_FALSE(Has(status.Why().message, pbx_.host));
    EXPECT_FALSE(Has(status.Why().message, std::to_string(port)));
    return status.Why().message;
  }

  call::PbxConfig pbx_;
};

TEST_F(TlsTransportTest, CarriesBytesBothWays) {
  const OneServer server(Listener("localhost"), [](StreamSocket& peer) {
    const std::string heard = Hear(peer, 100'000);
    Say(peer, heard);
    HearTheEnd(peer);
  });
  auto transport = Connected(server);
  std::string much;
  for (int i = 0; much.size() < 100'000; ++i) much += std::to_string(i) + "\r\n";
  much.resize(100'000);
  std::jthread sending([&] { SendAll(*transport, much); });
  sending.join();
  EXPECT_EQ(ReceiveAll(*transport, much.size()), much);
}

// poll() does not see what OpenSSL has decrypted already.
TEST_F(TlsTransportTest, ForgetsNothingThatIsInsideOpenssl) {
  const OneServer server(Listener("localhost"), [](StreamSocket& peer) {
    Say(peer, std::string(1000, 'x'));
    HearTheEnd(peer);
  });
  auto transport = Connected(server);
  std::string all = ReceiveOnce(*transport);
  while (all.size() < 1000) {
    const std::string more = ReceiveOnce(*transport, kNone);
    ASSERT_NE(more, "");
    all += more;
  }
}

TEST_F(TlsTransportTest, SeesTheEndBehindTheLastBytesWithOrWithoutAGoodbye) {
  for (const bool goodbye : {true, false}) {
    const OneServer server(Listener("localhost"), [=](StreamSocket& peer) {
      Say(peer, "bye");
      if (goodbye) peer.shutdown();
      shutdown(peer.impl()->sockfd(), SHUT_RDWR);
    });
    auto transport = Connected(server);
    EXPECT_EQ(ReceiveOnce(*transport), "bye");
    EXPECT_EQ(ReceiveOnce(*transport), "(end)");
  }
}

TEST_F(TlsTransportTest, ABrokenConnectionIsUnavailable) {
  const OneServer server(Listener("localhost"), [](StreamSocket& peer) {
    (void)Hear(peer, 1);
    peer.setLinger(true, 0);
  });
  auto transport = Connected(server);
  SendAll(*transport, "12");
  std::array<char, 64> buffer{};
  const auto received = transport->Receive(buffer, kLong);
  EXPECT_TRUE(received.Ok() ? received.Value().end : Fails(received, Code::kPbxUnavailable));
}

TEST_F(TlsTransportTest, WakeEndsAWait) {
  const OneServer server(Listener("localhost"), HearTheEnd);
  auto transport = Connected(server);
  ExpectWakes(*transport);
}

TEST_F(TlsTransportTest, AWakeBeforeTheConnectionStandsIsNotLost) {
  const OneServer server(Listener("localhost"), HearTheEnd);
  auto transport = Make(server.Port());
  transport->Wake();
  Must(transport->Connect(kLong));
  EXPECT_LT(TimeOf([&] { EXPECT_EQ(ReceiveOnce(*transport, kLong), ""); }), kLong);
}

TEST_F(TlsTransportTest, TakesNoMoreThanThereIsRoomForAndLosesNothing) {
  std::atomic<bool> read = false;
  std::atomic<std::size_t> total = 0;
  std::string heard;
  std::string sent;
  {
    const OneServer server(Listener("localhost"), [&](StreamSocket& peer) {
      Poco::Net::SecureStreamSocket(peer).completeHandshake();
      WaitFor(read);
      heard = Hear(peer, total);
      Say(peer, "all");
      HearTheEnd(peer);
    });
    auto transport = Connected(server);
    for (int full = 0, i = 0; full < 2; ++i) {
      // A new piece of memory each time, and longer than before: as a queue that grows.
      const std::string chunk(10'000 + static_cast<std::size_t>(i),
                              static_cast<char>('a' + i % 26));
      const std::size_t taken = Must(transport->Send(chunk, kShort));
      full = taken == 0 ? full + 1 : 0;
      sent += chunk.substr(0, taken);
    }
    int more = 0;  // the system may find room once more, but not for so many records
    constexpr int kTooMany = 1'000'000;
    for (; more < kTooMany && Must(transport->Send("x", kNone)) > 0; ++more) sent += 'x';
    EXPECT_LT(more, kTooMany);
    total = sent.size();
    read = true;
    EXPECT_EQ(ReceiveOnce(*transport), "all");  // what was taken leaves while it waits
  }
  EXPECT_TRUE(heard == sent);  // too much to show
}

// ---- whom it believes

TEST_F(TlsTransportTest, AnAuthorityThatIsNotInCaFileIsRefused) {
  pbx_.tls.ca_file = "data/tls/elsewhere.pem";
  EXPECT_TRUE(Has(Refusal("localhost"), "is signed by no authority in ca_file"));
}

TEST_F(TlsTransportTest, WithoutCaFileTheSystemsAuthoritiesCount) {
  pbx_.tls.ca_file = "";
  EXPECT_TRUE(Has(Refusal("localhost"), "no authority that this machine trusts"));
  setenv("SSL_CERT_FILE", "data/tls/authority.pem", 1);
  EXPECT_EQ(Refusal("localhost"), "none");
  unsetenv("SSL_CERT_FILE");
}

TEST_F(TlsTransportTest, ACertificateForAnotherHostIsRefused) {
  EXPECT_TRUE(Has(Refusal("elsewhere"), "is for elsewhere.test, not for the host of [[pbx]]"));
  pbx_.host = "127.0.0.1";
  EXPECT_TRUE(Has(Refusal("elsewhere"), "is for elsewhere.test"));
  EXPECT_TRUE(Has(Refusal("localhost"), "is for localhost"));
}

TEST_F(TlsTransportTest, AnExpiredCertificateIsRefusedWithItsDay) {
  pbx_.tls.ca_file = "data/tls/expired.pem";
  EXPECT_TRUE(Has(Refusal("expired"), "the PBX's certificate has expired on 2020-01-02"));
}

TEST_F(TlsTransportTest, WithoutVerifyAnybodyIsBelieved) {
  pbx_.tls.ca_file = "";
  pbx_.tls.verify = false;
  for (const auto* certificate : {"localhost", "elsewhere", "expired"}) {
    EXPECT_EQ(Refusal(certificate), "none") << certificate;
  }
}

TEST_F(TlsTransportTest, ShowsItsOwnCertificateToAPbxThatAsks) {
  pbx_.tls.cert_file = pbx_.tls.key_file = "data/tls/client.pem";
  const OneServer server(Listener("localhost", /*asks_for_ours=*/true), [](StreamSocket& peer) {
    Say(peer, "welcome");
    HearTheEnd(peer);
  });
  auto transport = Connected(server);
  EXPECT_EQ(ReceiveOnce(*transport), "welcome");
}

TEST_F(TlsTransportTest, APbxThatAsksInVainSaysSo) {
  const OneServer server(Listener("localhost", /*asks_for_ours=*/true),
                         [](StreamSocket& peer) { (void)Hear(peer, 1); });
  auto transport = Make(server.Port());
  base::Status status = transport->Connect(kLong);
  std::array<char, 64> buffer{};
  if (status.Ok()) {  // TLS 1.3: the client is done before the server has looked
    const auto received = transport->Receive(buffer, kLong);
    if (!received.Ok()) status = received.Why();
  }
  ASSERT_TRUE(Fails(status, Code::kPbxUnavailable));
  EXPECT_TRUE(Has(status.Why().message, "certificate"));
}

TEST_F(TlsTransportTest, AFileThatIsNotGoodIsNamed) {
  const support::TempFolder folder;
  const std::string file = folder.Write("bad.pem", "no certificate");
  for (std::string call::TlsConfig::*key :
       {&call::TlsConfig::ca_file, &call::TlsConfig::cert_file, &call::TlsConfig::key_file}) {
    call::PbxConfig pbx = pbx_;
    pbx.tls.*key = file;
    const auto transport = MakeLayeredTransport(pbx);
    ASSERT_TRUE(Fails(transport, Code::kInternal));
    EXPECT_TRUE(Has(transport.Why().message, file));
  }
}

TEST_F(TlsTransportTest, OldTlsIsRefused) {
  Context::Ptr context(new Context(Context::TLS_SERVER_USE, "data/tls/localhost.pem",
                                   "data/tls/localhost.pem", "", Context::VERIFY_NONE, 9, false,
                                   "ALL:@SECLEVEL=0"));
  context->disableProtocols(Context::PROTO_TLSV1_2 | Context::PROTO_TLSV1_3);
  const OneServer server(
      Poco::Net::SecureServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0), 5, context),
      [](StreamSocket& peer) { (void)Hear(peer, 1); });
  EXPECT_TRUE(Has(RefusalAt(server.Port()), "protocol version"));
}

// ---- what else may answer

TEST_F(TlsTransportTest, NamesWhatAnswersInstead) {
  const struct {
    std::string answer, words;
  } kRows[] = {
      {"Asterisk Call Manager/5.0.4\r\n", "this port speaks plain AMI instead of TLS"},
      {"HTTP/1.1 400 Bad Request\r\n\r\n",
       "this port answers HTTP (\"HTTP/1.1 400 Bad Request\") instead of TLS"},
      {"SSH-2.0-OpenSSH_9.2\r\n", "this port answers with \"SSH-2.0-OpenSSH_9.2\" instead of TLS"},
  };
  for (const auto& row : kRows) {
    const OneServer server([&](StreamSocket& peer) {
      Say(peer, row.answer);
      HearTheEnd(peer);
    });
    const std::string why = RefusalAt(server.Port());
    EXPECT_TRUE(Has(why, row.words));
    EXPECT_TRUE(Has(why, "5039"));
  }
}

TEST_F(TlsTransportTest, APortThatClosesIsNoTls) {
  const OneServer server([](StreamSocket& peer) { (void)Hear(peer, 100); });
  EXPECT_TRUE(Has(RefusalAt(server.Port()), "during the TLS handshake"));
}

TEST_F(TlsTransportTest, TheWholeHandshakeHasOneDeadline) {
  const OneServer silent(HearTheEnd);
  std::string why;
  auto took = TimeOf([&] { why = RefusalAt(silent.Port(), 100ms); });
  EXPECT_TRUE(Has(why, "in time"));
  EXPECT_GE(took, 100ms);
  EXPECT_LT(took, 2s);

  const OneServer slow([](StreamSocket& peer) {
    for (const char c : std::string("\x16\x03\x03\x10", 4) + std::string(60, '\0')) {
      Say(peer, std::string(1, c));
      std::this_thread::sleep_for(50ms);
    }
  });
  took = TimeOf([&] { why = RefusalAt(slow.Port(), 300ms); });
  EXPECT_TRUE(Has(why, "in time"));
  EXPECT_LT(took, 2s);
}

}  // namespace
}  // namespace click2call::net
