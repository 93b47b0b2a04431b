#ifndef CLICK2CALL_FAKES_FAKE_TRANSPORT_H_
#define CLICK2CALL_FAKES_FAKE_TRANSPORT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/fake_clock.h"
#include "net/transport.h"

namespace click2call::fakes {

// One connection, seen from its far end. It outlives the transport, so that a test can look at it.
struct FakeConnection {
  std::string host;
  std::uint16_t port = 0;
  std::string sent;                   // what our side has handed over, in order
  int writes = 0;                     // in which it did
  base::Milliseconds connect_wait{};  // the wait that Connect() was given
  base::Microseconds awake{};         // what the last Await() was
  bool open = true;                   // until our side destroys its transport

  // The state of the far end.
  std::size_t heard = 0;  // of `sent`, by Hears()
  std::string inbox;      // on its way to us
  std::size_t room = std::string::npos;
  std::size_t piece = std::string::npos;  // the most that one Receive() gives
  bool ended = false;
  bool reset = false;
  std::optional<base::MonotonicTime> pause_ends = std::nullopt;
};

// What the far end of a connection does, step by step; afterwards it stays silent and takes all.
class FakePeer {
 public:
  FakePeer& Refuses(std::string why) {
    refusal_ = std::move(why);
    return *this;
  }

  FakePeer& Says(std::string bytes) {
    return Then([bytes = std::move(bytes)](FakeConnection& connection, const FakeClock&) {
      connection.inbox += bytes;
      return true;
    });
  }

  // From here on what it says arrives in pieces of at most `size` bytes.
  FakePeer& InPiecesOf(std::size_t size) {
    return Then([size](FakeConnection& connection, const FakeClock&) {
      connection.piece = size;
      return true;
    });
  }

  // One byte at a time, with `gap` before each.
  FakePeer& SaysSlowly(std::string_view bytes, base::Milliseconds gap) {
    for (const char c : bytes) Pauses(gap).Says(std::string(1, c));
    return *this;
  }

  // Goes on when a whole action of that name has arrived.
  FakePeer& Hears(std::string name) {
    return Then([name = std::move(name)](FakeConnection& connection, const FakeClock&) {
      const std::size_t end = connection.sent.find("\r\n\r\n", connection.heard);
      if (end == std::string::npos) return false;
      const std::string action = connection.sent.substr(connection.heard, end - connection.heard);
      EXPECT_TRUE(action.starts_with("Action: " + name + "\r\n")) << action;
      connection.heard = end + 4;
      return true;
    });
  }

  // The same, whatever its name.
  FakePeer& HearsAny() {
    return Then([](FakeConnection& connection, const FakeClock&) {
      const std::size_t end = connection.sent.find("\r\n\r\n", connection.heard);
      if (end == std::string::npos) return false;
      connection.heard = end + 4;
      return true;
    });
  }

  FakePeer& Pauses(base::Milliseconds wait) {
    return Then([wait](FakeConnection& connection, const FakeClock& clock) {
      if (!connection.pause_ends) connection.pause_ends = clock.Now() + wait;
      if (clock.Now() < *connection.pause_ends) return false;
      connection.pause_ends.reset();
      return true;
    });
  }

  // From here on the socket has room for `count` bytes and no more. Goes on when it is full.
  FakePeer& Takes(std::size_t count) {
    return Then([count, begun = false](FakeConnection& connection, const FakeClock&) mutable {
      if (!std::exchange(begun, true)) connection.room = count;
      return connection.room == 0;
    });
  }

  FakePeer& Closes() {
    return Then(
        [](FakeConnection& connection, const FakeClock&) { return connection.ended = true; });
  }

  // Drops the connection: what is sent fails from now on.
  FakePeer& Resets() {
    return Then([](FakeConnection& connection, const FakeClock&) {
      return connection.reset = connection.ended = true;
    });
  }

 private:
  friend class FakeTransport;
  using Step = std::function<bool(FakeConnection&, const FakeClock&)>;  // true: it is over

  FakePeer& Then(Step step) {
    steps_.push_back(std::move(step));
    return *this;
  }

  std::optional<std::string> refusal_;
  std::deque<Step> steps_;
};

// Waiting moves the clock and takes no time.
class FakeTransport : public net::Transport {
 public:
  FakeTransport(FakeClock& clock, FakePeer peer, std::shared_ptr<FakeConnection> connection)
      : clock_(clock), peer_(std::move(peer)), connection_(std::move(connection)) {}
  ~FakeTransport() override { connection_->open = false; }
  FakeTransport(const FakeTransport&) = delete;
  FakeTransport& operator=(const FakeTransport&) = delete;

