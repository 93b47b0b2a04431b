#include "program.h"

#include <chrono>
#include <string>
#include <system_error>
#include <utility>

#include "journal.h"
#include "net/courier.h"
#include "net/open_transport.h"

namespace click2call {
namespace {

// What a CGI process spends on notifications after its answer.
constexpr std::chrono::seconds kLastMoment{2};

// More than the one that it may have added, so that a long past gets shorter too.
constexpr std::size_t kFewCalls = 10;

}  // namespace

base::Result<std::shared_ptr<Program>> Program::Load(const std::string& config_path,
                                                     bool on_terminal) {
  auto setup = cli::LoadSetup(config_path);
  if (!setup.Ok()) return setup.Why();
  const call::Config& config = setup.Value().config;
  call::LogConfig wanted = config.log;
  if (on_terminal && wanted.target == "stderr") wanted.level = base::LogLevel::kError;
  auto log = net::OpenLog(wanted.target, wanted.level);
  if (!log.Ok()) return log.Why();
  auto store = OpenJournal(config.store, log.Value().get());
  if (!store.Ok()) return store.Why();
  return std::shared_ptr<Program>(
      new Program(std::move(setup).Value(), std::move(log).Value(), std::move(store).Value()));
}

Program::Program(cli::Setup setup, std::unique_ptr<base::Log> log,
                 std::unique_ptr<call::CallStore> store)
    : setup_(std::move(setup)),
      log_(std::move(log)),
      store_(std::move(store)),
      dialer_(setup_.config.pbx, setup_.config.web.outcome_wait, clock_, *log_,
              net::OpenTransport) {
  const call::AccessConfig& access = setup_.config.access;
  if (access.jwt) tokens_.emplace(*access.jwt);
  if (!access.link_secret.Empty()) {
    links_.emplace(web::LinkConfig{access.link_secret, setup_.config.store.keep});
  }
  if (!setup_.config.numbers.region.empty()) numbers_.emplace(setup_.config.numbers.region);
  for (const std::string& warning : setup_.config.warnings) {
    log_->Write(base::LogLevel::kWarning, base::LogLine("configuration").Add("what", warning));
  }
  endpoint_.emplace(setup_.config, setup_.pages, World());
}

base::Status Program::OpenModules() {
  base::Status open = base::Done();
  if (tokens_) open = tokens_->Open();
  if (open.Ok() && links_) open = links_->Open();
  if (open.Ok() && numbers_) open = numbers_->Open();
  if (open.Ok() && !setup_.config.access.sinks.empty()) open = poster_.Open();
  return open;
}

base::Status Program::Stay(call::Tally& tally) {
  base::Status open = OpenModules();
  if (!open.Ok()) return open;
  setup_.pages.KeepParsed();
  tally_ = &tally;
  try {
    gates_.emplace(setup_.config.pbx, clock_);
    watcher_.emplace(setup_.config.pbx, *store_, clock_, *log_, net::OpenTransport, *gates_,
                     words_);
    warm_dialer_.emplace(setup_.config.pbx, setup_.config.web.outcome_wait, *watcher_, words_,
                         *gates_, clock_, *log_, net::OpenTransport);
    notifier_.emplace(setup_.config.access.sinks,
                      net::Courier::World{*store_, poster_, clock_, *log_});
    janitor_.emplace(*store_, setup_.config.pbx, setup_.config.store.keep, clock_, *log_);
  } catch (const std::system_error& error) {
    return base::Error{base::Code::kInternal,
                       std::string("no more threads for following calls: ") + error.what()};
  }
  endpoint_.emplace(setup_.config, setup_.pages, World());
  return base::Done();
}

void Program::Leave() {
  (void)net::DeleteOld(*store_, clock_.WallNow(), setup_.config.store.keep, *log_, kFewCalls);
  if (!setup_.config.access.sinks.empty()) {
    net::Courier courier(setup_.config.access.sinks, {*store_, poster_, clock_, *log_});
    courier.DeliverDue(clock_.Now() + kLastMoment);
  }
  store_.reset();
}

call::World Program::World() {
  call::Dialer& dialer = warm_dialer_ ? static_cast<call::Dialer&>(*warm_dialer_) : dialer_;
  return {.dialer = dialer,
          .store = *store_,
          .following = watcher_ ? &*watcher_ : nullptr,
          .clock = clock_,
          .new_call_id = net::NewCallId,
          .new_token = net::NewToken,
          .log = *log_,
          .tokens = tokens_ ? &*tokens_ : nullptr,
          .links = links_ ? &*links_ : nullptr,
          .numbers = numbers_ ? &*numbers_ : nullptr,
          .metrics = &metrics_,
          .tally = tally_};
}

gateway::Handler Program::HandlerOf(std::shared_ptr<Program> program) {
  return [program = std::move(program)](const web::Request& request) {
    return program->endpoint_->Handle(request);
  };
}

}  // namespace click2call
