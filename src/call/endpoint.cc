#include "call/endpoint.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "call/identify.h"
#include "call/measure.h"
#include "call/place_call.h"
#include "call/read_click.h"
#include "call/views.h"
#include "web/answer.h"
#include "web/create_call.h"
#include "web/error_table.h"
#include "web/guards.h"
#include "web/health.h"
#include "web/metrics.h"
#include "web/return_path.h"
#include "web/token.h"

namespace click2call::call {
namespace {

constexpr std::string_view kCreate = "click-to-dial:calls:create";
constexpr std::string_view kRead = "click-to-dial:calls:read";
constexpr std::string_view kDelete = "click-to-dial:calls:delete";

// Which rule refused a request, as the log names it: conf/fail2ban counts some of them.
constexpr std::string_view kNetwork = "network";  // the client's
constexpr std::string_view kToken = "token";      // a bearer token
constexpr std::string_view kLink = "link";        // a signed link, or the token of a page
constexpr std::string_view kSite = "site";        // whence it came, or not by a person
constexpr std::string_view kNumber = "number";
constexpr std::string_view kForm = "form";  // everything else

web::Format FormatFor(const web::Request& request, web::Format otherwise) {
  if (const auto asked = web::AskedFormat(request)) return *asked;
  return web::FormatFromAccept(request.accept).value_or(otherwise);
}

// What is wrong inside is for the log alone.
base::Error Broken() {
  return {base::Code::kInternal, "click2call is not set up correctly; its log says what is wrong"};
}

// Where the journal is, and what ails it, is for the log alone as well.
base::Error NoJournal(base::Error error) {
  error.message =
      "cannot record the call: the journal is not to be had now, and the log says why; nothing is "
      "dialled without it";
  return error;
}

base::Error NotFound() { return {base::Code::kNotFound, "there is nothing at this address"}; }

base::Error NotDeliberate() {
  return {base::Code::kNotDeliberate,
          "a browser asked for this in advance; nothing is dialled before the click"};
}

base::Error MethodNotAllowed(web::Route route) {
  return {base::Code::kMethodNotAllowed, "this address does not take that method (allowed: " +
                                             std::string(web::AllowedMethods(route)) + ")"};
}

// Whether it is about a call that came as far as the PBX, or its way there.
bool HasPage(const base::Error& error) {
  switch (error.code) {
    case base::Code::kCallerNotAvailable:
    case base::Code::kCalleeNotAvailable:
    case base::Code::kPbxLoginRefused:
    case base::Code::kPbxOriginateRefused:
    case base::Code::kPbxProtocol:
    case base::Code::kPbxUnavailable:
    case base::Code::kOutcomeUnknown:
      return !error.call_id.empty();
    default:
      return false;
  }
}

}  // namespace

web::Response Endpoint::Handle(const web::Request& request) const {
  web::Response response = Respond(request);
  const bool echo = !request.correlator.empty() && web::IsCorrelator(request.correlator);
  if (echo) response.Add("x-correlator", request.correlator);
  return response;
}

web::Response Endpoint::Respond(const web::Request& request) const {
  const web::Place place = web::FindRoute(request);
  const bool for_call = place.route == web::Route::kDial ||
                        (place.route == web::Route::kCalls && request.method == "POST");
  const Asked asked{request, FormatFor(request, config_.web.format), {place.mount, {}}, for_call};
  const auto refuse = [&](const base::Error& error) {
    return web::AnswerError(asked.format, pages_, error, asked.links);
  };
  if (place.route == web::Route::kNotFound) return refuse(NotFound());
  switch (web::Judge(request, place.route)) {
    case web::Verdict::kNobodyClicked:
      return refuse(NotDeliberate());
    case web::Verdict::kNothingToShow:
      if (place.route == web::Route::kHealth) return Health(request);
      return place.route == web::Route::kMetrics ? Metrics(asked) : web::AnswerEmpty(200);
    case web::Verdict::kOptions:
      return web::AnswerEmpty(204).Add("Allow", web::AllowedMethods(place.route));
    case web::Verdict::kMethodNotAllowed:
      return refuse(MethodNotAllowed(place.route)).Add("Allow", web::AllowedMethods(place.route));
    case web::Verdict::kGoOn:
      break;
  }
  if (web::IsCorrelator(request.correlator)) return Route(asked, place);
  return AnswerRefused(
      asked, {base::Code::kInvalidArgument,
              "the header x-correlator may have letters, digits and -_:;./<>{}, at most 256"});
}

web::Response Endpoint::Route(const Asked& asked, const web::Place& place) const {
  const std::string& method = asked.request.method;
  switch (place.route) {
    case web::Route::kStyleSheet:
      return web::AnswerStyleSheet();
    case web::Route::kDial:
      return Dial(asked);
    case web::Route::kCalls:
      return method == "POST" ? Create(asked) : List(asked);
    case web::Route::kCall:
      return method == "DELETE" ? HangUp(asked, place) : Show(asked, place);
    case web::Route::kHangup:
      return HangUp(asked, place);
    case web::Route::kHealth:
      return Health(asked.request);
    case web::Route::kMetrics:
      return Metrics(asked);
    case web::Route::kNotFound:
      break;
  }
  return Refuse(asked, NotFound(), kForm);
}

web::Response Endpoint::Dial(Asked asked) const {
  const web::Request& request = asked.request;
  const auto form = web::ReadForm(request);
  if (!form.Ok()) return Refuse(asked, form.Why(), kForm);
  auto back = web::ParseReturnPath(form.Value().back.value_or(""));
  if (!back) back = web::BackFromReferer(request.referer, request.host, asked.links.mount);
  asked.links.back = back.value_or("");
  // A foreign page shall not have its visitors taken for those who try numbers and networks.
  if (!form.Value().token && web::BearerToken(request.authorization).empty()) {
    const auto act = JudgeAct(request, {});
    if (!act.Ok()) return Refuse(asked, act.Why(), kSite);
  }
  const auto asker = Identify(config_, world_, request, kCreate, /*api=*/false);
  if (!asker.Ok()) return RefuseAsker(asked, asker.Why());
  const auto click = ReadClick(config_, world_, asker.Value(), request, form.Value());
  if (!click.Ok()) {
    const bool token = click.Why().code == base::Code::kPermissionDenied;
    return Refuse(asked, click.Why(), token ? kLink : kForm);
  }
  const auto act = JudgeAct(request, asker.Value(), click.Value().token);
  if (!act.Ok()) return Refuse(asked, act.Why(), kSite);
  const bool confirm = act.Value() == web::Act::kConfirm || click.Value().expired;
  if (confirm) return Confirm(asked, asker.Value(), click.Value(), form.Value());
  return Place(asked, click.Value().request);
}

web::Response Endpoint::Confirm(const Asked& asked, const Asker& asker, const Click& click,
                                const web::Form& form) const {
  // Nobody shall press a button only to read that it cannot be done. A foreign page may have asked.
  const auto parties = CheckRules(config_, world_.numbers, click.request);
  if (!parties.Ok()) return Refuse(asked, parties.Why(), kSite);
  const auto key = ConfirmKey(world_);
  if (!key.Ok()) return Refuse(asked, key.Why(), kForm);
  web::ConfirmPage page;
  page.callee = click.request.callee.Asked();
  page.phones = PhonesToShow(config_, click.request, form.from.value_or(""));
  page.token = web::MakeConfirmToken(key.Value(), BindingOf(asker, click.request.callee),
                                     world_.clock.WallNow());
  // The button is one call, however often it is pressed.
  page.key = click.request.key.empty() ? world_.new_token() : click.request.key;
  page.expired = click.expired;
  return web::AnswerConfirm(asked.format, pages_, page, asked.links);
}

web::Response Endpoint::Create(Asked asked) const {
  asked.format = web::Format::kJson;
  const auto asker = Identify(config_, world_, asked.request, kCreate, /*api=*/true);
  if (!asker.Ok()) return RefuseAsker(asked, asker.Why());
  const auto request = ReadCreation(config_, world_, asker.Value(), asked.request);
  if (!request.Ok()) {
    const bool number = request.Why().code == base::Code::kPermissionDenied;
    return Refuse(asked, request.Why(), number ? kNumber : kForm);
  }
  const auto act = JudgeAct(asked.request, asker.Value());
  if (!act.Ok()) return Refuse(asked, act.Why(), kSite);
  if (act.Value() == web::Act::kConfirm) return Refuse(asked, web::NotConfirmed(), kSite);
  return Place(asked, request.Value());
}

web::Response Endpoint::Place(const Asked& asked, const CallRequest& request) const {
  const auto answer = [&](const Call& call, bool again) {
    return web::AnswerPlaced(asked.format, View(call, world_.clock.WallNow()), asked.links, again);
  };
  std::optional<web::Response> ready;
  const base::MonotonicTime begin = world_.clock.Now();
  const auto placed = PlaceCall(config_, request, world_,
                                [&](const Call& call) { ready = answer(call, /*again=*/false); });
  if (!placed.Ok()) {
    web::Response response = AnswerRefused(asked, placed.Why());  // the log has it
    if (!HasPage(placed.Why())) return response;
    return web::LeadToCall(response, asked.format, placed.Why().call_id, asked.links);
  }
  if (world_.tally != nullptr) {
    world_.tally->Place(placed.Value().again, world_.clock.Now() - begin);
  }
  if (ready && placed.Value().foreseen) return *std::move(ready);
  return answer(placed.Value().call, placed.Value().again);
}

web::Response Endpoint::List(Asked asked) const {
  const web::Request& request = asked.request;
  asked.format = web::ListFormatFor(request, config_.web.format);
  asked.links.back =
      web::BackFromReferer(request.referer, request.host, asked.links.mount).value_or("");
  const auto asker = Identify(config_, world_, request, kRead, asked.format == web::Format::kJson);
  if (!asker.Ok()) return RefuseAsker(asked, asker.Why());
  const auto form = web::ReadListForm(request);
  if (!form.Ok()) return Refuse(asked, form.Why(), kForm);
  std::optional<base::CallId> before;
  if (!form.Value().before.empty()) {
    before = base::CallId::Parse(form.Value().before);
    if (!before) {
      return Refuse(asked, {base::Code::kInvalidArgument, "`before` is no callId"}, kForm);
    }
  }
  // One more than is shown tells whether there are older ones.
  const std::size_t limit = form.Value().limit;
  const auto calls = ListCalls(world_, asker.Value(), before, limit + 1);
  if (!calls.Ok()) return RefuseLook(asked, calls.Why());
  web::CallList list;
  list.everyones = asker.Value().admin;
  for (const Call& call : calls.Value()) {
    if (list.calls.size() == limit) {
      list.older = list.calls.back().call_id;
      break;
    }
    list.calls.push_back(View(call, world_.clock.WallNow()));
  }
  return web::AnswerCalls(asked.format, pages_, list, asked.links);
}

web::Response Endpoint::Show(Asked asked, const web::Place& place) const {
  const web::Request& request = asked.request;
  const bool api = !web::BearerToken(request.authorization).empty();
  asked.format = FormatFor(request, api ? web::Format::kJson : config_.web.format);
  const auto form = web::ReadForm(request);
  if (!form.Ok()) return Refuse(asked, form.Why(), kForm);
  asked.links.back = web::ParseReturnPath(form.Value().back.value_or("")).value_or("");
  const auto asker = Identify(config_, world_, request, kRead, asked.format == web::Format::kJson);
  if (!asker.Ok()) return RefuseAsker(asked, asker.Why());
  const auto shown = ShowCall(world_, asker.Value(), place.call_id, config_.web.outcome_wait);
  if (!shown.Ok()) return RefuseLook(asked, shown.Why());
  auto page = PageOf(asked, asker.Value(), shown.Value());
  if (!page.Ok()) return RefuseLook(asked, page.Why());
  return web::AnswerCall(asked.format, pages_, page.Value(), asked.links);
}

base::Result<web::CallPage> Endpoint::PageOf(const Asked& asked, const Asker& asker,
                                             const Shown& shown) const {
  const Call& call = shown.call;
  web::CallPage page;
  page.call = View(call, world_.clock.WallNow());
  if (shown.may_hang_up) page.hang_up_token = call.token;
  page.no_hang_up = shown.why_not;
  if (asked.format != web::Format::kHtml || !IsOver(call.state.status)) return page;
  // Call again rings the phone that rang, where that was a choice.
  const auto own = PhonesOf(config_.origins, asker);
  const bool chosen = std::ranges::find(own, call.caller_exten) != own.end() && own.size() > 1;
  const bool named = config_.call.origin_parameter && call.caller_exten != config_.call.origin &&
                     call.caller_exten.find('&') == std::string::npos;
  if (chosen || named) page.from = call.caller;
  const auto callee = Extension::Parse(call.callee, "to");
  const auto key = ConfirmKey(world_);
  if (!key.Ok()) return key.Why();
  if (callee.Ok()) {
    page.again_token = web::MakeConfirmToken(key.Value(), BindingOf(asker, callee.Value()),
                                             world_.clock.WallNow());
  }
  return page;
}

web::Response Endpoint::HangUp(Asked asked, const web::Place& place) const {
  const web::Request& request = asked.request;
  const bool api = request.method == "DELETE";
  asked.format = FormatFor(request, api ? web::Format::kJson : config_.web.format);
  const auto form = web::ReadForm(request);
  if (!form.Ok()) return Refuse(asked, form.Why(), kForm);
  asked.links.back = web::ParseReturnPath(form.Value().back.value_or("")).value_or("");
  const auto asker = Identify(config_, world_, request, kDelete, api);
  if (!asker.Ok()) return RefuseAsker(asked, asker.Why());
  const auto act = JudgeAct(request, asker.Value());
  if (!act.Ok()) return Refuse(asked, act.Why(), kSite);
  // The page's button sends a token of its own, which EndCall() looks at.
  if (api && act.Value() == web::Act::kConfirm) return Refuse(asked, web::NotConfirmed(), kSite);
  const std::string token = form.Value().token.value_or("");
  const base::Status ended = EndCall(world_, asker.Value(), place.call_id, api ? nullptr : &token);
  if (!ended.Ok()) {
    // The call may be going on: the way back leads to its page.
    if (base::CallId::Parse(place.call_id)) {
      asked.links.back = asked.links.mount + "/calls/" + place.call_id;
    }
    return RefuseLook(asked, ended.Why());
  }
  return web::AnswerHungUp(asked.format, place.call_id, asked.links);
}

web::Response Endpoint::Health(const web::Request& request) const {
  std::vector<web::PbxView> views;
  bool up = false;
  for (const PbxHealth& pbx : world_.dialer.Health()) {
    up = up || pbx.TakesCalls();
    views.push_back(View(pbx));
  }
  if (request.method == "HEAD") return web::AnswerEmpty(up ? 200 : 503);
  return web::AnswerHealth(up, views);
}

web::Response Endpoint::Metrics(const Asked& asked) const {
  const base::Status inside = CheckNetwork(config_.access, asked.request.remote_addr);
  if (!inside.Ok()) return Refuse(asked, inside.Why(), kNetwork);
  if (asked.request.method == "HEAD") return web::AnswerEmpty(200);
  auto text = world_.metrics->Write(Measure(world_));
  if (!text.Ok()) return AnswerRefused(asked, text.Why());
  return web::AnswerMetrics(std::move(text).Value());
}

base::Result<web::Act> Endpoint::JudgeAct(const web::Request& request, const Asker& asker,
                                          web::Token token) const {
  if (asker.by_token) token = web::Token::kGood;
  return web::JudgeAct(request, {config_.access.sites, config_.web.origin, config_.access.confirm},
                       token);
}

web::Response Endpoint::Refuse(const Asked& asked, const base::Error& error,
                               std::string_view rule) const {
  // What a client chose stands behind its address, so that a filter can be sure of the address.
  base::LogLine line("refused");
  line.Add("rule", rule)
      .Add("code", web::RowOf(error.code).name)
      .Add("address", asked.request.remote_addr)
      .Add("why", error.message);
  world_.log.Write(base::LogLevel::kInfo, line);
  return AnswerRefused(asked, error);
}

web::Response Endpoint::RefuseAsker(const Asked& asked, const base::Error& error) const {
  // A foreign page can make its visitor's browser come without a token, not with one.
  const bool token = !web::BearerToken(asked.request.authorization).empty();
  const bool network = error.code == base::Code::kPermissionDenied;
  return Refuse(asked, error, token ? kToken : network ? kNetwork : kForm);
}

web::Response Endpoint::AnswerRefused(const Asked& asked, const base::Error& error) const {
  if (asked.for_call && world_.tally != nullptr) world_.tally->Refuse(error.code);
  const bool internal = error.code == base::Code::kInternal;
  const bool journal = error.code == base::Code::kStoreUnavailable;
  if (!internal && !journal) return web::AnswerError(asked.format, pages_, error, asked.links);
  const char* event = internal ? "internal" : "journal";
  world_.log.Write(base::LogLevel::kError, base::LogLine(event).Add("why", error.message));
  return web::AnswerError(asked.format, pages_, internal ? Broken() : NoJournal(error),
                          asked.links);
}

web::Response Endpoint::RefuseLook(const Asked& asked, base::Error error) const {
  if (error.code != base::Code::kStoreUnavailable) return Refuse(asked, error, kForm);
  world_.log.Write(base::LogLevel::kError, base::LogLine("journal").Add("why", error.message));
  error.code = base::Code::kLookUnavailable;
  error.message =
      "calls cannot be looked up: the journal is not to be had now, and the log says why";
  return web::AnswerError(asked.format, pages_, error, asked.links);
}

web::Response AnswerBroken(const web::Request& request) {
  return web::AnswerError(FormatFor(request, web::Format::kHtml), web::Pages::BuiltIn(), Broken(),
                          {web::FindRoute(request).mount, {}});
}

}  // namespace click2call::call
