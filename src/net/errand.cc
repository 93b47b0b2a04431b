#include "net/errand.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <utility>
#include <variant>

namespace click2call::net {

using base::Code;
using base::Error;

namespace {

constexpr std::chrono::seconds kRetryAfter{5};

// The classes that placing, ending and following calls can do with.
constexpr std::array<std::string_view, 3> kUseful = {"originate", "call", "reporting"};

// The class that whoever may run an action has to have, by its "… (Priv: command,all)": empty where
// it needs none, or where another class would do as well.
std::string_view OnlyClass(std::string_view description) {
  constexpr std::string_view kBegin = "(Priv: ";
  constexpr std::string_view kEnd = ",all)";
  const auto begin = description.rfind(kBegin);
  if (begin == std::string_view::npos || !description.ends_with(kEnd)) return {};
  description.remove_prefix(begin + kBegin.size());
  description.remove_suffix(kEnd.size());
  return description.find(',') == std::string_view::npos ? description : std::string_view();
}

}  // namespace

base::Result<SessionDriver> Connect(const Errand& errand, ami::Events events) {
  auto made = errand.connect(errand.pbx);
  if (!made.Ok()) return made.Why();
  std::unique_ptr<Transport> transport = std::move(made).Value();
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

Error ReportTrouble(base::Log& log, const call::PbxConfig& pbx, const base::CallId& call_id,
                    Error error) {
  // The address is for the log alone: the message reaches whoever clicked.
  log.Write(base::LogLevel::kWarning, base::LogLine("pbx")
                                          .Add("pbx", pbx.name)
                                          .Add("host", pbx.host)
                                          .Add("port", std::to_string(pbx.port))
                                          .Add("callId", call_id.Text())
                                          .Add("why", error.message));
  return OnPbx(pbx, std::move(error));
}

Error OnPbx(const call::PbxConfig& pbx, Error error) {
  error.message = "PBX \"" + pbx.name + "\": " + error.message;
  if (error.code == Code::kPbxUnavailable && error.retry_after.count() == 0) {
    error.retry_after = kRetryAfter;
  }
  return error;
}

Error NotConfigured(const call::Call& call) {
  return {Code::kPbxUnavailable,
          "this call was placed on PBX \"" + call.pbx + "\", which is no longer configured",
          call.id.Text()};
}

call::Rights ReadRights(const ami::Message& list_commands_reply) {
  const auto may = [&](std::string_view action) {
    return !list_commands_reply.Get(action).empty();
  };
  std::set<std::string, std::less<>> beyond;
  for (const auto& [action, description] : list_commands_reply.Headers()) {
    const std::string_view needed = OnlyClass(description);
    if (!needed.empty() && std::ranges::count(kUseful, needed) == 0) beyond.emplace(needed);
  }
  return {.originate = may("Originate"),
          .hangup = may("Hangup"),
          .status = may("Status"),
          .beyond = {beyond.begin(), beyond.end()},
          .extension_state = may("ExtensionState"),
          .getvar = may("Getvar"),
          .dbget = may("DBGet")};
}

call::Rights AllRights() {
  return {.originate = true,
          .hangup = true,
          .status = true,
          .beyond = {},
          .extension_state = true,
          .getvar = true,
          .dbget = true};
}

}  // namespace click2call::net
