#include "call/views.h"

#include <optional>
#include <string>
#include <string_view>

namespace click2call::call {
namespace {

std::string TimeText(const std::optional<base::WallTime>& time) {
  return time ? base::FormatTime(*time) : std::string();
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

}  // namespace

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
  view.why = call.why;
  return view;
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

std::vector<web::ConfirmPage::Phone> PhonesToShow(const Config& config, const CallRequest& request,
                                                  const std::string& from) {
  if (request.caller) return {{from, request.caller->Asked(), true}};
  if (request.phones.size() < 2) {
    return {{from, request.phones.empty() ? config.call.origin : request.phones.front(), true}};
  }
  std::vector<web::ConfirmPage::Phone> phones = {{from, "all of them together", true}};
  for (const std::string& phone : request.phones) phones.push_back({phone, phone, false});
  return phones;
}

}  // namespace click2call::call
