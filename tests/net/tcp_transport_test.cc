// Against a real listener on the loopback.

#include "net/tcp_transport.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <future>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "fakes/results.h"
#include "net/transport_fixture.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Milliseconds;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;

// How often this thread fell asleep.
long Sleeps() {
  rusage used{};
  getrusage(RUSAGE_THREAD, &used);
  return used.ru_nvcsw;
}

class TcpTransportTest : public testing::Test {
 protected:
  TcpTransportTest() {
    std::signal(SIGPIPE, SIG_IGN);  // as main() does
  }

  std::uint16_t Port() const { return listener_.address().port(); }

  // Connects the transport; the listener's end of the connection.
  Poco::Net::StreamSocket Connect() {
    Must(transport_.Connect(kLong));
    return listener_.acceptConnection();
  }

  std::string Receive(Milliseconds wait = kLong) { return ReceiveOnce(transport_, wait); }

  // Sends until the socket stays full; how much that was.
  std::size_t Fill() {
    const std::string chunk(100'000, 'x');
    std::size_t total = 0;
    for (int full = 0; full < 3;) {
      const std::size_t sent = Must(transport_.Send(chunk, kShort));
      full = sent == 0 ? full + 1 : 0;
      total += sent;
    }
    return total;
  }

  Poco::Net::ServerSocket listener_{Poco::Net::SocketAddress("127.0.0.1", 0)};
  TcpTransport transport_{"127.0.0.1", Port()};
};

TEST_F(TcpTransportTest, CarriesBytesBothWays) {
  Poco::Net::StreamSocket peer = Connect();
  EXPECT_EQ(Must(transport_.Send("Action: Ping\r\n", kLong)), 14U);
  std::array<char, 64> buffer{};
  EXPECT_EQ(peer.receiveBytes(buffer.data(), buffer.size()), 14);
  EXPECT_EQ(std::string_view(buffer.data(), 14), "Action: Ping\r\n");
  const std::string all("Response:\0\xff\r\n", 13);
  peer.sendBytes(all.data(), static_cast<int>(all.size()));
  EXPECT_EQ(Receive(), all);
}

TEST_F(TcpTransportTest, GivesNoMoreThanTheBufferHolds) {
  Poco::Net::StreamSocket peer = Connect();
  const std::string sent(100, 'x');
  peer.sendBytes(sent.data(), 100);
  EXPECT_EQ(Receive() + Receive(), sent);
}

TEST_F(TcpTransportTest, ARefusedConnectionIsUnavailableAndNamesNoAddress) {
  const std::uint16_t port = Port();
  listener_.close();
  const base::Status status = TcpTransport("127.0.0.1", port).Connect(kLong);
  ASSERT_TRUE(Fails(status, Code::kPbxUnavailable));
  EXPECT_TRUE(Has(status.Why().message, "refused"));
  EXPECT_FALSE(Has(status.Why().message, "127.0.0.1"));
  EXPECT_FALSE(Has(status.Why().message, std::to_string(port)));
}

// Linux drops the SYN where the queue of those waiting to be accepted is full.
TEST_F(TcpTransportTest, WaitsForAConnectionNoLongerThanItWasTold) {
  Poco::Net::ServerSocket full;
  full.bind(Poco::Net::SocketAddress("127.0.0.1", 0));
  full.listen(1);
  std::vector<Poco::Net::StreamSocket> waiting(4);
  for (auto& socket : waiting) socket.connectNB(full.address());
  TcpTransport transport("127.0.0.1", full.address().port());
  base::Status status = base::Done();
  const auto took = TimeOf([&] { status = transport.Connect(kShort); });
  ASSERT_TRUE(Fails(status, Code::kPbxUnavailable));
  EXPECT_TRUE(Has(status.Why().message, "no answer"));
  EXPECT_FALSE(Has(status.Why().message, "127.0.0.1"));
  EXPECT_GE(took, kShort);
  EXPECT_LT(took, kLong);
}

TEST_F(TcpTransportTest, WaitsForBytesNoLongerThanItWasTold) {
  const Poco::Net::StreamSocket peer = Connect();
  EXPECT_EQ(Receive(kNone), "");
  const auto took = TimeOf([&] { EXPECT_EQ(Receive(kShort), ""); });
  EXPECT_GE(took, kShort);
  EXPECT_LT(took, kLong);
}

TEST_F(TcpTransportTest, WaitsForRoomNoLongerThanItWasTold) {
  listener_.setReceiveBufferSize(64 * 1024);  // which does not grow then
  Poco::Net::StreamSocket peer = Connect();
  peer.setReceiveTimeout(Poco::Timespan(5, 0));
  auto left = static_cast<std::ptrdiff_t>(Fill());
  EXPECT_GT(left, 0);
  EXPECT_EQ(Must(transport_.Send("x", kNone)), 0U);
  const auto took = TimeOf([&] { EXPECT_EQ(Must(transport_.Send("x", kShort)), 0U); });
  EXPECT_GE(took, kShort);
  EXPECT_LT(took, kLong);

  // There is room again when the peer has read.
  std::vector<char> buffer(100'000);
  while (left > 0) left -= peer.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
  EXPECT_EQ(Must(transport_.Send("x", kLong)), 1U);
}

TEST_F(TcpTransportTest, TakesAtOnceWhatThereIsRoomForAndNoMore) {
  listener_.setReceiveBufferSize(64 * 1024);
  Poco::Net::StreamSocket peer = Connect();
  const std::string much(50'000'000, 'x');
  auto sending = std::async(std::launch::async, [&] { return transport_.Send(much, kLong); });
  EXPECT_EQ(sending.wait_for(kLong), std::future_status::ready);
  peer.close();  // lets go of a Send() that blocks
  const auto sent = sending.get();
  ASSERT_TRUE(Succeeds(sent));
  EXPECT_GT(sent.Value(), 0U);
  EXPECT_LT(sent.Value(), much.size());
}

TEST_F(TcpTransportTest, WakeEndsAWait) {
  const Poco::Net::StreamSocket peer = Connect();
  ExpectWakes(transport_);
}

TEST_F(TcpTransportTest, AWakeBeforeTheConnectionStandsIsNotLost) {
  transport_.Wake();
  const Poco::Net::StreamSocket peer = Connect();
  EXPECT_LT(TimeOf([&] { EXPECT_EQ(Receive(kLong), ""); }), kLong);
}

TEST_F(TcpTransportTest, WakeDoesNotHideBytes) {
  Poco::Net::StreamSocket peer = Connect();
  peer.sendBytes("x", 1);
  transport_.Wake();
  std::string all;
  for (int i = 0; i < 2; ++i) all += Receive(kLong);
  EXPECT_EQ(all, "x");
}

TEST_F(TcpTransportTest, AWaitWithoutSleepEndsAsAnyOther) {
  Poco::Net::StreamSocket peer = Connect();
  const auto wait = [&](Milliseconds most, base::Microseconds awake) {
    return TimeOf([&] { EXPECT_TRUE(Succeeds(transport_.Await(most, awake))); });
  };
  const std::array times = {base::Microseconds(0), base::Microseconds(200),
                            base::Microseconds(kLong)};
  for (const base::Microseconds awake : times) {
    const auto took = wait(kShort, awake);
    EXPECT_GE(took, kShort) << "nothing comes";
    EXPECT_LT(took, kLong);
  }
  for (const base::Microseconds awake : times) {
    const std::jthread waker([this] {
      std::this_thread::sleep_for(kShort);
      transport_.Wake();
    });
    EXPECT_LT(wait(kLong, awake), kLong) << "woken";
  }
  for (const base::Microseconds awake : times) {
    const std::jthread sender([&] {
      std::this_thread::sleep_for(kShort);
      peer.sendBytes("x", 1);
    });
    EXPECT_LT(wait(kLong, awake), kLong) << "something came";
    EXPECT_EQ(Receive(), "x");
  }
}

TEST_F(TcpTransportTest, SleepsOnlyAfterTheTimeToStayAwake) {
  const Poco::Net::StreamSocket peer = Connect();
  // Who is not alone on the processor sleeps sooner, and who gets it late has nothing to wait for
  // any more: on a busy machine that may be so most times.
  const auto ever = [this](base::Microseconds awake, bool wanted) {
    bool slept = !wanted;
    for (int i = 0; i < 1000 && slept != wanted; ++i) {
      const long before = Sleeps();
      EXPECT_TRUE(Succeeds(transport_.Await(Milliseconds(1), awake)));
      slept = Sleeps() > before;
    }
    return slept == wanted;
  };
  EXPECT_TRUE(ever(base::Microseconds(0), true));
  EXPECT_TRUE(ever(base::Microseconds(100), true));
  EXPECT_TRUE(ever(Milliseconds(1), false));
}

TEST_F(TcpTransportTest, WaitsForRoomThroughAWake) {
  listener_.setReceiveBufferSize(64 * 1024);
  const Poco::Net::StreamSocket peer = Connect();
  Fill();
  transport_.Wake();
  EXPECT_GE(TimeOf([&] { EXPECT_EQ(Must(transport_.Send("x", kShort)), 0U); }), kShort);
}

TEST_F(TcpTransportTest, EndlessWaitsAreWaits) {
  Poco::Net::StreamSocket peer = Connect();
  peer.sendBytes("x", 1);
  EXPECT_EQ(Receive(Milliseconds::max()), "x");
}

TEST_F(TcpTransportTest, SeesTheEndBehindTheLastBytes) {
  Poco::Net::StreamSocket peer = Connect();
  peer.sendBytes("bye", 3);
  peer.close();
  EXPECT_EQ(Receive(), "bye");
  EXPECT_EQ(Receive(), "(end)");
  EXPECT_EQ(Receive(), "(end)");
}

TEST_F(TcpTransportTest, AResetIsUnavailableAndNamesNoAddress) {
  Poco::Net::StreamSocket peer = Connect();
  peer.setLinger(true, 0);
  peer.close();
  std::array<char, 64> buffer{};
  const auto received = transport_.Receive(buffer, kLong);
  ASSERT_TRUE(Fails(received, Code::kPbxUnavailable));
  EXPECT_TRUE(Has(received.Why().message, "reset"));
  EXPECT_FALSE(Has(received.Why().message, "127.0.0.1"));
}

TEST_F(TcpTransportTest, SendingToAPeerThatIsGoneIsAnErrorAndNoSignal) {
  Poco::Net::StreamSocket peer = Connect();
  peer.setLinger(true, 0);
  peer.close();
  std::array<char, 64> buffer{};
  (void)transport_.Receive(buffer, kLong);  // from here on the reset has arrived
  EXPECT_TRUE(Fails(transport_.Send("x", kLong), Code::kPbxUnavailable));
}

TEST_F(TcpTransportTest, ItsEndClosesTheConnection) {
  Poco::Net::StreamSocket peer;
  {
    TcpTransport transport("127.0.0.1", Port());
    Must(transport.Connect(kLong));
    peer = listener_.acceptConnection();
  }
  std::array<char, 64> buffer{};
  EXPECT_EQ(peer.receiveBytes(buffer.data(), buffer.size()), 0);
}

}  // namespace
}  // namespace click2call::net
