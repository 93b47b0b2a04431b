#include "call/endpoint.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "call/extension.h"
#include "call/place_call.h"
#include "web/answer.h"
#include "web/create_call.h"
#include "web/form.h"
#include "web/guards.h"
#include "web/health.h"
#include "web/return_path.h"
#include "web/sink.h"
#include "web/token.h"

namespace click2call::call {
namespace {

constexpr std::size_t kMaxUserBytes = 128;

constexpr std::string_view kCreate = "click-to-dial:calls:create";
constexpr std::string_view kRead = "click-to-dial:calls:read";
constexpr std::string_view kDelete = "click-to-dial:calls:delete";

std::string TimeText(const std::optional<base::WallTime>& time) {
  return time ? base::FormatTime(*time) : std::string();
}

web::CallView View(const Call& call, base::WallTime now) {
  web::CallView view;
  view.call_id = call.id.Text();
  view.caller = call.caller;
  view.callee = call.callee;
  view.status = StatusName(call.state.status);
  if (call.state.reason) view.reason = ReasonName(*call.state.reason);
  view.created_at = base::FormatTime(call.created_at);
  view.answered_at = TimeText(call.state.answered_at);
  const bool seen = call.state.reason != CallReason::kOther;
  if (seen) view.ended_at = TimeText(call.state.ended_at);
  if (const auto talked = TalkTime(call.state, now)) view.duration_seconds = talked->count();
  view.pbx = call.pbx;
  view.user = call.user;
  return view;
}

std::string_view StateName(PbxHealth::State state) {
  switch (state) {
    case PbxHealth::State::kUp:
      return "up";
    case PbxHealth::State::kDown:
      return "down";
    case PbxHealth::State::kRefused:
      return "refused";
    case PbxHealth::State::kIdle:
      break;
  }
  return "idle";
}

web::PbxView View(const PbxHealth& pbx) {
  web::PbxView view{pbx.name,
                    std::string(StateName(pbx.state)),
                    base::FormatTime(pbx.since),
                    pbx.error,
                    pbx.asterisk,
                    {}};
  if (!pbx.rights) return view;
  if (!pbx.rights->originate) view.missing.emplace_back("originate");
  if (!pbx.rights->hangup) view.missing.emplace_back("hangup");
  if (!pbx.rights->status) view.missing.emplace_back("status");
  return view;
}

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

// A number in JSON: E.164, or one of our own where these are allowed.
base::Result<Extension> ReadNumber(const std::string& number, std::string_view what,
                                   bool extensions) {
  const bool fits = web::IsE164(number) || (extensions && web::IsPlainExtension(number));
  if (fits) return Extension::Parse(number, what);
  return base::Error{
      base::Code::kInvalidPhoneNumber,
      std::string(what) + (extensions ? " must be an E.164 number (+447700900000) or an "
                                        "extension of digits, * and #"
                                      : " must be an E.164 number, as in +447700900000")};
}

}  // namespace

web::Response Endpoint::Handle(const web::Request& request) const {
  web::Response response = Respond(request);
  const bool echo = !request.correlator.empty() && web::IsCorrelator(request.correlator);
  return echo ? response.Add("x-correlator", request.correlator) : response;
}

web::Response Endpoint::Respond(const web::Request& request) const {
  const web::Place place = web::FindRoute(request);
  const web::PageLinks links{place.mount, {}};
  const auto refuse = [&](const base::Error& error) {
    return web::AnswerError(FormatFor(request, config_.web.format), pages_, error, links);
  };
  if (place.route == web::Route::kNotFound) return refuse(NotFound());
  switch (web::Judge(request, place.route)) {
    case web::Verdict::kNobodyClicked:
      return refuse(NotDeliberate());
    case web::Verdict::kNothingToShow:
      return place.route == web::Route::kHealth ? Health(request) : web::AnswerEmpty(200);
    case web::Verdict::kOptions:
      return web::AnswerEmpty(204).Add("Allow", web::AllowedMethods(place.route));
    case web::Verdict::kMethodNotAllowed:
      return refuse(MethodNotAllowed(place.route)).Add("Allow", web::AllowedMethods(place.route));
    case web::Verdict::kGoOn:
      break;
  }
  if (web::IsCorrelator(request.correlator)) return Route(request, place);
  return refuse({base::Code::kInvalidArgument,
                 "the header x-correlator may have letters, digits and -_:;./<>{}, at most 256"});
}

web::Response Endpoint::Route(const web::Request& request, const web::Place& place) const {
  const web::PageLinks links{place.mount, {}};
  switch (place.route) {
    case web::Route::kStyleSheet:
      return web::AnswerStyleSheet();
    case web::Route::kDial:
      return Dial(request, links);
    case web::Route::kCalls:
      return request.method == "POST" ? Create(request, links) : List(request, links);
    case web::Route::kCall:
      return request.method == "DELETE" ? HangUp(request, place) : Show(request, place);
    case web::Route::kHangup:
      return HangUp(request, place);
    case web::Route::kHealth:
      return Health(request);
    case web::Route::kNotFound:
      break;
  }
  return Refuse(FormatFor(request, config_.web.format), NotFound(), links);
}

web::Response Endpoint::Dial(const web::Request& request, web::PageLinks links) const {
  const web::Format format = FormatFor(request, config_.web.format);
  const auto form = web::ReadForm(request);
  if (!form.Ok()) return Place(format, form.Why(), request, links);
  auto back = web::ParseReturnPath(form.Value().back.value_or(""));
  if (!back) back = web::BackFromReferer(request.referer, request.host, links.mount);
  links.back = back.value_or("");
  return Place(format, ReadClick(request, form.Value()), request, links);
}

web::Response Endpoint::Create(const web::Request& request, const web::PageLinks& links) const {
  return Place(web::Format::kJson, ReadCreation(request), request, links);
}

web::Response Endpoint::Place(web::Format format, const base::Result<CallRequest>& request,
                              const web::Request& asked, const web::PageLinks& links) const {
  if (!request.Ok()) {
    base::LogLine line("refused");
    world_.log.Write(base::LogLevel::kInfo,
                     line.Add("address", asked.remote_addr).Add("why", request.Why().message));
    return Refuse(format, request.Why(), links);
  }
  const auto call = PlaceCall(config_, request.Value(), world_);
  if (!call.Ok()) return Refuse(format, call.Why(), links);
  return web::AnswerPlaced(format, View(call.Value(), world_.clock.WallNow()), links,
                           /*again=*/false);
}

web::Response Endpoint::List(const web::Request& request, web::PageLinks links) const {
  const web::Format format = web::ListFormatFor(request, config_.web.format);
  links.back = web::BackFromReferer(request.referer, request.host, links.mount).value_or("");
  const auto asker = Identify(request, kRead, format == web::Format::kJson);
  if (!asker.Ok()) return Refuse(format, asker.Why(), links);
  const auto form = web::ReadListForm(request);
  if (!form.Ok()) return Refuse(format, form.Why(), links);
  std::optional<base::CallId> before;
  if (!form.Value().before.empty()) {
    before = base::CallId::Parse(form.Value().before);
    if (!before) {
      return Refuse(format, {base::Code::kInvalidArgument, "`before` is no callId"}, links);
    }
  }
  // One more than is shown tells whether there are older ones.
  const std::size_t limit = form.Value().limit;
  const auto calls = ListCalls(world_, asker.Value(), before, limit + 1);
  if (!calls.Ok()) return RefuseLook(format, calls.Why(), links);
  web::CallList list;
  list.everyones = asker.Value().admin;
  for (const Call& call : calls.Value()) {
    if (list.calls.size() == limit) {
      list.older = list.calls.back().call_id;
      break;
    }
    list.calls.push_back(View(call, world_.clock.WallNow()));
  }
  return web::AnswerCalls(format, pages_, list, links);
}

web::Response Endpoint::Show(const web::Request& request, const web::Place& place) const {
  const bool api = !web::BearerToken(request.authorization).empty();
  const web::Format format = FormatFor(request, api ? web::Format::kJson : config_.web.format);
  web::PageLinks links{place.mount, {}};
  const auto form = web::ReadForm(request);
  if (!form.Ok()) return Refuse(format, form.Why(), links);
  links.back = web::ParseReturnPath(form.Value().back.value_or("")).value_or("");
  const auto asker = Identify(request, kRead, format == web::Format::kJson);
  if (!asker.Ok()) return Refuse(format, asker.Why(), links);
  const auto shown = ShowCall(world_, asker.Value(), place.call_id, config_.web.outcome_wait);
  if (!shown.Ok()) return RefuseLook(format, shown.Why(), links);

  const Call& call = shown.Value().call;
  web::CallPage page;
  page.call = View(call, world_.clock.WallNow());
  if (shown.Value().may_hang_up) page.hang_up_token = call.token;
  page.no_hang_up = shown.Value().why_not;
  if (config_.call.origin_parameter && call.caller_exten != config_.call.origin) {
    page.from = call.caller;
  }
  return web::AnswerCall(format, pages_, page, links);
}

web::Response Endpoint::HangUp(const web::Request& request, const web::Place& place) const {
  const bool api = request.method == "DELETE";
  const web::Format format = FormatFor(request, api ? web::Format::kJson : config_.web.format);
  web::PageLinks links{place.mount, {}};
  const auto form = web::ReadForm(request);
  if (!form.Ok()) return Refuse(format, form.Why(), links);
  links.back = web::ParseReturnPath(form.Value().back.value_or("")).value_or("");
  const auto asker = Identify(request, kDelete, api);
  if (!asker.Ok()) return Refuse(format, asker.Why(), links);
  const std::string token = form.Value().token.value_or("");
  const base::Status ended = EndCall(world_, asker.Value(), place.call_id, api ? nullptr : &token);
  if (!ended.Ok()) {
    // The call may be going on: the way back leads to its page.
    if (base::CallId::Parse(place.call_id)) links.back = links.mount + "/calls/" + place.call_id;
    return RefuseLook(format, ended.Why(), links);
  }
  return web::AnswerHungUp(format, place.call_id, links);
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

web::Response Endpoint::Refuse(web::Format format, const base::Error& error,
                               const web::PageLinks& links) const {
  const bool internal = error.code == base::Code::kInternal;
  const bool journal = error.code == base::Code::kStoreUnavailable;
  if (!internal && !journal) return web::AnswerError(format, pages_, error, links);
  const char* event = internal ? "internal" : "journal";
  world_.log.Write(base::LogLevel::kError, base::LogLine(event).Add("why", error.message));
  return web::AnswerError(format, pages_, internal ? Broken() : NoJournal(error), links);
}

web::Response Endpoint::RefuseLook(web::Format format, base::Error error,
                                   const web::PageLinks& links) const {
  if (error.code != base::Code::kStoreUnavailable) return Refuse(format, error, links);
  world_.log.Write(base::LogLevel::kError, base::LogLine("journal").Add("why", error.message));
  error.code = base::Code::kLookUnavailable;
  error.message =
      "calls cannot be looked up: the journal is not to be had now, and the log says why";
  return web::AnswerError(format, pages_, error, links);
}

base::Result<Asker> Endpoint::Identify(const web::Request& request, std::string_view scope,
                                       bool api) const {
  Asker asker{{}, request.remote_addr};
  const std::string_view token = web::BearerToken(request.authorization);
  if (world_.tokens != nullptr && (api || !token.empty())) {
    if (token.empty()) {
      return base::Error{base::Code::kUnauthenticated,
                         "send a bearer token in the header Authorization"};
    }
    auto claims = world_.tokens->Verify(token, world_.clock.WallNow());
    if (!claims.Ok()) return claims.Why();
    if (!claims.Value().scopes.contains(std::string(scope))) {
      return base::Error{base::Code::kPermissionDenied,
                         "the token lacks the scope " + std::string(scope)};
    }
    asker.user = claims.Value().user;
  } else if (config_.access.remote_user) {
    if (request.remote_user.size() > kMaxUserBytes || base::HasControl(request.remote_user)) {
      return base::Error{base::Code::kInvalidArgument,
                         "the user's name is too long, or holds a control character"};
    }
    asker.user = request.remote_user;
  }
  const auto& admins = config_.access.admins;
  asker.admin =
      !asker.user.empty() && std::find(admins.begin(), admins.end(), asker.user) != admins.end();
  return asker;
}

base::Result<CallRequest> Endpoint::ReadClick(const web::Request& request,
                                              const web::Form& form) const {
  if (!form.to) {
    return base::Error{base::Code::kInvalidArgument,
                       "`to` is missing: the number to call, as in ?to=1006"};
  }
  auto callee = Extension::Parse(*form.to, "to");
  if (!callee.Ok()) return callee.Why();
  CallRequest call{std::move(callee).Value(), std::nullopt, {}, request.remote_addr};
  if (config_.call.origin_parameter && form.from) {
    auto caller = Extension::Parse(*form.from, "from");
    if (!caller.Ok()) return caller.Why();
    call.caller = std::move(caller).Value();
  }
  auto asker = Identify(request, kCreate, /*api=*/false);
  if (!asker.Ok()) return asker.Why();
  call.user = asker.Value().user;
  return call;
}

base::Result<CallRequest> Endpoint::ReadCreation(const web::Request& request) const {
  const auto asker = Identify(request, kCreate, /*api=*/true);
  if (!asker.Ok()) return asker.Why();
  if (request.form_error) return *request.form_error;
  const auto read = web::ReadCreateCall(request.content_type, request.body, world_.clock.WallNow());
  if (!read.Ok()) return read.Why();
  const web::CreateCall& wanted = read.Value();
  auto callee = ReadNumber(wanted.callee, "callee.number", config_.api_extensions);
  if (!callee.Ok()) return callee.Why();
  auto caller = ReadNumber(wanted.caller, "caller.number", config_.api_extensions);
  if (!caller.Ok()) return caller.Why();
  const bool default_phone = caller.Value().Dialled() == config_.call.origin;
  if (!config_.call.origin_parameter && !default_phone) {
    return base::Error{base::Code::kPermissionDenied,
                       "caller.number may only be the configured phone: call.origin_parameter = "
                       "true lets a request name another"};
  }
  if (!wanted.sink.empty()) {
    const base::Status allowed = web::CheckSink(wanted.sink, config_.access.sinks);
    if (!allowed.Ok()) return allowed.Why();
  }
  CallRequest call{std::move(callee).Value(), std::nullopt, asker.Value().user,
                   request.remote_addr};
  if (!default_phone) call.caller = std::move(caller).Value();
  call.once = true;
  call.sink = wanted.sink;
  call.sink_token = wanted.sink_token;
  return call;
}

web::Response AnswerBroken(const web::Request& request) {
  return web::AnswerError(FormatFor(request, web::Format::kHtml), web::Pages::BuiltIn(), Broken(),
                          {web::FindRoute(request).mount, {}});
}

}  // namespace click2call::call
