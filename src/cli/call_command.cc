#include "cli/call_command.h"

#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "call/extension.h"

namespace click2call::cli {
namespace {

std::string Describe(const call::Call& call) {
  switch (call.state.status) {
    case call::CallStatus::kInitiating:
      return "the PBX has queued the call to " + call.caller + "; it has not said that it rings";
    case call::CallStatus::kCallingCaller:
      return call.caller + " is ringing; when it is picked up, the PBX dials " + call.callee;
    case call::CallStatus::kCallingCallee:
      return call.caller + " has answered; the PBX dials " + call.callee;
    case call::CallStatus::kConnected:
      return call.caller + " and " + call.callee + " are connected";
    case call::CallStatus::kDisconnected:
    case call::CallStatus::kFailed:
      break;  // an error, which says more
  }
  return {};
}

}  // namespace

int RunCall(const Options& options, const call::Config& config, const call::World& world,
            std::ostream& out, std::ostream& err) {
  const auto fail = [&](const base::Error& error, int status) {
    err << "click2call: " << base::Visible(error.message) << '\n';
    return status;
  };
  for (const std::string& warning : config.warnings) err << "click2call: " << warning << '\n';
  auto callee = call::Extension::Parse(base::Trim(options.to), "TO");
  if (!callee.Ok()) return fail(callee.Why(), kExitUsage);
  call::CallRequest request{std::move(callee).Value(), std::nullopt, {}};
  if (!options.from.empty()) {
    auto caller = call::Extension::Parse(base::Trim(options.from), "--from");
    if (!caller.Ok()) return fail(caller.Why(), kExitUsage);
    request.caller = std::move(caller).Value();
  }
  const auto placed = call::PlaceCall(config, request, world);
  if (!placed.Ok()) {
    const bool unknown = placed.Why().code == base::Code::kOutcomeUnknown;
    const int status = fail(placed.Why(), unknown ? kExitUnknown : kExitFailed);
    if (!placed.Why().call_id.empty()) err << "callId " << placed.Why().call_id << '\n';
    return status;
  }
  const call::Call& call = placed.Value().call;
  out << "PBX \"" << call.pbx << "\": " << base::Visible(Describe(call)) << "\ncallId "
      << call.id.Text() << '\n';
  return 0;
}

}  // namespace click2call::cli
