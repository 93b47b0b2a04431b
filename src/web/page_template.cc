#include "web/page_template.h"

#include <mutex>
#include <optional>

#include <mustache.hpp>

namespace click2call::web {

using kainjow::mustache::mustache;

struct PageTemplate::Parsed {
  explicit Parsed(std::string_view source) : text(source) {}

  const std::string text;
  std::once_flag once;
  std::optional<mustache> page;
};

PageTemplate::PageTemplate(std::string_view text) : parsed_(std::make_shared<Parsed>(text)) {}

const std::string& PageTemplate::Text() const { return parsed_->text; }

std::string PageTemplate::Error() const { return Parse().page->error_message(); }

std::string PageTemplate::Render(const kainjow::mustache::data& view) const {
  mustache page = *Parse().page;  // it changes while it renders
  return page.render(view);
}

const PageTemplate::Parsed& PageTemplate::Parse() const {
  std::call_once(parsed_->once, [this] { parsed_->page.emplace(parsed_->text); });
  return *parsed_;
}

}  // namespace click2call::web
