#include "net/first_words.h"

#include <tuple>
#include <utility>

namespace click2call::net {

using call::CallState;

FirstWords::Ear::Ear(FirstWords& words, const base::CallId& call_id, const CallState& known)
    : words_(words) {
  const std::lock_guard lock(words_.mutex_);
  call_ = words_.calls_.emplace(std::piecewise_construct, std::forward_as_tuple(call_id.Text()),
                                std::forward_as_tuple(known, call::CallProgress(call_id, known)));
}

FirstWords::Ear::~Ear() {
  const std::lock_guard lock(words_.mutex_);
  words_.calls_.erase(call_);
}

std::optional<CallState> FirstWords::Ear::Wait(base::MonotonicTime until,
                                               const base::Clock& clock) {
  std::unique_lock lock(words_.mutex_);
  Heard& heard = call_->second;
  ++words_.waiting_;
  heard.changed.WaitUntil(lock, until, [&] { return heard.progress.State() != heard.known; });
  --words_.waiting_;
  const CallState state = heard.progress.Unsettled(clock.WallNow());
  if (state == heard.known) return std::nullopt;
  return state;
}

void FirstWords::Take(const ami::Message& event, base::WallTime now) {
  const auto call_id = call::CallOf(event);
  if (!call_id) return;
  const std::lock_guard lock(mutex_);
  const auto [begin, end] = calls_.equal_range(call_id->Text());
  for (auto call = begin; call != end; ++call) {
    if (call->second.progress.Take(event, now)) call->second.changed.NotifyAll();
  }
}

}  // namespace click2call::net
