#ifndef CLICK2CALL_CLI_IMPORT_PAGE_H_
#define CLICK2CALL_CLI_IMPORT_PAGE_H_

#include <string>

#include "cli/findings.h"
#include "cli/old_page.h"

namespace click2call::cli {

// A click2call.toml with the settings of an old page. What was taken from which line, what was not
// and why, and what has to be decided by hand is told to `findings`; the secret is never shown.
// What call::ParseConfig() would miss stands there as a comment, and is an error of `findings`.
std::string ImportPage(const OldPage& page, Findings* findings);

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_IMPORT_PAGE_H_
