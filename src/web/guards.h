#ifndef CLICK2CALL_WEB_GUARDS_H_
#define CLICK2CALL_WEB_GUARDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "web/request.h"
#include "web/router.h"
#include "web/site.h"

namespace click2call::web {

enum class Verdict {
  kGoOn,
  kNobodyClicked,     // prefetch or prerender: 503, so that the browser asks again at the click
  kNothingToShow,     // HEAD, where GET is allowed: 200 without a body
  kOptions,           // OPTIONS: 204 with Allow
  kMethodNotAllowed,  // 405 with Allow
};

// Whether this request may be somebody's deliberate act, by a method that its route has. The first
// rule that fits decides. REQUIRES: `route` is not kNotFound.
Verdict Judge(const Request& request, Route route);

// The methods of a route, as the header Allow lists them.
std::string_view AllowedMethods(Route route);

// Whose pages may ask for a call.
struct SiteRules {
  std::vector<std::string> sites = {};  // access.sites; each IsSite()
  std::string origin = {};  // web.origin: our own site, IsSite(); empty: the host in Host
  bool confirm = false;     // access.confirm
};

// What a request shows beside its headers that its act was wanted: a bearer token, a signed link,
// what the button of one of our pages sends. A token that is not good never comes here: it is
// refused, whatever else would allow the act.
enum class Token { kNone, kGood };

enum class Act {
  kGoAhead,
  kConfirm,  // a person may be there, and is to be asked on a page: see AnswerConfirm()
};

// Whether a request that would place or end a call is somebody's deliberate act. The first rule
// that fits decides:
//
//   1. A header tells a prefetch or prerender: kNotDeliberate.
//   2. Sec-Fetch-Dest is neither "document" nor "empty" (an image, a script, a frame …):
//      kPermissionDenied.
//   3. A good token: go ahead. So a signed link works from any page, a webmail's too.
//   4. A Referer or Origin of a page that is neither ours nor one of rules.sites, or a
//      Sec-Fetch-Site that says so without naming one of rules.sites: kPermissionDenied.
//   5. With rules.confirm, a GET: confirm. It has no button; whoever sends a POST has pressed one,
//      or is a program that means it.
//   6. Sec-Fetch-Site is "same-origin", or Referer or Origin are of a page of ours or of
//      rules.sites: go ahead. A script of such a page, its meta refresh and its form are its own
//      doing, whether or not somebody clicked.
//   7. A browser: confirm. Typed, from a bookmark, from a mail, or from a page that hides where it
//      is: on plain http, a hostile one can.
//   8. No browser (curl, PHP, a CRM's server): go ahead.
//
// "Origin: null" and what names no web page (android-app://…) count as absent.
//
// REQUIRES: Judge() lets the request go on; its route and method place or end a call.
base::Result<Act> JudgeAct(const Request& request, const SiteRules& rules, Token token);

// The refusal where Act::kConfirm has no page: of an answer for a program, or of a call to be
// ended.
base::Error NotConfirmed();

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_GUARDS_H_
