#ifndef CLICK2CALL_CLI_PHP_SETTINGS_H_
#define CLICK2CALL_CLI_PHP_SETTINGS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/php_tokens.h"

namespace click2call::cli {

// What is given to a name, as far as it can be read without running anything.
struct PhpValue {
  std::vector<PhpPiece> pieces;
  // What goes before it at run time: "_GET.to" for $_GET['to'] ?? '1006', "getenv" for the
  // environment; empty: nothing.
  std::string unless;
};

struct PhpSetting {
  enum class Form {
    kNamed,  // $name = …, define('name', …), const name = …, 'name' => …, ->setName(…)
    kSent,   // a header line in a string ("Channel: SIP/100\r\n"), or where the socket leads: then
             // the name is the field's (Channel, Username …), or Host or Port
  };
  Form form = Form::kNamed;
  std::string name;  // kNamed: its path, as PhpPiece has it
  int line = 0;      // of the script, from 1
  PhpValue value;
};

inline constexpr std::size_t kMaxScriptBytes = 1024 * 1024;
inline constexpr std::size_t kMaxSettings = 5000;

// Everything in a PHP script that may be a setting, in its order. kPayloadTooLarge for more than
// these. Other than that nothing is an error: what it does not understand it leaves out.
base::Result<std::vector<PhpSetting>> ReadPhpSettings(std::string_view script);

// Whether a path leads to what a request sends: $_GET, $_POST, $_REQUEST, $_COOKIE.
bool IsOfRequest(std::string_view path);

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_PHP_SETTINGS_H_
