#ifndef CLICK2CALL_FAKES_FAKE_STORE_H_
#define CLICK2CALL_FAKES_FAKE_STORE_H_

#include <algorithm>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "call/call_store.h"

namespace click2call::fakes {

// A journal in memory. Like a real one it may be used from several threads.
class FakeStore : public call::CallStore {
 public:
  // From here on every call fails with kStoreUnavailable, and changes nothing; until Mend().
  void Break() {
    const std::lock_guard lock(mutex_);
    broken_ = true;
  }
  void Mend() {
    const std::lock_guard lock(mutex_);
    broken_ = false;
  }

  // How often it was asked for anything, broken or not.
  std::size_t Asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

  // All rows, oldest first, and all notifications that were neither delivered nor given up.
  std::vector<call::Call> Calls() const {
    const std::lock_guard lock(mutex_);
    std::vector<call::Call> calls;
    for (const auto& [id, call] : calls_) calls.push_back(call);
    return calls;
  }
  std::vector<call::Notification> Notifications() const {
    const std::lock_guard lock(mutex_);
    std::vector<call::Notification> waiting;
    for (const Waiting& row : waiting_) waiting.push_back(row.notification);
    return waiting;
  }

  base::Status Insert(const call::Call& call, bool once) override {
    const std::lock_guard lock(mutex_);
    if (Fails()) return Why();
    const auto theirs = [&](const auto& row) {
      return row.second.caller_exten == call.caller_exten &&
             row.second.callee_exten == call.callee_exten && !call::IsOver(row.second.state.status);
    };
    const auto other = once ? std::find_if(calls_.begin(), calls_.end(), theirs) : calls_.end();
    if (other != calls_.end()) {
      return base::Error{base::Code::kAlreadyExists, "they have a call already", other->first};
    }
    if (!calls_.emplace(call.id.Text(), call).second) return Why();
    return base::Done();
  }

  base::Status SetPbx(const base::CallId& id, const std::string& pbx) override {
    const std::lock_guard lock(mutex_);
    if (Fails()) return Why();
    const auto row = calls_.find(id.Text());
    if (row != calls_.end()) row->second.pbx = pbx;
    return base::Done();
  }

  base::Result<bool> Advance(const base::CallId& id, const call::CallState& state,
                             base::WallTime at) override {
    const std::lock_guard lock(mutex_);
    if (Fails()) return Why();
    const auto row = calls_.find(id.Text());
    if (row == calls_.end()) return false;
    call::Call& call = row->second;
    if (call::IsOver(call.state.status) || call.state.status >= state.status) return false;
    const auto answered_at = call.state.answered_at ? call.state.answered_at : state.answered_at;
    call.state = state;
    call.state.answered_at = answered_at;
    if (!call.sink.empty()) {
      waiting_.push_back({{"notification-" + std::to_string(++notified_), call, at}, at});
    }
    return true;
  }

  base::Result<std::optional<call::Call>> Find(const base::CallId& id) override {
    const std::lock_guard lock(mutex_);
    if (Fails()) return Why();
    const auto row = calls_.find(id.Text());
    if (row == calls_.end()) return std::optional<call::Call>();
    return std::optional(row->second);
  }

  base::Result<std::vector<call::Call>> List(const call::CallQuery& query) override {
    const std::lock_guard lock(mutex_);
    if (Fails()) return Why();
    std::vector<call::Call> found;
    for (auto row = calls_.rbegin(); row != calls_.rend(); ++row) {
      const call::Call& call = row->second;
      if (found.size() == query.limit) break;
      if (query.before && row->first >= query.before->Text()) continue;
      if (query.user && call.user != *query.user) continue;
      if (query.address && (call.address != *query.address || !call.user.empty())) continue;
      found.push_back(call);
    }
    return found;
  }

  base::Result<std::vector<call::Call>> Unsettled(const std::string& pbx,
                                                  const std::optional<base::CallId>& after,
                                                  std::size_t limit) override {
    const std::lock_guard lock(mutex_);
    if (Fails()) return Why();
    std::vector<call::Call> found;
    for (const auto& [id, call] : calls_) {
      if (found.size() == limit) break;
      if (after && id <= after->Text()) continue;
      if (call.pbx == pbx && !call::IsOver(call.state.status)) found.push_back(call);
    }
    return found;
  }

  base::Result<std::vector<call::Notification>> ClaimNotifications(base::WallTime now,
                                                                   base::WallTime until,
                                                                   std::size_t limit) override {
    const std::lock_guard lock(mutex_);
    if (Fails()) return Why();
    std::vector<call::Notification> claimed;
    for (Waiting& row : waiting_) {
      if (claimed.size() == limit) break;
      if (row.due > now) continue;
      row.due = until;
      ++row.notification.tries;
      claimed.push_back(row.notification);
    }
    return claimed;
  }

  base::Status DropNotification(const std::string& id) override {
    const std::lock_guard lock(mutex_);
    if (Fails()) return Why();
    std::erase_if(waiting_, [&](const Waiting& row) { return row.notification.id == id; });
    return base::Done();
  }

  base::Status PutOffNotification(const std::string& id, base::WallTime due, int tries) override {
    const std::lock_guard lock(mutex_);
    if (Fails()) return Why();
    for (Waiting& row : waiting_) {
      if (row.notification.id != id) continue;
      row.due = due;
      row.notification.tries = tries;
    }
    return base::Done();
  }

 private:
  struct Waiting {
    call::Notification notification;
    base::WallTime due;
  };

  bool Fails() {
    ++asked_;
    return broken_;
  }
  static base::Error Why() {
    return {base::Code::kStoreUnavailable, "the journal cannot be written"};
  }

  mutable std::mutex mutex_;
  bool broken_ = false;
  std::size_t asked_ = 0;
  std::map<std::string, call::Call> calls_;  // by id, so by age
  std::vector<Waiting> waiting_;             // oldest first
  std::size_t notified_ = 0;
};

}  // namespace click2call::fakes

#endif  // CLICK2CALL_FAKES_FAKE_STORE_H_
