#ifndef CLICK2CALL_AMI_SHOW_H_
#define CLICK2CALL_AMI_SHOW_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "ami/message.h"
#include "fakes/results.h"

namespace click2call::ami {

inline FieldValue Value(std::string_view text) { return fakes::Must(FieldValue::From(text)); }

using Headers = std::initializer_list<std::pair<std::string, std::string>>;

inline Message MakeMessage(Headers headers) {
  Message message;
  for (const auto& [name, value] : headers) message.Add(name, value);
  return message;
}

// A message as it was on the wire, without its blank line.
inline std::string Show(const Message& message) {
  std::string text;
  for (const auto& [name, value] : message.Headers()) text += name + ": " + value + "\r\n";
  return text;
}

}  // namespace click2call::ami

#endif  // CLICK2CALL_AMI_SHOW_H_
