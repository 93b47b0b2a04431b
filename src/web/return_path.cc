#include "web/return_path.h"

#include <algorithm>

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include "base/text.h"

namespace click2call::web {
namespace {

// A Host header, or the authority of a URL, without its port.
std::string_view HostName(std::string_view authority) {
  const std::size_t bracket = authority.rfind(']');  // an IPv6 address has colons of its own
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos) return authority;
  if (bracket != std::string_view::npos && bracket > colon) return authority;
  return authority.substr(0, colon);
}

// What follows "http://" or "https://"; empty for any other scheme.
std::string_view AfterScheme(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (base::EqualIgnoreCase(url.substr(0, scheme.size()), scheme)) {
      return url.substr(scheme.size());
    }
  }
  return {};
}

// Whether a path, without its query, is the mount itself or one of our pages below it. What cannot
// be decoded is taken for ours.
bool IsOurs(std::string_view path, std::string_view mount) {
  std::string decoded;
  std::string ours;
  try {
    Poco::URI::decode(std::string(path), decoded);
    Poco::URI::decode(std::string(mount), ours);
  } catch (const Poco::Exception&) {
    return true;
  }
  if (!decoded.starts_with(ours)) return false;
  const std::string below = decoded.substr(ours.size());
  return below.empty() || below == "/" || below == "/calls" || below.starts_with("/calls/");
}

}  // namespace

std::optional<std::string> ParseReturnPath(std::string_view text) {
  if (text.size() > kMaxReturnBytes) return std::nullopt;
  if (!text.starts_with('/') || text.starts_with("//")) return std::nullopt;
  // Browsers take a backslash for a slash, and drop tabs and line ends before they look.
  if (text.find('\\') != std::string_view::npos || base::HasControl(text)) return std::nullopt;
  return std::string(text);
}

std::optional<std::string> BackFromReferer(std::string_view referer, std::string_view host,
                                           std::string_view mount) {
  std::string_view rest = AfterScheme(referer);
  rest = rest.substr(0, rest.find('#'));
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  rest.remove_prefix(authority.size());
  if (HostName(authority).empty() || !base::EqualIgnoreCase(HostName(authority), HostName(host))) {
    return std::nullopt;
  }
  const std::string path = (rest.starts_with('/') ? "" : "/") + std::string(rest);
  if (IsOurs(std::string_view(path).substr(0, path.find('?')), mount)) return std::nullopt;
  return ParseReturnPath(path);
}

std::string ReturnQuery(std::string_view back) {
  if (back.empty()) return {};
  std::string query = "?return=";
  Poco::URI::encode(std::string(back), "/?#&=+;:@", query);
  return query;
}

}  // namespace click2call::web
