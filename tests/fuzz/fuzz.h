#ifndef CLICK2CALL_FUZZ_FUZZ_H_
#define CLICK2CALL_FUZZ_FUZZ_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "base/text.h"

namespace click2call::fuzz {

// What a target promises of every input. Where it does not hold the process ends, and libFuzzer
// keeps the input. `shown` is what it does not hold of.
inline void Promise(bool holds, std::string_view what, std::string_view shown = {}) {
  if (holds) return;
  std::cerr << "NOT TRUE: " << what;
  if (!shown.empty()) std::cerr << ": " << base::Visible(shown);
  std::cerr << std::endl;
  std::abort();
}

// An input, taken apart at each byte 0x1e, which no format read here has a use for.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  bool Empty() const { return rest_.empty(); }
  std::string Part() {
    const std::string_view part = rest_.substr(0, rest_.find('\x1e'));
    rest_.remove_prefix(std::min(part.size() + 1, rest_.size()));
    return std::string(part);
  }
  std::string_view Rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// A number from 0 to 255 for switches; 0 where there is none.
inline unsigned Byte(std::string_view part, std::size_t index = 0) {
  return index < part.size() ? static_cast<unsigned char>(part[index]) : 0U;
}

}  // namespace click2call::fuzz

#endif  // CLICK2CALL_FUZZ_FUZZ_H_
