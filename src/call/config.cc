#include "call/config.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/toml_section.h"
#include "call/auto_channel.h"
#include "call/config_values.h"
#include "call/pbx_section.h"
#include "call/rule_sections.h"
#include "call/template.h"
#include "web/site.h"

namespace click2call::call {
namespace {

using base::TomlSection;

// The technology and the slash stand in the configuration, so that a request never chooses them.
void CheckChannel(TomlSection& section, const std::string& channel) {
  if (channel == kAutoChannel) return;
  const std::size_t slash = channel.find('/');
  const bool technology =
      slash != std::string::npos && slash > 0 &&
      std::all_of(channel.begin(), channel.begin() + static_cast<std::ptrdiff_t>(slash),
                  base::IsAlnum);
  if (!technology) section.Fail("channel", "must be TECHNOLOGY/…, as in PJSIP/{from}, or \"auto\"");
}

void CheckOrigin(TomlSection& section, const CallConfig& call) {
  if (!IsPhone(call.origin)) {
    section.Fail("origin", "must be the name of a phone: letters, digits, _ . + -");
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

// Where nobody's phone is known, every click would be refused.
void CheckSomePhone(TomlSection& section, const Config& config) {
  const OriginConfig& origins = config.origins;
  if (config.call.origin.empty() && !config.call.origin_parameter && origins.users.empty() &&
      origins.addresses.empty()) {
    section.Fail("origin",
                 "is missing: the phone that rings first (or set origin_parameter, or [origins])");
  }
}

void ReadCall(TomlSection& section, Config* config) {
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

StoreConfig ReadStore(TomlSection section) {
  StoreConfig store;
  store.url = section.String("url", "sqlite:/var/lib/click2call/calls.db");
  store.password_file = section.String("password_file", "");
  if (!store.password_file.empty() && store.url.starts_with("sqlite:")) {
    section.Fail("password_file", "is of a database server, and store.url names a file");
  }
  store.keep = std::chrono::days(section.Integer("keep_days", 400, {1, 36500}));
  return store;
}

WebConfig ReadWeb(TomlSection section) {
  WebConfig web;
  const std::string format = section.Choice("format", "html", web::kFormatNames);
  web.format = *web::ParseFormat(format);
  web.outcome_wait = base::Milliseconds(section.Integer("outcome_wait_ms", 1000, {0, 10000}));
  web.workers = static_cast<int>(section.Integer("workers", 32, {1, 1024}));
  web.pages = section.String("pages", "");
  web.origin = section.String("origin", "");
  if (!web.origin.empty() &&
      (!web::IsSite(web.origin) || web.origin.find("://") == std::string::npos)) {
    section.Fail("origin", "must be an origin, as in \"https://pbx.example.com\"");
  }
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
  const bool of_server =
      !store.url.starts_with("sqlite:") && store.url.find("password") != std::string::npos;
  return of_server || std::any_of(pbx.begin(), pbx.end(),
                                  [](const PbxConfig& one) { return one.secret_file.empty(); });
}

base::Result<Config> ParseConfig(std::string_view text, std::string_view file) {
  auto parsed = TomlSection::Parse(text, file);
  if (!parsed.Ok()) return parsed.Why();
  TomlSection document = std::move(parsed).Value();
  Config config;
  ReadPbxs(document, &config);
  TomlSection call = document.Table("call");
  ReadCall(call, &config);
  config.origins = ReadOrigins(document.Table("origins"), config.call);
  CheckSomePhone(call, config);
  config.numbers = ReadNumbers(document.Table("numbers"));
  config.access = ReadAccess(document.Table("access"));
  config.limits = ReadLimits(document.Table("limits"));
  config.store = ReadStore(document.Table("store"));
  config.web = ReadWeb(document.Table("web"));
  config.api_extensions = document.Table("api").Bool("extensions", true);
  config.log = ReadLog(document.Table("log"));
  const base::Status status = document.Finish();
  if (!status.Ok()) return status.Why();
  return config;
}

}  // namespace click2call::call
