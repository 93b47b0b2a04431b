#include "call/read_click.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "call/extension.h"
#include "web/create_call.h"
#include "web/link.h"
#include "web/sink.h"

namespace click2call::call {
namespace {

using base::Code;
using base::Error;

// Asked for when the key is made, and from then on.
constexpr std::string_view kConfirmKeyName = "confirm";

bool IsSignedLink(std::string_view token) { return token.find('.') != std::string_view::npos; }

// The key that the client gave, in its header or, from a form, as a parameter.
base::Result<std::string> ReadKey(const web::Request& request, const std::string& parameter) {
  const std::string& header = request.idempotency_key;
  if (!header.empty() && !parameter.empty() && header != parameter) {
    return Error{Code::kInvalidArgument, "`key` and the header Idempotency-Key differ"};
  }
  std::string key = header.empty() ? parameter : header;
  if (key.size() > kMaxKeyBytes || base::HasControl(key)) {
    return Error{Code::kInvalidArgument, "an idempotency key may have " +
                                             std::to_string(kMaxKeyBytes) +
                                             " bytes, and no control character"};
  }
  return key;
}

base::Result<web::Link> VerifyLink(const World& world, const web::Form& form) {
  if (world.links == nullptr) {
    return Error{Code::kPermissionDenied,
                 "there are no signed links here: access.link_secret_file is not set"};
  }
  auto link = world.links->Verify(*form.token, world.clock.WallNow());
  if (!link.Ok()) return link;
  const bool changed =
      (form.to && *form.to != link.Value().to) || (form.from && *form.from != link.Value().from);
  if (!changed) return link;
  return Error{Code::kPermissionDenied,
               "this link was changed: `to` or `from` is not the one that was signed"};
}

const OriginConfig::Phones* Find(const OriginConfig& origins, std::string_view user) {
  const auto found = std::ranges::find_if(
      origins.users, [&](const auto& row) { return !user.empty() && row.first == user; });
  return found == origins.users.end() ? nullptr : &found->second;
}

// Sets which phone rings first. `signed_from`: whoever signed the link has chosen.
base::Status ReadFrom(const Config& config, const Asker& asker, const std::string& from,
                      bool signed_from, CallRequest* call) {
  call->phones = PhonesOf(config.origins, asker);
  if (from.empty()) return base::Done();
  if (std::ranges::find(call->phones, from) != call->phones.end()) {
    call->phones = {from};
    return base::Done();
  }
  if (!config.call.origin_parameter && !signed_from) return base::Done();
  if (const auto* phones = Find(config.origins, from)) {
    call->phones = *phones;
    return base::Done();
  }
  auto caller = Extension::Parse(from, "from");
  if (!caller.Ok()) return caller.Why();
  call->caller = std::move(caller).Value();
  return base::Done();
}

base::Status CheckPageToken(const World& world, const Asker& asker, const std::string& token,
                            Click* click) {
  const auto key = ConfirmKey(world);
  if (!key.Ok()) return key.Why();
  const web::Binding binding = BindingOf(asker, click->request.callee);
  const auto state = web::CheckConfirmToken(key.Value(), binding, token, world.clock.WallNow());
  if (state == web::ConfirmState::kBad) return web::RefusalOf(state);
  click->expired = state == web::ConfirmState::kExpired;
  if (!click->expired) click->token = web::Token::kGood;
  return base::Done();
}

// A number in JSON: E.164, or one of our own where these are allowed.
base::Result<Extension> ReadNumber(const std::string& number, std::string_view what,
                                   bool extensions) {
  const bool fits = web::IsE164(number) || (extensions && web::IsPlainExtension(number));
  if (fits) return Extension::Parse(number, what);
  return Error{Code::kInvalidPhoneNumber,
               std::string(what) + (extensions ? " must be an E.164 number (+447700900000) or an "
                                                 "extension of digits, * and #"
                                               : " must be an E.164 number, as in +447700900000")};
}

}  // namespace

std::vector<std::string> PhonesOf(const OriginConfig& origins, const Asker& asker) {
  if (const auto* phones = Find(origins, asker.user)) return *phones;
  for (const auto& [network, phones] : origins.addresses) {
    if (network.Contains(asker.address)) return phones;
  }
  return {};
}

base::Result<base::Secret> ConfirmKey(const World& world) {
  auto key = world.store.SharedKey(std::string(kConfirmKeyName), world.new_token());
  if (!key.Ok()) return key.Why();
  return base::Secret(std::move(key).Value());
}

web::Binding BindingOf(const Asker& asker, const Extension& callee) {
  return {asker.user, asker.user.empty() ? asker.address : "", callee.Dialled()};
}

base::Result<Click> ReadClick(const Config& config, const World& world, const Asker& asker,
                              const web::Request& request, const web::Form& form) {
  std::optional<web::Link> link;
  if (form.token && IsSignedLink(*form.token)) {
    auto verified = VerifyLink(world, form);
    if (!verified.Ok()) return verified.Why();
    link = std::move(verified).Value();
  }
  if (!link && !form.to) {
    return Error{Code::kInvalidArgument, "`to` is missing: the number to call, as in ?to=1006"};
  }
  auto callee = Extension::Parse(link ? link->to : *form.to, "to");
  if (!callee.Ok()) return callee.Why();
  Click click{{std::move(callee).Value(), std::nullopt, asker.user, asker.address}};
  CallRequest& call = click.request;
  const std::string from = link ? link->from : form.from.value_or("");
  const base::Status caller = ReadFrom(config, asker, from, link.has_value(), &call);
  if (!caller.Ok()) return caller.Why();
  auto key = ReadKey(request, form.key.value_or(""));
  if (!key.Ok()) return key.Why();
  call.key = std::move(key).Value();
  if (link) {
    call.link_id = link->id;
    click.token = web::Token::kGood;
  } else if (form.token) {
    const base::Status good = CheckPageToken(world, asker, *form.token, &click);
    if (!good.Ok()) return good.Why();
  }
  return click;
}

base::Result<CallRequest> ReadCreation(const Config& config, const World& world, const Asker& asker,
                                       const web::Request& request) {
  if (request.form_error) return *request.form_error;
  const auto read = web::ReadCreateCall(request.content_type, request.body, world.clock.WallNow());
  if (!read.Ok()) return read.Why();
  const web::CreateCall& wanted = read.Value();
  auto callee = ReadNumber(wanted.callee, "callee.number", config.api_extensions);
  if (!callee.Ok()) return callee.Why();
  auto caller = ReadNumber(wanted.caller, "caller.number", config.api_extensions);
  if (!caller.Ok()) return caller.Why();
  CallRequest call{std::move(callee).Value(), std::nullopt, asker.user, asker.address};
  const std::string& phone = caller.Value().Dialled();
  const auto own = PhonesOf(config.origins, asker);
  const bool everybodys = own.empty() && phone == config.call.origin;
  if (std::ranges::find(own, phone) != own.end()) {
    call.phones = {phone};
  } else if (config.call.origin_parameter && !everybodys) {
    call.caller = std::move(caller).Value();
  } else if (!everybodys) {
    return Error{Code::kPermissionDenied,
                 "caller.number may only be the asker's own phone, by [origins] or call.origin: "
                 "call.origin_parameter = true lets a request name another"};
  }
  if (!wanted.sink.empty()) {
    const base::Status allowed = web::CheckSink(wanted.sink, config.access.sinks);
    if (!allowed.Ok()) return allowed.Why();
  }
  auto key = ReadKey(request, "");
  if (!key.Ok()) return key.Why();
  call.key = std::move(key).Value();
  call.once = true;
  call.sink = wanted.sink;
  call.sink_token = wanted.sink_token;
  return call;
}

}  // namespace click2call::call
