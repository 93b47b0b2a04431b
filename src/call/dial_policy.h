#ifndef CLICK2CALL_CALL_DIAL_POLICY_H_
#define CLICK2CALL_CALL_DIAL_POLICY_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "call/dial_pattern.h"
#include "call/extension.h"
#include "call/number_reader.h"

namespace click2call::call {

// How a number becomes what the dialplan expects: `strip` characters off its front (a + is one),
// then `prefix` before it.
struct RewriteRule {
  DialPattern match;
  std::size_t strip = 0;
  std::string prefix;
};

// [numbers].
struct NumberConfig {
  std::string region;  // empty: numbers are taken as they are typed
  std::vector<DialPattern> allow;
  std::vector<DialPattern> deny;
  std::vector<NumberKind> deny_kinds;
  std::vector<RewriteRule> rewrite;  // the first that matches counts
};

// A number that may be called, and why.
struct Destination {
  std::string number;  // as it was read: what allow, deny and rewrite see
  NumberKind kind = NumberKind::kUnknown;
  std::string pattern;       // of numbers.allow, that let it through
  std::string dialled;       // what the dialplan gets: digits, * and #, with an optional + in front
  std::string rewritten_by;  // the pattern of numbers.rewrite; empty: dialled as it was read
};

// Whether a number may be called, and as what. `reader` is null without a region: then a number is
// read as it is typed, and no kind is known but the emergency numbers 112 and 911.
//
// In this order:
//  1. Of the patterns of allow and deny that match the number as read, the most specific one
//     (DialPattern::MoreSpecificThan) counts, deny before allow where both are equally so. A
//     pattern of allow matches a * or # only with a position of its own, never with "." or "!":
//     "_0." opens no feature code.
//  2. A kind of deny_kinds is refused, unless an entry of allow without "_" is that very number.
//  3. The first rule of rewrite that matches is applied. It makes no emergency number of another
//     one, unless allow has that emergency number as an entry of its own.
//
// Errors: kPermissionDenied, naming the number, what said no, and what to change where; whatever
// the reader fails with.
base::Result<Destination> Judge(const NumberConfig& numbers, const NumberReader* reader,
                                const Extension& extension);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_DIAL_POLICY_H_
