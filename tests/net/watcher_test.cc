// The threads of the watcher; what each of them does is follower_test.cc's.

#include "net/watcher.h"

#include <chrono>
#include <csignal>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <signal.h>  // NOLINT: pthread_kill

#include "ami/show.h"
#include "ami/talk.h"
#include "fakes/fake_log.h"
#include "fakes/fake_store.h"
#include "net/pbx.h"
#include "net/status_talk.h"
#include "net/system.h"

namespace click2call::net {
namespace {

using base::Milliseconds;

// A PBX that logs everybody in, grants all rights, and says nothing more; in real time.
class QuietTransport : public Transport {
 public:
  explicit QuietTransport(std::shared_ptr<std::string> sent) : sent_(std::move(sent)) {}

  base::Status Connect(Milliseconds) override { return base::Done(); }
  base::Result<std::size_t> Send(std::string_view bytes, Milliseconds) override {
    *sent_ += bytes;
    if (bytes.find("Action: Login") != std::string_view::npos) inbox_ += ami::kLoginAccepted;
    if (bytes.find("ListCommands") != std::string_view::npos) inbox_ += RightsReply();
    return bytes.size();
  }
  base::Result<Received> Receive(std::span<char> buffer, Milliseconds wait) override {
    if (inbox_.empty()) std::this_thread::sleep_for(wait);
    const std::size_t count = inbox_.copy(buffer.data(), buffer.size());
    inbox_.erase(0, count);
    return Received{count, false};
  }
  base::Status Await(Milliseconds wait, base::Microseconds) override {
    if (inbox_.empty()) std::this_thread::sleep_for(wait);
    return base::Done();
  }
  void Wake() override {}

 private:
  std::shared_ptr<std::string> sent_;
  std::string inbox_{ami::kBanner};
};

class WatcherTest : public testing::Test {
 protected:
  static call::PbxConfig Pbx(const std::string& name) { return net::Pbx(name, "host-" + name); }

  // The host "host-down" is down.
  TransportFactory Factory() {
    return [this](const call::PbxConfig& pbx) -> base::Result<std::unique_ptr<Transport>> {
      struct Down : Transport {
        base::Status Connect(Milliseconds) override { return Why(); }
        base::Result<std::size_t> Send(std::string_view, Milliseconds) override { return Why(); }
        base::Result<Received> Receive(std::span<char>, Milliseconds) override { return Why(); }
        base::Status Await(Milliseconds, base::Microseconds) override { return Why(); }
        void Wake() override {}
        static base::Error Why() { return {base::Code::kPbxUnavailable, "Connection refused"}; }
      };
      if (pbx.host == "host-down") return std::unique_ptr<Transport>(std::make_unique<Down>());
      const std::lock_guard lock(mutex_);
      return std::unique_ptr<Transport>(
          std::make_unique<QuietTransport>(sent_.emplace_back(std::make_shared<std::string>())));
    };
  }

  void Watch(std::vector<call::PbxConfig> pbxs) {
    pbxs_ = std::move(pbxs);
    gates_.emplace(pbxs_, clock_);
    watcher_ = std::make_unique<Watcher>(pbxs_, store_, clock_, log_, Factory(), *gates_, words_);
  }
  std::optional<call::Rights> WaitFor(const std::string& pbx) {
    for (int i = 0; i < 500 && !watcher_->On(pbx); ++i) {
      std::this_thread::sleep_for(Milliseconds(10));
    }
    return watcher_->On(pbx);
  }
  Milliseconds Stop() {
    const auto begin = std::chrono::steady_clock::now();
    watcher_.reset();
    return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin);
  }

  std::mutex mutex_;
  std::vector<std::shared_ptr<std::string>> sent_;
  std::vector<call::PbxConfig> pbxs_;
  SystemClock clock_;
  fakes::FakeLog log_;
  fakes::FakeStore store_;
  std::optional<LoginGates> gates_;
  FirstWords words_;
  std::unique_ptr<Watcher> watcher_;
};

TEST_F(WatcherTest, FollowsEachPbxForItself) {
  Watch({Pbx("a"), Pbx("down"), Pbx("b")});
  for (const auto* pbx : {"a", "b"}) {
    const auto rights = WaitFor(pbx);
    ASSERT_TRUE(rights) << pbx;
    EXPECT_TRUE(rights->hangup);
  }
  EXPECT_FALSE(watcher_->On("down"));
  EXPECT_FALSE(watcher_->On("unheard of"));
}

TEST_F(WatcherTest, StopsAtOnceAndLogsOffEverywhere) {
  Watch({Pbx("a"), Pbx("down"), Pbx("b")});
  ASSERT_TRUE(WaitFor("a") && WaitFor("b"));
  EXPECT_LE(Stop(), Milliseconds(450));  // and some, on a busy machine
  ASSERT_EQ(sent_.size(), 2U);
  for (const auto& sent : sent_) EXPECT_TRUE(sent->ends_with("c2c-logoff\r\n\r\n"));
}

TEST_F(WatcherTest, StopsAtOnceWhereAllAreDown) {
  Watch({Pbx("down")});
  std::this_thread::sleep_for(Milliseconds(50));
  EXPECT_LE(Stop(), Milliseconds(200));
}

TEST_F(WatcherTest, StopsAtOnceWhereItHasJustBegun) {
  Watch({Pbx("a")});
  EXPECT_LE(Stop(), Milliseconds(450));
}

TEST_F(WatcherTest, SignalsAreForOtherThreads) {
  sigset_t usr1;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  Watch({Pbx("a")});
  ASSERT_TRUE(WaitFor("a"));
  // Blocked here, where it is sent to the whole process: a thread that took it would end us all.
  pthread_sigmask(SIG_BLOCK, &usr1, nullptr);
  kill(getpid(), SIGUSR1);
  std::this_thread::sleep_for(Milliseconds(50));
  int signal = 0;
  EXPECT_EQ(sigwait(&usr1, &signal), 0);
  EXPECT_EQ(signal, SIGUSR1);
  pthread_sigmask(SIG_UNBLOCK, &usr1, nullptr);
}

}  // namespace
}  // namespace click2call::net
