#ifndef CLICK2CALL_BASE_SECRET_H_
#define CLICK2CALL_BASE_SECRET_H_

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace click2call::base {

// A password. It prints as ***, so that no message, log or test failure can show it; the one
// place that needs the text asks for it by name.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  const std::string& Reveal() const { return text_; }
  bool Empty() const { return text_.empty(); }

  friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

 private:
  std::string text_;
};

// Whether the two are equal, in a time that does not tell where they differ. Nothing equals an
// empty secret.
inline bool SameSecret(std::string_view given, std::string_view secret) {
  if (secret.empty() || given.size() != secret.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < secret.size(); ++i) {
    difference |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(secret[i]);
  }
  return difference == 0;
}

}  // namespace click2call::base

#endif  // CLICK2CALL_BASE_SECRET_H_
