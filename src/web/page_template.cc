#include "web/page_template.h"

#include <mustache.hpp>

namespace click2call::web {

using kainjow::mustache::mustache;

std::string PageTemplate::Error() const { return mustache(text_).error_message(); }

void PageTemplate::KeepParsed() { parsed_ = std::make_shared<const mustache>(text_); }

std::string PageTemplate::Render(const kainjow::mustache::data& view) const {
  mustache page = parsed_ ? *parsed_ : mustache(text_);  // which changes while it renders
  if (!page.is_valid()) return {};
  kainjow::mustache::context<std::string> context;
  context.push(&view);
  return page.render(context);
}

}  // namespace click2call::web
