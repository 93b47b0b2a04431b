#include "net/ami_client.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "net/dial_errand.h"
#include "net/hang_up_errand.h"
#include "net/look_errand.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Error;
using call::PbxConfig;

constexpr std::chrono::seconds kRetryAfter{5};

}  // namespace

base::Result<call::Dialled> AmiClient::Dial(const call::OriginatePlan& plan,
                                            const BeforeTrying& before_trying) {
  const auto deadline = clock_.Now() + kTotalWait;
  base::Result<call::Dialled> outcome = Error{Code::kInternal, "no PBX is configured"};
  for (const PbxConfig& pbx : pbxs_) {
    if (clock_.Now() >= deadline) break;
    const base::Status told = before_trying(pbx.name);
    if (!told.Ok()) return told.Why();
    outcome = DialOn({pbx, connect_, clock_, deadline}, plan, outcome_wait_);
    if (outcome.Ok()) return outcome;
    outcome = Report(pbx, plan.call_id, outcome.Why());
    if (outcome.Why().code != Code::kPbxUnavailable) break;
  }
  return outcome;
}

base::Result<call::Look> AmiClient::LookAt(const call::Call& call, base::Milliseconds listen) {
  const auto pbx = PbxOf(call);
  if (!pbx.Ok()) return pbx.Why();
  auto look = LookOn(ErrandTo(*pbx.Value()), call, listen);
  if (!look.Ok()) return Report(*pbx.Value(), call.id, look.Why());
  return look;
}

base::Status AmiClient::HangUp(const call::Call& call) {
  const auto pbx = PbxOf(call);
  if (!pbx.Ok()) return pbx.Why();
  auto done = HangUpOn(ErrandTo(*pbx.Value()), call.id);
  if (done.Ok() || done.Why().code == Code::kConflict) return done;
  return Report(*pbx.Value(), call.id, done.Why());
}

Errand AmiClient::ErrandTo(const PbxConfig& pbx) const {
  return {pbx, connect_, clock_, clock_.Now() + kTotalWait};
}

Error AmiClient::Report(const PbxConfig& pbx, const base::CallId& call_id, Error error) {
  // The address is for the log alone: the message reaches whoever clicked.
  log_.Write(base::LogLevel::kWarning, base::LogLine("pbx")
                                           .Add("pbx", pbx.name)
                                           .Add("host", pbx.host)
                                           .Add("port", std::to_string(pbx.port))
                                           .Add("callId", call_id.Text())
                                           .Add("why", error.message));
  error.message = "PBX \"" + pbx.name + "\": " + error.message;
  if (error.code == Code::kPbxUnavailable) error.retry_after = kRetryAfter;
  return error;
}

base::Result<const PbxConfig*> AmiClient::PbxOf(const call::Call& call) const {
  const auto found = std::find_if(pbxs_.begin(), pbxs_.end(),
                                  [&](const PbxConfig& pbx) { return pbx.name == call.pbx; });
  if (found != pbxs_.end()) return &*found;
  return Error{Code::kPbxUnavailable,
               "this call was placed on PBX \"" + call.pbx + "\", which is no longer configured",
               call.id.Text()};
}

}  // namespace click2call::net
