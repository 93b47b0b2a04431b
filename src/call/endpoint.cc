#include "call/endpoint.h"

#include <optional>
#include <string>
#include <utility>

#include "call/extension.h"
#include "web/answer.h"
#include "web/form.h"
#include "web/guards.h"
#include "web/return_path.h"
#include "web/router.h"

namespace click2call::call {
namespace {

constexpr std::size_t kMaxUserBytes = 128;

base::Result<CallRequest> ReadCallRequest(const Config& config, const web::Request& request,
                                          const web::Form& form) {
  if (!form.to) {
    return base::Error{base::Code::kInvalidArgument,
                       "`to` is missing: the number to call, as in ?to=1006"};
  }
  auto callee = Extension::Parse(*form.to, "to");
  if (!callee.Ok()) return callee.Why();
  CallRequest call{std::move(callee).Value(), std::nullopt, {}, request.remote_addr};
  if (config.call.origin_parameter && form.from) {
    auto caller = Extension::Parse(*form.from, "from");
    if (!caller.Ok()) return caller.Why();
    call.caller = std::move(caller).Value();
  }
  if (config.remote_user) {
    if (request.remote_user.size() > kMaxUserBytes) {
      return base::Error{base::Code::kInvalidArgument, "the user's name is too long"};
    }
    call.user = request.remote_user;
  }
  return call;
}

web::CallView View(const Call& call) {
  return {call.id.Text(),
          call.caller,
          call.callee,
          std::string(StatusName(call.status)),
          base::FormatTime(call.created_at),
          call.pbx,
          call.user};
}

web::Format FormatFor(const web::Request& request, web::Format otherwise) {
  if (const auto asked = web::AskedFormat(request)) return *asked;
  return web::FormatFromAccept(request.accept).value_or(otherwise);
}

// What is wrong inside is for the log alone.
base::Error Broken() {
  return {base::Code::kInternal, "click2call is not set up correctly; its log says what is wrong"};
}

base::Error NotFound() { return {base::Code::kNotFound, "there is nothing at this address"}; }

base::Error NotDeliberate() {
  return {base::Code::kNotDeliberate,
          "a browser asked for this in advance; nothing is dialled before the click"};
}

base::Error MethodNotAllowed() {
  return {base::Code::kMethodNotAllowed,
          std::string("only GET and POST place a call (allowed: ") + web::kAllowedMethods + ")"};
}

}  // namespace

web::Response Endpoint::Handle(const web::Request& request) const {
  const web::Place place = web::FindRoute(request);
  const auto refuse = [&](const base::Error& error) {
    return web::AnswerError(FormatFor(request, config_.web.format), pages_, error,
                            {place.mount, {}});
  };
  if (place.route == web::Route::kNotFound) return refuse(NotFound());
  switch (web::Judge(request)) {
    case web::Verdict::kNobodyClicked:
      return refuse(NotDeliberate());
    case web::Verdict::kNothingToShow:
      return web::AnswerEmpty(200);
    case web::Verdict::kOptions:
      return web::AnswerEmpty(204).Add("Allow", web::kAllowedMethods);
    case web::Verdict::kMethodNotAllowed:
      return refuse(MethodNotAllowed()).Add("Allow", web::kAllowedMethods);
    case web::Verdict::kDial:
      break;
  }
  if (place.route == web::Route::kStyleSheet) return web::AnswerStyleSheet();
  return Dial(request, {place.mount, {}});
}

web::Response Endpoint::Dial(const web::Request& request, web::PageLinks links) const {
  const web::Format format = FormatFor(request, config_.web.format);
  const auto refuse = [&](const base::Error& error) {
    base::LogLine line("refused");
    world_.log.Write(base::LogLevel::kInfo,
                     line.Add("address", request.remote_addr).Add("why", error.message));
    return web::AnswerError(format, pages_, error, links);
  };
  const auto form = web::ReadForm(request);
  if (!form.Ok()) return refuse(form.Why());
  links.back = web::ParseReturnPath(form.Value().back.value_or("")).value_or("");
  const auto call_request = ReadCallRequest(config_, request, form.Value());
  if (!call_request.Ok()) return refuse(call_request.Why());

  const auto call = PlaceCall(config_, call_request.Value(), world_);
  if (call.Ok()) return web::AnswerCall(format, pages_, View(call.Value()), links);
  const bool ours = call.Why().code == base::Code::kInternal;
  return web::AnswerError(format, pages_, ours ? Broken() : call.Why(), links);
}

web::Response AnswerBroken(const web::Request& request) {
  return web::AnswerError(FormatFor(request, web::Format::kHtml), web::Pages::BuiltIn(), Broken(),
                          {web::FindRoute(request).mount, {}});
}

}  // namespace click2call::call
