#ifndef CLICK2CALL_NET_NOTIFIER_H_
#define CLICK2CALL_NET_NOTIFIER_H_

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "net/courier.h"

namespace click2call::net {

// A thread that delivers notifications for as long as this lives. Without sinks there is none.
class Notifier {
 public:
  Notifier(const std::vector<std::string>& sinks, Courier::World world);

  // Returns at once, but for a lookup of a host's name that is under way. What was not delivered
  // stays in the journal.
  ~Notifier() = default;

 private:
  void Run(const std::stop_token& stop);

  Courier courier_;  // of the thread alone
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // last: it uses all others
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_NOTIFIER_H_
