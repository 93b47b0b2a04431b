#ifndef CLICK2CALL_BASE_SECRET_H_
#define CLICK2CALL_BASE_SECRET_H_

#include <ostream>
#include <string>
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

}  // namespace click2call::base

#endif  // CLICK2CALL_BASE_SECRET_H_
