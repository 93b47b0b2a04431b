#ifndef CLICK2CALL_WEB_PAGE_TEMPLATE_H_
#define CLICK2CALL_WEB_PAGE_TEMPLATE_H_

#include <memory>
#include <string>
#include <string_view>

namespace kainjow::mustache {
template <typename String>
class basic_data;
template <typename String>
class basic_mustache;
}  // namespace kainjow::mustache

namespace click2call::web {

// A mustache template (mustache(5)).
class PageTemplate {
 public:
  PageTemplate() = default;
  explicit PageTemplate(std::string_view text) : text_(text) {}

  const std::string& Text() const { return text_; }

  // What is wrong with it, and where; empty when nothing is.
  std::string Error() const;

  // From now on it is not parsed for each page, which takes ten times as long as all the rest. For
  // a process that makes many.
  void KeepParsed();

  // Every value escaped for HTML. Empty where there is an Error().
  std::string Render(const kainjow::mustache::basic_data<std::string>& view) const;

 private:
  std::string text_;
  std::shared_ptr<const kainjow::mustache::basic_mustache<std::string>> parsed_;  // or null
};

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_PAGE_TEMPLATE_H_
