// Reads the configuration, wires the parts, and picks the mode: CGI, FastCGI or command line.

#include <atomic>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include <signal.h>  // NOLINT: sigwait

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
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

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

int Fail(const base::Error& error) {
  std::cerr << "click2call: " << error.message << '\n';
  return cli::kExitUsage;
}

int ServeCgi() {
  const auto program = Load(cli::ConfigPath({}));
  if (!program.Ok()) {
    Fail(program.Why());
    const auto log = net::OpenLog("stderr", base::LogLevel::kInfo);
    return gateway::RunCgi(call::AnswerBroken, *log.Value());
  }
  const Program& loaded = *program.Value();
  return gateway::RunCgi(
      [&](const web::Request& request) { return loaded.endpoint.Handle(request); }, *loaded.log);
}

// SIGHUP reads the configuration again; a wrong one is refused and the old one kept. Requests under
// way keep the one they began with.
int ServeFastCgi(const gateway::Listener& listener, const std::string& config_path) {
  auto first = Load(config_path);
  if (!first.Ok()) return Fail(first.Why());
  const std::shared_ptr<Program> start = first.Value();
  std::atomic<std::shared_ptr<Program>> current(start);
  const auto reload = [&] {
    auto next = Load(config_path);
    if (next.Ok()) return current.store(std::move(next).Value());
    start->log->Write(base::LogLevel::kError,
                      base::LogLine("configuration refused").Add("why", next.Why().message));
  };
  const auto handle = [&](const web::Request& request) {
    return current.load()->endpoint.Handle(request);
  };
  gateway::RunFastCgi(listener.Fd(), start->setup.config.web.workers, handle, reload, *start->log);
  return 0;
}

int Call(const cli::Options& options, const std::string& config_path) {
  const auto program = Load(config_path, /*on_terminal=*/true);
  if (!program.Ok()) return Fail(program.Why());
  return cli::RunCall(options, program.Value()->setup.config, program.Value()->world, std::cout,
                      std::cerr);
}

int Run(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);  // a client or PBX that is gone is an error value, not an end
  if (gateway::IsCgiProcess()) return ServeCgi();

  const auto parsed = cli::ParseOptions(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  const auto& options = std::get<cli::Options>(parsed);
  const std::string config_path = cli::ConfigPath(options.config);
  if (options.command == cli::Options::Command::kCall) return Call(options, config_path);
  if (!options.listen.empty()) {
    const auto listener = gateway::Listener::Open(options.listen);
    return listener.Ok() ? ServeFastCgi(listener.Value(), config_path) : Fail(listener.Why());
  }
  const auto inherited = gateway::Listener::Inherited();
  return inherited ? ServeFastCgi(*inherited, config_path) : cli::PrintHint();
}

}  // namespace
}  // namespace click2call

int main(int argc, char** argv) { return click2call::Run(argc, argv); }
