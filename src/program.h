#ifndef CLICK2CALL_PROGRAM_H_
#define CLICK2CALL_PROGRAM_H_

#include <memory>
#include <optional>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "call/call_store.h"
#include "call/endpoint.h"
#include "call/tally.h"
#include "call/world.h"
#include "cli/load.h"
#include "gateway/read_request.h"
#include "net/ami_client.h"
#include "net/https_module.h"
#include "net/janitor.h"
#include "net/jwt_module.h"
#include "net/links_module.h"
#include "net/metrics_module.h"
#include "net/notifier.h"
#include "net/numbers_module.h"
#include "net/system.h"
#include "net/warm_client.h"
#include "net/watcher.h"

namespace click2call {

// Everything that one configuration makes. It stays where it is: its parts refer to each other.
class Program {
 public:
  // Reads the configuration. `on_terminal`: somebody reads stderr and is told the outcome anyway.
  static base::Result<std::shared_ptr<Program>> Load(const std::string& config_path,
                                                     bool on_terminal = false);

  // For a process that stays: follows the calls, delivers their notifications, and counts into
  // `tally`, which outlives the program, from now on. kInternal where a module is missing or a key
  // is not good. REQUIRES: the process does not fork any more; the signals of
  // gateway::BlockSignals() are blocked.
  base::Status Stay(call::Tally& tally);

  // For one that does not: delivers what is due, for a moment at most, deletes a few old calls, and
  // closes the journal. REQUIRES: nothing is asked of the program any more.
  void Leave();

  // What answers requests with the program, which it keeps alive.
  static gateway::Handler HandlerOf(std::shared_ptr<Program> program);

  const call::Config& Config() const { return setup_.config; }
  base::Log& Log() const { return *log_; }
  call::World World();

 private:
  base::Status OpenModules();
  Program(cli::Setup setup, std::unique_ptr<base::Log> log, std::unique_ptr<call::CallStore> store);

  cli::Setup setup_;
  const std::unique_ptr<base::Log> log_;
  std::unique_ptr<call::CallStore> store_;
  const net::SystemClock clock_{};
  net::AmiClient dialer_;
  net::HttpsModule poster_;
  std::optional<net::JwtModule> tokens_;       // with access.jwt
  std::optional<net::LinksModule> links_;      // with access.link_secret_file
  std::optional<net::NumbersModule> numbers_;  // with numbers.region
  net::MetricsModule metrics_;
  // Of a process that stays.
  call::Tally* tally_ = nullptr;
  net::FirstWords words_;
  std::optional<net::LoginGates> gates_;
  std::optional<net::Watcher> watcher_;
  std::optional<net::WarmClient> warm_dialer_;
  std::optional<net::Notifier> notifier_;
  std::optional<net::Janitor> janitor_;
  std::optional<call::Endpoint> endpoint_;
};

}  // namespace click2call

#endif  // CLICK2CALL_PROGRAM_H_
