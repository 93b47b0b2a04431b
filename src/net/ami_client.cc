#include "net/ami_client.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "net/dial_errand.h"
#include "net/hang_up_errand.h"
#include "net/health_errand.h"
#include "net/look_errand.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Error;
using call::PbxConfig;

// How long a PBX is waited for by who asks for its health.
constexpr base::Milliseconds kHealthWait{2500};

}  // namespace

base::Result<call::Dialled> AmiClient::Dial(const call::OriginatePlan& plan,
                                            const BeforeTrying& before_trying,
                                            const Meanwhile& /*meanwhile*/) {
  const auto deadline = clock_.Now() + kTotalWait;
  base::Result<call::Dialled> outcome = Error{Code::kInternal, "no PBX is configured"};
  for (const PbxConfig* pbx : ToTry(plan)) {
    if (clock_.Now() >= deadline) break;
    const base::Status told = before_trying(pbx->name);
    if (!told.Ok()) return told.Why();
    outcome = DialOn({*pbx, connect_, clock_, deadline}, plan, outcome_wait_);
    if (outcome.Ok()) return outcome;
    outcome = ReportTrouble(log_, *pbx, plan.call_id, outcome.Why());
    if (outcome.Why().code != Code::kPbxUnavailable) break;
  }
  return outcome;
}

base::Result<call::Look> AmiClient::LookAt(const call::Call& call, base::Milliseconds listen) {
  const PbxConfig* pbx = Find(call.pbx);
  if (pbx == nullptr) return NotConfigured(call);
  auto look = LookOn(ErrandTo(*pbx), call, listen);
  if (!look.Ok()) return ReportTrouble(log_, *pbx, call.id, look.Why());
  return look;
}

base::Status AmiClient::HangUp(const call::Call& call) {
  const PbxConfig* pbx = Find(call.pbx);
  if (pbx == nullptr) return NotConfigured(call);
  auto done = HangUpOn(ErrandTo(*pbx), call.id);
  if (done.Ok() || done.Why().code == Code::kConflict) return done;
  return ReportTrouble(log_, *pbx, call.id, done.Why());
}

Errand AmiClient::ErrandTo(const PbxConfig& pbx) const {
  return {pbx, connect_, clock_, clock_.Now() + kTotalWait};
}

std::vector<call::PbxHealth> AmiClient::Health() {
  const auto deadline = clock_.Now() + kTotalWait;
  std::vector<call::PbxHealth> all;
  for (const PbxConfig& pbx : pbxs_) {
    all.push_back(
        HealthOf({pbx, connect_, clock_, std::min(deadline, clock_.Now() + kHealthWait)}));
  }
  return all;
}

std::vector<const PbxConfig*> AmiClient::ToTry(const call::OriginatePlan& plan) const {
  std::vector<const PbxConfig*> pbxs;
  for (const std::string& name : plan.pbxs) {
    if (const PbxConfig* pbx = Find(name)) pbxs.push_back(pbx);
  }
  if (plan.pbxs.empty()) {
    for (const PbxConfig& pbx : pbxs_) pbxs.push_back(&pbx);
  }
  return pbxs;
}

const PbxConfig* AmiClient::Find(const std::string& name) const {
  const auto found = std::find_if(pbxs_.begin(), pbxs_.end(),
                                  [&](const PbxConfig& pbx) { return pbx.name == name; });
  return found == pbxs_.end() ? nullptr : &*found;
}

}  // namespace click2call::net
