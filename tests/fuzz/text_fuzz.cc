// The small readers of what a request holds: what they take is well-formed, and reads as itself.

#include <string>
#include <string_view>

#include "ami/foreign.h"
#include "base/call_id.h"
#include "base/network.h"
#include "call/dial_pattern.h"
#include "fuzz/fuzz.h"
#include "web/create_call.h"
#include "web/form.h"
#include "web/return_path.h"
#include "web/router.h"
#include "web/sink.h"
#include "web/site.h"

namespace click2call {
namespace {

using fuzz::Promise;

bool IsLocal(std::string_view path) {
  return path.starts_with('/') && !path.starts_with("//") && !base::HasControl(path) &&
         path.find('\\') == std::string_view::npos;
}

void PromiseText(const std::string& text) {
  const std::string utf8 = base::ToUtf8(text);
  Promise(base::ToUtf8(utf8) == utf8, "what is UTF-8 stays as it is", text);
  Promise(!base::HasControl(base::Visible(text)), "what can be seen commands nothing", text);
  const auto id = base::CallId::Parse(text);
  if (id) {
    Promise(base::CallId::FirstOf(id->Time()).Text() <= id->Text() ||
                id->Time() >= base::WallTime::max() - base::Milliseconds(1),
            "an id is not before the first one of its time", text);
  }
}

void PromisePaths(const std::string& one, const std::string& other, const std::string& mount) {
  if (const auto path = web::ParseReturnPath(one)) Promise(IsLocal(*path), "back is here", one);
  const auto back = web::BackFromReferer(one, other, mount);
  Promise(!back || IsLocal(*back), "a page before is here", one);
  Promise(web::ReturnQuery(one).find_first_of(" \r\n\"<>") == std::string::npos,
          "a query is a part of a URL", one);
  web::Request request;
  request.script_name = one;
  request.path_info = other;
  const web::Place place = web::FindRoute(request);
  Promise(place.mount.empty() || (place.mount.starts_with('/') && !place.mount.starts_with("//") &&
                                  !place.mount.ends_with('/')),
          "a mount is a path on this site", place.mount);
  Promise(place.mount.find_first_of(" \r\n\"<>\\") == std::string::npos, "and a part of a URL",
          place.mount);
}

void PromiseSites(const std::string& one, const std::string& other) {
  const std::string site = web::SiteOf(one);
  Promise(site.empty() || web::IsSite(site), "a site is one", site);
  Promise(site.empty() || (web::SiteOf(site) == site && web::IsNamed(site, site)),
          "a site reads as itself", site);
  if (web::IsSite(other)) web::IsNamed(site, other);
  web::IsOnHost(site, other);
  const auto sink = web::ParseSink(one);
  if (sink.Ok()) {
    const std::string url = "https://" + sink.Value().Authority() + sink.Value().target;
    const auto again = web::ParseSink(url);
    Promise(again.Ok() && again.Value().host == sink.Value().host &&
                again.Value().port == sink.Value().port &&
                again.Value().target == sink.Value().target,
            "a sink reads as itself", one);
    Promise(web::CheckSink(one, {sink.Value().Authority()}).Ok(), "and may be named", one);
  }
}

void PromisePattern(const std::string& one, const std::string& other, const std::string& number) {
  const auto pattern = call::DialPattern::Parse(one), second = call::DialPattern::Parse(other);
  if (!pattern.Ok()) return;
  if (pattern.Value().Matches(number)) (void)pattern.Value().TakenByWildcard(number);
  if (!second.Ok()) return;
  Promise(!pattern.Value().MoreSpecificThan(second.Value()) ||
              !second.Value().MoreSpecificThan(pattern.Value()),
          "of two patterns one at most says more", one + " " + other);
}

void PromiseCreation(const std::string& type, const std::string& body) {
  const base::WallTime now{base::Milliseconds(1'795'396'816'042)};
  const auto created = web::ReadCreateCall(type, body, now);
  if (!created.Ok()) return;
  const auto& [caller, callee, sink, token] = created.Value();
  for (const std::string& text : {caller, callee, sink, token}) {
    Promise(!base::HasControl(text) && base::ToUtf8(text) == text, "a property is text", text);
  }
  Promise(sink.empty() || web::ParseSink(sink).Ok(), "a sink is one", sink);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::string one = input.Part(), other = input.Part(), third(input.Rest());
  PromiseText(one);
  PromisePaths(one, other, third);
  PromiseSites(one, other);
  PromisePattern(one, other, third);
  PromiseCreation(one, other);
  PromiseCreation("application/json", one);
  if (const auto network = base::Network::Parse(one)) network->Contains(other);
  web::FormatFromAccept(one);
  web::FormatFromAccept(one, web::Subject::kList);
  (void)ami::DescribeAnswer(one);
  return 0;
}

}  // namespace click2call
