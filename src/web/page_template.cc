#include "web/page_template.h"

#include <mustache.hpp>

namespace click2call::web {

using kainjow::mustache::mustache;

std::string PageTemplate::Error() const { return mustache(text_).error_message(); }

void PageTemplate::KeepParsed() { parsed_ = std::make_shared<const mustache>(text_); }

std::string PageTemplate::Render(const kainjow::mustache::data& view) const {
  if (!parsed_) return mustache(text_).render(view);
  return mustache(*parsed_).render(view);  // a copy, since it changes while it renders
}

}  // namespace click2call::web
