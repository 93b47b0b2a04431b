#ifndef CLICK2CALL_NET_FOLLOWER_H_
#define CLICK2CALL_NET_FOLLOWER_H_

#include <functional>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "call/call_store.h"
#include "call/config.h"
#include "call/dialer.h"
#include "call/tracker.h"
#include "net/back_off.h"
#include "net/login_gate.h"
#include "net/session_driver.h"
#include "net/transport.h"

namespace click2call::net {

// How soon a follower that waits for bytes sees that it is to stop.
inline constexpr base::Milliseconds kStopSlice{200};

// While a PBX has something to tell and nobody waits for it, it is heard this often: to be woken
// for each event costs more than to read it.
inline constexpr base::Milliseconds kNap{5};

// Follows the calls of one PBX for as long as it runs: keeps a session to it, hands its events to a
// Tracker, asks for what it missed, and comes back when the connection is lost. Used by one thread.
class Follower {
 public:
  // What it needs of the world. All that is referred to outlives it.
  struct World {
    call::CallStore& store;
    const base::Clock& clock;
    base::Log& log;
    const TransportFactory& connect;
    LoginGate& gate;
    std::function<double()> chance;  // in [0, 1), for the back-off
    // Waits that long, or until the follower is to stop: then it is false, at once.
    std::function<bool(base::Milliseconds)> pause;
    // Told our rights from when the journal is up to date, and nothing from when it may not be.
    std::function<void(const std::optional<call::Rights>&)> publish;
    // Told every event, before the journal is.
    std::function<void(const ami::Message&)> heard;
    // Whether somebody waits for what an event says.
    std::function<bool()> awaited;
  };

  Follower(const call::PbxConfig& pbx, World world);

  // Returns when pause() says so.
  void Run();

 private:
  // One session, from the connection to its end. Empty when it is to stop.
  std::optional<base::Error> RunSession();
  std::optional<base::Error> Drive(SessionDriver& driver);

  void LogBegin();
  void LogEnd(const base::Error& why);

  const call::PbxConfig& pbx_;
  World world_;
  call::Tracker tracker_;
  BackOff back_off_;
  std::optional<base::Code> logged_;  // why it is not followed, as far as the log says that already
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_FOLLOWER_H_
