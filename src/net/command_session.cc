#include "net/command_session.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "call/auto_channel.h"
#include "call/call_progress.h"
#include "net/errand.h"

namespace click2call::net {
namespace {

using ami::Session;
using base::Code;
using base::Error;

constexpr std::string_view kRightsId = "c2c-rights";
constexpr std::string_view kVersionId = "c2c-version";
constexpr std::string_view kPingId = "c2c-ping";
constexpr std::size_t kMaxEntries = 256;  // of a list that are kept

// Commands in one write. What has not left with it cannot be withdrawn but with the connection.
constexpr int kMostTogether = 16;

Error Unknown(const std::string& why) {
  return {Code::kOutcomeUnknown, "it was sent to the PBX, and no answer came (" + why + ")"};
}

bool IsList(const Command& command) { return command.entry || command.call_id; }

bool IsEnd(const Command& list, const ami::Message& event) {
  return event.Get("Event") == (list.entry ? ami::kDBGetComplete : "StatusComplete");
}

bool IsWanted(const Command& list, const ami::Message& event) {
  if (list.entry) return event.Get("Event") == ami::kDBGetEntry;
  return call::ReadLeg(event, *list.call_id).has_value();
}

// What the PBX would say.
Answer Denied() { return {call::PermissionDenied()}; }

}  // namespace

CommandSession::CommandSession(SessionDriver& driver, CommandQueue& queue, const base::Clock& clock)
    : driver_(driver), queue_(queue), clock_(clock) {
  queue_.Attach(this);
}

CommandSession::~CommandSession() { queue_.Attach(nullptr); }

base::Status CommandSession::Step(base::MonotonicTime until, base::Microseconds awake) {
  CommandQueue::Turn turn = queue_.TakeTurn();
  finished_ = false;
  if (!over_) {
    const base::Status done = DoWhatIsDue();
    if (!done.Ok()) over_ = done.Why();
  }
  if (over_) return *over_;
  if (Ready() && !std::exchange(was_ready_, true)) return base::Done();  // that is news
  if (finished_) return base::Done();
  const bool sent = driver_.Send();
  if (driver_.Receive() || sent) return base::Done();
  const auto patience =
      driver_.Session().Output().empty() ? NextDeadline() : clock_.Now() + kTryAgainToSend;
  turn.unlock();
  base::Status waited =
      driver_.Await(base::Remaining(std::min(patience, until), clock_.Now()), awake);
  if (waited.Ok()) return waited;
  turn.lock();
  over_ = waited.Why();
  return waited;
}

base::Status CommandSession::DoWhatIsDue() {
  driver_.Session().Tick(clock_.Now());
  while (const auto decision = driver_.Session().Next()) {
    base::Status taken = Take(*decision);
    if (!taken.Ok()) return taken;
  }
  base::Status submitted = SubmitWaiting();
  if (!submitted.Ok()) return submitted;
  base::Status in_time = GiveUpLate();
  if (in_time.Ok()) PingWhenIdle();
  return in_time;
}

void CommandSession::SendWaiting() {
  if (over_ || !Ready()) return;
  // Nobody may have looked for a moment, and nothing is to be sent on what the PBX has closed. What
  // is received here does not wake the reader, whose own answer it may be.
  const bool received = driver_.Receive();
  const base::Status done = received ? DoWhatIsDue() : SubmitWaiting();
  if (!done.Ok()) over_ = done.Why();
  if (over_ || received || !driver_.Session().Output().empty()) Wake();
}

void CommandSession::Abandon(const Error& why) {
  const CommandQueue::Turn turn = queue_.TakeTurn();
  over_ = why;
  for (const auto& command : std::exchange(under_way_, {})) {
    if (HasLeft(command)) {
      queue_.Finish(command.second.ticket, Unknown(why.message));
    } else {
      queue_.PutBack(command.second.ticket, why);
    }
  }
}

void CommandSession::End() {
  const CommandQueue::Turn turn = queue_.TakeTurn();
  if (rights_) LogOff(driver_);
}

base::Status CommandSession::Take(const Session::Decision& decision) {
  const auto now = clock_.Now();
  next_ping_ = now + kPingWhenIdle;
  if (const auto* ended = std::get_if<Session::Ended>(&decision)) return ended->error;
  if (std::holds_alternative<Session::LoggedIn>(decision)) {
    driver_.Session().Submit(ami::ListCommands(Own(kRightsId)), now);
  } else if (const auto* replied = std::get_if<Session::Replied>(&decision)) {
    TakeReply(*replied);
  } else if (const auto* happened = std::get_if<Session::Happened>(&decision)) {
    TakeEvent(happened->event);
  }
  return base::Done();
}

void CommandSession::TakeReply(const Session::Replied& replied) {
  if (replied.action_id == kRightsId) return TakeRights(replied.response);
  if (replied.action_id == kVersionId) {
    asked_version_ = false;
    const std::string version(replied.response.Get("AsteriskVersion"));
    if (!version.empty()) version_ = version;
    return;
  }
  const auto found = under_way_.find(replied.action_id);
  if (found == under_way_.end()) return;
  UnderWay& command = found->second;
  if (IsList(command.ticket->command) && replied.response.Get("Response") == "Success") {
    command.answer = Answer{replied.response};
    return;
  }
  Finish(found, Answer{replied.response});
}

void CommandSession::TakeEvent(const ami::Message& event) {
  const auto found = under_way_.find(event.Get("ActionID"));
  if (found == under_way_.end() || !found->second.answer) return;
  UnderWay& command = found->second;
  if (IsEnd(command.ticket->command, event)) {
    Finish(found, *std::move(command.answer));
  } else if (IsWanted(command.ticket->command, event) &&
             command.answer->list.size() < kMaxEntries) {
    command.answer->list.push_back(event);
  }
}

void CommandSession::Finish(Commands::iterator command, base::Result<Answer> outcome) {
  queue_.Finish(command->second.ticket, std::move(outcome));
  under_way_.erase(command);
  finished_ = true;
}

void CommandSession::TakeRights(const ami::Message& reply) {
  // A PBX that does not tell may still let us.
  const bool told = reply.Get("Response") == "Success";
  rights_ = told ? ReadRights(reply) : AllRights();
  rights_since_ = clock_.Now();
  version_ = driver_.Session().Banner();
  if (reply.Get("CoreSettings").empty()) return;
  asked_version_ = true;
  driver_.Session().Submit(ami::CoreSettings(Own(kVersionId)), clock_.Now());
}

// In one write, all that wait: the PBX reads them at once.
base::Status CommandSession::SubmitWaiting() {
  for (;;) {
    if (!Ready() || !driver_.Session().Output().empty()) return base::Done();
    bool more = true;
    for (int submitted = 0; more && submitted < kMostTogether; ++submitted) {
      const auto one = SubmitNext();
      if (!one.Ok()) return one.Why();
      more = one.Value();
    }
    (void)driver_.Send();
    if (!more) return base::Done();
  }
}

base::Result<bool> CommandSession::SubmitNext() {
  const CommandQueue::Ticket ticket = queue_.Take();
  if (!ticket) return false;
  const auto now = clock_.Now();
  if (ticket->command.originate && !rights_->originate) {
    if (under_way_.empty() && now - rights_since_ >= kAskRightsAgain) {
      const Error why{Code::kPbxUnavailable, "logging in again, since the rights may have changed"};
      queue_.PutBack(ticket, why);
      return why;
    }
    queue_.Finish(ticket, Denied());
    return true;
  }
  if (ticket->command.right != nullptr && !((*rights_).*(ticket->command.right))) {
    queue_.Finish(ticket, Denied());
    return true;
  }
  driver_.Session().Submit(ticket->command.action, now);
  under_way_.insert_or_assign(ticket->command.action.ActionId(), UnderWay{ticket, std::nullopt});
  return true;
}

base::Status CommandSession::GiveUpLate() {
  const auto now = clock_.Now();
  for (auto command = under_way_.begin(); command != under_way_.end();) {
    const auto next = std::next(command);
    if (now >= command->second.ticket->command.deadline) {
      // What has left in part must not go on: only with the connection does that end.
      if (!HasLeft(*command)) {
        return Error{Code::kPbxUnavailable, "the PBX stopped reading what we sent"};
      }
      Finish(command, Unknown("in time"));
    }
    command = next;
  }
  return base::Done();
}

void CommandSession::PingWhenIdle() {
  const auto now = clock_.Now();
  if (now < next_ping_ || !Ready()) return;
  next_ping_ = now + kPingWhenIdle;
  driver_.Session().Submit(ami::Ping(Own(kPingId)), now);
}

base::MonotonicTime CommandSession::NextDeadline() const {
  auto next = std::min(driver_.Session().Deadline(), next_ping_);
  for (const auto& [id, command] : under_way_) {
    next = std::min(next, command.ticket->command.deadline);
  }
  return next;
}

bool CommandSession::HasLeft(const Commands::value_type& command) const {
  return command.second.answer || driver_.Session().Committed(command.first);
}

}  // namespace click2call::net
