// Reads the configuration, wires the parts, and picks the mode: CGI, FastCGI or command line.

#include <csignal>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "base/log.h"
#include "call/endpoint.h"
#include "cli/call_command.h"
#include "cli/load.h"
#include "cli/options.h"
#include "gateway/cgi.h"
#include "gateway/fastcgi.h"
#include "gateway/listener.h"
#include "net/ami_client.h"
#include "net/system.h"
#include "net/tcp_transport.h"

namespace click2call {
namespace {

// Everything that one configuration makes. It stays where it is: its parts refer to each other.
struct Program {
  Program(cli::Setup loaded, std::unique_ptr<base::Log> opened)
      : setup(std::move(loaded)), log(std::move(opened)) {
    for (const std::string& warning : setup.config.warnings) {
      log->Write(base::LogLevel::kWarning, base::LogLine("configuration").Add("what", warning));
    }
  }

  const cli::Setup setup;
  const std::unique_ptr<base::Log> log;
  const net::SystemClock clock{};
  net::AmiClient dialer{setup.config.pbx, setup.config.web.outcome_wait, clock, *log,
                        [](const std::string& host, std::uint16_t port) {
                          return std::make_unique<net::TcpTransport>(host, port);
                        }};
  const call::World world{dialer, clock, net::NewCallId, *log};
  const call::Endpoint endpoint{setup.config, setup.pages, world};
};

// `on_terminal`: somebody reads stderr and is told the outcome anyway.
base::Result<std::shared_ptr<Program>> Load(const std::string& path, bool on_terminal = false) {
  auto setup = cli::LoadSetup(path);
  if (!setup.Ok()) return setup.Why();
  call::LogConfig wanted = setup.Value().config.log;
  if (on_terminal && wanted.target == "stderr") wanted.level = base::LogLevel::kError;
  auto log = net::OpenLog(wanted.target, wanted.level);
  if (!log.Ok()) return log.Why();
  return std::make_shared<Program>(std::move(setup).Value(), std::move(log).Value());
}

// The handler keeps the program alive.
gateway::Handler HandlerOf(std::shared_ptr<Program> program) {
  return [program = std::move(program)](const web::Request& request) {
    return program->endpoint.Handle(request);
  };
}

int ServeCgi() {
  const auto program = Load(cli::ConfigPath({}));
  if (program.Ok()) return gateway::RunCgi(HandlerOf(program.Value()), *program.Value()->log);
  cli::PrintError(program.Why());
  const auto log = net::OpenLog("stderr", base::LogLevel::kInfo);
  return gateway::RunCgi(call::AnswerBroken, *log.Value());
}

int ServeFastCgi(const gateway::Listener& listener, const std::string& config_path) {
  const auto program = Load(config_path);
  if (!program.Ok()) return cli::PrintError(program.Why());
  const auto reload = [&]() -> base::Result<gateway::Handler> {
    const auto next = Load(config_path);
    if (!next.Ok()) return next.Why();
    return HandlerOf(next.Value());
  };
  gateway::RunFastCgi(listener.Fd(), program.Value()->setup.config.web.workers,
                      HandlerOf(program.Value()), reload, *program.Value()->log);
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
  if (options.command == cli::Options::Command::kCall) {
    const auto program = Load(config_path, /*on_terminal=*/true);
    if (!program.Ok()) return cli::PrintError(program.Why());
    const Program& loaded = *program.Value();
    return cli::RunCall(options, loaded.setup.config, loaded.world, std::cout, std::cerr);
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
