#ifndef CLICK2CALL_WEB_PAGES_H_
#define CLICK2CALL_WEB_PAGES_H_

#include <string>
#include <string_view>

#include "base/result.h"

namespace click2call::web {

// A call, as answers show it.
struct CallView {
  std::string call_id;
  std::string caller;
  std::string callee;
  std::string status;      // CAMARA's name
  std::string created_at;  // RFC 3339
  std::string pbx;
  std::string user;  // empty: not shown
};

// What a page needs beside its subject.
struct PageLinks {
  std::string mount;  // where we are on this server, for the style sheet
  std::string back;   // a path on this site; empty: no way back is offered
};

// The mustache templates (mustache(5)) of the pages. Every value is escaped for HTML, in text and
// in quoted attributes.
struct Pages {
  std::string call;
  std::string error;

  static Pages BuiltIn();

  // kInternal, with its name and the position, when a template is no valid mustache.
  base::Status Check() const;
};

std::string RenderCall(const Pages& pages, const CallView& call, const PageLinks& links);
std::string RenderError(const Pages& pages, const base::Error& error, const PageLinks& links);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_PAGES_H_
