#ifndef CLICK2CALL_CLI_LOAD_H_
#define CLICK2CALL_CLI_LOAD_H_

#include <string>

#include "base/result.h"
#include "call/config.h"
#include "web/pages.h"

namespace click2call::cli {

// The configuration with everything it names: secrets are in, pages are read and valid, and the
// names of all these files are whole paths.
struct Setup {
  call::Config config;
  web::Pages pages;
};

// `option` where it is not empty, else $CLICK2CALL_CONFIG, else /etc/click2call/click2call.toml.
std::string ConfigPath(const std::string& option);

// Reads the file at `path` and the files it names (relative names are relative to its folder).
// Refused, with a message that says what to do: a file that cannot be read, a configuration that is
// wrong, a file with a secret in it that everybody on this machine can read.
base::Result<Setup> LoadSetup(const std::string& path);

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_LOAD_H_
