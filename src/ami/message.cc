#include "ami/message.h"

#include "base/text.h"

namespace click2call::ami {

base::Result<FieldValue> FieldValue::From(std::string_view text) {
  if (text.size() > kMaxValueBytes) {
    return base::Error{base::Code::kInvalidArgument,
                       "is longer than " + std::to_string(kMaxValueBytes) + " bytes"};
  }
  if (base::HasControl(text)) {
    return base::Error{base::Code::kInvalidArgument,
                       "holds a control character (a line break, for example)"};
  }
  return FieldValue(std::string(text));
}

Action::Action(FieldName name, const FieldValue& action_id) : action_id_(action_id.Text()) {
  constexpr std::size_t kUsualLength = 400;
  bytes_.reserve(kUsualLength);
  bytes_.append("Action: ").append(name.Text()).append("\r\n");
  Add("ActionID", action_id);
}

Action& Action::Add(FieldName name, const FieldValue& value) {
  bytes_.append(name.Text()).append(": ").append(value.Text()).append("\r\n");
  return *this;
}

void Message::Add(std::string name, std::string value) {
  constexpr std::size_t kUsualHeaders = 8;
  if (headers_.empty()) headers_.reserve(kUsualHeaders);
  headers_.push_back({std::move(name), std::move(value)});
}

std::string_view Message::Get(std::string_view name) const {
  for (const Header& header : headers_) {
    if (base::EqualIgnoreCase(header.name, name)) return header.value;
  }
  return {};
}

}  // namespace click2call::ami
