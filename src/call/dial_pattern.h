#ifndef CLICK2CALL_CALL_DIAL_PATTERN_H_
#define CLICK2CALL_CALL_DIAL_PATTERN_H_

#include <cstddef>
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

  // Whether Asterisk tries this pattern first where both match: one without "_" before all others,
  // then, from left to right, the position that fewer characters fit ("." after any of them, "!"
  // after "."), and a pattern that goes on before one that ends. Neither of two patterns whose
  // positions are equally wide is more specific.
  bool MoreSpecificThan(const DialPattern& other) const;

  // What "." or "!" stands for. REQUIRES: Matches(number).
  std::string_view TakenByWildcard(std::string_view number) const {
    return number.substr(positions_.size());
  }

  // True for a pattern without "_": it names exactly one number.
  bool IsLiteral() const { return text_.front() != '_'; }

  const std::string& Text() const { return text_; }

 private:
  enum class Tail { kNone, kOneOrMore, kAny };

  explicit DialPattern(std::string_view text) : text_(text) {}

  // How little the position at `index` says, its end included.
  std::size_t WidthAt(std::size_t index) const;

  std::string text_;
  std::vector<std::string> positions_;  // the characters that fit at each, each one once
  Tail tail_ = Tail::kNone;
};

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_DIAL_PATTERN_H_
