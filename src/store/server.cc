#include "store/server.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"

namespace click2call::store {
namespace {

using base::Code;
using base::Error;
using Options = std::map<std::string, std::string>;

constexpr std::string_view kBlanks = " \t\r\n";
constexpr int kMaxPort = 65535;

struct Dialect {
  std::string_view kind;
  std::string_view database;            // its name for one
  std::vector<std::string_view> known;  // what may be set
  std::optional<Options> (*read)(std::string_view text);
};

Error Wrong(const std::string& what) { return {Code::kInternal, "store.url " + what}; }

std::string_view Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// name=value;name=value
std::optional<Options> ReadBySemicolons(std::string_view text) {
  Options options;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    if (Trimmed(one).empty()) continue;
    const auto equals = one.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    options.emplace(Trimmed(one.substr(0, equals)), Trimmed(one.substr(equals + 1)));
  }
  return options;
}

// A value up to a blank or, begun with a quote, to the next one; a backslash takes what follows it
// as it is. Nothing where its end is missing.
std::optional<std::string> TakeValue(std::string_view* text) {
  const bool quoted = text->starts_with('\'');
  if (quoted) text->remove_prefix(1);
  std::string value;
  while (!text->empty()) {
    char c = text->front();
    if (quoted ? c == '\'' : kBlanks.find(c) != std::string_view::npos) break;
    text->remove_prefix(1);
    if (c == '\\') {
      if (text->empty()) return std::nullopt;
      c = text->front();
      text->remove_prefix(1);
    }
    value += c;
  }
  if (quoted) {
    if (text->empty()) return std::nullopt;
    text->remove_prefix(1);
  }
  return value;
}

// name=value name='a value'
std::optional<Options> ReadByBlanks(std::string_view text) {
  Options options;
  for (text = Trimmed(text); !text.empty(); text = Trimmed(text)) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string name(Trimmed(text.substr(0, equals)));
    text.remove_prefix(equals + 1);
    while (text.starts_with(' ')) text.remove_prefix(1);
    auto value = TakeValue(&text);
    if (!value) return std::nullopt;
    options.emplace(name, *std::move(value));
  }
  return options;
}

const std::vector<Dialect>& Dialects() {
  static const std::vector<Dialect> dialects = {
      {"mysql", "db", {"host", "port", "db", "user", "password", "ssl_ca"}, ReadBySemicolons},
      {"postgresql",
       "dbname",
       {"host", "port", "dbname", "user", "password", "sslmode", "sslrootcert"},
       ReadByBlanks},
  };
  return dialects;
}

bool IsPort(const std::string& text) {
  const bool digits = !text.empty() && text.size() <= 5 && std::ranges::all_of(text, base::IsDigit);
  return digits && std::stoi(text) >= 1 && std::stoi(text) <= kMaxPort;
}

base::Status Check(const Dialect& dialect, const Options& options) {
  std::string known;
  for (const std::string_view name : dialect.known) {
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  for (const auto& [name, value] : options) {
    // It is not named: it may be the rest of a password.
    if (std::ranges::find(dialect.known, name) == dialect.known.end()) {
      return Wrong("has something that is none of " + known);
    }
    if (base::HasControl(value)) return Wrong("has a control character in it");
  }
  for (const std::string_view needed : {dialect.database, std::string_view("user")}) {
    const auto found = options.find(std::string(needed));
    if (found == options.end() || found->second.empty()) {
      return Wrong("must name " + std::string(dialect.database) + " and user: it may have " +
                   known);
    }
  }
  const auto port = options.find("port");
  if (port != options.end() && !IsPort(port->second)) return Wrong("has a port that is no port");
  return base::Done();
}

}  // namespace

base::Result<ServerAddress> ParseServerUrl(const std::string& url, const base::Secret& password) {
  for (const Dialect& dialect : Dialects()) {
    const std::string scheme = std::string(dialect.kind) + ":";
    if (!url.starts_with(scheme)) continue;
    auto options = dialect.read(std::string_view(url).substr(scheme.size()));
    if (!options) {
      return Wrong(
          "cannot be read: it must be name=value and so on; a password with blanks or signs in it "
          "belongs into store.password_file");
    }
    const base::Status right = Check(dialect, *options);
    if (!right.Ok()) return right.Why();
    ServerAddress address{scheme.substr(0, scheme.size() - 1), *std::move(options), password};
    const auto given = address.options.extract("password");
    if (given && !password.Empty()) {
      return Wrong("has a password, and store.password_file another one: leave one out");
    }
    if (given) address.password = base::Secret(given.mapped());
    return address;
  }
  return Wrong(
      "must begin with sqlite:, mysql: or postgresql:, as in "
      "sqlite:/var/lib/click2call/calls.db");
}

}  // namespace click2call::store
