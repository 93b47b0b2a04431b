#include "net/channel_errand.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "call/auto_channel.h"

namespace click2call::net {
namespace {

using ami::Session;
using base::Code;
using base::Error;

constexpr std::string_view kRightsId = "c2c-rights";
constexpr std::string_view kQuestionId = "c2c-channel";

class Asking {
 public:
  Asking(const Errand& errand, SessionDriver& driver, const call::OriginatePlan& plan)
      : errand_(errand),
        driver_(driver),
        questions_(call::AskForChannel(plan.originate.channel.Text(), plan.originate.context,
                                       std::string(kQuestionId))),
        answers_(questions_.size()) {}

  base::Status Run();
  const std::vector<ami::Message>& Answers() const { return answers_; }

 private:
  void Submit(const ami::Action& action) { driver_.Session().Submit(action, errand_.clock.Now()); }
  void AskAll(const call::Rights& rights);
  void Take(const Session::Replied& replied);
  void Take(const ami::Message& event);

  const Errand& errand_;
  SessionDriver& driver_;
  const std::vector<call::ChannelQuestion> questions_;
  std::vector<ami::Message> answers_;
  bool asked_ = false;
  std::map<std::string, std::size_t, std::less<>> open_;  // by ActionID, the place of its answer
};

base::Status Asking::Run() {
  Submit(ami::ListCommands(Own(kRightsId)));
  while (!asked_ || !open_.empty()) {
    const auto decision = driver_.Wait(errand_.deadline);
    if (!decision) return Error{Code::kPbxUnavailable, "the PBX took too long to answer"};
    if (const auto* ended = std::get_if<Session::Ended>(&*decision)) return ended->error;
    if (const auto* replied = std::get_if<Session::Replied>(&*decision)) Take(*replied);
    if (const auto* happened = std::get_if<Session::Happened>(&*decision)) Take(happened->event);
  }
  return base::Done();
}

void Asking::AskAll(const call::Rights& rights) {
  asked_ = true;
  for (std::size_t i = 0; i < questions_.size(); ++i) {
    if (rights.*(questions_[i].right)) {
      open_.emplace(questions_[i].action.ActionId(), i);
      Submit(questions_[i].action);
    } else {
      answers_[i] = call::PermissionDenied();
    }
  }
}

void Asking::Take(const Session::Replied& replied) {
  const bool success = replied.response.Get("Response") == "Success";
  if (replied.action_id == kRightsId) {
    return AskAll(success ? ReadRights(replied.response) : AllRights());
  }
  const auto found = open_.find(replied.action_id);
  if (found == open_.end() || (questions_[found->second].list && success)) return;
  answers_[found->second] = replied.response;
  open_.erase(found);
}

void Asking::Take(const ami::Message& event) {
  const auto found = open_.find(event.Get("ActionID"));
  if (found == open_.end()) return;
  if (event.Get("Event") == ami::kDBGetEntry) answers_[found->second] = event;
  if (event.Get("Event") == ami::kDBGetComplete) open_.erase(found);
}

}  // namespace

base::Result<ami::FieldValue> AskChannel(const Errand& errand, SessionDriver& driver,
                                         const call::OriginatePlan& plan) {
  Asking asking(errand, driver, plan);
  const base::Status asked = asking.Run();
  if (!asked.Ok()) return asked.Why();
  return call::ReadChannel(plan.originate.channel.Text(), plan.originate.context, asking.Answers(),
                           errand.pbx.credentials.username.Text());
}

}  // namespace click2call::net
