#ifndef CLICK2CALL_WEB_PAGES_H_
#define CLICK2CALL_WEB_PAGES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "web/page_template.h"

namespace click2call::web {

// A call, as answers show it. Times are RFC 3339; what is empty is not known, or not to be shown.
struct CallView {
  std::string call_id;
  std::string caller;
  std::string callee;
  std::string status;  // CAMARA's name
  std::string reason;  // ours; only when the status is "disconnected"
  std::string created_at;
  std::string answered_at;
  std::string ended_at;
  std::optional<std::int64_t> duration_seconds;  // that they could talk, so far
  std::string pbx;
  std::string user;
  std::string why = {};  // it did not come about
};

struct CallPage {
  CallView call;
  std::string hang_up_token;     // empty: no button
  std::string no_hang_up;        // while the call lasts: why there is no button; may be empty
  std::string from;              // for Call again; empty: the default phone
  std::string again_token = {};  // for Call again: see MakeConfirmToken()
};

struct CallList {
  std::vector<CallView> calls;  // newest first
  bool everyones = false;       // then it shows whose each one is
  std::string older;            // the callId to page on from; empty: this was all
};

// Asks whether a call is wanted.
struct ConfirmPage {
  // One that may ring first.
  struct Phone {
    std::string from;  // what the form sends; empty: nothing is sent, or an empty value by a choice
    std::string name;  // what people read
    bool checked = false;
  };

  std::string callee;         // as it was asked for, and as the form sends it again
  std::vector<Phone> phones;  // several are a choice; none: the page does not say which
  std::string token;          // see MakeConfirmToken()
  std::string key = {};       // the idempotency key that came with the request; empty: none
  bool expired = false;       // the token of the page before was too old
};

// What a page needs beside its subject.
struct PageLinks {
  std::string mount;  // where we are on this server, as Place has it
  std::string back;   // a path on this site; empty: no way back is offered
};

// The templates of the pages. Every value is escaped for HTML, in text and in quoted attributes.
//
// A call sets {{callId}} {{caller}} {{callee}} {{pbx}} {{user}} {{createdAt}} {{created}}
// {{endedAt}} {{ended}} {{duration}} {{why}} where they are known, and as sections its status and
// its reason by their names, {{#lasts}} or {{#over}}, {{#callerAnswered}} and {{#calleeAnswered}}.
// Forms that dial send {{againToken}} or, to confirm, {{token}}.
struct Pages {
  PageTemplate call;
  PageTemplate calls;
  PageTemplate error;
  PageTemplate confirm = {};

  static Pages BuiltIn();

  // kInternal, with its name and the position, when a template is no valid mustache.
  base::Status Check() const;

  // See PageTemplate.
  void KeepParsed();
};

std::string RenderCall(const Pages& pages, const CallPage& page, const PageLinks& links);
std::string RenderCalls(const Pages& pages, const CallList& list, const PageLinks& links);
std::string RenderConfirm(const Pages& pages, const ConfirmPage& page, const PageLinks& links);
std::string RenderError(const Pages& pages, const base::Error& error, const PageLinks& links);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_PAGES_H_
