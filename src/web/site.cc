#include "web/site.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include "base/text.h"

namespace click2call::web {
namespace {

constexpr std::string_view kAfterScheme = "://";

struct Parts {
  std::string scheme;
  std::string host;  // an IPv6 address without its brackets
  std::uint16_t port = 0;
  bool own_port = false;  // the scheme's own
};

bool HasOnly(std::string_view text, std::string_view others) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return base::IsAlnum(c) || others.find(c) != std::string_view::npos;
  });
}

std::string_view AuthorityIn(std::string_view url, std::size_t scheme_end) {
  const std::string_view rest = url.substr(scheme_end + kAfterScheme.size());
  return rest.substr(0, rest.find_first_of("/?#"));
}

std::optional<Parts> Parse(std::string_view url) {
  const std::size_t scheme_end = url.find(kAfterScheme);
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const std::string_view authority = AuthorityIn(url, scheme_end);
  // What Poco lets pass and no browser sends: blanks, signs before a port, a user.
  if (!HasOnly(url.substr(0, scheme_end), "+-.") || !HasOnly(authority, ".-_:[]")) {
    return std::nullopt;
  }
  try {
    // Without its path, which may hold a "%" that Poco would not take.
    const Poco::URI uri(
        std::string(url.substr(0, scheme_end + kAfterScheme.size() + authority.size())));
    const std::string& host = uri.getHost();
    const bool address = host.find(':') != std::string::npos;
    const bool in_brackets = authority.find_first_of("[]") != std::string_view::npos;
    // Poco takes brackets around anything.
    if (host.empty() || address != in_brackets || !HasOnly(host, ".-_:")) return std::nullopt;
    const Poco::URI bare(uri.getScheme() + std::string(kAfterScheme) + "host");
    return Parts{uri.getScheme(), host, uri.getPort(), uri.getPort() == bare.getPort()};
  } catch (const Poco::Exception&) {
    return std::nullopt;
  }
}

}  // namespace

bool IsSite(std::string_view text) {
  const std::size_t scheme_end = text.find(kAfterScheme);
  if (scheme_end == std::string_view::npos) {
    return IsSite("https" + std::string(kAfterScheme) + std::string(text));
  }
  return scheme_end + kAfterScheme.size() + AuthorityIn(text, scheme_end).size() == text.size() &&
         Parse(text).has_value();
}

std::string SiteOf(std::string_view url) {
  const auto parts = Parse(url);
  if (!parts) return {};
  const bool address = parts->host.find(':') != std::string::npos;
  std::string site = parts->scheme + std::string(kAfterScheme);
  site += address ? "[" + parts->host + "]" : parts->host;
  return parts->own_port ? site : site + ":" + std::to_string(parts->port);
}

bool IsNamed(std::string_view site, std::string_view named) {
  if (named.find(kAfterScheme) != std::string_view::npos) return SiteOf(named) == site;
  const std::size_t scheme_end = site.find(kAfterScheme);
  return SiteOf(std::string(site.substr(0, scheme_end)) + std::string(kAfterScheme) +
                std::string(named)) == site;
}

bool IsOnHost(std::string_view site, std::string_view host) {
  const auto of_site = Parse(site);
  const auto of_host = Parse("http" + std::string(kAfterScheme) + std::string(host));
  return of_site && of_host && of_site->host == of_host->host;
}

}  // namespace click2call::web
