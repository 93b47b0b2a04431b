#include "net/warm_pbx.h"

#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <utility>

#include "call/auto_channel.h"
#include "net/errand.h"
#include "net/no_signals.h"
#include "net/session_keeper.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Error;

call::Sighting ReadSighting(const Answer& answer, const base::CallId& call_id) {
  call::Sighting sighting;
  for (const ami::Message& channel : answer.list) {
    if (auto leg = call::ReadLeg(channel, call_id)) sighting.legs.push_back(*std::move(leg));
  }
  return sighting;
}

// Of a command that has no effect: an answer that did not come is a PBX that cannot be asked.
Error Unanswered(Error why) {
  if (why.code == Code::kOutcomeUnknown) why.code = Code::kPbxUnavailable;
  return why;
}

}  // namespace

WarmPbx::WarmPbx(const call::PbxConfig& pbx, const base::Clock& clock, base::Log& log,
                 const TransportFactory& connect, LoginGate& gate)
    : pbx_(pbx),
      clock_(clock),
      log_(log),
      connect_(connect),
      gate_(gate),
      queue_(clock),
      health_{.name = pbx.name, .since = clock.WallNow()} {
  const NoSignals no_signals;
  thread_ = std::thread([this] { Run(); });
}

WarmPbx::~WarmPbx() {
  queue_.Stop();
  thread_.join();
}

base::Result<ami::FieldValue> WarmPbx::ChannelOf(const std::string& exten,
                                                 const ami::FieldValue& context,
                                                 base::MonotonicTime deadline) {
  if (const auto known = channels_.Find(exten, clock_.Now())) return *known;
  std::vector<Command> commands;
  for (auto& question : call::AskForChannel(exten, context, NewActionId("channel").Text())) {
    commands.push_back({.action = std::move(question.action),
                        .deadline = deadline,
                        .entry = question.list,
                        .right = question.right});
  }
  auto answers = AskAll(std::move(commands));
  if (!answers.Ok()) return answers.Why();
  std::vector<ami::Message> messages;
  for (Answer& answer : std::move(answers).Value()) {
    messages.push_back(std::move(answer.list.empty() ? answer.response : answer.list.front()));
  }
  auto channel = call::ReadChannel(exten, context, messages, pbx_.credentials.username.Text());
  if (channel.Ok()) channels_.Keep(exten, channel.Value(), clock_.Now());
  return channel;
}

base::Result<std::vector<Answer>> WarmPbx::AskAll(std::vector<Command> commands) {
  std::vector<CommandQueue::Ticket> tickets;
  std::optional<Error> why;
  for (Command& command : commands) {
    auto ticket = queue_.Add(std::move(command));
    if (!ticket.Ok()) {
      why = ticket.Why();
      break;
    }
    tickets.push_back(std::move(ticket).Value());
  }
  std::vector<Answer> answers;
  for (const auto& ticket : tickets) {  // each is waited for, or it would stay in the queue
    auto answer = queue_.Wait(ticket);
    if (answer.Ok()) {
      answers.push_back(std::move(answer).Value());
    } else if (!why) {
      why = Unanswered(answer.Why());
    }
  }
  if (why) return *why;
  return answers;
}

base::Result<std::optional<call::Sighting>> WarmPbx::Sight(const base::CallId& call_id,
                                                           base::MonotonicTime deadline) {
  // Of its own channel first; a Local channel may have been optimised out of a call that goes on,
  // so then among all.
  for (const auto& channel : {Own(call_id.Text()), ami::FieldValue()}) {
    auto answer =
        Ask({ami::Status(NewActionId("status"), channel), deadline, /*originate=*/false, call_id});
    if (!answer.Ok()) return Unanswered(answer.Why());
    const ami::Message& response = answer.Value().response;
    const bool listed = response.Get("Response") == "Success";
    if (!listed && response.Get("Message") != "No such channel") {
      return std::optional<call::Sighting>();
    }
    call::Sighting sighting = ReadSighting(answer.Value(), call_id);
    if (!sighting.legs.empty()) return std::optional(std::move(sighting));
  }
  return std::optional(call::Sighting());
}

call::PbxHealth WarmPbx::Health(base::MonotonicTime deadline) {
  queue_.Poke();
  std::unique_lock lock(mutex_);
  known_.WaitUntil(lock, deadline,
                   [this] { return health_.state != call::PbxHealth::State::kIdle; });
  return health_;
}

bool WarmPbx::IsNews(const Error& why) {
  const std::lock_guard lock(mutex_);
  if (health_.state != call::PbxHealth::State::kUp) return false;
  return std::exchange(news_, why.message) != why.message;
}

void WarmPbx::Run() {
  std::mt19937 random{std::random_device()()};
  const auto chance = [&] { return std::uniform_real_distribution<double>()(random); };
  const auto publish = [this](const call::PbxHealth& health) {
    const std::lock_guard lock(mutex_);
    health_ = health;
    news_.clear();
    known_.NotifyAll();
  };
  SessionKeeper(pbx_, queue_, {clock_, log_, connect_, gate_, chance, publish}).Run();
}

ami::FieldValue NewActionId(std::string_view what) {
  static std::atomic<std::uint64_t> last{0};
  return Own("c2c-" + std::string(what) + "-" + std::to_string(++last));
}

}  // namespace click2call::net
