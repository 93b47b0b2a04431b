#include "net/status_round.h"

#include <string_view>
#include <utility>

#include "ami/actions.h"
#include "net/errand.h"

namespace click2call::net {
namespace {

constexpr std::string_view kAllId = "c2c-status-all";

}  // namespace

void StatusRound::Ask(ami::Session& session, base::MonotonicTime now) {
  while (next_ < calls_.size() && asked_.size() < kAtATime) {
    const base::CallId& call_id = calls_[next_];
    const std::string action_id = "c2c-status-" + std::to_string(next_++);
    asked_.emplace(action_id, Answer{call_id, {}});
    session.Submit(ami::Status(Own(action_id), Own(call_id.Text())), now);
  }
  if (asked_.empty() && !missing_.empty() && !std::exchange(all_asked_, true)) {
    session.Submit(ami::Status(Own(kAllId), {}), now);
  }
}

bool StatusRound::Take(const ami::Session::Replied& replied) {
  const auto asked = asked_.find(replied.action_id);
  const bool all = replied.action_id == kAllId;
  if (!all && asked == asked_.end()) return false;
  if (replied.response.Get("Response") == "Success") return true;  // the events are to come
  const std::string_view message = replied.response.Get("Message");
  if (message == "Permission denied") {
    denied_ = true;
    GiveUp();
  } else if (all) {
    missing_.clear();
  } else {
    if (message == "No such channel") {
      missing_.emplace(asked->second.call_id.Text(), std::move(asked->second));
    }
    asked_.erase(asked);
  }
  return true;
}

bool StatusRound::Take(const ami::Session::Happened& happened) {
  const std::string action_id(happened.event.Get("ActionID"));
  const auto asked = asked_.find(action_id);
  const bool all = action_id == kAllId;
  if (!all && asked == asked_.end()) return false;
  if (happened.event.Get("Event") == "StatusComplete") {
    Complete(action_id);
    return true;
  }
  Answer* answer = nullptr;
  if (!all) {
    answer = &asked->second;
  } else if (const auto call_id = call::CallOf(happened.event)) {
    const auto missing = missing_.find(call_id->Text());
    if (missing != missing_.end()) answer = &missing->second;
  }
  if (answer == nullptr) return true;
  if (auto leg = call::ReadLeg(happened.event, answer->call_id)) {
    answer->sighting.legs.push_back(*std::move(leg));
  }
  return true;
}

std::optional<StatusRound::Answer> StatusRound::Next() {
  if (answers_.empty()) return std::nullopt;
  Answer answer = std::move(answers_.front());
  answers_.pop_front();
  return answer;
}

void StatusRound::Complete(const std::string& action_id) {
  if (action_id == kAllId) {
    for (auto& [id, answer] : missing_) answers_.push_back(std::move(answer));
    missing_.clear();
    return;
  }
  const auto asked = asked_.find(action_id);
  Answer& answer = asked->second;
  if (answer.sighting.legs.empty()) {  // gone while the PBX was at it
    missing_.emplace(answer.call_id.Text(), std::move(answer));
  } else {
    answers_.push_back(std::move(answer));
  }
  asked_.erase(asked);
}

void StatusRound::GiveUp() {
  next_ = calls_.size();
  asked_.clear();
  missing_.clear();
}

}  // namespace click2call::net
