#include "cli/check_dial.h"

#include <optional>
#include <utility>

#include "base/text.h"
#include "call/dial_policy.h"
#include "call/originate_plan.h"
#include "call/pbx_choice.h"
#include "call/place_call.h"

namespace click2call::cli {
namespace {

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

// How `extension` is read, and what the rules say of it. False: it is refused.
bool ShowNumber(const call::Config& config, const call::NumberReader* numbers,
                const call::Extension& extension, Findings* findings) {
  const std::string asked = Quoted(extension.Asked()) + " is read as ";
  if (numbers == nullptr) {
    findings->Ok(asked + extension.Dialled() + " (as typed: there is no numbers.region)");
  } else {
    const auto read = numbers->Read(extension);
    if (!read.Ok()) {
      findings->Fail(read.Why().message);
      return false;
    }
    findings->Ok(asked + read.Value().number + " (" +
                 std::string(call::NumberKindText(read.Value().kind)) + ")");
  }
  const auto judged = call::Judge(config.numbers, numbers, extension);
  if (!judged.Ok()) {
    findings->Fail(judged.Why().message);
    return false;
  }
  const call::Destination& destination = judged.Value();
  findings->Ok(destination.number + " is let through by " + Quoted(destination.pattern) +
               " of numbers.allow");
  findings->Ok(destination.rewritten_by.empty()
                   ? destination.dialled + " is dialled: no rule of numbers.rewrite fits"
                   : destination.dialled + " is dialled, by the rule " +
                         Quoted(destination.rewritten_by) + " of numbers.rewrite");
  return true;
}

void ShowPlan(const call::OriginatePlan& plan, Findings* findings) {
  const ami::Originate& originate = plan.originate;
  const std::string ring =
      std::to_string(std::chrono::duration_cast<std::chrono::seconds>(originate.timeout).count());
  findings->Ok(plan.ask_channel
                   ? "the PBX is asked which channel rings " + originate.channel.Text() +
                         " (call.channel = \"auto\"); it rings first, for up to " + ring + " s"
                   : "channel " + originate.channel.Text() + " rings first, for up to " + ring +
                         " s");
  findings->Ok("when it is picked up: extension " + originate.exten.Text() + " in context " +
               originate.context.Text() + ", priority " + std::to_string(originate.priority));
  findings->Ok("caller ID " + originate.caller_id.Text());
  for (const ami::FieldValue& variable : originate.variables) {
    findings->Ok("variable " + variable.Text());
  }
}

// Where `phone` lives. The journal, which knows what goes on, is not looked at.
void ShowPbxs(const call::Config& config, const std::string& phone, Findings* findings) {
  std::string names;
  for (const call::PbxConfig& pbx : config.pbx) {
    if (call::Serves(pbx, phone)) names += (names.empty() ? "" : ", else ") + Quoted(pbx.name);
  }
  if (names.empty()) {
    return findings->Fail("no [[pbx]] serves the phone " + phone,
                          "add a pattern for it to serves of the one where it lives");
  }
  findings->Ok("on PBX " + names +
               (config.call.balance == call::Balance::kLeastBusy
                    ? " (the one with the fewest calls first: call.balance)"
                    : ""));
}

}  // namespace

void CheckDial(const call::Config& config, const call::NumberReader* numbers, const std::string& to,
               const std::string& from, Findings* findings) {
  auto callee = call::Extension::Parse(base::Trim(to), "--dial");
  if (!callee.Ok()) return findings->Fail(callee.Why().message);
  call::CallRequest request{std::move(callee).Value(), std::nullopt, {}};
  if (!from.empty()) {
    auto caller = call::Extension::Parse(base::Trim(from), "--from");
    if (!caller.Ok()) return findings->Fail(caller.Why().message);
    request.caller = std::move(caller).Value();
  }
  if (!ShowNumber(config, numbers, request.callee, findings)) return;
  const auto parties = call::CheckRules(config, numbers, request);
  if (!parties.Ok()) return findings->Fail(parties.Why().message);
  const auto id = base::CallId::Make({}, {});
  const auto plan = call::PlanOriginate(config, request, parties.Value(), id);
  if (!plan.Ok()) return findings->Fail(plan.Why().message);
  ShowPlan(plan.Value(), findings);
  ShowPbxs(config, parties.Value().phones.front(), findings);
}

}  // namespace click2call::cli
