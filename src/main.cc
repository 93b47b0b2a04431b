// Picks the mode: CGI, FastCGI or command line.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include <malloc.h>

#include "base/log.h"
#include "call/endpoint.h"
#include "call/tally.h"
#include "cli/call_command.h"
#include "cli/import_command.h"
#include "cli/load.h"
#include "cli/options.h"
#include "commands.h"
#include "gateway/cgi.h"
#include "gateway/fastcgi.h"
#include "gateway/listener.h"
#include "net/processors.h"
#include "net/system.h"
#include "program.h"
#include "store/open_store.h"

namespace click2call {
namespace {

int ServeCgi() {
  const auto program = Program::Load(cli::ConfigPath({}));
  if (program.Ok()) {
    const auto& loaded = program.Value();
    // Apache ends a CGI process whose answer is complete: by SIGTERM, and by force 3 s later. What
    // Leave() does takes less.
    if (!loaded->Config().access.sinks.empty()) (void)std::signal(SIGTERM, SIG_IGN);
    const int status = gateway::RunCgi(Program::HandlerOf(loaded), loaded->Log());
    (void)std::fclose(stdout);  // nobody shall wait for what is left to do
    loaded->Leave();
    std::_Exit(status);  // nothing is left but to take everything apart, at the click's expense
  }
  cli::PrintError(program.Why());
  const auto log = net::OpenLog("stderr", base::LogLevel::kInfo);
  return gateway::RunCgi(call::AnswerBroken, *log.Value());
}

int ServeFastCgi(const gateway::Listener& listener, const std::string& config_path) {
  // Or every worker gets a heap of its own: more memory, and most of it in no processor's cache.
  (void)mallopt(M_ARENA_MAX, 2);  // NOLINT(concurrency-mt-unsafe): there are no others yet
  net::LeaveHalfToOthers();
  net::InterruptNobody();
  gateway::BlockSignals();
  call::Tally tally(net::SystemClock().WallNow());
  const auto load = [&]() -> base::Result<std::shared_ptr<Program>> {
    auto program = Program::Load(config_path);
    if (!program.Ok()) return program;
    const base::Status stays = program.Value()->Stay(tally);
    if (!stays.Ok()) return stays.Why();
    return program;
  };
  const auto serve = [](std::shared_ptr<Program> next) -> gateway::Service {
    const call::Config& config = next->Config();
    const gateway::Workers workers{config.web.workers, store::IsFile(config.store.url)};
    return {Program::HandlerOf(std::move(next)), workers};
  };
  const auto reload = [&]() -> base::Result<gateway::Service> {
    auto next = load();
    if (!next.Ok()) return next.Why();
    return serve(std::move(next).Value());
  };
  auto program = load();
  if (!program.Ok()) return cli::PrintError(program.Why());
  // The service's own, since a program goes when the next configuration comes.
  const call::LogConfig& wanted = program.Value()->Config().log;
  const auto log = net::OpenLog(wanted.target, wanted.level);
  if (!log.Ok()) return cli::PrintError(log.Why());
  gateway::RunFastCgi(listener.Fd(), serve(std::move(program).Value()), reload, *log.Value());
  return 0;
}

int Run(int argc, char** argv) {
  (void)std::signal(SIGPIPE,
                    SIG_IGN);  // a client or PBX that is gone is an error value, not an end
  if (gateway::IsCgiProcess()) return ServeCgi();

  const auto parsed = cli::ParseOptions(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  const auto& options = std::get<cli::Options>(parsed);
  const std::string config_path = cli::ConfigPath(options.config);
  if (options.command == cli::Options::Command::kCheck) return Check(options);
  if (options.command == cli::Options::Command::kImport) {
    return cli::RunImport(options, std::cout, std::cerr);
  }
  if (options.command == cli::Options::Command::kSign) return Sign(options);
  if (options.command == cli::Options::Command::kCall) {
    const auto program = Program::Load(config_path, /*on_terminal=*/true);
    if (!program.Ok()) return cli::PrintError(program.Why());
    Program& loaded = *program.Value();
    return cli::RunCall(options, loaded.Config(), loaded.World(), std::cout, std::cerr);
  }
  if (!options.listen.empty()) {
    const auto listener = gateway::Listener::Open(options.listen);
    return listener.Ok() ? ServeFastCgi(listener.Value(), config_path)
                         : cli::PrintError(listener.Why());
  }
  const auto inherited = gateway::Listener::Inherited();
  return inherited ? ServeFastCgi(*inherited, config_path) : cli::PrintHint();
}

}  // namespace
}  // namespace click2call

int main(int argc, char** argv) try {
  return click2call::Run(argc, argv);
} catch (const std::exception& error) {
  return click2call::cli::PrintError({click2call::base::Code::kInternal, error.what()});
}
