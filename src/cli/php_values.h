#ifndef CLICK2CALL_CLI_PHP_VALUES_H_
#define CLICK2CALL_CLI_PHP_VALUES_H_

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "cli/php_settings.h"
#include "cli/php_tokens.h"

namespace click2call::cli {

using PhpTokens = std::span<const PhpToken>;

// Longer than a whole Originate that is put together in one expression, and short enough to read it
// again for each of its parts.
inline constexpr std::size_t kMaxExpressionTokens = 400;

bool IsSymbol(const PhpToken& token, std::string_view symbol);
bool IsName(const PhpToken& token, std::string_view name);  // letters of either case

// The expression that `tokens` begin with: up to what cannot be a part of it (a comma, a closing
// bracket, a semicolon). Empty where there is none, or it is longer
// than kMaxExpressionTokens.
PhpTokens FirstExpression(PhpTokens tokens);

// $name, $name['key'], $this->name, self::NAME or NAME at the beginning of `tokens`.
struct PhpName {
  std::string path;        // empty: there is none
  std::size_t tokens = 0;  // how many it has
};
PhpName ReadPhpName(PhpTokens tokens);

// What a whole expression says.
PhpValue ReadPhpValue(PhpTokens expression);

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_PHP_VALUES_H_
