#ifndef CLICK2CALL_WEB_PAGE_TEMPLATE_H_
#define CLICK2CALL_WEB_PAGE_TEMPLATE_H_

#include <memory>
#include <string>
#include <string_view>

namespace kainjow::mustache {
template <typename String>
class basic_data;
}  // namespace kainjow::mustache

namespace click2call::web {

// A mustache template (mustache(5)). It is parsed when it is first needed, once for all its copies:
// that takes ten times as long as to fill it in. Safe in threads.
class PageTemplate {
 public:
  PageTemplate() : PageTemplate(std::string_view()) {}
  explicit PageTemplate(std::string_view text);

  const std::string& Text() const;

  // What is wrong with it, and where; empty when nothing is.
  std::string Error() const;

  // Every value escaped for HTML. Empty where there is an Error().
  std::string Render(const kainjow::mustache::basic_data<std::string>& view) const;

 private:
  struct Parsed;

  const Parsed& Parse() const;

  std::shared_ptr<Parsed> parsed_;
};

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_PAGE_TEMPLATE_H_
