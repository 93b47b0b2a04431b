#ifndef CLICK2CALL_TESTS_NET_COURIER_FIXTURE_H_
#define CLICK2CALL_TESTS_NET_COURIER_FIXTURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/fake_clock.h"
#include "fakes/fake_log.h"
#include "fakes/fake_poster.h"
#include "fakes/fake_store.h"
#include "fakes/results.h"
#include "net/courier.h"

namespace click2call::net {

class CourierTest : public testing::Test {
 protected:
  static constexpr char kSink[] = "https://crm.example.com/hook?key=capability";
  static constexpr char kOtherSink[] = "https://other.example.com/hook";

  fakes::FakeStore store_;
  fakes::FakePoster poster_;
  fakes::FakeClock clock_;
  fakes::FakeLog log_;
  std::vector<std::string> sinks_ = {"crm.example.com", "other.example.com"};

  Courier::World World() { return {store_, poster_, clock_, log_}; }

  // A call that nothing was notified of.
  base::CallId NewCall(const std::string& sink = kSink, const std::string& token = {}) {
    base::CallId::Entropy entropy{};
    entropy.back() = ++calls_;
    const base::CallId id = base::CallId::Make(clock_.WallNow(), entropy);
    call::Call call{.id = id, .created_at = clock_.WallNow(), .state = {}};
    call.caller = call.caller_exten = "1003";
    call.callee = call.callee_exten = "1006";
    call.pbx = "main";
    call.sink = sink;
    call.sink_token = token;
    fakes::Must(store_.Insert(call, {}));
    return id;
  }

  // A notification that is due now.
  void Advance(const base::CallId& id, const call::CallState& state) {
    ASSERT_TRUE(fakes::Must(store_.Advance(id, state, clock_.WallNow())));
  }
  base::CallId Ring(const base::CallId& id) {
    Advance(id, {.status = call::CallStatus::kCallingCaller});
    return id;
  }

  // The status in each body that was posted, in order.
  std::vector<std::string> Told() const {
    std::vector<std::string> told;
    for (const HttpsPost& post : poster_.Posts()) {
      const std::string before = R"("state":")";
      const std::size_t start = post.body.find(before) + before.size();
      told.push_back(post.body.substr(start, post.body.find('"', start) - start));
    }
    return told;
  }

 private:
  std::uint8_t calls_ = 0;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_TESTS_NET_COURIER_FIXTURE_H_
