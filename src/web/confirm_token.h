#ifndef CLICK2CALL_WEB_CONFIRM_TOKEN_H_
#define CLICK2CALL_WEB_CONFIRM_TOKEN_H_

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace click2call::web {

inline constexpr std::chrono::minutes kConfirmLife{10};

// What a token is good for: who was shown the page, and what would be called. The order counts, and
// an empty part is a part.
using Binding = std::vector<std::string>;

// The token that a page of ours puts into a form that dials: whoever sends it back has been shown
// that page. It has letters, digits, "-" and "_" alone, unlike a signed link, which has dots. It is
// good for kConfirmLife, however often. REQUIRES: `key` is not empty.
std::string MakeConfirmToken(const base::Secret& key, const Binding& binding, base::WallTime now);

enum class ConfirmState {
  kGood,
  kExpired,  // ours, for this binding, and too old
  kBad,      // cut off, changed, for another binding, or made with another key
};
ConfirmState CheckConfirmToken(const base::Secret& key, const Binding& binding,
                               std::string_view token, base::WallTime now);

// Why such a token places no call. REQUIRES: `state` is not kGood.
base::Error RefusalOf(ConfirmState state);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_CONFIRM_TOKEN_H_
