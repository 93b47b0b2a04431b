#include "net/notifier.h"

#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stop_token>
#include <thread>

#include <gtest/gtest.h>

#include "net/courier_fixture.h"

namespace click2call::net {
namespace {

using namespace std::chrono_literals;

// Real threads: what is promised is waited for, so none of it depends on how fast this machine is.
class NotifierTest : public CourierTest {
 protected:
  // The next post; what it waits for has to be due.
  void AwaitPost() {
    posted_ = std::promise<void>();
    poster_.on_post = [this](const auto&) { posted_.set_value(); };
  }

  std::promise<void> posted_;
};

TEST_F(NotifierTest, DeliversWhatIsDueWhenItBegins) {
  Ring(NewCall());
  AwaitPost();
  const Notifier notifier(sinks_, World());
  EXPECT_EQ(posted_.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(NotifierTest, DeliversWhatComesUpWhileItRuns) {
  AwaitPost();
  const Notifier notifier(sinks_, World());
  while (store_.Asked() == 0) std::this_thread::yield();  // it has found nothing, and waits
  Ring(NewCall());
  EXPECT_EQ(posted_.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(NotifierTest, StopsADeliveryThatIsUnderWay) {
  Ring(NewCall());
  std::promise<void> begun;
  poster_.on_post = [&](const std::stop_token& stop) {
    begun.set_value();
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, stop, [] { return false; });
  };
  poster_.Answer(fakes::FakePoster::NoAnswer());
  {
    const Notifier notifier(sinks_, World());
    begun.get_future().wait();
  }
  EXPECT_EQ(store_.Notifications().size(), 1U);
}

TEST_F(NotifierTest, WithoutSinksItDoesNothing) {
  const Notifier notifier({}, World());
  EXPECT_EQ(store_.Asked(), 0U);
}

}  // namespace
}  // namespace click2call::net
