// Two PBXs that say and do whatever they like: one click sends one Originate and takes no longer
// than it may; to look at a call, or to end it, sends none.

#include <string>
#include <string_view>
#include <vector>

#include "ami/talk.h"
#include "fakes/fake_log.h"
#include "fakes/fake_transport.h"
#include "fuzz/fuzz.h"
#include "fuzz/one_action.h"
#include "net/ami_client.h"
#include "net/dialled_plan.h"
#include "net/pbx.h"

namespace click2call::net {
namespace {

using base::Milliseconds;
using fuzz::Byte;
using fuzz::Promise;

// What a PBX does: each part of the input is a step, by its first letter.
void AddStep(std::string_view step, fakes::FakePeer* peer) {
  const auto [what, rest] = std::pair(Byte(step), step.substr(step.empty() ? 0 : 1));
  if (what == 's') peer->Says(std::string(rest));
  if (what == 'h') peer->HearsAny();
  if (what == 'l')
    peer->Says(std::string(ami::kBanner)).HearsAny().Says(std::string(ami::kLoginAccepted));
  if (what == 'p') peer->Pauses(Milliseconds(20 * Byte(rest)));
  if (what == 't') peer->Takes(2 * Byte(rest));
  if (what == 'i') peer->InPiecesOf(1 + Byte(rest));
  if (what == 'c') peer->Closes();
  if (what == 'r') peer->Resets();
}

// The whole Originates in `sent`, each of the actions in which is promised to be one.
int Originates(std::string_view sent) {
  int count = 0;
  for (auto end = sent.find("\r\n\r\n"); end != std::string_view::npos;
       end = sent.find("\r\n\r\n")) {
    const std::string_view action = sent.substr(0, end + 4);
    fuzz::PromiseOneAction(action);
    if (action.starts_with("Action: Originate\r\n")) ++count;
    sent.remove_prefix(action.size());
  }
  return count;
}

// PBXs "a" and "b" do what `steps` say, and are asked for something.
class Asked {
 public:
  explicit Asked(const std::vector<std::string>& steps) {
    fakes::FakePeer first, second;
    fakes::FakePeer* peer = &first;
    for (const std::string& step : steps) {
      said_ += step;
      if (step == "b") peer = &second;
      AddStep(step, peer);
    }
    network_.Peer("host-a") = std::move(first);
    network_.Peer("host-b") = std::move(second);
  }

  template <class Task>
  void For(int most_originates, const Task& task) {
    const auto begin = clock_.Now();
    std::string why;
    {
      AmiClient client(pbxs_, Milliseconds(1000), clock_, log_, network_.Factory());
      const auto result = task(client);
      if (!result.Ok()) why = result.Why().message;
    }
    Promise(clock_.Now() - begin <= kTotalWait, "it takes no longer than it may");
    Promise(said_.find(kSecret) != std::string::npos ||
                (why + log_.Text()).find(kSecret) == std::string::npos,
            "nobody is told the secret, but by a PBX");
    int originates = 0;
    for (const auto& connection : network_.Connections()) {
      const int here = Originates(connection->sent);
      Promise(here <= 1, "a PBX gets one Originate", connection->sent);
      originates += here;
    }
    // A PBX that takes no call since it is shutting down says so itself.
    const bool shutting_down = said_.find("shutting down") != std::string::npos;
    Promise(originates <= most_originates || shutting_down, "one click is one Originate");
    Promise(most_originates > 0 || originates == 0, "who only asks dials nothing");
  }

 private:
  fakes::FakeClock clock_;
  fakes::FakeLog log_;
  fakes::FakeNetwork network_{clock_};
  std::vector<call::PbxConfig> pbxs_ = {Pbx("a", "host-a"), Pbx("b", "host-b")};
  std::string said_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const call::OriginatePlan kPlan = Plan();
  fuzz::Input input(data, size);
  std::vector<std::string> steps;
  while (!input.Empty()) steps.push_back(input.Part());
  Asked(steps).For(1, [&](AmiClient& client) {
    return client.Dial(kPlan, [](const std::string&) { return base::Done(); }, {});
  });
  const call::Call known{.id = kPlan.call_id, .pbx = "a"};
  Asked(steps).For(0, [&](AmiClient& client) { return client.LookAt(known, Milliseconds(500)); });
  Asked(steps).For(0, [&](AmiClient& client) { return client.HangUp(known); });
  return 0;
}

}  // namespace click2call::net
