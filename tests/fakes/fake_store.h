#ifndef CLICK2CALL_FAKES_FAKE_STORE_H_
#define CLICK2CALL_FAKES_FAKE_STORE_H_

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "call/call_store.h"

namespace click2call::fakes {

// A journal in memory. Like a real one it may be used from several threads. Its Retry-After is that
// of the whole window.
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

  base::Result<std::optional<call::Call>> Insert(const call::Call& call,
                                                 const call::Admission& admission) override {
    using base::Code;
    const std::lock_guard lock(mutex_);
    if (Fails()) return Why();
    const bool nothing_to_check = call.link_id.empty() && call.key.empty() && !admission.once &&
                                  admission.limits == call::LimitConfig{};
    if (nothing_to_check) {
      if (!calls_.emplace(call.id.Text(), call).second) return Why();
      return std::optional<call::Call>();
    }
    const auto same_asker = [&](const call::Call& row) { return IsOfAsker(row, call); };
    const auto same_two = [&](const call::Call& row) {
      return row.caller_exten == call.caller_exten && row.callee_exten == call.callee_exten;
    };
    const auto since = [&](const call::Call& row, std::chrono::seconds age) {
      return row.created_at >= call.created_at - age;
    };

    const auto* used = Newest(
        [&](const auto& row) { return !call.link_id.empty() && row.link_id == call.link_id; });
    if (used != nullptr) {
      return base::Error{Code::kPermissionDenied, "this link was used already",
                         same_asker(*used) ? used->id.Text() : ""};
    }
    const auto* keyed = Newest([&](const auto& row) {
      return !call.key.empty() && row.key == call.key && same_asker(row) && since(row, kDay);
    });
    if (keyed != nullptr && same_two(*keyed)) return std::optional(*keyed);
    if (keyed != nullptr) return base::Error{Code::kKeyReused, "the key stands for another call"};

    if (admission.once) {
      const auto* other =
          Newest([&](const auto& row) { return same_two(row) && !call::IsOver(row.state.status); });
      if (other != nullptr) {
        return base::Error{Code::kAlreadyExists, "they have a call already", other->id.Text()};
      }
    } else if (call.link_id.empty() && call.key.empty() && admission.limits.duplicate.count() > 0) {
      const auto* twin = Newest([&](const auto& row) {
        return same_asker(row) && same_two(row) && since(row, admission.limits.duplicate);
      });
      if (twin != nullptr) return std::optional(*twin);
    }

    const call::LimitConfig& limits = admission.limits;
    const auto same_callee = [&](const auto& row) { return row.callee_exten == call.callee_exten; };
    for (const base::Status& room :
         {Room("limits.", limits.asker, call, same_asker),
          Room("limits.callee.", limits.callee, call, same_callee),
          Room("limits.total.", limits.total, call, [](const auto&) { return true; })}) {
      if (!room.Ok()) return room.Why();
    }
    if (!calls_.emplace(call.id.Text(), call).second) return Why();
    return std::optional<call::Call>();
  }

  base::Status Explain(const base::CallId& id, const std::string& why) override {
    const std::lock_guard lock(mutex_);
    if (Fails()) return Why();
    const auto row = calls_.find(id.Text());
    if (row != calls_.end()) row->second.why = why;
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

  base::Result<std::vector<bool>> AdvanceAll(const std::vector<call::Advancement>& steps) override {
    std::vector<bool> advanced;
    for (const call::Advancement& step : steps) {
      const auto moved = Advance(step.id, step.state, step.at);
      if (!moved.Ok()) return moved.Why();
      advanced.push_back(moved.Value());
    }
    return advanced;
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
      if (query.callee_exten && call.callee_exten != *query.callee_exten) continue;
      if (query.open && call::IsOver(call.state.status)) continue;
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

  base::Result<std::string> SharedKey(const std::string& name, const std::string& fresh) override {
    const std::lock_guard lock(mutex_);
    if (Fails()) return Why();
    return keys_.emplace(name, fresh).first->second;
  }

  base::Result<std::size_t> Prune(base::WallTime before, std::size_t limit) override {
    const std::lock_guard lock(mutex_);
    if (Fails()) return Why();
    std::size_t pruned = 0;
    for (auto row = calls_.begin(); row != calls_.end() && pruned < limit;) {
      const bool old = row->second.created_at < before;
      row = old ? calls_.erase(row) : std::next(row);
      pruned += old ? 1 : 0;
    }
    return pruned;
  }

 private:
  struct Waiting {
    call::Notification notification;
    base::WallTime due;
  };

  static constexpr std::chrono::hours kDay{24};

  static bool IsOfAsker(const call::Call& row, const call::Call& call) {
    return row.user == call.user && (!call.user.empty() || row.address == call.address);
  }

  // The newest of those calls that count.
  template <class Fits>
  const call::Call* Newest(const Fits& fits) const {
    for (auto row = calls_.rbegin(); row != calls_.rend(); ++row) {
      const call::Call& call = row->second;
      if (call.state.status != call::CallStatus::kFailed && fits(call)) return &call;
    }
    return nullptr;
  }

  template <class Fits>
  base::Status Room(const std::string& name, const call::Quota& quota, const call::Call& call,
                    const Fits& fits) const {
    int minute = 0, day = 0, open = 0;
    for (const auto& [id, row] : calls_) {
      if (row.state.status == call::CallStatus::kFailed || !fits(row)) continue;
      minute += row.created_at > call.created_at - std::chrono::minutes(1) ? 1 : 0;
      day += row.created_at > call.created_at - kDay ? 1 : 0;
      open += call::IsOver(row.state.status) ? 0 : 1;
    }
    const auto over = [](int limit, int there) { return limit > 0 && there >= limit; };
    const auto no = [&](base::Code code, const std::string& which, std::chrono::seconds wait) {
      return base::Error{code, "more calls than " + name + which, {}, wait};
    };
    using base::Code;
    if (over(quota.per_minute, minute)) {
      return no(Code::kTooManyRequests, "per_minute", std::chrono::minutes(1));
    }
    if (over(quota.per_day, day)) return no(Code::kTooManyRequests, "per_day", kDay);
    if (over(quota.concurrent, open)) {
      return no(Code::kTooManyCalls, "concurrent", std::chrono::seconds(5));
    }
    return base::Done();
  }

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
  std::map<std::string, std::string> keys_;
  std::vector<Waiting> waiting_;  // oldest first
  std::size_t notified_ = 0;
};

}  // namespace click2call::fakes

#endif  // CLICK2CALL_FAKES_FAKE_STORE_H_
