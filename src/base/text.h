#ifndef CLICK2CALL_BASE_TEXT_H_
#define CLICK2CALL_BASE_TEXT_H_

#include <span>
#include <string>
#include <string_view>

namespace click2call::base {

// ASCII only, whatever the locale: header names, numbers and keys are ASCII by definition.
bool IsDigit(char c);
bool IsAlnum(char c);
bool EqualIgnoreCase(std::string_view a, std::string_view b);
std::string_view Trim(std::string_view text);

// True when `text` has a C0 control character or DEL: CR, LF and NUL among them.
bool HasControl(std::string_view text);

// `text` with every byte that is not part of valid UTF-8 replaced by "?".
std::string ToUtf8(std::string_view text);

// `text` for a log or a terminal: valid UTF-8, with whatever ends a line or commands a terminal
// written as \xNN.
std::string Visible(std::string_view text);

// What errno's values mean, in words.
std::string ErrnoText(int error_number);

// The one of `known` that is most like `text`, for "did you mean"; empty when nothing is near.
std::string_view Nearest(std::string_view text, std::span<const std::string_view> known);

}  // namespace click2call::base

#endif  // CLICK2CALL_BASE_TEXT_H_
