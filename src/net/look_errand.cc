#include "net/look_errand.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "call/call_progress.h"
#include "net/status_round.h"

namespace click2call::net {
namespace {

using ami::Session;
using base::Code;
using base::Error;

constexpr std::string_view kRightsId = "c2c-rights";

// A phone that cannot be reached, or turns the call away, says so right after the call to it began:
// nobody might look again in time.
constexpr base::Milliseconds kNextChangeWait{150};

class Looking {
 public:
  Looking(const Errand& errand, SessionDriver& driver, const call::Call& call)
      : errand_(errand),
        driver_(driver),
        call_(call),
        progress_(call.id, call.state),
        round_({call.id}) {}

  // Until the PBX has said what it knows.
  base::Status Ask();

  // Makes that the call's state. `listen`: the most it may take.
  void Settle(base::Milliseconds listen);

  // Until the call's state is another than it was, and a moment longer; at most so long. A session
  // that ends meanwhile takes nothing back of what is known.
  void Listen(base::Milliseconds listen);

  call::Look Seen() const { return {rights_, progress_.State()}; }

 private:
  void Take(const Session::Decision& decision);
  bool Changed() const { return progress_.State() != call_.state; }

  const Errand& errand_;
  SessionDriver& driver_;
  const call::Call& call_;
  call::CallProgress progress_;
  StatusRound round_;
  bool ended_ = false;  // the session has
  bool heard_ = false;  // an event of the call
  bool rights_known_ = false;
  call::Rights rights_;
};

base::Status Looking::Ask() {
  const auto begin = errand_.clock.Now();
  const auto deadline = std::min(errand_.deadline, begin + ami::kAnswerWait);
  driver_.Session().Submit(ami::ListCommands(Own(kRightsId)), begin);
  round_.Ask(driver_.Session(), begin);
  while (!rights_known_ || !round_.Done()) {
    const auto decision = driver_.Wait(deadline);
    if (!decision) return Error{Code::kPbxUnavailable, "the PBX took too long to answer"};
    if (const auto* ended = std::get_if<Session::Ended>(&*decision)) return ended->error;
    Take(*decision);
    round_.Ask(driver_.Session(), errand_.clock.Now());
  }
  return base::Done();
}

void Looking::Take(const Session::Decision& decision) {
  if (const auto* replied = std::get_if<Session::Replied>(&decision)) {
    if (replied->action_id == kRightsId) {
      rights_ = ReadRights(replied->response);
      rights_known_ = true;
    } else {
      round_.Take(*replied);
    }
  }
  if (const auto* happened = std::get_if<Session::Happened>(&decision)) {
    if (!round_.Take(*happened)) {
      heard_ = heard_ || call::CallOf(happened->event) == call_.id;
      progress_.Take(happened->event, errand_.clock.WallNow());
    }
  }
  ended_ = ended_ || std::holds_alternative<Session::Ended>(decision);
}

void Looking::Settle(base::Milliseconds listen) {
  const auto answer = round_.Next();
  if (!answer) return;
  if (answer->sighting.legs.empty()) {
    Listen(std::min(listen, kLastWordsWait));
    // What was heard is newer: the channel may have come to be since.
    if (heard_) return;
  }
  progress_.Settle(answer->sighting, errand_.clock.WallNow());
}

void Looking::Listen(base::Milliseconds listen) {
  auto deadline = std::min(errand_.deadline, errand_.clock.Now() + listen);
  bool changed = false;
  while (!ended_ && !call::IsOver(progress_.State().status)) {
    if (Changed() && !std::exchange(changed, true)) {
      deadline = std::min(deadline, errand_.clock.Now() + kNextChangeWait);
    }
    const auto decision = driver_.Wait(deadline);
    if (!decision) return;
    Take(*decision);
  }
}

}  // namespace

base::Result<call::Look> LookOn(const Errand& errand, const call::Call& call,
                                base::Milliseconds listen) {
  auto logged_in = LogIn(errand, ami::Events::kCall);
  if (!logged_in.Ok()) return logged_in.Why();
  SessionDriver driver = std::move(logged_in).Value();
  Looking looking(errand, driver, call);
  const base::Status asked = looking.Ask();
  if (!asked.Ok()) return asked.Why();
  looking.Settle(listen);
  looking.Listen(listen);
  LogOff(driver);
  return looking.Seen();
}

}  // namespace click2call::net
