#ifndef CLICK2CALL_CALL_TEMPLATE_H_
#define CLICK2CALL_CALL_TEMPLATE_H_

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace click2call::call {

// The {placeholders} of configuration values such as call.caller_id.
using TemplateNames = std::span<const std::string_view>;
using TemplateValues = std::span<const std::pair<std::string_view, std::string_view>>;

inline constexpr std::string_view kFromNames[] = {"from"};                      // NOLINT
inline constexpr std::string_view kToFromUserNames[] = {"to", "from", "user"};  // NOLINT
inline constexpr TemplateNames kFrom{kFromNames};
inline constexpr TemplateNames kToFromUser{kToFromUserNames};

// kInvalidArgument, naming what may stand there, when a {…} in `text` is none of `names`.
base::Status CheckTemplate(std::string_view text, TemplateNames names);

// `text` with each {name} replaced by its value, in one pass: what a value holds is never read as a
// placeholder. REQUIRES: CheckTemplate() passed with the same names.
std::string ExpandTemplate(std::string_view text, TemplateValues values);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_TEMPLATE_H_
