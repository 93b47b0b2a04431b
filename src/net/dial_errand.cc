#include "net/dial_errand.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "call/call_progress.h"
#include "call/refusal.h"
#include "net/channel_errand.h"

namespace click2call::net {
namespace {

using ami::Session;
using base::Code;
using base::Error;
using base::Result;
using call::Dialled;

// From the Originate to the first word.
class Attempt {
 public:
  Attempt(const Errand& errand, const call::OriginatePlan& plan, base::Milliseconds outcome_wait)
      : errand_(errand),
        plan_(plan),
        outcome_wait_(outcome_wait),
        deadline_(errand.deadline),
        progress_(plan.call_id) {}

  Result<Dialled> Run(SessionDriver& driver);

 private:
  // Empty: go on waiting.
  std::optional<Result<Dialled>> Take(const Session::Replied& replied);
  std::optional<Result<Dialled>> Take(const Session::Happened& happened);

  // No more will come: what is known then.
  Result<Dialled> Settle(const Session& session, const Error& why) const;

  Dialled At(call::CallState state) const { return {state, errand_.pbx.name}; }

  const Errand& errand_;
  const call::OriginatePlan& plan_;
  base::Milliseconds outcome_wait_;
  base::MonotonicTime deadline_;
  call::CallProgress progress_;
  bool queued_ = false;  // the PBX has said that it took the call
};

Result<Dialled> Attempt::Run(SessionDriver& driver) {
  driver.Session().Submit(ami::MakeAction(plan_.originate), errand_.clock.Now());
  for (;;) {
    const auto decision = driver.Wait(deadline_);
    if (!decision) {
      return Settle(driver.Session(), {Code::kPbxUnavailable, "the PBX took too long to answer"});
    }
    if (const auto* ended = std::get_if<Session::Ended>(&*decision)) {
      return Settle(driver.Session(), ended->error);
    }
    std::optional<Result<Dialled>> outcome;
    if (const auto* replied = std::get_if<Session::Replied>(&*decision)) outcome = Take(*replied);
    if (const auto* happened = std::get_if<Session::Happened>(&*decision)) {
      outcome = Take(*happened);
    }
    if (outcome) return *std::move(outcome);
  }
}

std::optional<Result<Dialled>> Attempt::Take(const Session::Replied& replied) {
  if (replied.response.Get("Response") != "Success") {
    return call::ExplainRefusal(replied.response.Get("Message"), plan_,
                                errand_.pbx.credentials.username.Text());
  }
  queued_ = true;
  if (outcome_wait_.count() == 0) return At({});
  deadline_ = std::min(deadline_, errand_.clock.Now() + outcome_wait_);
  return std::nullopt;
}

std::optional<Result<Dialled>> Attempt::Take(const Session::Happened& happened) {
  // An event about the call is as good as the reply, and on a fast phone it comes before it.
  if (!progress_.Take(happened.event, errand_.clock.WallNow())) return std::nullopt;
  return At(progress_.State());
}

Result<Dialled> Attempt::Settle(const Session& session, const Error& why) const {
  const call::CallState state = progress_.Unsettled(errand_.clock.WallNow());
  if (queued_ || state != call::CallState()) return At(state);
  if (!session.Committed(plan_.call_id.Text())) return why;
  return Error{Code::kOutcomeUnknown,
               "the call was sent to the PBX, which did not say what became of it (" + why.message +
                   "); it will not be sent again",
               plan_.call_id.Text()};
}

}  // namespace

base::Result<call::Dialled> DialOn(const Errand& errand, const call::OriginatePlan& wanted,
                                   base::Milliseconds outcome_wait) {
  auto driver = LogIn(errand, outcome_wait.count() > 0 ? ami::Events::kCall : ami::Events::kOff);
  if (!driver.Ok()) return driver.Why();
  SessionDriver session = std::move(driver).Value();
  call::OriginatePlan plan = wanted;
  if (wanted.ask_channel) {
    auto channel = AskChannel(errand, session, wanted);
    if (!channel.Ok()) {
      LogOff(session);
      return channel.Why();
    }
    plan.originate.channel = std::move(channel).Value();
  }
  auto outcome = Attempt(errand, plan, outcome_wait).Run(session);
  LogOff(session);
  return outcome;
}

}  // namespace click2call::net
