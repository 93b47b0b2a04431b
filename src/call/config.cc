#include "call/config.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "base/toml_section.h"
#include "call/template.h"
#include "web/sink.h"

namespace click2call::call {
namespace {

using base::TomlSection;

constexpr int kAmiPort = 5038;
constexpr int kAmiTlsPort = 5039;

// A value that goes to the PBX as it stands.
ami::FieldValue ReadField(TomlSection& section, std::string_view key, std::string_view otherwise) {
  auto value = ami::FieldValue::From(section.String(key, otherwise));
  if (value.Ok()) return std::move(value).Value();
  section.Fail(key, value.Why().message);
  return {};
}

std::string ReadTemplate(TomlSection& section, std::string_view key, std::string_view otherwise,
                         TemplateNames names) {
  std::string text = ReadField(section, key, otherwise).Text();
  const base::Status status = CheckTemplate(text, names);
  if (!status.Ok()) section.Fail(key, status.Why().message);
  return text;
}

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

std::vector<DialPattern> ReadPatterns(TomlSection& section, std::string_view key,
                                      std::vector<std::string> otherwise) {
  std::vector<DialPattern> patterns;
  for (const std::string& text : section.Strings(key, std::move(otherwise))) {
    auto pattern = DialPattern::Parse(text);
    if (pattern.Ok()) {
      patterns.push_back(std::move(pattern).Value());
    } else {
      section.Fail(key, pattern.Why().message);
    }
  }
  return patterns;
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

// The technology and the slash stand in the configuration, so that a request never chooses them.
void CheckChannel(TomlSection& section, const std::string& channel) {
  const std::size_t slash = channel.find('/');
  const bool technology =
      slash != std::string::npos && slash > 0 &&
      std::all_of(channel.begin(), channel.begin() + static_cast<std::ptrdiff_t>(slash),
                  base::IsAlnum);
  if (!technology) section.Fail("channel", "must be TECHNOLOGY/…, as in PJSIP/{from}");
}

void CheckOrigin(TomlSection& section, const CallConfig& call) {
  constexpr std::string_view kExtra = "_.+-";
  const bool fits = std::all_of(call.origin.begin(), call.origin.end(), [&](char c) {
    return base::IsAlnum(c) || kExtra.find(c) != std::string_view::npos;
  });
  if (!fits) section.Fail("origin", "must be the name of a phone: letters, digits, _ . + -");
  if (call.origin.empty() && !call.origin_parameter) {
    section.Fail("origin", "is missing: the phone that rings first (or set origin_parameter)");
  }
}

void CheckVariableNames(TomlSection& section, const CallConfig& call) {
  for (const auto& [name, value] : call.variables) {
    const bool fits =
        !name.empty() && !base::IsDigit(name.front()) &&
        std::all_of(name.begin(), name.end(), [](char c) { return base::IsAlnum(c) || c == '_'; });
    if (!fits) section.Fail("variables", "has a name that is not letters, digits and _: " + name);
    if (value.find(',') != std::string::npos) {
      section.Fail("variables", "has a comma in " + name + ", where Asterisk would begin another");
    }
    const base::Status status = CheckTemplate(value, kToFromUser);
    if (!status.Ok()) section.Fail("variables", status.Why().message);
  }
}

void ReadCall(TomlSection section, Config* config) {
  CallConfig& call = config->call;
  call.origin = ReadField(section, "origin", "").Text();
  call.origin_parameter = section.Bool("origin_parameter", false);
  CheckOrigin(section, call);
  call.channel = ReadTemplate(section, "channel", "PJSIP/{from}", kFrom);
  CheckChannel(section, call.channel);
  call.context = ReadField(section, "context", "from-internal").Text();
  if (call.context.empty() || call.context.size() > ami::Originate::kMaxExtenBytes) {
    section.Fail("context", "must have from 1 to 79 bytes: Asterisk keeps no more");
  }
  call.priority = static_cast<int>(section.Integer("priority", 1, {0, 10000}));
  if (call.priority == 0) {
    call.priority = 1;
    config->warnings.emplace_back(
        "call.priority = 0 is sent as 1: with 0 Asterisk would ring the phone before it finds out "
        "that the extension does not exist");
  }
  call.caller_id = ReadTemplate(section, "caller_id", "\"Click to call\" <{to}>", kToFromUser);
  call.ring = std::chrono::seconds(section.Integer("ring_s", 30, {1, 3600}));
  call.account = ReadField(section, "account", "").Text();
  const std::string balance =
      section.Choice("balance", "order", std::array<std::string_view, 2>{"order", "least-busy"});
  call.balance = balance == "order" ? Balance::kOrder : Balance::kLeastBusy;
  call.variables = section.StringTable("variables");
  CheckVariableNames(section, call);
}

NumberConfig ReadNumbers(TomlSection section) {
  NumberConfig numbers;
  numbers.allow = ReadPatterns(section, "allow", {"_XX", "_XXX", "_XXXX", "_XXXXX", "_XXXXXX"});
  return numbers;
}

void ReadJwt(TomlSection section, AccessConfig* access) {
  web::JwtConfig jwt;
  jwt.issuer = section.String("issuer", "");
  jwt.audience = section.String("audience", "");
  access->jwt_key_file = section.String("key_file", "");
  jwt.algorithm =
      section.Choice("algorithm", "HS256", std::array<std::string_view, 2>{"HS256", "RS256"});
  const bool any = !jwt.issuer.empty() || !jwt.audience.empty() || !access->jwt_key_file.empty();
  const bool all = !jwt.issuer.empty() && !jwt.audience.empty() && !access->jwt_key_file.empty();
  if (any && !all)
    section.Fail("issuer", "and audience and key_file belong together: set all three");
  if (any) access->jwt = std::move(jwt);
}

AccessConfig ReadAccess(TomlSection section) {
  AccessConfig access;
  access.remote_user = section.Bool("remote_user", false);
  ReadJwt(section.Table("jwt"), &access);
  access.sinks = section.Strings("sinks", {});
  for (const std::string& sink : access.sinks) {
    if (web::IsSinkHost(sink)) continue;
    section.Fail("sinks",
                 "must have hosts alone, as in \"crm.example.com\" or "
                 "\"crm.example.com:8443\", and \"" +
                     sink + "\" is none");
  }
  access.admins = section.Strings("admins", {});
  return access;
}

WebConfig ReadWeb(TomlSection section) {
  WebConfig web;
  const std::string format = section.Choice("format", "html", web::kFormatNames);
  web.format = *web::ParseFormat(format);
  web.outcome_wait = base::Milliseconds(section.Integer("outcome_wait_ms", 1000, {0, 10000}));
  web.workers = static_cast<int>(section.Integer("workers", 32, {1, 1024}));
  web.pages = section.String("pages", "");
  return web;
}

LogConfig ReadLog(TomlSection section) {
  constexpr std::array kLevels = {base::LogLevel::kDebug, base::LogLevel::kInfo,
                                  base::LogLevel::kWarning, base::LogLevel::kError};
  std::array<std::string_view, kLevels.size()> names;
  std::transform(kLevels.begin(), kLevels.end(), names.begin(), base::LogLevelName);
  LogConfig log;
  const std::string chosen = section.Choice("level", "info", names);
  for (const auto level : kLevels) {
    if (base::LogLevelName(level) == chosen) log.level = level;
  }
  log.target = section.String("target", "stderr");
  const bool known =
      log.target == "stderr" || log.target == "syslog" || log.target.starts_with('/');
  if (!known) section.Fail("target", "must be stderr, syslog, or the absolute path of a file");
  return log;
}

}  // namespace

bool Config::HoldsSecret() const {
  return std::any_of(pbx.begin(), pbx.end(),
                     [](const PbxConfig& one) { return one.secret_file.empty(); });
}

base::Result<Config> ParseConfig(std::string_view text, std::string_view file) {
  auto parsed = TomlSection::Parse(text, file);
  if (!parsed.Ok()) return parsed.Why();
  TomlSection document = std::move(parsed).Value();
  Config config;
  ReadPbxs(document, &config);
  ReadCall(document.Table("call"), &config);
  config.numbers = ReadNumbers(document.Table("numbers"));
  config.access = ReadAccess(document.Table("access"));
  config.store_url = document.Table("store").String("url", "sqlite:/var/lib/click2call/calls.db");
  config.web = ReadWeb(document.Table("web"));
  config.api_extensions = document.Table("api").Bool("extensions", true);
  config.log = ReadLog(document.Table("log"));
  const base::Status status = document.Finish();
  if (!status.Ok()) return status.Why();
  return config;
}

}  // namespace click2call::call
