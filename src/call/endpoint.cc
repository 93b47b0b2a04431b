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

base::Result<CallRequest> ReadCallRequest(const Config& config, const web::Request& request,
                                          const web::Form& form) {
  if (!form.to || form.to->empty()) {
    return base::Error{base::Code::kInvalidArgument,
                       "`to` is missing: the number to call, as in ?to=1006"};
  }
  auto callee = Extension::Parse(*form.to, "to");
  if (!callee.Ok()) return callee.Why();
  CallRequest call{std::move(callee).Value(), std::nullopt, {}};
  if (config.call.origin_parameter && form.from && !form.from->empty()) {
    auto caller = Extension::Parse(*form.from, "from");
    if (!caller.Ok()) return caller.Why();
    call.caller = std::move(caller).Value();
  }
  if (config.remote_user) call.user = request.remote_user;
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
  const web::Format accepted = web::FormatFromAccept(request.accept).value_or(config_.web.format);
  const web::Place place = web::FindRoute(request);
  const web::PageLinks links{place.mount, {}};
  const auto refuse = [&](const base::Error& error) {
    return web::AnswerError(accepted, pages_, error, links);
  };
  const web::Verdict verdict = web::Judge(request);
  if (place.route == web::Route::kNotFound) return refuse(NotFound());
  switch (verdict) {
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
  return Dial(request, links);
}

web::Response Endpoint::Dial(const web::Request& request, web::PageLinks links) const {
  web::Format format = web::FormatFromAccept(request.accept).value_or(config_.web.format);
  const auto refuse = [&](const base::Error& error) {
    base::LogLine line("refused");
    world_.log.Write(base::LogLevel::kInfo,
                     line.Add("address", request.remote_addr).Add("why", error.message));
    return web::AnswerError(format, pages_, error, links);
  };

  const auto form = web::ReadForm(request);
  if (!form.Ok()) return refuse(form.Why());
  links.back = web::ParseReturnPath(form.Value().back.value_or("")).value_or("");
  if (form.Value().format) {
    const auto asked = web::ParseFormat(*form.Value().format);
    if (!asked) {
      return refuse({base::Code::kInvalidArgument, "`format` must be html, json, text or none"});
    }
    format = *asked;
  }
  const auto call_request = ReadCallRequest(config_, request, form.Value());
  if (!call_request.Ok()) return refuse(call_request.Why());

  const auto call = PlaceCall(config_, call_request.Value(), world_);
  if (!call.Ok()) return web::AnswerError(format, pages_, call.Why(), links);
  return web::AnswerCall(format, pages_, View(call.Value()), links);
}

web::Response AnswerBroken(const web::Request& request) {
  const web::Format format = web::FormatFromAccept(request.accept).value_or(web::Format::kHtml);
  const base::Error error{base::Code::kInternal,
                          "click2call is not set up correctly; its log says what is wrong"};
  return web::AnswerError(format, web::Pages::BuiltIn(), error,
                          {web::FindRoute(request).mount, {}});
}

}  // namespace click2call::call
