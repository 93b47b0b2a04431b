#ifndef CLICK2CALL_WEB_PAGES_FIXTURE_H_
#define CLICK2CALL_WEB_PAGES_FIXTURE_H_

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "web/pages.h"

namespace click2call::web {

inline bool Has(const std::string& page, std::string_view text) {
  return page.find(text) != std::string::npos;
}

inline constexpr std::string_view kStatuses[] = {"initiating", "callingCaller", "callingCallee",
                                                 "connected",  "disconnected",  "failed"};
inline constexpr std::string_view kReasons[] = {"hangUp",         "callerBusy",    "callerNoAnswer",
                                                "callerFailure",  "callerAbandon", "calleeBusy",
                                                "calleeNoAnswer", "calleeFailure", "other"};

// A call in that status or, by a reason, over.
inline CallView CallIn(std::string_view state) {
  CallView call;
  call.call_id = "c2c-1";
  call.caller = "1003";
  call.callee = "1006";
  call.created_at = "2026-11-23T01:20:16.042Z";
  call.pbx = "main";
  const bool is_reason =
      std::find(std::begin(kReasons), std::end(kReasons), state) != std::end(kReasons);
  call.status = is_reason ? "disconnected" : state;
  if (is_reason) call.reason = state;
  return call;
}

inline std::vector<CallView> EveryCall() {
  std::vector<CallView> calls;
  for (const std::string_view status : kStatuses) {
    if (status != "disconnected") calls.push_back(CallIn(status));
  }
  for (const std::string_view reason : kReasons) calls.push_back(CallIn(reason));
  return calls;
}

inline bool Lasts(const CallView& call) { return call.reason.empty() && call.status != "failed"; }

// What a page shows, all in one.
struct Subject {
  CallPage page{CallIn("callingCaller"), "token", "", "1003", "again"};
  ConfirmPage confirm{"1006", {{"1003", "1003", true}, {"1013", "1013"}}, "token", "key", true};
  std::string older = "c2c-0";
  base::Error error{base::Code::kPbxUnavailable, "it is down", "c2c-1"};
  PageLinks links{"/click2call", "/crm"};

  CallView& Call() { return page.call; }
  std::string ShownError(const Pages& pages = Pages::BuiltIn()) const {
    return RenderError(pages, error, links);
  }
  std::string ShownCall(const Pages& pages = Pages::BuiltIn()) const {
    return RenderCall(pages, page, links);
  }
  std::string ShownList(const Pages& pages = Pages::BuiltIn()) const {
    return RenderCalls(pages, {{page.call}, true, older}, links);
  }
  std::string ShownConfirm(const Pages& pages = Pages::BuiltIn()) const {
    return RenderConfirm(pages, confirm, links);
  }
  std::vector<std::string> Everything(const Pages& pages = Pages::BuiltIn()) const {
    return {ShownCall(pages), ShownList(pages), ShownError(pages), ShownConfirm(pages)};
  }
};

inline std::string PageOf(const CallView& call) {
  Subject subject;
  subject.page.call = call;
  return subject.ShownCall();
}

inline std::string ListOf(const CallList& list) {
  return RenderCalls(Pages::BuiltIn(), list, {"/click2call", ""});
}

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_PAGES_FIXTURE_H_
