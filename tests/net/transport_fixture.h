#ifndef CLICK2CALL_NET_TRANSPORT_FIXTURE_H_
#define CLICK2CALL_NET_TRANSPORT_FIXTURE_H_

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>
#include <gtest/gtest.h>

#include "fakes/results.h"
#include "net/transport.h"

namespace click2call::net {

inline constexpr base::Milliseconds kLong{5000};  // for what happens at once
inline constexpr base::Milliseconds kShort{30};   // for what does not happen
inline constexpr base::Milliseconds kNone{0};

template <class Act>
base::Milliseconds TimeOf(const Act& act) {
  const auto begin = std::chrono::steady_clock::now();
  act();
  return std::chrono::duration_cast<base::Milliseconds>(std::chrono::steady_clock::now() - begin);
}

// A server for one connection. Its script runs in a thread of its own.
class OneServer {
 public:
  using Script = std::function<void(Poco::Net::StreamSocket& peer)>;

  OneServer(const Poco::Net::ServerSocket& listener, Script script)
      : listener_(listener), thread_([this, script = std::move(script)] { Serve(script); }) {}

  explicit OneServer(Script script)
      : OneServer(Poco::Net::ServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0)),
                  std::move(script)) {}

  std::uint16_t Port() const { return listener_.address().port(); }
  void Join() { thread_.join(); }

 private:
  void Serve(const Script& script) {
    try {
      if (!listener_.poll(Poco::Timespan(10, 0), Poco::Net::Socket::SELECT_READ)) return;
      Poco::Net::StreamSocket peer = listener_.acceptConnection();
      peer.setNoDelay(true);  // or the last byte of many waits for an ACK
      peer.setReceiveTimeout(Poco::Timespan(10, 0));
      script(peer);
    } catch (const Poco::Exception&) {  // the client has gone
    }
  }

  Poco::Net::ServerSocket listener_;
  std::jthread thread_;
};

inline void Say(Poco::Net::StreamSocket& peer, const std::string& bytes) {
  peer.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
}

// What the peer receives until `count` bytes, or the end.
inline std::string Hear(Poco::Net::StreamSocket& peer, std::size_t count) {
  std::string heard(count, '\0');
  std::size_t have = 0;
  while (have < count) {
    const int got = peer.receiveBytes(heard.data() + have, static_cast<int>(count - have));
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  heard.resize(have);
  return heard;
}

inline void WaitFor(const std::atomic<bool>& flag) {
  for (int i = 0; i < 5000 && !flag; ++i) std::this_thread::sleep_for(base::Milliseconds(1));
}

inline void HearTheEnd(Poco::Net::StreamSocket& peer) {
  std::array<char, 4096> buffer{};
  while (peer.receiveBytes(buffer.data(), buffer.size()) > 0) {
  }
}

// What one Receive() gives: its bytes, and "(end)".
inline std::string ReceiveOnce(Transport& transport, base::Milliseconds wait = kLong) {
  std::array<char, 64> buffer{};
  const auto received = fakes::Must(transport.Receive(buffer, wait));
  return std::string(buffer.data(), received.count) + (received.end ? "(end)" : "");
}

// What is received until there are `count` bytes or the end.
inline std::string ReceiveAll(Transport& transport, std::size_t count) {
  std::string all;
  std::string last = "-";
  while (all.size() < count && !last.empty() && !last.ends_with("(end)")) {
    all += last = ReceiveOnce(transport);
  }
  return all;
}

inline void SendAll(Transport& transport, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t sent = fakes::Must(transport.Send(bytes, kLong));
    ASSERT_GT(sent, 0U);
    bytes.remove_prefix(sent);
  }
}

// The promises of Wake(), for a transport that is connected and has nothing to receive.
inline void ExpectWakes(Transport& transport) {
  for (int round = 0; round < 3; ++round) {
    const std::jthread later([&] {
      std::this_thread::sleep_for(kShort);
      transport.Wake();
    });
    EXPECT_LT(TimeOf([&] { EXPECT_EQ(ReceiveOnce(transport, kLong), ""); }), kLong);
  }
  transport.Wake();
  transport.Wake();
  EXPECT_LT(TimeOf([&] { EXPECT_EQ(ReceiveOnce(transport, kLong), ""); }), kLong);
  EXPECT_GE(TimeOf([&] { EXPECT_EQ(ReceiveOnce(transport, kShort), ""); }), kShort);
}

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_TRANSPORT_FIXTURE_H_
