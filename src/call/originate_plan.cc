#include "call/originate_plan.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "call/auto_channel.h"
#include "call/template.h"

namespace click2call::call {
namespace {

// Puts `value` into `*field`, or keeps the first reason why one could not be.
class FieldSetter {
 public:
  void Set(std::string_view name, base::Result<ami::FieldValue> value, ami::FieldValue* field) {
    if (value.Ok()) {
      *field = std::move(value).Value();
    } else if (status_.Ok()) {
      status_ = base::Error{base::Code::kInternal, std::string(name) + " " + value.Why().message};
    }
  }
  const base::Status& Outcome() const { return status_; }

 private:
  base::Status status_ = base::Done();
};

// What rings first: the phone, or a place in the PBX's dialplan that rings them all.
void SetChannel(const Config& config, const std::vector<std::string>& phones, FieldSetter* setter,
                ami::Originate* originate) {
  std::string channels;
  for (const std::string& phone : phones) {
    const std::array<std::pair<std::string_view, std::string_view>, 1> from = {{{"from", phone}}};
    if (!channels.empty()) channels += '&';
    channels += ExpandTemplate(config.call.channel, from);
  }
  if (phones.size() > 1) {
    setter->Set("Variable", ami::MakeVariable(kPhonesVariable, channels),
                &originate->variables.emplace_back());
    channels = "Local/" + phones.front() + "@" + config.origins.together + "/n";
  }
  setter->Set("Channel", ami::FieldValue::From(channels), &originate->channel);
}

}  // namespace

base::Result<OriginatePlan> PlanOriginate(const Config& config, const CallRequest& request,
                                          const Parties& parties, const base::CallId& call_id) {
  const CallConfig& call = config.call;
  const std::string user = ami::SafeValue(request.user);
  const std::array<std::pair<std::string_view, std::string_view>, 3> values = {
      {{"to", parties.callee.number}, {"from", parties.phones.front()}, {"user", user}}};

  OriginatePlan plan{call_id, {}};
  ami::Originate& originate = plan.originate;
  FieldSetter setter;
  const auto set = [&](std::string_view name, std::string_view text, ami::FieldValue* field) {
    setter.Set(name, ami::FieldValue::From(text), field);
  };
  set("ActionID", call_id.Text(), &originate.action_id);
  set("ChannelId", call_id.Text(), &originate.channel_id);
  set("OtherChannelId", call_id.Text() + "-2", &originate.other_channel_id);
  plan.ask_channel = call.channel == kAutoChannel;
  if (plan.ask_channel) {
    set("Channel", parties.phones.front(), &originate.channel);
  } else {
    SetChannel(config, parties.phones, &setter, &originate);
  }
  set("Context", call.context, &originate.context);
  set("Exten", parties.callee.dialled, &originate.exten);
  set("CallerID", ExpandTemplate(call.caller_id, values), &originate.caller_id);
  set("Account", call.account, &originate.account);
  originate.priority = call.priority;
  originate.timeout = call.ring;
  for (const auto& [name, value] : call.variables) {
    setter.Set("Variable", ami::MakeVariable(name, ExpandTemplate(value, values)),
               &originate.variables.emplace_back());
  }
  if (!setter.Outcome().Ok()) return setter.Outcome().Why();
  const base::Status fits = originate.Check();
  if (!fits.Ok()) return base::Error{base::Code::kInternal, fits.Why().message};
  return plan;
}

}  // namespace click2call::call
