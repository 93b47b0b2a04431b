#include "cli/check_pbx.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/network.h"
#include "call/auto_channel.h"

namespace click2call::cli {
namespace {

using call::PbxTransport;

bool IsThisMachine(const std::string& host) {
  if (host == "localhost") return true;
  return base::Network::Parse("127.0.0.0/8")->Contains(host) ||
         base::Network::Parse("::1/128")->Contains(host);
}

void CheckTransport(const std::string& who, const call::PbxConfig& pbx, Findings* findings) {
  const bool tls = pbx.transport == PbxTransport::kTls || pbx.transport == PbxTransport::kWss;
  if (tls || IsThisMachine(pbx.host)) return;
  const bool websocket = pbx.transport == PbxTransport::kWs;
  findings->Warn(
      who + "AMI goes to " + pbx.host + " unencrypted: whoever listens on the way " +
          (pbx.credentials.auth == ami::Auth::kMD5 ? "sees every call, and can place some"
                                                   : "learns the secret, and can place calls"),
      websocket ? "set transport = \"wss\""
                : "set transport = \"tls\", with tlsenable = yes in manager.conf");
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

void CheckRights(const std::string& who, const call::CallConfig& call, const std::string& username,
                 const call::Rights& rights, Findings* findings) {
  const std::string user = who + "AMI user \"" + username + "\" ";
  const std::string in_section = "in manager.conf, [" + username + "], ";
  const std::string reload = "; then run: asterisk -rx 'manager reload'";
  const auto add = [&](const std::string& right) {
    return in_section + "add " + right + " to write = (write = originate,call is all it needs)" +
           reload;
  };
  if (rights.originate) {
    findings->Ok(user + "may place calls");
  } else {
    findings->Fail(user + "may not place calls", add("originate"));
  }
  if (!rights.hangup) findings->Warn(user + "may not end calls (Hang up)", add("call"));
  if (!rights.status) findings->Warn(user + "may not ask how a call stands", add("call"));
  if (call.channel == call::kAutoChannel && !rights.extension_state) {
    findings->Warn(user + "may not ask which channel an extension has (call.channel = \"auto\")",
                   add("call"));
  }
  if (rights.beyond.empty()) return;
  const bool whole_pbx = std::ranges::any_of(rights.beyond, [](const std::string& one) {
    return one == "command" || one == "config" || one == "system";
  });
  findings->Warn(user + "may more than it needs (" + Join(rights.beyond) + ")" +
                     (whole_pbx ? "; whoever learns its secret can take over the PBX" : ""),
                 in_section + "set write = originate,call" + reload);
}

}  // namespace

void CheckPbx(const call::CallConfig& call, const call::PbxConfig& pbx,
              const call::PbxHealth& health, Findings* findings) {
  const std::string name = "PBX \"" + pbx.name + "\": ";
  const bool ipv6 = pbx.host.find(':') != std::string::npos;
  const std::string address =
      (ipv6 ? "[" + pbx.host + "]" : pbx.host) + ":" + std::to_string(pbx.port);
  CheckTransport(name, pbx, findings);
  switch (health.state) {
    case call::PbxHealth::State::kUp:
      findings->Ok(name + health.asterisk + " at " + address + " let us in");
      return CheckRights(name, call, pbx.credentials.username.Text(),
                         health.rights.value_or(call::Rights()), findings);
    case call::PbxHealth::State::kRefused:
    case call::PbxHealth::State::kDown:
    case call::PbxHealth::State::kIdle:
      return findings->Fail(name + "at " + address + ": " + health.error);
  }
}

}  // namespace click2call::cli