  base::Status Connect(base::Milliseconds wait) override {
    connection_->connect_wait = wait;
    if (peer_.refusal_) return Fail(*peer_.refusal_);
    return base::Done();
  }

  base::Result<std::size_t> Send(std::string_view bytes, base::Milliseconds wait) override {
    Run();
    if (!connection_->reset && connection_->room == 0) Wait(wait);
    if (connection_->reset) return Fail("Connection reset by peer");
    const std::size_t taken = std::min(bytes.size(), connection_->room);
    connection_->sent += bytes.substr(0, taken);
    ++connection_->writes;
    if (connection_->room != std::string::npos) connection_->room -= taken;
    return taken;
  }

  base::Result<Received> Receive(std::span<char> buffer, base::Milliseconds wait) override {
    Run();
    std::string& inbox = connection_->inbox;
    if (inbox.empty() && !connection_->ended && !std::exchange(woken_, false)) Wait(wait);
    if (!inbox.empty()) {
      const std::size_t count = std::min({buffer.size(), inbox.size(), connection_->piece});
      inbox.copy(buffer.data(), count);
      inbox.erase(0, count);
      return Received{count, false};
    }
    if (connection_->reset) return Fail("Connection reset by peer");
    return Received{0, connection_->ended};
  }

  base::Status Await(base::Milliseconds wait, base::Microseconds awake) override {
    connection_->awake = awake;
    Run();
    const bool quiet = connection_->inbox.empty() && !connection_->ended;
    if (quiet && !std::exchange(woken_, false)) Wait(wait);
    return base::Done();
  }

  void Wake() override { woken_ = true; }

 private:
  static base::Error Fail(std::string why) { return {base::Code::kPbxUnavailable, std::move(why)}; }

  void Run() {
    while (!peer_.steps_.empty() && peer_.steps_.front()(*connection_, clock_)) {
      peer_.steps_.pop_front();
    }
  }

  // Until the end of the peer's pause, if it makes one, and no longer than `wait`.
  void Wait(base::Milliseconds wait) {
    constexpr int kTooMany = 100'000;
    if (++waits_ > kTooMany) {  // a caller that spins; the clock may be standing still
      ADD_FAILURE() << "the transport was asked to wait " << kTooMany << " times";
      connection_->reset = connection_->ended = true;
      return;
    }
    const auto until =
        std::min(clock_.Now() + wait, connection_->pause_ends.value_or(base::MonotonicTime::max()));
    clock_.Advance(base::Remaining(until, clock_.Now()));
    Run();
  }

  FakeClock& clock_;
  FakePeer peer_;
  std::shared_ptr<FakeConnection> connection_;
  int waits_ = 0;
  bool woken_ = false;
};

// Hosts, each with peers for the connections to it, one after the other.
class FakeNetwork {
 public:
  explicit FakeNetwork(FakeClock& clock) : clock_(clock) {}

  // Who answers the next connection to `host` that nobody answers yet. A host without one refuses.
  // The reference is good until the next call.
  FakePeer& Peer(const std::string& host) { return peers_[host].emplace_back(); }

  net::TransportFactory Factory() {
    return [this](const call::PbxConfig& pbx) -> base::Result<std::unique_ptr<net::Transport>> {
      auto connection = std::make_shared<FakeConnection>();
      connection->host = pbx.host;
      connection->port = pbx.port;
      connections_.push_back(connection);
      auto& waiting = peers_[pbx.host];
      FakePeer peer;
      if (waiting.empty()) {
        peer.Refuses("Connection refused");
      } else {
        peer = std::move(waiting.front());
        waiting.pop_front();
      }
      return std::unique_ptr<net::Transport>(
          std::make_unique<FakeTransport>(clock_, std::move(peer), std::move(connection)));
    };
  }

  // All that were tried, in order.
  const std::vector<std::shared_ptr<FakeConnection>>& Connections() const { return connections_; }

 private:
  FakeClock& clock_;
  std::map<std::string, std::deque<FakePeer>> peers_;
  std::vector<std::shared_ptr<FakeConnection>> connections_;
};

}  // namespace click2call::fakes

#endif  // CLICK2CALL_FAKES_FAKE_TRANSPORT_H_
