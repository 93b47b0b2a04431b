#include "web/pages.h"

#include <array>
#include <cstddef>
#include <utility>

#include <Poco/NumberFormatter.h>
#include <mustache.hpp>

#include "base/text.h"
#include "web/assets.h"
#include "web/error_table.h"
#include "web/return_path.h"

namespace click2call::web {
namespace {

using kainjow::mustache::data;

void Set(data* view, const std::string& name, std::string_view value) {
  // An empty string counts as true in a mustache section; what is not set does not.
  if (!value.empty()) view->set(name, base::ToUtf8(value));
}

data Links(const PageLinks& links) {
  data view;
  view.set("mount", base::ToUtf8(links.mount));
  // A form without an action goes to the page that it stands on.
  view.set("dial", base::ToUtf8(links.mount.empty() ? "/" : links.mount));
  Set(&view, "return", links.back);
  return view;
}

// 2026-11-23T01:20:16.042Z as 2026-11-23 01:20 UTC.
std::string ShownTime(std::string_view time) {
  constexpr std::size_t kDay = 10;
  constexpr std::size_t kMinute = 16;
  if (time.size() <= kMinute || time[kDay] != 'T' || !time.ends_with('Z')) {
    return std::string(time);
  }
  return std::string(time.substr(0, kDay)) + " " +
         std::string(time.substr(kDay + 1, kMinute - kDay - 1)) + " UTC";
}

// 1:05, or 1:00:05.
std::string ShownDuration(std::int64_t seconds) {
  using Poco::NumberFormatter;
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  const std::string rest = ":" + NumberFormatter::format0(seconds % kMinute, 2);
  if (seconds < kHour) return NumberFormatter::format(seconds / kMinute) + rest;
  return NumberFormatter::format(seconds / kHour) + ":" +
         NumberFormatter::format0(seconds % kHour / kMinute, 2) + rest;
}

template <std::size_t kCount>
bool IsAnyOf(const std::string& name, const std::array<std::string_view, kCount>& names) {
  for (const std::string_view one : names) {
    if (one == name) return true;
  }
  return false;
}

void SetCall(data* view, const CallView& call) {
  Set(view, "callId", call.call_id);
  Set(view, "caller", call.caller);
  Set(view, "callee", call.callee);
  Set(view, "pbx", call.pbx);
  Set(view, "user", call.user);
  Set(view, "why", call.why);
  Set(view, "createdAt", call.created_at);
  Set(view, "created", ShownTime(call.created_at));
  Set(view, "endedAt", call.ended_at);
  Set(view, "ended", ShownTime(call.ended_at));
  if (!call.status.empty()) view->set(call.status, true);
  if (!call.reason.empty()) view->set(call.reason, true);

  const bool over = call.status == "disconnected" || call.status == "failed";
  view->set(over ? "over" : "lasts", true);
  const bool talked =
      call.status == "connected" || call.reason == "hangUp" || !call.answered_at.empty();
  // Of an end that nobody saw, the time is not known either.
  if (talked && call.duration_seconds && call.reason != "other") {
    Set(view, "duration", ShownDuration(*call.duration_seconds));
  }
  constexpr std::array<std::string_view, 3> kOfCallee = {"calleeBusy", "calleeNoAnswer",
                                                         "calleeFailure"};
  const bool callee_failed = IsAnyOf(call.reason, kOfCallee);
  view->set("calleeAnswered", talked);
  view->set("callerAnswered", talked || callee_failed || call.status == "callingCallee");
}

}  // namespace

Pages Pages::BuiltIn() {
  return {PageTemplate(kCallTemplate), PageTemplate(kCallsTemplate), PageTemplate(kErrorTemplate),
          PageTemplate(kConfirmTemplate)};
}

base::Status Pages::Check() const {
  for (const auto& [name, page] :
       {std::pair{"call", &call}, {"calls", &calls}, {"confirm", &confirm}, {"error", &error}}) {
    const std::string error_message = page->Error();
    if (!error_message.empty()) {
      return base::Error{base::Code::kInternal, std::string(name) + ".mustache: " + error_message};
    }
  }
  return base::Done();
}

void Pages::KeepParsed() {
  for (PageTemplate* page : {&call, &calls, &confirm, &error}) page->KeepParsed();
}

std::string RenderCall(const Pages& pages, const CallPage& page, const PageLinks& links) {
  data view = Links(links);
  SetCall(&view, page.call);
  Set(&view, "token", page.hang_up_token);
  if (page.hang_up_token.empty()) Set(&view, "noHangUp", page.no_hang_up);
  Set(&view, "from", page.from);
  Set(&view, "againToken", page.again_token);
  return pages.call.Render(view);
}

std::string RenderCalls(const Pages& pages, const CallList& list, const PageLinks& links) {
  data calls{data::type::list};
  for (const CallView& call : list.calls) {
    data row;
    SetCall(&row, call);
    calls.push_back(row);
  }
  data view = Links(links);
  view.set("any", !list.calls.empty());
  view.set("calls", calls);
  view.set("everyones", list.everyones);
  view.set("backToList", ReturnQuery(links.mount + "/calls"));
  Set(&view, "older", list.older);
  return pages.calls.Render(view);
}

std::string RenderConfirm(const Pages& pages, const ConfirmPage& page, const PageLinks& links) {
  data phones{data::type::list};
  for (const ConfirmPage::Phone& phone : page.phones) {
    data row;
    // A section of the one phone asks for `from`, and finds none where it is empty.
    Set(&row, "from", phone.from);
    Set(&row, "phone", phone.name);
    row.set("checked", phone.checked);
    phones.push_back(row);
  }
  data view = Links(links);
  Set(&view, "callee", page.callee);
  Set(&view, "token", page.token);
  Set(&view, "key", page.key);
  view.set("expired", page.expired);
  view.set("choice", page.phones.size() > 1);
  view.set("phones", phones);
  return pages.confirm.Render(view);
}

std::string RenderError(const Pages& pages, const base::Error& error, const PageLinks& links) {
  const ErrorRow& row = RowOf(error.code);
  data view = Links(links);
  Set(&view, "status", std::to_string(row.status));
  Set(&view, "code", row.name);
  Set(&view, "title", row.title);
  Set(&view, "message", error.message);
  Set(&view, "advice", row.advice);
  Set(&view, "callId", error.call_id);
  return pages.error.Render(view);
}

}  // namespace click2call::web
