#ifndef CLICK2CALL_WEB_SITE_H_
#define CLICK2CALL_WEB_SITE_H_

#include <string>
#include <string_view>

namespace click2call::web {

// Whether `text` names a site, as access.sites and web.origin do: "https://crm.example.com", or
// "crm.example.com" for both http and https. A port is the scheme's own where none is named.
bool IsSite(std::string_view text);

// The site that a URL is of (RFC 6454's origin, as the headers Origin and Referer tell it):
// "https://crm.example.com", "http://[::1]:8080", in lower case and without a port that is the
// scheme's own. Empty where it has none, as "null" and "about:blank" have none.
std::string SiteOf(std::string_view url);

// Whether `site` is the one that `named` names. REQUIRES: IsSite(named); `site` is from SiteOf().
bool IsNamed(std::string_view site, std::string_view named);

// Whether `site` has the host of a Host header; ports do not count, since nginx in Debian passes
// none. REQUIRES: `site` is from SiteOf().
bool IsOnHost(std::string_view site, std::string_view host);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_SITE_H_
