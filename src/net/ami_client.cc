#include "net/ami_client.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "ami/caller_watch.h"
#include "call/refusal.h"
#include "net/session_driver.h"

namespace click2call::net {
namespace {

using ami::CallerReport;
using ami::Session;
using base::Code;
using base::Error;
using base::Result;
using call::CallStatus;
using call::Dialled;

constexpr std::chrono::seconds kRetryAfter{5};

// One call on one PBX, from the login to the first word.
class Attempt {
 public:
  Attempt(const call::PbxConfig& pbx, const call::OriginatePlan& plan,
          base::Milliseconds outcome_wait, const base::Clock& clock, base::MonotonicTime deadline)
      : pbx_(pbx),
        plan_(plan),
        outcome_wait_(outcome_wait),
        clock_(clock),
        deadline_(deadline),
        watch_(plan.call_id) {}

  Result<Dialled> Run(std::unique_ptr<Transport> transport);

 private:
  base::Status LogIn(SessionDriver& driver) const;
  Result<Dialled> Originate(SessionDriver& driver);

  // Empty: go on waiting.
  std::optional<Result<Dialled>> Take(const Session::Replied& replied);
  std::optional<Result<Dialled>> Take(const Session::Happened& happened);
  Result<Dialled> Report(const CallerReport& report) const;

  // No more will come: what is known then.
  Result<Dialled> Settle(const Session& session, const Error& why) const;

  Dialled At(CallStatus status) const { return {status, pbx_.name}; }

  const call::PbxConfig& pbx_;
  const call::OriginatePlan& plan_;
  base::Milliseconds outcome_wait_;
  const base::Clock& clock_;
  base::MonotonicTime deadline_;
  ami::CallerWatch watch_;
  bool queued_ = false;  // the PBX has said that it took the call
};

Result<Dialled> Attempt::Run(std::unique_ptr<Transport> transport) {
  const auto left = base::Remaining(deadline_, clock_.Now());
  const base::Status connected = transport->Connect(std::min(kConnectWait, left));
  if (!connected.Ok()) return connected.Why();
  const auto events = outcome_wait_.count() > 0 ? ami::Events::kCall : ami::Events::kOff;
  SessionDriver driver(std::move(transport), Session(pbx_.credentials, events, clock_.Now()),
                       clock_);
  const base::Status logged_in = LogIn(driver);
  if (!logged_in.Ok()) return logged_in.Why();
  auto outcome = Originate(driver);
  driver.SendLast(ami::Logoff(ami::FieldValue::From("c2c-logoff").Value()));
  return outcome;
}

base::Status Attempt::LogIn(SessionDriver& driver) const {
  const auto decision = driver.Wait(deadline_);
  if (!decision) return Error{Code::kPbxUnavailable, "the PBX took too long to log us in"};
  if (const auto* ended = std::get_if<Session::Ended>(&*decision)) return ended->error;
  return base::Done();  // a session decides nothing else first
}

Result<Dialled> Attempt::Originate(SessionDriver& driver) {
  driver.Session().Submit(ami::MakeAction(plan_.originate), clock_.Now());
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
                                pbx_.credentials.username.Text());
  }
  queued_ = true;
  if (outcome_wait_.count() == 0) return At(CallStatus::kInitiating);
  deadline_ = std::min(deadline_, clock_.Now() + outcome_wait_);
  return std::nullopt;
}

std::optional<Result<Dialled>> Attempt::Take(const Session::Happened& happened) {
  // An event about the call is as good as the reply, and on a fast phone it comes before it.
  if (const auto report = watch_.Take(happened.event)) return Report(*report);
  return std::nullopt;
}

Result<Dialled> Attempt::Report(const CallerReport& report) const {
  switch (report.word) {
    case CallerReport::Word::kRinging:
      return At(CallStatus::kCallingCaller);
    case CallerReport::Word::kAnswered:
      return At(CallStatus::kCallingCallee);
    case CallerReport::Word::kFailed:
      break;
  }
  return call::ExplainCallerFailure(report.reason, plan_);
}

Result<Dialled> Attempt::Settle(const Session& session, const Error& why) const {
  if (const auto report = watch_.Unsettled()) return Report(*report);
  if (queued_) return At(CallStatus::kInitiating);
  if (!session.Committed(plan_.call_id.Text())) return why;
  return Error{Code::kOutcomeUnknown,
               "the call was sent to the PBX, which did not say what became of it (" + why.message +
                   "); it will not be sent again",
               plan_.call_id.Text()};
}

}  // namespace

base::Result<call::Dialled> AmiClient::Dial(const call::OriginatePlan& plan) {
  const auto deadline = clock_.Now() + kTotalWait;
  Result<Dialled> outcome = Error{Code::kInternal, "no PBX is configured"};
  for (const call::PbxConfig& pbx : pbxs_) {
    if (clock_.Now() >= deadline) break;
    outcome = Attempt(pbx, plan, outcome_wait_, clock_, deadline).Run(connect_(pbx.host, pbx.port));
    if (outcome.Ok()) return outcome;
    Error error = outcome.Why();
    // The address is for the log alone: the message reaches whoever clicked.
    log_.Write(base::LogLevel::kWarning, base::LogLine("pbx")
                                             .Add("pbx", pbx.name)
                                             .Add("host", pbx.host)
                                             .Add("port", std::to_string(pbx.port))
                                             .Add("callId", plan.call_id.Text())
                                             .Add("why", error.message));
    error.message = "PBX \"" + pbx.name + "\": " + error.message;
    if (error.code == Code::kPbxUnavailable) error.retry_after = kRetryAfter;
    outcome = error;
    // Everything else either reached the PBX or would be no better on the next one.
    if (error.code != Code::kPbxUnavailable) break;
  }
  return outcome;
}

}  // namespace click2call::net
