#ifndef CLICK2CALL_NET_CHANNEL_CACHE_H_
#define CLICK2CALL_NET_CHANNEL_CACHE_H_

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "ami/message.h"
#include "base/clock.h"

namespace click2call::net {

// Which channels ring the extensions of one PBX, as far as it was asked lately. Safe in threads.
class ChannelCache {
 public:
  static constexpr base::Milliseconds kKept{60'000};
  static constexpr std::size_t kMost = 1000;  // extensions

  std::optional<ami::FieldValue> Find(const std::string& exten, base::MonotonicTime now) const {
    const std::lock_guard lock(mutex_);
    const auto found = channels_.find(exten);
    if (found == channels_.end() || now >= found->second.until) return std::nullopt;
    return found->second.channel;
  }

  // Where there are too many, those that are too old go, and if there are none, all.
  void Keep(const std::string& exten, const ami::FieldValue& channel, base::MonotonicTime now) {
    const std::lock_guard lock(mutex_);
    if (channels_.size() >= kMost) {
      std::erase_if(channels_, [&](const auto& one) { return now >= one.second.until; });
      if (channels_.size() >= kMost) channels_.clear();
    }
    channels_.insert_or_assign(exten, Known{channel, now + kKept});
  }

 private:
  struct Known {
    ami::FieldValue channel;
    base::MonotonicTime until;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Known> channels_;  // guarded by mutex_
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_CHANNEL_CACHE_H_
