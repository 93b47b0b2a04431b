#ifndef CLICK2CALL_STORE_WAIT_FOR_SOCKET_H_
#define CLICK2CALL_STORE_WAIT_FOR_SOCKET_H_

#include <algorithm>
#include <cerrno>
#include <chrono>

#include <poll.h>

#include "store/connection.h"

namespace click2call::store {

// Waits until the socket is ready for one of `events` (POLLIN, POLLOUT). Returns those that it is
// ready for; none when the deadline has passed.
inline short WaitForSocket(int socket, short events, Deadline deadline) {
  constexpr std::chrono::milliseconds kNever{0};
  pollfd waiting{socket, events, 0};
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const int ready = poll(&waiting, 1, static_cast<int>(std::max(left, kNever).count()));
    const auto found = static_cast<short>(waiting.revents & events);
    if (ready > 0 && found != 0) return found;
    if (ready > 0 || (ready < 0 && errno != EINTR)) return events;  // what is wrong shows then
    if (ready == 0 && left <= kNever) return 0;
  }
}

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_WAIT_FOR_SOCKET_H_
