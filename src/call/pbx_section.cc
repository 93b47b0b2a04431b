#include "call/pbx_section.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "call/config_values.h"

namespace click2call::call {
namespace {

using base::TomlSection;

constexpr int kAmiPort = 5038;
constexpr int kAmiTlsPort = 5039;

PbxTransport ReadTransport(TomlSection& section) {
  constexpr std::array<std::string_view, 4> kNames = {"tcp", "tls", "ws", "wss"};
  constexpr std::array kTransports = {PbxTransport::kTcp, PbxTransport::kTls, PbxTransport::kWs,
                                      PbxTransport::kWss};
  const std::string chosen = section.Choice("transport", "tcp", kNames);
  return kTransports[static_cast<std::size_t>(std::ranges::find(kNames, chosen) - kNames.begin())];
}

// A path that can stand in the first line of an HTTP request as it is.
std::string ReadPath(TomlSection& section, bool websocket) {
  const std::string path = section.String("path", "");
  if (!websocket && !path.empty()) section.Fail("path", R"(is only for transport = "ws" or "wss")");
  const bool fits =
      std::ranges::all_of(path, [](char c) { return c > ' ' && c <= '~' && c != '#'; });
  if (!path.empty() && (!fits || path.front() != '/')) {
    section.Fail("path", "must begin with / and have no blanks; what is not ASCII is written %XX");
  }
  return websocket && path.empty() ? "/ws" : path;
}

TlsConfig ReadTls(TomlSection& section, bool tls) {
  TlsConfig config;
  const auto read = [&](std::string_view key) {
    std::string name = section.String(key, "");
    if (!tls && !name.empty()) section.Fail(key, R"(is only for transport = "tls" or "wss")");
    return name;
  };
  config.ca_file = read("ca_file");
  config.cert_file = read("cert_file");
  config.key_file = read("key_file");
  config.verify = section.Bool("verify", true);
  if (!tls && !config.verify) section.Fail("verify", R"(is only for transport = "tls" or "wss")");
  if (!config.verify && !config.ca_file.empty()) {
    section.Fail("verify", "= false and ca_file exclude each other");
  }
  if (config.cert_file.empty() != config.key_file.empty()) {
    section.Fail(config.cert_file.empty() ? "key_file" : "cert_file",
                 "needs the other one: cert_file and key_file belong together");
  }
  return config;
}

void ReadConnection(TomlSection& section, PbxConfig* pbx) {
  pbx->host = section.String("host", "127.0.0.1");
  if (pbx->host.empty()) section.Fail("host", "must not be empty");
  pbx->transport = ReadTransport(section);
  const bool websocket =
      pbx->transport == PbxTransport::kWs || pbx->transport == PbxTransport::kWss;
  const bool tls = pbx->transport == PbxTransport::kTls || pbx->transport == PbxTransport::kWss;
  const int otherwise = websocket ? 0 : tls ? kAmiTlsPort : kAmiPort;
  pbx->port = static_cast<std::uint16_t>(section.Integer("port", otherwise, {1, 65535}));
  if (pbx->port == 0) section.Fail("port", "is missing: that of the WebSocket bridge");
  pbx->path = ReadPath(section, websocket);
  pbx->tls = ReadTls(section, tls);
}

PbxConfig ReadPbx(TomlSection section) {
  PbxConfig pbx;
  pbx.name = section.String("name", "main");
  ReadConnection(section, &pbx);

  pbx.credentials.username = ReadField(section, "username", "");
  if (pbx.credentials.username.Empty()) {
    section.Fail("username", "is missing: the name of a user in manager.conf");
  }
  const std::string auth =
      section.Choice("auth", "plain", std::array<std::string_view, 2>{"plain", "md5"});
  pbx.credentials.auth = auth == "md5" ? ami::Auth::kMD5 : ami::Auth::kPlain;

  pbx.credentials.secret = base::Secret(ReadField(section, "secret", "").Text());
  pbx.secret_file = section.String("secret_file", "");
  if (pbx.credentials.secret.Empty() == pbx.secret_file.empty()) {
    section.Fail("secret", "or secret_file must be set, and only one of them");
  }
  pbx.serves = ReadPatterns(section, "serves", {});
  return pbx;
}

}  // namespace

void ReadPbxs(TomlSection& document, Config* config) {
  std::set<std::string> names;
  for (TomlSection& section : document.Tables("pbx")) {
    config->pbx.push_back(ReadPbx(section));
    if (!names.insert(config->pbx.back().name).second) {
      section.Fail("name", "is the name of another [[pbx]]");
    }
    if (!config->pbx.back().tls.verify) {
      config->warnings.push_back("pbx \"" + config->pbx.back().name +
                                 "\": with verify = false anybody may be that PBX, learn its "
                                 "secret, and place calls; name its authority in ca_file instead");
    }
  }
  if (config->pbx.empty()) document.Fail("pbx", "is missing: add one [[pbx]] for your Asterisk");
}

}  // namespace click2call::call
