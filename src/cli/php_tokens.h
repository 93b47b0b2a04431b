#ifndef CLICK2CALL_CLI_PHP_TOKENS_H_
#define CLICK2CALL_CLI_PHP_TOKENS_H_

#include <string>
#include <string_view>
#include <vector>

namespace click2call::cli {

// A part of a string, or of several that are joined by dots.
struct PhpPiece {
  enum class Kind {
    kText,
    kVariable,  // `text` is its path: "host" for $host and $this->host, "config.ami.host" for
                // $config['ami']['host'], "HOST" for a constant
    kComputed,  // made of the variable with the path `text`, which may be empty
  };
  Kind kind = Kind::kText;
  std::string text;
  int line = 0;  // where it begins, from 1
};

struct PhpToken {
  enum class Kind { kVariable, kName, kNumber, kString, kSymbol };
  Kind kind = Kind::kSymbol;
  std::string_view text;  // as it stands in the script; kVariable: without the $; kString: nothing
  int line = 0;           // from 1
  std::vector<PhpPiece> pieces = {};  // kString
};

// The tokens of a PHP script, in their order. Blanks, comments and what is outside of <?php … ?>
// are left out; the end of a PHP part is a ";". Nothing is an error: what is broken (a string that
// never ends, say) goes to the end of the script. Takes time in proportion to the script.
// REQUIRES: `script` outlives the tokens.
std::vector<PhpToken> ReadPhpTokens(std::string_view script);

// The path of `inner` within `outer`, which may be empty.
std::string PhpPath(std::string_view outer, std::string_view inner);

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_PHP_TOKENS_H_
