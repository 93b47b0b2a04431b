#ifndef CLICK2CALL_NET_AMI_CLIENT_FIXTURE_H_
#define CLICK2CALL_NET_AMI_CLIENT_FIXTURE_H_

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "ami/show.h"
#include "ami/talk.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_log.h"
#include "fakes/fake_transport.h"
#include "fakes/results.h"
#include "net/ami_client.h"
#include "net/dialled_plan.h"
#include "net/pbx.h"

namespace click2call::net {

// Two PBXs, "a" at host-a and "b" at host-b, each played by the test. Whatever is tested: no more
// than one whole Originate leaves, and no line of the log and no error holds the secret.
class AmiClientTest : public testing::Test {
 protected:
  static call::PbxConfig Pbx(const std::string& name) { return net::Pbx(name, "host-" + name); }

  // The next connection to `host` gets as far as that.
  fakes::FakePeer& LogsIn(const std::string& host) {
    return network_.Peer(host)
        .Says(std::string(ami::kBanner))
        .Hears("Login")
        .Says(std::string(ami::kLoginAccepted));
  }
  fakes::FakePeer& HearsIt(const std::string& host) { return LogsIn(host).Hears("Originate"); }
  fakes::FakePeer& QueuesIt(const std::string& host) { return HearsIt(host).Says(Queued()); }

  static std::string Queued() { return ami::Success(kCallId); }
  static std::string Refused(std::string_view message) {
    return "Response: Error\r\nActionID: " + kCallId + "\r\nMessage: " + std::string(message) +
           "\r\n\r\n";
  }
  static std::string Ringing() {
    return "Event: Newstate\r\nChannelStateDesc: Ringing\r\nUniqueid: " + kCallId + "\r\n\r\n";
  }
  static std::string Answered() {
    return "Event: OriginateResponse\r\nActionID: " + kCallId +
           "\r\nResponse: Success\r\nReason: 4\r\nUniqueid: " + kCallId + "\r\n\r\n";
  }
  static std::string Failed(int reason) {
    return "Event: OriginateResponse\r\nActionID: " + kCallId +
           "\r\nResponse: Failure\r\nReason: " + std::to_string(reason) +
           "\r\nUniqueid: " + kCallId + "\r\n\r\n";
  }

  template <class Task>
  auto Do(Task task) {
    const auto before = network_.Connections().size();
    const auto begin = clock_.Now();
    AmiClient client(pbxs_, outcome_wait_, clock_, log_, network_.Factory());
    auto result = task(client);
    took_ = std::chrono::duration_cast<base::Milliseconds>(clock_.Now() - begin);

    const auto& all = network_.Connections();
    tried_.assign(all.begin() + static_cast<std::ptrdiff_t>(before), all.end());
    EXPECT_LE(took_, kTotalWait);
    for (const auto& connection : tried_) EXPECT_FALSE(connection->open) << connection->host;
    EXPECT_FALSE(fakes::Has(log_.Text(), kSecret));
    if (!result.Ok()) {
      EXPECT_FALSE(fakes::Has(result.Why().message, kSecret));
    }
    return result;
  }

  base::Result<call::Dialled> Dial() {
    told_.clear();
    return Do([this](AmiClient& client) {
      const auto before_trying = [this](const std::string& pbx) {
        told_.push_back(pbx);
        return may_try_;
      };
      return client.Dial(Plan(), before_trying, {});
    });
  }

  // Of the call that PBX "a" has taken, as it was last known.
  base::Result<call::Look> LookAt(base::Milliseconds listen = {}) {
    return Do([&](AmiClient& client) { return client.LookAt(call_, listen); });
  }
  base::Status HangUp() {
    return Do([&](AmiClient& client) { return client.HangUp(call_); });
  }

  // EXPECT_EQ(Outcome(Dial()), "callingCaller on a"); "error" where there is one.
  static std::string Outcome(const base::Result<call::Dialled>& dialled) {
    if (!dialled.Ok()) return "error: " + dialled.Why().message;
    return Show(dialled.Value().state) + " on " + dialled.Value().pbx;
  }
  static std::string Outcome(const base::Result<call::Look>& look) {
    return look.Ok() ? Show(look.Value().state) : "error: " + look.Why().message;
  }
  // "connected", "disconnected hangUp".
  static std::string Show(const call::CallState& state) {
    std::string text(call::StatusName(state.status));
    if (state.reason) text.append(" ").append(call::ReasonName(*state.reason));
    return text;
  }

  // Of the last one of these: the hosts that were tried, in order, and how many whole Originates
  // (with the blank line that commits them) have left for all of them together.
  std::vector<std::string> Tried() const {
    std::vector<std::string> hosts;
    for (const auto& connection : tried_) hosts.push_back(connection->host);
    return hosts;
  }
  int Originates() const {
    int count = 0;
    for (const auto& connection : tried_) {
      const std::string& sent = connection->sent;
      for (std::size_t begin = 0; begin < sent.size();) {
        const std::size_t end = sent.find("\r\n\r\n", begin);
        if (end == std::string::npos) break;
        if (sent.compare(begin, 17, "Action: Originate") == 0) ++count;
        begin = end + 4;
      }
    }
    return count;
  }

  fakes::FakeClock clock_;
  fakes::FakeLog log_;
  fakes::FakeNetwork network_{clock_};
  std::vector<call::PbxConfig> pbxs_ = {Pbx("a"), Pbx("b")};
  base::Milliseconds outcome_wait_{1000};
  base::Status may_try_ = base::Done();  // what whoever is told before a PBX is tried says
  std::vector<std::string> told_;        // the PBXs of the last Dial(), in order
  call::Call call_{.id = base::CallId::Parse(kCallId).value(), .pbx = "a"};
  std::vector<std::shared_ptr<fakes::FakeConnection>> tried_;
  base::Milliseconds took_{};
};

using Hosts = std::vector<std::string>;

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_AMI_CLIENT_FIXTURE_H_
