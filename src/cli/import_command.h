#ifndef CLICK2CALL_CLI_IMPORT_COMMAND_H_
#define CLICK2CALL_CLI_IMPORT_COMMAND_H_

#include <ostream>

#include "cli/options.h"

namespace click2call::cli {

// click2call import OLD.php [--output FILE]: the settings of an old click-to-call page as a
// click2call.toml, on `out` or in a new file that nobody else can read. The page is never run.
// `err` says what was taken from which line, what was not and why, and what to do next; the secret
// is only in the configuration. Returns the exit status: kExitFailed where something is missing
// that the program cannot do without, kExitUsage where a file cannot be read or written.
int RunImport(const Options& options, std::ostream& out, std::ostream& err);

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_IMPORT_COMMAND_H_
