#include "call/auto_channel.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "base/text.h"

namespace click2call::call {
namespace {

constexpr std::string_view kDenied = "Permission denied";
constexpr std::size_t kMaxNameBytes = 79;

// As Asterisk spells them.
constexpr std::array<std::string_view, 6> kTechnologies = {"PJSIP", "SIP",  "IAX2",
                                                           "DAHDI", "SCCP", "Local"};

// Those whose phones have a state by their names. An unknown one is INVALID, as is any of a
// technology that the PBX does not have.
constexpr std::array<std::string_view, 4> kWithState = {"PJSIP", "SIP", "IAX2", "SCCP"};
constexpr std::array<std::string_view, 6> kReachable = {"NOT_INUSE", "INUSE",     "BUSY",
                                                        "RINGING",   "RINGINUSE", "ONHOLD"};
constexpr std::string_view kUnregistered = "UNAVAILABLE";

// The places of the answers.
enum : std::size_t { kDial, kTech, kHint, kFirstState };
constexpr std::size_t kQuestions = kFirstState + kWithState.size();

constexpr std::string_view kBesideAlnum = "_.+-*#";

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes && std::ranges::all_of(text, [](char c) {
    return base::IsAlnum(c) || kBesideAlnum.find(c) != std::string_view::npos;
  });
}

// "1003@from-internal" or "1003@from-internal/n".
bool IsLocalName(std::string_view text) {
  if (text.ends_with("/n")) text.remove_suffix(2);
  const auto at = text.find('@');
  return at != std::string_view::npos && IsName(text.substr(0, at)) && IsName(text.substr(at + 1));
}

std::optional<std::string> Join(std::string_view technology, std::string_view name) {
  const auto known = std::ranges::find_if(
      kTechnologies, [&](std::string_view one) { return base::EqualIgnoreCase(one, technology); });
  if (known == kTechnologies.end()) return std::nullopt;
  const bool fits = *known == "Local" ? IsLocalName(name) : IsName(name);
  if (!fits) return std::nullopt;
  return std::string(*known) + "/" + std::string(name);
}

std::optional<std::string> ReadDevice(std::string_view device) {
  const auto slash = device.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return Join(device.substr(0, slash), device.substr(slash + 1));
}

// The first phone of a hint such as "Custom:DND1003&PJSIP/1003,CustomPresence:1003".
std::optional<std::string> ReadHint(std::string_view hint) {
  hint = hint.substr(0, hint.find(','));
  while (!hint.empty()) {
    const auto end = std::min(hint.find('&'), hint.size());
    if (auto channel = ReadDevice(hint.substr(0, end))) return channel;
    hint.remove_prefix(std::min(end + 1, hint.size()));
  }
  return std::nullopt;
}

std::optional<std::string> ReadStates(const std::string& exten,
                                      const std::vector<ami::Message>& answers) {
  std::optional<std::string> unregistered;
  for (std::size_t i = 0; i < kWithState.size(); ++i) {
    const std::string_view state = answers[kFirstState + i].Get("Value");
    if (std::ranges::find(kReachable, state) != kReachable.end()) return Join(kWithState[i], exten);
    if (state == kUnregistered && !unregistered) unregistered = Join(kWithState[i], exten);
  }
  return unregistered;
}

std::optional<std::string> Find(const std::string& exten,
                                const std::vector<ami::Message>& answers) {
  if (auto dial = ReadDevice(answers[kDial].Get("Val"))) return dial;
  if (auto tech = Join(answers[kTech].Get("Val"), exten)) return tech;
  if (auto hint = ReadHint(answers[kHint].Get("Hint"))) return hint;
  return ReadStates(exten, answers);
}

bool Denied(const ami::Message& answer) { return answer.Get("Message") == kDenied; }

base::Error NotFound(const std::string& exten, const ami::FieldValue& context,
                     const std::vector<ami::Message>& answers, std::string_view username) {
  const std::string user = "AMI user \"" + std::string(username) + "\"";
  const std::string otherwise = "; or name its technology in call.channel, as in PJSIP/{from}";
  if (Denied(answers[kHint]) || Denied(answers[kFirstState])) {
    return {base::Code::kPbxOriginateRefused,
            user + " may not ask which technology the phone " + exten +
                " has: add call to its write = line in manager.conf (write = originate,call), "
                "then run: asterisk -rx 'manager reload'" +
                otherwise};
  }
  std::string message = "the PBX does not say which technology the phone " + exten +
                        " has: it has no hint in context \"" + context.Text() +
                        "\", and is no phone of";
  for (const std::string_view technology : kWithState) message.append(" ").append(technology);
  message += Denied(answers[kDial])
                 ? "; " + user + " may not look into AstDB (DEVICE/" + exten +
                       "), which reporting in its write = line in manager.conf would let it"
                 : "; nor does AstDB have it (DEVICE/" + exten + ")";
  return {base::Code::kCallerNotAvailable, message + otherwise};
}

}  // namespace

std::vector<ChannelQuestion> AskForChannel(const std::string& exten, const ami::FieldValue& context,
                                           const std::string& id) {
  const auto value = [](const std::string& text) { return ami::FieldValue::From(text).Value(); };
  std::vector<ChannelQuestion> questions;
  if (!IsName(exten)) return questions;
  const auto next_id = [&] { return value(id + "-" + std::to_string(questions.size())); };
  const auto family = value("DEVICE/" + exten);
  for (const char* key : {"dial", "tech"}) {
    questions.push_back({ami::DBGet(next_id(), family, value(key)), &Rights::dbget, true});
  }
  questions.push_back(
      {ami::ExtensionState(next_id(), value(exten), context), &Rights::extension_state, false});
  for (const std::string_view technology : kWithState) {
    const auto state = value("DEVICE_STATE(" + std::string(technology) + "/" + exten + ")");
    questions.push_back({ami::Getvar(next_id(), state), &Rights::getvar, false});
  }
  return questions;
}

base::Result<ami::FieldValue> ReadChannel(const std::string& exten, const ami::FieldValue& context,
                                          const std::vector<ami::Message>& answers,
                                          std::string_view username) {
  if (!IsName(exten)) {
    return base::Error{base::Code::kCallerNotAvailable, "no phone can have the name " + exten};
  }
  if (answers.size() != kQuestions) {
    return base::Error{base::Code::kInternal, "not every question for a channel was answered"};
  }
  if (const auto channel = Find(exten, answers)) return ami::FieldValue::From(*channel);
  return NotFound(exten, context, answers, username);
}

ami::Message PermissionDenied() {
  ami::Message message;
  message.Add("Response", "Error");
  message.Add("Message", std::string(kDenied));
  return message;
}

}  // namespace click2call::call
