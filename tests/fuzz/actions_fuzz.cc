// Whatever people write for a number, a name or a value: what goes to the PBX is one action.

#include <string>

#include "ami/actions.h"
#include "call/dial_policy.h"
#include "call/extension.h"
#include "call/originate_plan.h"
#include "call/read_config.h"
#include "fuzz/fuzz.h"
#include "fuzz/one_action.h"

namespace click2call::call {
namespace {

using fuzz::Promise;

void PromiseActions(const ami::FieldValue& one, const ami::FieldValue& other) {
  const ami::Action actions[] = {ami::Login(one, other, one, ami::Events::kCall),
                                 ami::ChallengeMD5(one),
                                 ami::LoginMD5(one, other, one, ami::Events::kOff),
                                 ami::ExtensionState(one, other, one),
                                 ami::Getvar(one, other),
                                 ami::DBGet(one, other, one),
                                 ami::Status(one, other),
                                 ami::Hangup(one, other)};
  for (const ami::Action& action : actions) fuzz::PromiseOneAction(action.Encode());
}

void PromiseExtension(const Extension& extension) {
  const std::string& dialled = extension.Dialled();
  Promise(!dialled.empty() && dialled.size() <= Extension::kMaxDigits, "it has some digits");
  Promise(dialled.find_first_not_of("0123456789*#", dialled[0] == '+' ? 1 : 0) == std::string::npos,
          "what is dialled is a number", dialled);
  const auto again = Extension::Parse(dialled, "to");
  Promise(again.Ok() && again.Value().Dialled() == dialled, "it reads as itself", dialled);
}

// {user}, {to} and {from} wherever they may stand.
const Config& EveryTemplate() {
  static const Config kConfig = ReadConfig(
      "caller_id = '\"{user}\" <{to}>'\naccount = \"c2c\"\n"
      "variables = { A = \"{user}\", B = \"{to}{from}\" }\n"
      "[numbers]\nallow = [\"_X.\", \"_+.\", \"_*X.\", \"_#X.\"]\ndeny_kinds = []\n"
      "rewrite = [{ match = \"_+49.\", strip = 3, prefix = \"0\" }]\n");
  return kConfig;
}

void PromisePlan(const Extension& to, const Extension& from, const std::string& user) {
  const auto callee = Judge(EveryTemplate().numbers, nullptr, to);
  if (!callee.Ok()) return;
  const CallRequest request{to, from, user};
  const Parties parties{{from.Dialled()}, from.Asked(), callee.Value()};
  const auto id = base::CallId::Parse("c2c-01ARYZ6S410000000000000001").value();
  const auto plan = PlanOriginate(EveryTemplate(), request, parties, id);
  if (!plan.Ok()) return;
  fuzz::PromiseOneAction(ami::MakeAction(plan.Value().originate).Encode());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::string first = input.Part(), second = input.Part(), user = input.Part();
  const auto one = ami::FieldValue::From(first), other = ami::FieldValue::From(second);
  if (one.Ok() && other.Ok()) PromiseActions(one.Value(), other.Value());
  const std::string safe = ami::SafeValue(user);
  Promise(safe.find_first_of("\r\n,;$\"'{}()[]|&<>\\") == std::string::npos,
          "nothing in a safe value means anything to a dialplan", safe);
  const auto variable = ami::MakeVariable("A", first);
  Promise(!variable.Ok() || variable.Value().Text() == "A=" + first, "a variable is as it is");
  const auto to = Extension::Parse(first, "to"), from = Extension::Parse(second, "from");
  if (to.Ok()) PromiseExtension(to.Value());
  if (to.Ok() && from.Ok()) PromisePlan(to.Value(), from.Value(), user);
  return 0;
}

}  // namespace click2call::call
