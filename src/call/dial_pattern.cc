#include "call/dial_pattern.h"

#include <algorithm>
#include <cstddef>

namespace click2call::call {
namespace {

// Wider than any set of characters.
constexpr std::size_t kWidthOfOneOrMore = 1000;
constexpr std::size_t kWidthOfAny = 2000;
constexpr std::size_t kWidthOfTheEnd = 3000;

base::Error Malformed(std::string_view text, std::string_view why) {
  return {base::Code::kInvalidArgument,
          "\"" + std::string(text) + "\" is no dialplan pattern: " + std::string(why)};
}

// The characters of a set such as "15-7": 1, 5, 6, 7. Empty when it is malformed.
std::string ReadSet(std::string_view body) {
  std::string set;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (i + 2 < body.size() && body[i + 1] == '-') {
      if (body[i] > body[i + 2]) return {};
      for (char c = body[i]; c < body[i + 2]; ++c) set += c;
      set += body[i + 2];
      i += 2;
    } else {
      set += body[i];
    }
  }
  std::sort(set.begin(), set.end());
  set.erase(std::unique(set.begin(), set.end()), set.end());
  return set;
}

std::string Position(char c) {
  switch (c) {
    case 'X':
    case 'x':
      return "0123456789";
    case 'Z':
    case 'z':
      return "123456789";
    case 'N':
    case 'n':
      return "23456789";
    default:
      return {c};
  }
}

}  // namespace

base::Result<DialPattern> DialPattern::Parse(std::string_view text) {
  if (text.empty() || text == "_") return Malformed(text, "it is empty");
  DialPattern pattern(text);
  const bool literal = pattern.IsLiteral();
  for (std::size_t i = literal ? 0 : 1; i < text.size(); ++i) {
    const char c = text[i];
    const bool last = i + 1 == text.size();
    if (c == '-') continue;
    if (literal) {
      pattern.positions_.emplace_back(1, c);
    } else if (c == '.' || c == '!') {
      if (!last) return Malformed(text, R"("." and "!" may only stand at its end)");
      pattern.tail_ = c == '.' ? Tail::kOneOrMore : Tail::kAny;
    } else if (c == '[') {
      const std::size_t end = text.find(']', i);
      if (end == std::string_view::npos) return Malformed(text, "\"[\" is never closed");
      const std::string set = ReadSet(text.substr(i + 1, end - i - 1));
      if (set.empty()) return Malformed(text, "a set in brackets is empty or backwards");
      pattern.positions_.push_back(set);
      i = end;
    } else {
      pattern.positions_.push_back(Position(c));
    }
  }
  return pattern;
}

bool DialPattern::Matches(std::string_view number) const {
  if (number.size() < positions_.size()) return false;
  for (std::size_t i = 0; i < positions_.size(); ++i) {
    if (positions_[i].find(number[i]) == std::string::npos) return false;
  }
  const std::size_t rest = number.size() - positions_.size();
  switch (tail_) {
    case Tail::kNone:
      return rest == 0;
    case Tail::kOneOrMore:
      return rest > 0;
    case Tail::kAny:
      return true;
  }
  return false;
}

bool DialPattern::MoreSpecificThan(const DialPattern& other) const {
  if (IsLiteral() != other.IsLiteral()) return IsLiteral();
  for (std::size_t i = 0; i <= positions_.size(); ++i) {
    if (WidthAt(i) != other.WidthAt(i)) return WidthAt(i) < other.WidthAt(i);
  }
  return false;
}

std::size_t DialPattern::WidthAt(std::size_t index) const {
  if (index < positions_.size()) return positions_[index].size();
  switch (tail_) {
    case Tail::kNone:
      return kWidthOfTheEnd;
    case Tail::kOneOrMore:
      return kWidthOfOneOrMore;
    case Tail::kAny:
      return kWidthOfAny;
  }
  return kWidthOfTheEnd;
}

}  // namespace click2call::call
