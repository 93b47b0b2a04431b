#ifndef CLICK2CALL_NET_WATCHER_H_
#define CLICK2CALL_NET_WATCHER_H_

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "call/call_store.h"
#include "call/config.h"
#include "call/dialer.h"
#include "net/first_words.h"
#include "net/login_gate.h"
#include "net/transport.h"

namespace click2call::net {

// Follows the calls of every PBX, each in a thread of its own, from its construction to its
// destruction. The threads take no signals. Every event is told to `words` first. On() is empty
// from the moment a connection is lost until all calls of that PBX have been asked for over the
// next one.
class Watcher : public call::Following {
 public:
  // REQUIRES: what is referred to outlives the watcher; every PbxConfig has its secret; the process
  // does not fork any more. Throws std::system_error where there are no more threads.
  Watcher(const std::vector<call::PbxConfig>& pbxs, call::CallStore& store,
          const base::Clock& clock, base::Log& log, TransportFactory connect, LoginGates& gates,
          FirstWords& words);

  // Says Logoff everywhere, within 300 ms; where a connection is being made, or the journal
  // written, that is waited for.
  ~Watcher() override;
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  // Safe in threads.
  std::optional<call::Rights> On(const std::string& pbx) const override;

 private:
  void Follow(const call::PbxConfig& pbx);
  void Stop();

  call::CallStore& store_;
  const base::Clock& clock_;
  base::Log& log_;
  const TransportFactory connect_;
  LoginGates& gates_;
  FirstWords& words_;

  mutable std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;                       // guarded by mutex_
  std::map<std::string, call::Rights> rights_;  // guarded by mutex_; of the PBXs that are followed
  std::vector<std::thread> threads_;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_WATCHER_H_
