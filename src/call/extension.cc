#include "call/extension.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace click2call::call {
namespace {

constexpr std::size_t kMaxTextBytes = 100;
constexpr std::size_t kShortestInternational = 7;
constexpr std::string_view kTrunkZero = "(0)";

// Beyond ASCII, as UTF-8: no-break, narrow no-break and thin space; the dashes U+2010 to U+2015;
// the minus sign.
constexpr std::array<std::string_view, 16> kSeparators = {" ",
                                                          "(",
                                                          ")",
                                                          ".",
                                                          "-",
                                                          "/",
                                                          "\xc2\xa0",
                                                          "\xe2\x80\xaf",
                                                          "\xe2\x80\x89",
                                                          "\xe2\x80\x90",
                                                          "\xe2\x80\x91",
                                                          "\xe2\x80\x92",
                                                          "\xe2\x80\x93",
                                                          "\xe2\x80\x94",
                                                          "\xe2\x80\x95",
                                                          "\xe2\x88\x92"};

// What follows "tel:", without the parameters; the whole text where there is no such scheme.
std::string_view WithoutScheme(std::string_view text) {
  constexpr std::string_view kTel = "tel:";
  const std::string_view trimmed = base::Trim(text);
  if (!base::EqualIgnoreCase(trimmed.substr(0, kTel.size()), kTel)) return text;
  return trimmed.substr(kTel.size(), trimmed.find(';') - kTel.size());
}

bool LostItsPlus(std::string_view text) {
  if (!text.starts_with(' ') || text.size() < 2 || text[1] < '1' || text[1] > '9') return false;
  const auto digits = std::count_if(text.begin(), text.end(), base::IsDigit);
  return static_cast<std::size_t>(digits) >= kShortestInternational;
}

base::Error NoNumber(std::string_view what, std::string_view why) {
  return {base::Code::kInvalidPhoneNumber,
          "`" + std::string(what) + "` is not a phone number: " + std::string(why)};
}

// The length of the separator at the front of `text`; 0 when there is none.
std::size_t SeparatorLength(std::string_view text) {
  for (const std::string_view separator : kSeparators) {
    if (text.starts_with(separator)) return separator.size();
  }
  return 0;
}

}  // namespace

base::Result<Extension> Extension::Parse(std::string_view text, std::string_view what) {
  if (base::HasControl(text)) {
    return base::Error{base::Code::kInvalidArgument,
                       "`" + std::string(what) + "` holds a control character"};
  }
  if (text.size() > kMaxTextBytes) return NoNumber(what, "it is far too long");

  const std::string_view number = WithoutScheme(text);
  std::string asked = (LostItsPlus(number) ? "+" : "") + std::string(base::Trim(number));
  std::string dialled;
  std::string_view rest = asked;
  while (!rest.empty()) {
    const char c = rest.front();
    if (base::IsDigit(c) || c == '*' || c == '#' || (c == '+' && dialled.empty())) {
      dialled += c;
      rest.remove_prefix(1);
    } else if (dialled.starts_with('+') && rest.starts_with(kTrunkZero)) {
      rest.remove_prefix(kTrunkZero.size());
    } else if (const std::size_t separator = SeparatorLength(rest); separator > 0) {
      rest.remove_prefix(separator);
    } else {
      return NoNumber(what, "only digits, *, # and a + in front make one");
    }
  }
  if (dialled.empty() || dialled == "+") return NoNumber(what, "there is no digit in it");
  if (dialled.size() > kMaxDigits) {
    return NoNumber(what, "it has more than " + std::to_string(kMaxDigits) + " digits");
  }
  return Extension(std::move(dialled), std::move(asked));
}

}  // namespace click2call::call
