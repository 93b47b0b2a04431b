#ifndef CLICK2CALL_NET_SESSION_KEEPER_H_
#define CLICK2CALL_NET_SESSION_KEEPER_H_

#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "call/config.h"
#include "call/dialer.h"
#include "net/back_off.h"
#include "net/command_queue.h"
#include "net/command_session.h"
#include "net/login_gate.h"
#include "net/transport.h"

namespace click2call::net {

// Keeps the session that does the commands of one PBX: opened when the first is wanted, and again
// when it is lost. Used by one thread.
//
// A session that is lost is replaced at once, and what had not left goes to the next one; where
// that fails too, the queue is closed for as long as the back-off says. After a refused login
// nobody tries for kAfterRefusedLogin, and then when a session is wanted.
class SessionKeeper {
 public:
  // What it needs of the world. All that is referred to outlives it.
  struct World {
    const base::Clock& clock;
    base::Log& log;
    const TransportFactory& connect;
    LoginGate& gate;
    std::function<double()> chance;  // in [0, 1), for the back-off
    std::function<void(const call::PbxHealth&)> publish;
  };

  SessionKeeper(const call::PbxConfig& pbx, CommandQueue& queue, World world)
      : pbx_(pbx), queue_(queue), world_(std::move(world)) {}

  // Returns when the queue is stopped.
  void Run();

  // One session, from the connection to its end, and what follows from that for the queue. False
  // when the queue is stopped.
  bool RunOnce();

  // When the next may be tried; in the past: at once.
  base::MonotonicTime NextTry() const { return next_try_; }

 private:
  // Empty when the queue is stopped.
  std::optional<base::Error> RunSession();
  std::optional<base::Error> Drive(SessionDriver& driver);

  void Up(const CommandSession& session);
  void Lost(const base::Error& why);
  void LogRights(const call::Rights& rights) const;
  void Log(base::LogLevel level, std::string_view event, std::string_view why) const;

  const call::PbxConfig& pbx_;
  CommandQueue& queue_;
  World world_;
  BackOff back_off_;
  call::PbxHealth health_{.name = pbx_.name};
  base::MonotonicTime next_try_ = base::MonotonicTime::min();
  base::MonotonicTime up_since_ = base::MonotonicTime::max();  // of the present session
  bool at_once_ = true;                                        // the next try may be
  bool asks_ = true;                  // the next try waits until somebody wants it
  std::optional<base::Code> logged_;  // why it is down, as far as the log says that already
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_SESSION_KEEPER_H_
