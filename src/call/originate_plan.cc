#include "call/originate_plan.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

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

}  // namespace

base::Result<OriginatePlan> PlanOriginate(const CallConfig& config, const CallRequest& request,
                                          const base::CallId& call_id) {
  const std::string from = request.caller ? request.caller->Dialled() : config.origin;
  const std::string user = ami::SafeValue(request.user);
  const std::array<std::pair<std::string_view, std::string_view>, 3> values = {
      {{"to", request.callee.Dialled()}, {"from", from}, {"user", user}}};

  OriginatePlan plan{call_id, {}};
  ami::Originate& originate = plan.originate;
  FieldSetter setter;
  const auto set = [&](std::string_view name, std::string_view text, ami::FieldValue* field) {
    setter.Set(name, ami::FieldValue::From(text), field);
  };
  set("ActionID", call_id.Text(), &originate.action_id);
  set("ChannelId", call_id.Text(), &originate.channel_id);
  set("OtherChannelId", call_id.Text() + "-2", &originate.other_channel_id);
  set("Channel", ExpandTemplate(config.channel, values), &originate.channel);
  set("Context", config.context, &originate.context);
  set("Exten", request.callee.Dialled(), &originate.exten);
  set("CallerID", ExpandTemplate(config.caller_id, values), &originate.caller_id);
  set("Account", config.account, &originate.account);
  originate.priority = config.priority;
  originate.timeout = config.ring;
  for (const auto& [name, value] : config.variables) {
    setter.Set("Variable", ami::MakeVariable(name, ExpandTemplate(value, values)),
               &originate.variables.emplace_back());
  }
  if (!setter.Outcome().Ok()) return setter.Outcome().Why();
  const base::Status fits = originate.Check();
  if (!fits.Ok()) return base::Error{base::Code::kInternal, fits.Why().message};
  return plan;
}

}  // namespace click2call::call
