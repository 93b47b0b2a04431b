#ifndef CLICK2CALL_CLI_CHECK_FILES_H_
#define CLICK2CALL_CLI_CHECK_FILES_H_

#include <string>

#include "call/config.h"
#include "cli/findings.h"

namespace click2call::cli {

// What everybody on this machine may do with the files: of a file in a folder that is closed to
// them, nothing; of one in a folder that they may write to, everything.

// The configuration and every file that it names, of a Setup that was loaded from `path`.
void CheckFiles(const std::string& path, const call::Config& config, Findings* findings);

// The file of the journal, once it was opened; nothing is said where it is no file.
void CheckJournalFile(const call::Config& config, Findings* findings);

// The socket that the web server connects to; empty: the one of conf/systemd, if it is there.
void CheckSocket(const std::string& path, Findings* findings);

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_CHECK_FILES_H_
