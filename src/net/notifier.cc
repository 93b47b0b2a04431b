#include "net/notifier.h"

#include <utility>

namespace click2call::net {

Notifier::Notifier(const std::vector<std::string>& sinks, Courier::World world)
    : courier_(sinks, world) {
  if (sinks.empty()) return;
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

void Notifier::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    courier_.DeliverDue(base::MonotonicTime::max(), stop);
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, courier_.UntilNext(), [] { return false; });
  }
}

}  // namespace click2call::net
