#include "net/warm_client.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

#include "call/call_progress.h"
#include "call/refusal.h"
#include "net/errand.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Error;
using base::Result;
using call::Dialled;

// How long a PBX that is not known yet is waited for by who asks for its health.
constexpr base::Milliseconds kHealthWait{2500};

// Between two looks at a call whose Originate was not answered, while the PBX is down.
constexpr base::Milliseconds kLookAgain{500};

const std::string& UserOf(const WarmPbx& pbx) { return pbx.Config().credentials.username.Text(); }

}  // namespace

WarmClient::WarmClient(const std::vector<call::PbxConfig>& pbxs, base::Milliseconds outcome_wait,
                       const call::Following& following, FirstWords& words, LoginGates& gates,
                       const base::Clock& clock, base::Log& log, TransportFactory connect)
    : outcome_wait_(outcome_wait),
      following_(following),
      words_(words),
      clock_(clock),
      log_(log),
      connect_(std::move(connect)) {
  for (const call::PbxConfig& pbx : pbxs) {
    pbxs_.push_back(std::make_unique<WarmPbx>(pbx, clock, log, connect_, gates.Of(pbx.name)));
  }
}

Result<Dialled> WarmClient::Dial(const call::OriginatePlan& plan, const BeforeTrying& before_trying,
                                 const Meanwhile& meanwhile) {
  const auto deadline = clock_.Now() + kTotalWait;
  Result<Dialled> outcome = Error{Code::kInternal, "no PBX is configured"};
  std::chrono::seconds soonest = std::chrono::seconds::max();
  for (WarmPbx* pbx : ToTry(plan)) {
    if (clock_.Now() >= deadline) break;
    const base::Status told = before_trying(pbx->Config().name);
    if (!told.Ok()) return told.Why();
    outcome = DialOn(*pbx, plan, deadline, meanwhile);
    if (outcome.Ok()) return outcome;
    // What this PBX said to this call stands in the call's own line of the log.
    if (outcome.Why().code != Code::kPbxUnavailable) return OnPbx(pbx->Config(), outcome.Why());
    Error why = Report(*pbx, plan.call_id, outcome.Why());
    soonest = std::min(soonest, why.retry_after);
    why.retry_after = soonest;
    outcome = std::move(why);
  }
  return outcome;
}

Result<Dialled> WarmClient::DialOn(WarmPbx& pbx, const call::OriginatePlan& plan,
                                   base::MonotonicTime deadline, const Meanwhile& meanwhile) {
  if (plan.ask_channel) {
    auto channel = pbx.ChannelOf(plan.originate.channel.Text(), plan.originate.context, deadline);
    if (!channel.Ok()) return channel.Why();
    call::OriginatePlan there = plan;
    there.ask_channel = false;
    there.originate.channel = std::move(channel).Value();
    return DialOn(pbx, there, deadline, meanwhile);
  }
  FirstWords::Ear ear(words_, plan.call_id);
  const auto answer =
      pbx.Ask({ami::MakeAction(plan.originate), deadline, /*originate=*/true}, meanwhile);
  if (!answer.Ok()) {
    if (answer.Why().code != Code::kOutcomeUnknown) return answer.Why();
    return Settle(pbx, ear, plan.call_id, deadline, answer.Why());
  }
  const ami::Message& response = answer.Value().response;
  if (response.Get("Response") != "Success") {
    return call::ExplainRefusal(response.Get("Message"), plan, UserOf(pbx));
  }
  if (outcome_wait_.count() == 0) return Dialled{{}, pbx.Config().name};
  return Dialled{FirstWord(pbx, ear, plan.call_id, deadline), pbx.Config().name};
}

call::CallState WarmClient::FirstWord(WarmPbx& pbx, FirstWords::Ear& ear,
                                      const base::CallId& call_id, base::MonotonicTime deadline) {
  const auto heard = ear.Wait(std::min(deadline, clock_.Now() + outcome_wait_), clock_);
  if (heard) return *heard;
  call::CallProgress progress(call_id);
  if (!following_.On(pbx.Config().name)) {
    const auto seen = pbx.Sight(call_id, std::min(deadline, clock_.Now() + ami::kAnswerWait));
    if (seen.Ok() && seen.Value()) progress.Settle(*seen.Value(), clock_.WallNow());
  }
  return progress.State();
}

Result<Dialled> WarmClient::Settle(WarmPbx& pbx, FirstWords::Ear& ear, const base::CallId& call_id,
                                   base::MonotonicTime deadline, const Error& why) {
  const std::string& name = pbx.Config().name;
  const auto until = std::min(deadline, clock_.Now() + ami::kAnswerWait);
  bool answered = false;
  do {
    const auto seen = pbx.Sight(call_id, until);
    answered = seen.Ok();
    call::CallProgress progress(call_id);
    if (answered && seen.Value() && !seen.Value()->legs.empty()) {
      progress.Settle(*seen.Value(), clock_.WallNow());
      return Dialled{progress.State(), name};
    }
    const auto pause = answered ? kLastWordsWait : kLookAgain;
    if (const auto heard = ear.Wait(std::min(until, clock_.Now() + pause), clock_)) {
      return Dialled{*heard, name};
    }
    // That the PBX has no such channel says nothing: it may not have read the Originate yet, or the
    // call may be over.
  } while (!answered && clock_.Now() < until);
  return Error{Code::kOutcomeUnknown,
               "the call was sent to the PBX, which did not say what became of it (" + why.message +
                   "); it will not be sent again",
               call_id.Text()};
}

