#ifndef CLICK2CALL_NET_TRANSPORT_H_
#define CLICK2CALL_NET_TRANSPORT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "call/config.h"

namespace click2call::net {

// A byte stream to one PBX. Used by one thread at a time, but for Await(), beside which another may
// use the rest, and for Wake(); destroying it closes the connection.
// Errors are kPbxUnavailable, say what happened without naming the address, and are final: a
// transport that failed is of no more use.
class Transport {
 public:
  virtual ~Transport() = default;

  // Waits until the connection stands, at most `wait`.
  virtual base::Status Connect(base::Milliseconds wait) = 0;

  // Hands over as much of `bytes` as there is room for, waiting at most `wait` for any. How much
  // that was; 0 when the wait ran out.
  virtual base::Result<std::size_t> Send(std::string_view bytes, base::Milliseconds wait) = 0;

  struct Received {
    std::size_t count = 0;
    bool end = false;  // the peer has closed
  };
  // Waits at most `wait` for bytes, or until Wake(); count 0 without `end` when none came.
  virtual base::Result<Received> Receive(std::span<char> buffer, base::Milliseconds wait) = 0;

  // Waits at most `wait` until there may be bytes to receive, or until Wake(); for the first
  // `awake` of it without sleeping, which takes a processor from nobody who wants it. REQUIRES: the
  // last Receive() gave none. Nobody else waits meanwhile.
  virtual base::Status Await(base::Milliseconds wait, base::Microseconds awake) = 0;

  // Ends the Receive() or Await() that waits now, or else the wait of the next one.
  virtual void Wake() = 0;
};

// A transport for a PBX, not connected yet. An error where that kind cannot be had (a module that
// is missing, a certificate that cannot be read).
using TransportFactory =
    std::function<base::Result<std::unique_ptr<Transport>>(const call::PbxConfig& pbx)>;

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_TRANSPORT_H_
