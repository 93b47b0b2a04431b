#ifndef CLICK2CALL_NET_JANITOR_H_
#define CLICK2CALL_NET_JANITOR_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "call/call_store.h"
#include "call/config.h"

namespace click2call::net {

// Deletes up to `most` calls from the journal that are older than `keep`, and says so in the log;
// also why it could not. Returns how many: less than `most` when there are no more.
base::Result<std::size_t> DeleteOld(call::CallStore& store, base::WallTime now,
                                    std::chrono::days keep, base::Log& log, std::size_t most);

// Ends, as `other`, the calls of a day ago and before that are on none of these PBXs: theirs was
// taken out of the configuration, and nobody asks it any more.
void EndForgotten(call::CallStore& store, const std::vector<call::PbxConfig>& pbxs,
                  base::WallTime now, base::Log& log);

// Does both once an hour, in a thread of its own and in steps so small that no click waits for one.
// What is referred to outlives it.
class Janitor {
 public:
  Janitor(call::CallStore& store, const std::vector<call::PbxConfig>& pbxs, std::chrono::days keep,
          const base::Clock& clock, base::Log& log);
  ~Janitor();
  Janitor(const Janitor&) = delete;
  Janitor& operator=(const Janitor&) = delete;

 private:
  void Work();
  bool Pause(std::chrono::milliseconds wait);

  call::CallStore& store_;
  const std::vector<call::PbxConfig>& pbxs_;
  const std::chrono::days keep_;
  const base::Clock& clock_;
  base::Log& log_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_JANITOR_H_
