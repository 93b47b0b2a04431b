#include "web/guards.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace click2call::web {
namespace {

using base::Code;
using base::Error;

constexpr std::size_t kShownBytes = 64;  // of a header that an error quotes

struct RouteMethods {
  Route route;
  bool get;
  bool post;
  bool remove;
  std::string_view allow;
};

constexpr std::array kRoutes = {
    RouteMethods{Route::kDial, true, true, false, "GET, HEAD, OPTIONS, POST"},
    RouteMethods{Route::kStyleSheet, true, false, false, "GET, HEAD, OPTIONS"},
    RouteMethods{Route::kCalls, true, true, false, "GET, HEAD, OPTIONS, POST"},
    RouteMethods{Route::kCall, true, false, true, "DELETE, GET, HEAD, OPTIONS"},
    RouteMethods{Route::kHangup, false, true, false, "OPTIONS, POST"},
    RouteMethods{Route::kHealth, true, false, false, "GET, HEAD, OPTIONS"},
    RouteMethods{Route::kMetrics, true, false, false, "GET, HEAD, OPTIONS"},
    RouteMethods{Route::kNotFound, false, false, false, "OPTIONS"},
};

const RouteMethods& MethodsOf(Route route) {
  for (const RouteMethods& row : kRoutes) {
    if (row.route == route) return row;
  }
  return kRoutes.back();
}

// Whose page a site's is; kNone of what is no web page (an app, an extension) as of no site.
enum class Source { kNone, kOurs, kTrusted, kForeign };

Source SourceOf(const std::string& site, const Request& request, const SiteRules& rules) {
  // First, since another port of our own host may be listed too.
  const bool trusted = std::ranges::any_of(
      rules.sites, [&](const std::string& named) { return IsNamed(site, named); });
  if (trusted) return Source::kTrusted;
  const bool ours =
      rules.origin.empty() ? IsOnHost(site, request.host) : IsNamed(site, rules.origin);
  if (ours) return Source::kOurs;
  return site.starts_with("http://") || site.starts_with("https://") ? Source::kForeign
                                                                     : Source::kNone;
}

bool IsBrowser(const Request& request) {
  return !request.accept_language.empty() || request.user_agent.starts_with("Mozilla/") ||
         !request.fetch_site.empty() || !request.fetch_mode.empty() || !request.fetch_dest.empty();
}

Error NoDocument(const Request& request) {
  return {
      Code::kPermissionDenied,
      "a page loads this by itself (Sec-Fetch-Dest: " + request.fetch_dest.substr(0, kShownBytes) +
          "); a call is placed or ended by a link or a button, never as a part of a page"};
}

Error ForeignSite(const std::string& site, const Request& request, const SiteRules& rules) {
  if (site.empty()) {
    return {Code::kPermissionDenied,
            "a page of another site asked for this (Sec-Fetch-Site: " +
                request.fetch_site.substr(0, kShownBytes) +
                ") and did not say which; its pages may if access.sites has that site and they "
                "send a Referer"};
  }
  const std::string here =
      rules.origin.empty() ? "the host " + request.host.substr(0, kShownBytes) : rules.origin;
  return {Code::kPermissionDenied, "a page of " + site.substr(0, kShownBytes) +
                                       " asked for this, and here is " + here +
                                       "; access.sites has the other sites whose pages may, and "
                                       "web.origin the name of this one"};
}

}  // namespace

Verdict Judge(const Request& request, Route route) {
  if (!request.purpose.empty()) return Verdict::kNobodyClicked;
  const RouteMethods& methods = MethodsOf(route);
  const std::string_view method = request.method;
  if (method == "OPTIONS") return Verdict::kOptions;
  if (method == "HEAD" && methods.get) return Verdict::kNothingToShow;
  const bool allowed = (method == "GET" && methods.get) || (method == "POST" && methods.post) ||
                       (method == "DELETE" && methods.remove);
  return allowed ? Verdict::kGoOn : Verdict::kMethodNotAllowed;
}

std::string_view AllowedMethods(Route route) { return MethodsOf(route).allow; }

base::Result<Act> JudgeAct(const Request& request, const SiteRules& rules, Token token) {
  if (!request.purpose.empty()) {
    return Error{Code::kNotDeliberate,
                 "a browser asked for this in advance; nothing is done before the click"};
  }
  const std::string_view dest = request.fetch_dest;
  if (!dest.empty() && dest != "document" && dest != "empty") return NoDocument(request);
  if (token == Token::kGood) return Act::kGoAhead;

  bool ours = request.fetch_site == "same-origin";
  bool trusted = false;
  std::string named;
  for (const std::string& header : {request.referer, request.origin}) {
    const std::string site = SiteOf(header);
    if (site.empty()) continue;
    const Source source = SourceOf(site, request, rules);
    if (source == Source::kForeign) return ForeignSite(site, request, rules);
    ours = ours || source == Source::kOurs;
    trusted = trusted || source == Source::kTrusted;
    named = site;
  }
  const std::string_view from = request.fetch_site;
  const bool cross = !from.empty() && from != "same-origin" && from != "none";
  if (cross && !trusted) return ForeignSite(named, request, rules);

  if (rules.confirm && request.method == "GET") return Act::kConfirm;
  if (ours || trusted) return Act::kGoAhead;
  return IsBrowser(request) ? Act::kConfirm : Act::kGoAhead;
}

Error NotConfirmed() {
  return {Code::kPermissionDenied,
          "nobody confirmed this, and nothing shows that a page of this site or of access.sites "
          "asked for it (no Sec-Fetch-Site, Referer or Origin header), or access.confirm is on; "
          "format=html shows a page with a button, and a program sends a POST"};
}

}  // namespace click2call::web
