#include "cli/options.h"

#include <array>
#include <cstdint>
#include <iostream>
#include <map>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "base/version.h"

namespace click2call::cli {

namespace {

constexpr std::chrono::seconds kOneHour = std::chrono::hours(1);
constexpr std::chrono::seconds kLongestLife = std::chrono::days(36500);

CLI::App* AddCall(CLI::App& app, Options* options) {
  CLI::App* call = app.add_subcommand("call", "place a call and say what the PBX says about it");
  call->add_option("TO", options->to, "the number to call")->required();
  call->add_option("--from", options->from, "the phone that rings first; else call.origin");
  return call;
}

CLI::App* AddCheck(CLI::App& app, Options* options) {
  CLI::App* check = app.add_subcommand(
      "check",
      "look at the configuration, the files, the journal and each PBX, and say what is wrong");
  auto* dial = check->add_option("--dial", options->to,
                                 "only say what would be dialled for this number, and why");
  check->add_option("--from", options->from, "with --dial: the phone that rings first")
      ->needs(dial);
  check->add_option("--socket", options->socket,
                    "the FastCGI socket; else /run/click2call/click2call.sock, if it is there");
  return check;
}

CLI::App* AddImport(CLI::App& app, Options* options) {
  CLI::App* import = app.add_subcommand(
      "import", "print a configuration with the settings of an old click-to-call page in PHP");
  import->add_option("OLD.php", options->script, "the old page: it is read, never run")->required();
  import->add_option("--output", options->output,
                     "a new file for the configuration, which nobody else can read; else it is "
                     "printed");
  return import;
}

CLI::App* AddSign(CLI::App& app, Options* options, std::int64_t* expires) {
  CLI::App* sign = app.add_subcommand(
      "sign", "print a link that places one call, for whoever has it (access.link_secret_file)");
  sign->add_option("TO", options->to, "the number to call")->required();
  sign->add_option("--from", options->from, "the phone that rings first; else whoever clicks has");
  const std::map<std::string, std::int64_t> seconds = {
      {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
  sign->add_option("--expires", *expires, "how long it is good, as in 90s, 30m, 1h or 7d")
      ->transform(CLI::AsNumberWithUnit(
          seconds, CLI::AsNumberWithUnit::Options(CLI::AsNumberWithUnit::CASE_SENSITIVE |
                                                  CLI::AsNumberWithUnit::UNIT_REQUIRED)))
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{kLongestLife.count()}))
      ->option_text("TIME (1h)");
  sign->add_option("--url", options->url,
                   "where the program is mounted, as in https://pbx.example.com/click2call; "
                   "without it only the query is printed");
  return sign;
}

}  // namespace

std::variant<Options, int> ParseOptions(int argc, char** argv) {
  Options options;
  CLI::App app(
      "click2call places calls on Asterisk from a web page.\n"
      "A web server runs it as CGI or FastCGI; on the command line it does what is named below.");
  app.set_version_flag("--version", std::string("click2call ") + base::kVersion);
  app.add_option("--config", options.config,
                 "the configuration; else $CLICK2CALL_CONFIG, else "
                 "/etc/click2call/click2call.toml");
  app.add_option("--listen", options.listen,
                 "serve FastCGI on unix:PATH or tcp:ADDRESS:PORT (without it: on an inherited "
                 "socket)");
  app.require_subcommand(0, 1);
  std::int64_t expires = kOneHour.count();
  const std::array commands = {
      std::pair{AddCall(app, &options), Options::Command::kCall},
      std::pair{AddCheck(app, &options), Options::Command::kCheck},
      std::pair{AddImport(app, &options), Options::Command::kImport},
      std::pair{AddSign(app, &options, &expires), Options::Command::kSign},
  };
  for (const auto& [command, which] : commands) command->fallthrough();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  for (const auto& [command, which] : commands) {
    if (command->parsed()) options.command = which;
  }
  options.expires = std::chrono::seconds(expires);
  return options;
}

int PrintError(const base::Error& error) {
  std::cerr << "click2call: " << base::Visible(error.message) << '\n';
  return kExitUsage;
}

int PrintHint() {
  std::cerr << "click2call: no web server started this process, and no socket was given.\n"
               "Try  click2call check                  to see whether all is well,\n"
               "     click2call call 1006              to place a call,\n"
               "     click2call --listen unix:PATH     to serve FastCGI,\n"
               "or   click2call --help.\n";
  return kExitUsage;
}

}  // namespace click2call::cli
