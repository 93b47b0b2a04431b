#include "call/template.h"

#include <algorithm>
#include <cstddef>

namespace click2call::call {
namespace {

// Calls `literal` and `placeholder` with the pieces of `text`, in order. A brace that is never
// closed makes a placeholder whose name begins with it, as none does that is known.
template <class Literal, class Placeholder>
void Walk(std::string_view text, Literal literal, Placeholder placeholder) {
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    literal(text.substr(0, open));
    if (open == std::string_view::npos) return;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) return placeholder(text.substr(open));
    placeholder(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
}

}  // namespace

base::Status CheckTemplate(std::string_view text, TemplateNames names) {
  std::string unknown;
  bool found_unknown = false;
  Walk(
      text, [](std::string_view) {},
      [&](std::string_view name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
          unknown = name;
          found_unknown = true;
        }
      });
  if (!found_unknown) return base::Done();
  std::string known;
  for (const std::string_view name : names) known.append(" {").append(name).append("}");
  return base::Error{base::Code::kInvalidArgument,
                     "has {" + unknown + "}, but only these are filled in:" + known};
}

std::string ExpandTemplate(std::string_view text, TemplateValues values) {
  std::string expanded;
  Walk(
      text, [&](std::string_view literal) { expanded += literal; },
      [&](std::string_view name) {
        for (const auto& [known, value] : values) {
          if (known == name) expanded += value;
        }
      });
  return expanded;
}

}  // namespace click2call::call
