#include "net/hang_up_errand.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "call/refusal.h"
#include "net/status_round.h"

namespace click2call::net {
namespace {

using ami::Session;
using base::Code;
using base::Error;

class HangingUp {
 public:
  HangingUp(const Errand& errand, SessionDriver& driver, base::CallId call_id)
      : errand_(errand),
        driver_(driver),
        deadline_(std::min(errand.deadline, errand.clock.Now() + ami::kAnswerWait)),
        call_id_(std::move(call_id)) {}

  base::Status Run();

 private:
  // How many of the channels there were, and are no more.
  base::Result<std::size_t> HangUp(const std::vector<std::string>& channels);

  // The Uniqueids of the call's channels.
  base::Result<std::vector<std::string>> FindLegs();

  base::Result<Session::Decision> Wait();

  const Errand& errand_;
  SessionDriver& driver_;
  base::MonotonicTime deadline_;
  base::CallId call_id_;
};

base::Status HangingUp::Run() {
  auto ended = HangUp({call_id_.Text()});
  if (ended.Ok() && ended.Value() == 0) {
    const auto legs = FindLegs();
    if (!legs.Ok()) return legs.Why();
    ended = HangUp(legs.Value());
  }
  if (!ended.Ok()) return ended.Why();
  if (ended.Value() > 0) return base::Done();
  return Error{Code::kConflict, "the call is over: the PBX knows nothing of it any more",
               call_id_.Text()};
}

base::Result<std::size_t> HangingUp::HangUp(const std::vector<std::string>& channels) {
  std::size_t left = 0;
  for (const std::string& channel : channels) {
    const auto value = ami::FieldValue::From(channel);
    if (!value.Ok()) continue;  // no PBX calls a channel that
    const std::string action_id = "c2c-hangup-" + std::to_string(left++);
    driver_.Session().Submit(ami::Hangup(Own(action_id), value.Value()), errand_.clock.Now());
  }
  std::size_t ended = 0;
  while (left > 0) {
    const auto decision = Wait();
    if (!decision.Ok()) return decision.Why();
    const auto* replied = std::get_if<Session::Replied>(&decision.Value());
    if (replied == nullptr) continue;
    --left;
    const std::string_view message = replied->response.Get("Message");
    if (replied->response.Get("Response") == "Success") {
      ++ended;
    } else if (message != "No such channel") {
      return call::ExplainHangupRefusal(message, errand_.pbx.credentials.username.Text());
    }
  }
  return ended;
}

base::Result<std::vector<std::string>> HangingUp::FindLegs() {
  StatusRound round({call_id_});
  for (round.Ask(driver_.Session(), errand_.clock.Now()); !round.Done();
       round.Ask(driver_.Session(), errand_.clock.Now())) {
    const auto decision = Wait();
    if (!decision.Ok()) return decision.Why();
    if (const auto* replied = std::get_if<Session::Replied>(&decision.Value())) {
      round.Take(*replied);
    } else if (const auto* happened = std::get_if<Session::Happened>(&decision.Value())) {
      round.Take(*happened);
    }
  }
  std::vector<std::string> uniqueids;
  if (const auto answer = round.Next()) {
    for (const auto& leg : answer->sighting.legs) uniqueids.push_back(leg.uniqueid);
  }
  return uniqueids;
}

base::Result<Session::Decision> HangingUp::Wait() {
  auto decision = driver_.Wait(deadline_);
  if (!decision) return Error{Code::kPbxUnavailable, "the PBX took too long to answer"};
  if (const auto* ended = std::get_if<Session::Ended>(&*decision)) return ended->error;
  return *std::move(decision);
}

}  // namespace

base::Status HangUpOn(const Errand& errand, const base::CallId& call_id) {
  auto logged_in = LogIn(errand, ami::Events::kOff);
  if (!logged_in.Ok()) return logged_in.Why();
  SessionDriver driver = std::move(logged_in).Value();
  auto outcome = HangingUp(errand, driver, call_id).Run();
  LogOff(driver);
  return outcome;
}

}  // namespace click2call::net
