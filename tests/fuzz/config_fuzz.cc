// Any file as a configuration: what is wrong is named with its place, and never with the secret;
// with what is right a call can be planned.

#include <string>
#include <string_view>

#include "ami/actions.h"
#include "call/config.h"
#include "call/dial_policy.h"
#include "call/originate_plan.h"
#include "call/pbx_choice.h"
#include "fuzz/fuzz.h"
#include "fuzz/one_action.h"

namespace click2call::call {
namespace {

using fuzz::Promise;

constexpr std::string_view kSecretLine = "\nsecret = \"s3cr3t-of-the-pbx\"\n";
constexpr std::string_view kSecret = "s3cr3t-of-the-pbx";

void PromiseRefusal(std::string_view text, const std::string& message) {
  Promise(message.starts_with("fuzz.toml:"), "what is wrong has its place", message);
  const bool once = text.find(kSecret) == text.rfind(kSecret);
  Promise(!once || text.find(kSecretLine) == std::string_view::npos ||
              message.find(kSecret) == std::string::npos,
          "no message shows the secret", message);
}

void PromisePlan(const Config& config, const std::string& to) {
  const auto callee = Extension::Parse(to, "to");
  if (!callee.Ok()) return;
  const auto judged = Judge(config.numbers, nullptr, callee.Value());
  if (!judged.Ok()) return;
  Promise(judged.Value().dialled.find_first_not_of("0123456789*#+") == std::string::npos,
          "what is dialled is a number", judged.Value().dialled);
  const auto id = base::CallId::Parse("c2c-01ARYZ6S410000000000000001").value();
  const CallRequest request{callee.Value(), std::nullopt, "alice"};
  for (const auto& phones : {std::vector<std::string>{"1003"}, {"1003", "1004"}}) {
    const auto plan = PlanOriginate(config, request, {phones, "1003", judged.Value()}, id);
    Promise(plan.Ok() || plan.Why().code == base::Code::kInternal, "a template is only too long");
    if (plan.Ok()) fuzz::PromiseOneAction(ami::MakeAction(plan.Value().originate).Encode());
  }
}

void PromiseGood(const Config& config) {
  Promise(!config.pbx.empty(), "there is a PBX");
  for (const PbxConfig& pbx : config.pbx) {
    Promise(!pbx.name.empty() && pbx.port != 0, "a PBX has a name and a port");
    const std::string& secret = pbx.credentials.secret.Reveal();
    Promise(ami::FieldValue::From(secret).Ok(), "a secret can be sent");
    Promise(secret.empty() == !pbx.secret_file.empty(), "a secret is there, or in a file");
  }
  Promise(config.call.priority >= 1, "there is no priority 0");
  for (const DialPattern& pattern : config.numbers.allow) {
    const auto again = DialPattern::Parse(pattern.Text());
    Promise(again.Ok() && !again.Value().MoreSpecificThan(pattern), "a pattern reads as itself");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::string to = input.Part();
  const std::string_view text = input.Rest();
  const auto config = ParseConfig(text, "fuzz.toml");
  if (config.Ok()) {
    PromiseGood(config.Value());
    PromisePlan(config.Value(), to);
    Serves(config.Value().pbx.front(), to);
  } else {
    PromiseRefusal(text, config.Why().message);
  }
  return 0;
}

}  // namespace click2call::call
