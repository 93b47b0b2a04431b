#include "call/rule_sections.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "call/auto_channel.h"
#include "call/config_values.h"
#include "call/number_reader.h"
#include "web/sink.h"
#include "web/site.h"

namespace click2call::call {
namespace {

using base::TomlSection;

constexpr std::int64_t kMostCalls = 1'000'000'000;
constexpr std::size_t kMostPhones = 8;
constexpr std::string_view kNoNetwork =
    "must have networks, as in \"10.0.0.0/8\" (with nothing set behind the /), and here is "
    "another: ";

void CheckPhones(TomlSection& section, std::string_view key, const std::string& name,
                 const OriginConfig::Phones& phones) {
  const bool fit = std::ranges::all_of(
      phones, [](const std::string& phone) { return !phone.empty() && IsPhone(phone); });
  if (!fit || phones.empty() || phones.size() > kMostPhones) {
    section.Fail(key, "must give \"" + name +
                          "\" a phone (letters, digits, _ . + -), or a list of up to " +
                          std::to_string(kMostPhones));
  }
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

std::string KindNames() {
  std::string names;
  for (const NumberKindName& row : kNumberKindNames) {
    if (!names.empty()) names += ", ";
    names += row.name;
  }
  return names;
}

Quota ReadQuota(TomlSection& section, const Quota& otherwise) {
  const auto read = [&](std::string_view key, int value) {
    return static_cast<int>(section.Integer(key, value, {0, kMostCalls}));
  };
  return {read("per_minute", otherwise.per_minute), read("per_day", otherwise.per_day),
          read("concurrent", otherwise.concurrent)};
}

}  // namespace

OriginConfig ReadOrigins(TomlSection section, const CallConfig& call) {
  OriginConfig origins;
  origins.users = section.StringsTable("users");
  bool several = false;
  for (const auto& [user, phones] : origins.users) {
    CheckPhones(section, "users", user, phones);
    several = several || phones.size() > 1;
  }
  for (auto& [text, phones] : section.StringsTable("addresses")) {
    CheckPhones(section, "addresses", text, phones);
    several = several || phones.size() > 1;
    const auto network = base::Network::Parse(text);
    if (network) {
      origins.addresses.emplace_back(*network, std::move(phones));
    } else {
      section.Fail("addresses", std::string(kNoNetwork) + text);
    }
  }
  // The network that says most about a client comes first.
  std::ranges::stable_sort(origins.addresses, [](const auto& one, const auto& other) {
    return one.first.PrefixLength() > other.first.PrefixLength();
  });
  origins.together = ReadField(section, "together", "click2call-together").Text();
  if (origins.together.empty() || origins.together.size() > ami::Originate::kMaxExtenBytes ||
      !IsPhone(origins.together)) {
    section.Fail("together", "must be the name of a context: letters, digits, _ . + -");
  }
  if (several && call.channel == kAutoChannel) {
    section.Fail("users",
                 "and addresses cannot give several phones where call.channel = \"auto\": name the "
                 "channel, as in PJSIP/{from}");
  }
  return origins;
}

NumberConfig ReadNumbers(TomlSection section) {
  NumberConfig numbers;
  numbers.region = section.String("region", "");
  const bool region = numbers.region.size() == 2 && std::ranges::all_of(numbers.region, [](char c) {
                        return c >= 'A' && c <= 'Z';
                      });
  if (!numbers.region.empty() && !region) {
    section.Fail("region", "must be a country of ISO 3166, as in \"DE\"");
  }
  numbers.allow = ReadPatterns(section, "allow", {"_XX", "_XXX", "_XXXX", "_XXXXX", "_XXXXXX"});
  numbers.deny = ReadPatterns(section, "deny", {});
  for (const std::string& name :
       section.Strings("deny_kinds", {"premium", "shared-cost", "satellite", "emergency"})) {
    if (const auto kind = ReadNumberKind(name)) {
      numbers.deny_kinds.push_back(*kind);
    } else {
      section.Fail("deny_kinds", "knows no \"" + name + "\", but " + KindNames());
    }
  }
  for (TomlSection& rule : section.Tables("rewrite")) {
    auto match = DialPattern::Parse(rule.String("match", ""));
    const auto strip = rule.Integer("strip", 0, {0, Extension::kMaxDigits});
    const std::string prefix = rule.String("prefix", "");
    const bool fits = std::ranges::all_of(
        prefix, [](char c) { return base::IsDigit(c) || c == '*' || c == '#' || c == '+'; });
    if (!fits) rule.Fail("prefix", "may have digits, *, # and +");
    if (!match.Ok()) {
      rule.Fail("match", match.Why().message);
    } else {
      numbers.rewrite.push_back(
          {std::move(match).Value(), static_cast<std::size_t>(strip), prefix});
    }
  }
  return numbers;
}

AccessConfig ReadAccess(TomlSection section) {
  AccessConfig access;
  for (const std::string& text :
       section.Strings("networks", {"127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12",
                                    "192.168.0.0/16", "fc00::/7"})) {
    if (const auto network = base::Network::Parse(text)) {
      access.networks.push_back(*network);
    } else {
      section.Fail("networks", std::string(kNoNetwork) + text);
    }
  }
  access.sites = section.Strings("sites", {});
  for (const std::string& site : access.sites) {
    if (web::IsSite(site)) continue;
    section.Fail(
        "sites",
        R"(must have origins, as in "https://crm.example.com" or "crm.example.com", and ")" + site +
            R"(" is none)");
  }
  access.confirm = section.Bool("confirm", false);
  access.link_secret_file = section.String("link_secret_file", "");
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

LimitConfig ReadLimits(TomlSection section) {
  LimitConfig limits;
  limits.asker = ReadQuota(section, {.per_minute = 10, .per_day = 200, .concurrent = 3});
  limits.duplicate = std::chrono::seconds(section.Integer("duplicate_s", 5, {0, 3600}));
  TomlSection callee = section.Table("callee");
  limits.callee = ReadQuota(callee, {});
  TomlSection total = section.Table("total");
  limits.total = ReadQuota(total, {});
  return limits;
}

}  // namespace click2call::call
