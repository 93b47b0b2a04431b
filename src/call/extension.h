#ifndef CLICK2CALL_CALL_EXTENSION_H_
#define CLICK2CALL_CALL_EXTENSION_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace click2call::call {

// A number that can be dialled: digits, * and #, with an optional + in front. It exists only if it
// is well-formed, so nothing behind it checks again, and nothing in it can mean anything to a
// dialplan but a number.
class Extension {
 public:
  static constexpr std::size_t kMaxDigits = 32;

  // Reads a number as people write it: blanks, brackets, dots, dashes and slashes (no-break spaces
  // and typographic dashes too) are dropped, so is the "(0)" of "+49 (0) 89", and a tel: URI
  // (RFC 3966) loses its scheme and its parameters.
  //
  // In a query "+" means a blank, so "+4989…" in a link that nobody escaped arrives as " 4989…".
  // A leading blank is read as "+" where an international number follows: no 0 in front, and at
  // least seven digits. (No internal number that people have is so long.)
  //
  // kInvalidArgument for control characters, kInvalidPhoneNumber for everything else that is not a
  // number; `what` names the parameter in the message.
  static base::Result<Extension> Parse(std::string_view text, std::string_view what);

  // What is dialled.
  const std::string& Dialled() const { return dialled_; }

  // The number as it was asked for, without tel: and outer blanks.
  const std::string& Asked() const { return asked_; }

 private:
  Extension(std::string dialled, std::string asked)
      : dialled_(std::move(dialled)), asked_(std::move(asked)) {}

  std::string dialled_;
  std::string asked_;
};

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_EXTENSION_H_
