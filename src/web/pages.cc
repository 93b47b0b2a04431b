#include "web/pages.h"

#include <utility>

#include <mustache.hpp>

#include "base/text.h"
#include "web/assets.h"
#include "web/error_table.h"

namespace click2call::web {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

void Set(data* view, const std::string& name, std::string_view value) {
  // An empty string counts as true in a mustache section; what is not set does not.
  if (!value.empty()) view->set(name, base::ToUtf8(value));
}

data Links(const PageLinks& links) {
  data view;
  view.set("mount", base::ToUtf8(links.mount));
  Set(&view, "return", links.back);
  return view;
}

}  // namespace

Pages Pages::BuiltIn() { return {std::string(kCallTemplate), std::string(kErrorTemplate)}; }

base::Status Pages::Check() const {
  for (const auto& [name, text] : {std::pair{"call", &call}, {"error", &error}}) {
    const mustache page(*text);
    if (!page.is_valid()) {
      return base::Error{base::Code::kInternal,
                         std::string(name) + ".mustache: " + page.error_message()};
    }
  }
  return base::Done();
}

std::string RenderCall(const Pages& pages, const CallView& call, const PageLinks& links) {
  data view = Links(links);
  Set(&view, "callId", call.call_id);
  Set(&view, "caller", call.caller);
  Set(&view, "callee", call.callee);
  Set(&view, "pbx", call.pbx);
  Set(&view, "createdAt", call.created_at);
  view.set(call.status, true);
  return mustache(pages.call).render(view);
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
  return mustache(pages.error).render(view);
}

}  // namespace click2call::web
