#include "ami/actions.h"

#include <Poco/MD5Engine.h>

#include "base/text.h"

namespace click2call::ami {
namespace {

// Values that this file makes itself and that fit by construction.
FieldValue Own(std::string_view text) { return FieldValue::From(text).Value(); }

FieldValue EventsValue(Events events) { return Own(events == Events::kCall ? "call" : "off"); }

base::Status CheckLength(std::string_view name, const FieldValue& value, std::size_t limit) {
  if (value.Text().size() <= limit) return base::Done();
  return base::Error{base::Code::kInvalidArgument, std::string(name) + " is longer than the " +
                                                       std::to_string(limit) +
                                                       " bytes that Asterisk keeps of it"};
}

}  // namespace

Action Login(const FieldValue& action_id, const FieldValue& username, const FieldValue& secret,
             Events events) {
  Action action("Login", action_id);
  action.Add("Username", username).Add("Secret", secret).Add("Events", EventsValue(events));
  return action;
}

Action ChallengeMD5(const FieldValue& action_id) {
  Action action("Challenge", action_id);
  action.Add("AuthType", Own("MD5"));
  return action;
}

Action LoginMD5(const FieldValue& action_id, const FieldValue& username, const FieldValue& key,
                Events events) {
  Action action("Login", action_id);
  action.Add("AuthType", Own("MD5"))
      .Add("Username", username)
      .Add("Key", key)
      .Add("Events", EventsValue(events));
  return action;
}

std::string MD5Key(std::string_view challenge, std::string_view secret) {
  Poco::MD5Engine engine;
  engine.update(challenge.data(), challenge.size());
  engine.update(secret.data(), secret.size());
  return Poco::DigestEngine::digestToHex(engine.digest());
}

Action Logoff(const FieldValue& action_id) { return {"Logoff", action_id}; }

Action Ping(const FieldValue& action_id) { return {"Ping", action_id}; }

Action ListCommands(const FieldValue& action_id) { return {"ListCommands", action_id}; }

Action CoreSettings(const FieldValue& action_id) { return {"CoreSettings", action_id}; }

Action ExtensionState(const FieldValue& action_id, const FieldValue& exten,
                      const FieldValue& context) {
  Action action("ExtensionState", action_id);
  action.Add("Exten", exten).Add("Context", context);
  return action;
}

Action Getvar(const FieldValue& action_id, const FieldValue& variable) {
  Action action("Getvar", action_id);
  action.Add("Variable", variable);
  return action;
}

Action DBGet(const FieldValue& action_id, const FieldValue& family, const FieldValue& key) {
  Action action("DBGet", action_id);
  action.Add("Family", family).Add("Key", key);
  return action;
}

Action Status(const FieldValue& action_id, const FieldValue& channel) {
  Action action("Status", action_id);
  if (!channel.Empty()) action.Add("Channel", channel);
  return action;
}

Action Hangup(const FieldValue& action_id, const FieldValue& channel) {
  Action action("Hangup", action_id);
  action.Add("Channel", channel).Add("Cause", Own("16"));
  return action;
}

base::Status Originate::Check() const {
  for (const auto& status : {CheckLength("Channel", channel, kMaxChannelBytes),
                             CheckLength("CallerID", caller_id, kMaxChannelBytes),
                             CheckLength("Context", context, kMaxExtenBytes),
                             CheckLength("Exten", exten, kMaxExtenBytes)}) {
    if (!status.Ok()) return status;
  }
  return base::Done();
}

Action MakeAction(const Originate& originate) {
  Action action("Originate", originate.action_id);
  action.Add("ChannelId", originate.channel_id)
      .Add("OtherChannelId", originate.other_channel_id)
      .Add("Channel", originate.channel)
      .Add("Context", originate.context)
      .Add("Exten", originate.exten)
      .Add("Priority", Own(std::to_string(originate.priority)))
      .Add("CallerID", originate.caller_id)
      .Add("Timeout", Own(std::to_string(originate.timeout.count())));
  if (!originate.account.Empty()) action.Add("Account", originate.account);
  for (const FieldValue& variable : originate.variables) action.Add("Variable", variable);
  action.Add("Async", Own("yes"));
  return action;
}

base::Result<FieldValue> MakeVariable(std::string_view name, std::string_view value) {
  return FieldValue::From(std::string(name) + "=" + std::string(value));
}

std::string SafeValue(std::string_view value) {
  constexpr std::string_view kHarmless = " ._@+-";
  std::string safe;
  for (const char c : base::ToUtf8(value)) {
    const bool beyond_ascii = static_cast<unsigned char>(c) >= 0x80;
    if (beyond_ascii || base::IsAlnum(c) || kHarmless.find(c) != std::string_view::npos) safe += c;
  }
  return safe;
}

}  // namespace click2call::ami
