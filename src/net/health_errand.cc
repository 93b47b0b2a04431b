#include "net/health_errand.h"

#include <utility>
#include <variant>

#include "net/command_queue.h"
#include "net/command_session.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Error;

base::Status Try(const Errand& errand, call::PbxHealth* health) {
  auto connected = Connect(errand, ami::Events::kOff);
  if (!connected.Ok()) return connected.Why();
  SessionDriver driver = std::move(connected).Value();
  CommandQueue nothing_to_do(errand.clock);
  CommandSession session(driver, nothing_to_do, errand.clock);
  while (!session.Ready()) {
    if (errand.clock.Now() >= errand.deadline) {
      return Error{Code::kPbxUnavailable, "the PBX did not answer in time"};
    }
    base::Status stepped = session.Step(errand.deadline);
    if (!stepped.Ok()) return stepped;
  }
  health->asterisk = session.Version();
  health->rights = session.Rights();
  session.End();
  return base::Done();
}

}  // namespace

call::PbxHealth HealthOf(const Errand& errand) {
  call::PbxHealth health{.name = errand.pbx.name, .since = errand.clock.WallNow()};
  const base::Status tried = Try(errand, &health);
  if (tried.Ok()) {
    health.state = call::PbxHealth::State::kUp;
    return health;
  }
  const bool refused = tried.Why().code == Code::kPbxLoginRefused;
  health.state = refused ? call::PbxHealth::State::kRefused : call::PbxHealth::State::kDown;
  health.error = tried.Why().message;
  return health;
}

}  // namespace click2call::net
