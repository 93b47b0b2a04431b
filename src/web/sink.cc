#include "web/sink.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include "base/text.h"

namespace click2call::web {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::string_view kScheme = "https://";
constexpr std::uint16_t kHttpsPort = 443;

Error Malformed(const std::string& what) {
  return {Code::kInvalidArgument, "sink is no https URL that can be notified: " + what};
}

// The characters of RFC 3986, but for "#".
bool IsUrlCharacter(char c) {
  return base::IsAlnum(c) ||
         std::string_view("-._~:/?[]@!$&'()*+,;=%").find(c) != std::string::npos;
}

bool IsHostName(std::string_view host) {
  if (host.empty() || host.front() == '.' || host.back() == '.') return false;
  if (host.find("..") != std::string_view::npos) return false;
  return std::all_of(host.begin(), host.end(),
                     [](char c) { return base::IsAlnum(c) || c == '-' || c == '.' || c == '_'; });
}

bool IsIpv6(std::string_view host) {
  return host.find(':') != std::string_view::npos &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return base::IsDigit(c) || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
         });
}

std::string Join(const std::string& host, std::uint16_t port) {
  const bool ipv6 = host.find(':') != std::string::npos;
  return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string WithPort(std::string_view entry) {
  std::string text = Poco::toLower(std::string(entry));
  const bool bare = text.ends_with(']') || text.find(':') == std::string::npos;
  return bare ? text + ":" + std::to_string(kHttpsPort) : text;
}

// `authority` is that of `url`, cut out by hand. Where POCO reads another host or port there, the
// URL is refused.
Result<Sink> ReadWithPoco(const std::string& url, const std::string& authority) {
  Poco::URI uri;
  try {
    uri = Poco::URI(url);
  } catch (const Poco::Exception&) {
    return Malformed("it is malformed");
  }
  std::string host = Poco::toLower(uri.getHost());
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::uint16_t port = uri.getPort();
  if (!IsHostName(host) && !IsIpv6(host)) return Malformed("its host is malformed");
  if (port == 0 || Join(host, port) != WithPort(authority)) {
    return Malformed("its host or port is malformed");
  }
  return Sink{host, port, {}};
}

}  // namespace

std::string Sink::Authority() const { return Join(host, port); }

Result<Sink> ParseSink(std::string_view url) {
  if (url.size() > kMaxSink) {
    return Malformed("it has more than " + std::to_string(kMaxSink) + " bytes");
  }
  if (!base::EqualIgnoreCase(url.substr(0, kScheme.size()), kScheme)) {
    return Malformed("it does not begin with https://");
  }
  if (url.find('#') != std::string_view::npos) return Malformed("it has a fragment");
  if (!std::all_of(url.begin(), url.end(), IsUrlCharacter)) {
    return Malformed("it has characters that have to be escaped");
  }
  const std::string_view rest = url.substr(kScheme.size());
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  if (authority.find('@') != std::string_view::npos) return Malformed("it names a user");

  auto sink = ReadWithPoco(std::string(url), std::string(authority));
  if (!sink.Ok()) return sink.Why();
  Sink parsed = std::move(sink).Value();
  parsed.target = rest.substr(authority.size());
  if (!parsed.target.starts_with('/')) parsed.target.insert(0, "/");
  return parsed;
}

bool IsSinkHost(std::string_view entry) {
  return entry.find_first_of("/?") == std::string_view::npos &&
         ParseSink(std::string(kScheme).append(entry)).Ok();
}

base::Status CheckSink(std::string_view url, const std::vector<std::string>& sinks) {
  const auto sink = ParseSink(url);
  if (!sink.Ok()) return sink.Why();
  const std::string authority = sink.Value().Authority();
  const bool listed = std::any_of(sinks.begin(), sinks.end(), [&](const std::string& entry) {
    return WithPort(entry) == authority;
  });
  if (listed) return base::Done();
  return Error{Code::kPermissionDenied,
               "sink: " + authority + " is not one of the hosts in access.sinks"};
}

}  // namespace click2call::web
