#ifndef CLICK2CALL_CALL_DIAL_PATTERN_H_
#define CLICK2CALL_CALL_DIAL_PATTERN_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace click2call::call {

// An extension pattern as extensions.conf has it (Asterisk, main/pbx.c). With a leading "_":
// X is 0-9, Z is 1-9, N is 2-9, [15-7] is one of a set; "." at the end is one or more characters
// of any kind, "!" none or more; everything else is itself. Without "_" the text is itself. Dashes
// are for the eye.
class DialPattern {
 public:
  static base::Result<DialPattern> Parse(std::string_view text);

  bool Matches(std::string_view number) const;

  // True for a pattern without "_": it names exactly one number.
  bool IsLiteral() const { return text_.front() != '_'; }

  const std::string& Text() const { return text_; }

 private:
  enum class Tail { kNone, kOneOrMore, kAny };

  explicit DialPattern(std::string_view text) : text_(text) {}

  std::string text_;
  std::vector<std::string> positions_;  // the characters that fit at each
  Tail tail_ = Tail::kNone;
};

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_DIAL_PATTERN_H_
