#include "net/errand.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

namespace click2call::net {

using base::Code;
using base::Error;

base::Result<SessionDriver> Connect(const Errand& errand, ami::Events events) {
  auto transport = errand.connect(errand.pbx.host, errand.pbx.port);
  const auto left = base::Remaining(errand.deadline, errand.clock.Now());
  const base::Status connected = transport->Connect(std::min(kConnectWait, left));
  if (!connected.Ok()) return connected.Why();
  return SessionDriver(std::move(transport),
                       ami::Session(errand.pbx.credentials, events, errand.clock.Now()),
                       errand.clock);
}

base::Result<SessionDriver> LogIn(const Errand& errand, ami::Events events) {
  auto driver = Connect(errand, events);
  if (!driver.Ok()) return driver;
  SessionDriver connected = std::move(driver).Value();
  const auto decision = connected.Wait(errand.deadline);
  if (!decision) return Error{Code::kPbxUnavailable, "the PBX took too long to log us in"};
  if (const auto* ended = std::get_if<ami::Session::Ended>(&*decision)) return ended->error;
  return connected;  // a session decides nothing else first
}

void LogOff(SessionDriver& driver) { driver.SendLast(ami::Logoff(Own("c2c-logoff"))); }

ami::FieldValue Own(std::string_view text) { return ami::FieldValue::From(text).Value(); }

call::Rights ReadRights(const ami::Message& list_commands_reply) {
  const auto may = [&](std::string_view action) {
    return !list_commands_reply.Get(action).empty();
  };
  return {may("Originate"), may("Hangup"), may("Status")};
}

}  // namespace click2call::net
