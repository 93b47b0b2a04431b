#ifndef CLICK2CALL_CLI_OPTIONS_H_
#define CLICK2CALL_CLI_OPTIONS_H_

#include <chrono>
#include <string>
#include <variant>

#include "base/result.h"

namespace click2call::cli {

// The command line, read. Never used in CGI, where argv is made of the query.
struct Options {
  enum class Command {
    kNone,  // serve FastCGI, where there is a socket to serve
    kCall,
    kCheck,
    kImport,
    kSign,
  };
  Command command = Command::kNone;
  std::string config;       // a path; empty: see ConfigPath()
  std::string listen;       // unix:PATH or tcp:ADDRESS:PORT; empty: an inherited socket
  std::string to;           // kCall, kSign; kCheck: empty to check everything, see RunCheck()
  std::string from;         // beside `to`; empty: the configured origin
  std::string socket = {};  // kCheck: the path of the FastCGI socket; may be empty
  std::chrono::seconds expires = {};  // kSign
  std::string url = {};               // kSign: where the program is mounted; may be empty
  std::string script = {};            // kImport: the path of the old page
  std::string output = {};            // kImport: the path of a new file; empty: stdout
};

// Exit statuses beside 0.
inline constexpr int kExitFailed = 1;   // not done, and the reason was printed
inline constexpr int kExitUsage = 2;    // wrong arguments, wrong configuration
inline constexpr int kExitUnknown = 3;  // sent, and no answer came: do not try again unseen

// The options, or the status to exit with at once: --help and --version have printed what was asked
// for, and a wrong command line what is wrong with it.
std::variant<Options, int> ParseOptions(int argc, char** argv);

// Prints why the program cannot do what it was started for. Returns kExitUsage.
int PrintError(const base::Error& error);

// Prints how to begin, for a program started with nothing to do. Returns kExitUsage.
int PrintHint();

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_OPTIONS_H_