Result<call::Look> WarmClient::LookAt(const call::Call& call, base::Milliseconds listen) {
  WarmPbx* pbx = Find(call.pbx);
  if (pbx == nullptr) return NotConfigured(call);
  // Whoever looks is told what the journal knows as well, and should not wait for long.
  const auto deadline = clock_.Now() + ami::kAnswerWait;
  FirstWords::Ear ear(words_, call.id, call.state);
  const auto seen = pbx->Sight(call.id, deadline);
  if (!seen.Ok()) return Report(*pbx, call.id, seen.Why());
  call::CallProgress progress(call.id, call.state);
  if (seen.Value()) progress.Settle(*seen.Value(), clock_.WallNow());
  call::CallState state = progress.State();
  if (state == call.state && listen.count() > 0) {
    state = ear.Wait(std::min(deadline, clock_.Now() + listen), clock_).value_or(state);
  }
  const auto rights = pbx->Health(clock_.Now()).rights;
  return call::Look{rights.value_or(call::Rights()), state};
}

base::Status WarmClient::HangUp(const call::Call& call) {
  WarmPbx* pbx = Find(call.pbx);
  if (pbx == nullptr) return NotConfigured(call);
  const auto deadline = clock_.Now() + kTotalWait;
  const auto ended = HangUpChannel(*pbx, call.id.Text(), deadline);
  if (!ended.Ok()) return Report(*pbx, call.id, ended.Why());
  if (ended.Value()) return base::Done();
  // Its first channel is gone, as that of a Local channel that was optimised away is.
  const auto seen = pbx->Sight(call.id, deadline);
  if (!seen.Ok()) return Report(*pbx, call.id, seen.Why());
  bool any = false;
  for (const auto& leg : seen.Value().value_or(call::Sighting()).legs) {
    const auto leg_ended = HangUpChannel(*pbx, leg.uniqueid, deadline);
    if (!leg_ended.Ok()) return Report(*pbx, call.id, leg_ended.Why());
    any = any || leg_ended.Value();
  }
  if (any) return base::Done();
  return Error{Code::kConflict, "the call is over: the PBX knows nothing of it any more",
               call.id.Text()};
}

std::vector<call::PbxHealth> WarmClient::Health() {
  const auto deadline = clock_.Now() + kHealthWait;
  for (const auto& pbx : pbxs_) pbx->Poke();
  std::vector<call::PbxHealth> all;
  for (const auto& pbx : pbxs_) all.push_back(pbx->Health(deadline));
  return all;
}

Error WarmClient::Report(WarmPbx& pbx, const base::CallId& call_id, const Error& why) {
  const bool known = why.code == Code::kPbxUnavailable && !pbx.IsNews(why);
  return known ? OnPbx(pbx.Config(), why) : ReportTrouble(log_, pbx.Config(), call_id, why);
}

Result<bool> WarmClient::HangUpChannel(WarmPbx& pbx, const std::string& channel,
                                       base::MonotonicTime deadline) {
  const auto value = ami::FieldValue::From(channel);
  if (!value.Ok()) return false;  // no PBX calls a channel that
  const auto answer =
      pbx.Ask({ami::Hangup(NewActionId("hangup"), value.Value()), deadline, /*originate=*/false});
  if (!answer.Ok()) {
    Error why = answer.Why();
    if (why.code == Code::kOutcomeUnknown) why.code = Code::kPbxUnavailable;
    return why;
  }
  const ami::Message& response = answer.Value().response;
  if (response.Get("Response") == "Success") return true;
  if (response.Get("Message") == "No such channel") return false;
  return call::ExplainHangupRefusal(response.Get("Message"), UserOf(pbx));
}

std::vector<WarmPbx*> WarmClient::ToTry(const call::OriginatePlan& plan) const {
  std::vector<WarmPbx*> pbxs;
  for (const std::string& name : plan.pbxs) {
    if (WarmPbx* pbx = Find(name)) pbxs.push_back(pbx);
  }
  if (plan.pbxs.empty()) {
    for (const auto& pbx : pbxs_) pbxs.push_back(pbx.get());
  }
  return pbxs;
}

WarmPbx* WarmClient::Find(const std::string& name) const {
  const auto found = std::find_if(pbxs_.begin(), pbxs_.end(),
                                  [&](const auto& pbx) { return pbx->Config().name == name; });
  return found == pbxs_.end() ? nullptr : found->get();
}

}  // namespace click2call::net
