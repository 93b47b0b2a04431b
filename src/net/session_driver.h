#ifndef CLICK2CALL_NET_SESSION_DRIVER_H_
#define CLICK2CALL_NET_SESSION_DRIVER_H_

#include <memory>

#include "ami/session.h"
#include "base/clock.h"
#include "net/transport.h"

namespace click2call::net {

// How soon a socket that had no room is asked again, where nothing arrives meanwhile.
inline constexpr base::Milliseconds kTryAgainToSend{20};

// Moves the bytes between an ami::Session and a Transport, and the time into it. Used by one thread
// at a time, but for Await(), beside which another may use the rest, and for Wake().
class SessionDriver {
 public:
  // REQUIRES: `transport` is connected; `clock` outlives the driver.
  SessionDriver(std::unique_ptr<Transport> transport, ami::Session session,
                const base::Clock& clock)
      : transport_(std::move(transport)), session_(std::move(session)), clock_(clock) {}

  ami::Session& Session() { return session_; }

  // The session's next decision; empty when `deadline` passes before there is one.
  std::optional<ami::Session::Decision> Wait(base::MonotonicTime deadline);

  // Moves bytes once: hands over what is to be sent, as much as the socket takes now; where there
  // is nothing, or no room, waits at most `wait` for what arrives, or for Wake().
  void Step(base::Milliseconds wait);

  // The parts of a Step(). Send() hands over what is to be sent, Receive() takes what has arrived,
  // both without waiting; they say whether there was any. Await() is the transport's. REQUIRES, for
  // Await(): the last Receive() was false; `wait` is no longer than kTryAgainToSend where Send()
  // was false and left something.
  bool Send();
  bool Receive() { return Receive(base::Milliseconds::zero()); }
  base::Status Await(base::Milliseconds wait, base::Microseconds awake) {
    return transport_->Await(wait, awake);
  }

  // Ends the wait that goes on now, or else the next one.
  void Wake() { transport_->Wake(); }

  // Hands `action` to the socket if it takes it now, and waits for nothing. Does nothing where an
  // action before it has not left whole.
  void SendLast(const ami::Action& action);

 private:
  bool Receive(base::Milliseconds wait);

  std::unique_ptr<Transport> transport_;
  ami::Session session_;
  const base::Clock& clock_;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_SESSION_DRIVER_H_
