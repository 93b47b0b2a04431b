#include "cli/options.h"

#include <iostream>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "base/version.h"

namespace click2call::cli {

std::variant<Options, int> ParseOptions(int argc, char** argv) {
  Options options;
  CLI::App app(
      "click2call places calls on Asterisk from a web page.\n"
      "A web server runs it as CGI or FastCGI; on the command line it places a call by itself.");
  app.set_version_flag("--version", std::string("click2call ") + base::kVersion);
  app.add_option("--config", options.config,
                 "the configuration; else $CLICK2CALL_CONFIG, else "
                 "/etc/click2call/click2call.toml");
  app.add_option("--listen", options.listen,
                 "serve FastCGI on unix:PATH or tcp:ADDRESS:PORT (without it: on an inherited "
                 "socket)");
  CLI::App* call = app.add_subcommand("call", "place a call and say what the PBX says about it");
  call->add_option("TO", options.to, "the number to call")->required();
  call->add_option("--from", options.from, "the phone that rings first; else call.origin");
  call->fallthrough();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  if (call->parsed()) options.command = Options::Command::kCall;
  return options;
}

int PrintError(const base::Error& error) {
  std::cerr << "click2call: " << base::Visible(error.message) << '\n';
  return kExitUsage;
}

int PrintHint() {
  std::cerr << "click2call: no web server started this process, and no socket was given.\n"
               "Try  click2call call 1006              to place a call,\n"
               "     click2call --listen unix:PATH     to serve FastCGI,\n"
               "or   click2call --help.\n";
  return kExitUsage;
}

}  // namespace click2call::cli
