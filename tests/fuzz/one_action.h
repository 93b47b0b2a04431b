#ifndef CLICK2CALL_FUZZ_ONE_ACTION_H_
#define CLICK2CALL_FUZZ_ONE_ACTION_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "ami/message.h"
#include "base/text.h"
#include "fuzz/fuzz.h"

namespace click2call::fuzz {

// Promises that these bytes are one action and no more: headers without a control character, and
// the only blank line at their end.
inline void PromiseOneAction(std::string_view bytes) {
  Promise(bytes.starts_with("Action: ") && bytes.ends_with("\r\n\r\n"), "it is a whole action",
          bytes);
  Promise(bytes.find("\r\n\r\n") == bytes.size() - 4, "the only blank line is at its end", bytes);
  for (std::string_view rest = bytes.substr(0, bytes.size() - 2); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(line.size() + 2);
    Promise(!base::HasControl(line), "no value holds a control character", line);
    Promise(line.find(": ") != std::string_view::npos, "each line is a header", line);
    Promise(line.size() <= ami::kMaxLineBytes, "Asterisk takes a line of that length", line);
  }
}

}  // namespace click2call::fuzz

#endif  // CLICK2CALL_FUZZ_ONE_ACTION_H_
