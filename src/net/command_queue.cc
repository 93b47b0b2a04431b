#include "net/command_queue.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "ami/session.h"
#include "fiber/fibers.h"

namespace click2call::net {
namespace {

// So long nobody may look whether the PBX has closed the connection; who sends looks by himself.
constexpr base::Milliseconds kStandBack{50};

// For an answer that comes so soon nobody sleeps who is alone: to fall asleep and to be woken takes
// as long as a PBX nearby takes to answer, and costs the PBX what waking us does.
constexpr base::Microseconds kQuick{400};

}  // namespace

using base::Code;
using base::Error;

base::Result<CommandQueue::Ticket> CommandQueue::Add(Command command) {
  auto ticket = std::make_shared<Entry>(std::move(command));
  std::unique_lock lock(mutex_);
  const base::Status queued = Queue(ticket);
  if (!queued.Ok()) return queued.Why();
  if (std::exchange(will_be_sent_, true)) return ticket;
  const bool alone = waiting_ == 1;
  lock.unlock();
  // Whoever is about to add one is let in: many are sent as soon as one, in one write.
  if (!alone) fiber::Yield();
  const Turn turn = TakeTurn();
  lock.lock();
  will_be_sent_ = false;
  lock.unlock();
  if (session_ != nullptr) session_->SendWaiting();
  return ticket;
}

base::Status CommandQueue::Queue(const Ticket& ticket) {
  const auto now = clock_.Now();
  if (why_closed_ && now < closed_until_) return WhyClosed(now);
  if (waiting_ >= kMaxWaiting) {
    return Error{Code::kPbxUnavailable,
                 "too many requests wait for the PBX already",
                 {},
                 std::chrono::seconds(1)};
  }
  ++waiting_;
  queued_.push_back(ticket);
  if (session_ == nullptr) changed_.NotifyAll();  // else it will be sent by a worker
  return base::Done();
}

base::Result<Answer> CommandQueue::Wait(const Ticket& ticket) {
  using Stage = Entry::Stage;
  const auto deadline = ticket->command.deadline;
  auto due = std::min(deadline, clock_.Now() + ami::kAnswerWait);
  std::unique_lock lock(mutex_);
  // Whoever sends for others reads for them, but for who has nothing to wait for.
  if (ticket->stage_ == Stage::kDone && !being_read_) WakeNextReader();
  while (ticket->stage_ != Stage::kDone) {
    const auto now = clock_.Now();
    if (now < due) {
      if (ticket->stage_ == Stage::kTaken && !being_read_ && !ending_ && session_ != nullptr) {
        ReadUntilDone(ticket, lock);
        continue;
      }
      idle_.push_back(ticket.get());
      ticket->done_.WaitUntil(lock, due);
      std::erase(idle_, ticket.get());
      continue;
    }
    if (now >= deadline && ticket->stage_ == Stage::kQueued) {
      std::erase(queued_, ticket);
      --waiting_;
      return Error{Code::kPbxUnavailable, "the PBX took too long"};
    }
    // The session has it, and keeps its deadlines: only there is known what has left. But its
    // thread knew of later ones alone when it began to wait.
    lock.unlock();
    WakeSession();
    lock.lock();
    if (now >= deadline) {
      ticket->done_.Wait(lock, [&] { return ticket->stage_ != Stage::kTaken; });
    }
    due = deadline;
  }
  return *std::move(ticket->outcome_);
}

void CommandQueue::ReadUntilDone(const Ticket& ticket, std::unique_lock<std::mutex>& lock) {
  being_read_ = true;
  Doer* const session = session_;
  const auto began = clock_.Now();
  while (ticket->stage_ == Entry::Stage::kTaken && !ending_) {
    // For all of it, or a PBX that sends its answer bit by bit would keep us awake to the end.
    const auto left = std::chrono::floor<base::Microseconds>(began + kQuick - clock_.Now());
    const bool alone = waiting_ == 1;
    const auto none = base::Microseconds::zero();
    const auto awake = alone && quick_ ? std::max(left, none) : none;
    lock.unlock();
    const base::Status status = session->Read(awake);
    lock.lock();
    if (!status.Ok()) ending_ = true;
  }
  quick_ = clock_.Now() - began <= kQuick;
  GiveUpReading();
}

void CommandQueue::GiveUpReading() {
  being_read_ = false;
  if (ending_ || stopped_) return changed_.NotifyAll();
  WakeNextReader();
}

void CommandQueue::WakeNextReader() {
  const auto next = std::ranges::find_if(
      idle_, [](const Entry* entry) { return entry->stage_ == Entry::Stage::kTaken; });
  if (next != idle_.end()) (*next)->done_.NotifyAll();
}

void CommandQueue::StandBack() {
  std::unique_lock lock(mutex_);
  GiveUpReading();
  do {
    changed_.WaitUntil(lock, clock_.Now() + kStandBack,
                       [this] { return !being_read_ && (stopped_ || ending_); });
  } while (being_read_);
  being_read_ = true;
}

base::Result<Answer> CommandQueue::Ask(Command command, const Meanwhile& meanwhile) {
  const auto ticket = Add(std::move(command));
  if (!ticket.Ok()) return ticket.Why();
  if (meanwhile) meanwhile();
  return Wait(ticket.Value());
}

void CommandQueue::Poke() {
  const std::lock_guard lock(mutex_);
  wanted_ = true;
  changed_.NotifyAll();
}

CommandQueue::Ticket CommandQueue::Take() {
  const std::lock_guard lock(mutex_);
  const auto now = clock_.Now();
  // One that is late is not sent, and stays for its worker to withdraw.
  const auto next = std::find_if(queued_.begin(), queued_.end(), [&](const Ticket& ticket) {
    return now < ticket->command.deadline;
  });
  if (next == queued_.end()) return nullptr;
  Ticket ticket = *next;
  queued_.erase(next);
  ticket->stage_ = Entry::Stage::kTaken;
  return ticket;
}

void CommandQueue::Finish(const Ticket& ticket, base::Result<Answer> outcome) {
  const std::lock_guard lock(mutex_);
  ticket->outcome_ = std::move(outcome);
  ticket->stage_ = Entry::Stage::kDone;
  --waiting_;
  ticket->done_.NotifyAll();
}

void CommandQueue::PutBack(const Ticket& ticket, const Error& why) {
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(ticket->put_back_, true)) {
      ticket->stage_ = Entry::Stage::kQueued;
      queued_.push_front(ticket);
      ticket->done_.NotifyAll();  // its worker may have waited for us beyond the deadline
      return;
    }
  }
  Finish(ticket, why);
}

void CommandQueue::Close(const Error& why, base::MonotonicTime until) {
  const std::lock_guard lock(mutex_);
  why_closed_ = why;
  closed_until_ = until;
  wanted_ = false;
  const Error error = WhyClosed(clock_.Now());
  for (const Ticket& ticket : queued_) {
    ticket->outcome_ = error;
    ticket->stage_ = Entry::Stage::kDone;
    --waiting_;
    ticket->done_.NotifyAll();
  }
  queued_.clear();
}

void CommandQueue::Open() {
  const std::lock_guard lock(mutex_);
  why_closed_.reset();
}

void CommandQueue::Attach(Doer* session) {
  const Turn turn = TakeTurn();
  const std::lock_guard lock(mutex_);
  session_ = session;
  being_read_ = session != nullptr;
  ending_ = false;
}

bool CommandQueue::AwaitNeed() {
  std::unique_lock lock(mutex_);
  changed_.Wait(lock, [this] { return stopped_ || wanted_ || !queued_.empty(); });
  wanted_ = false;
  return !stopped_;
}

bool CommandQueue::Pause(base::MonotonicTime until) {
  std::unique_lock lock(mutex_);
  return !changed_.WaitUntil(lock, until, [this] { return stopped_; });
}

bool CommandQueue::Stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

void CommandQueue::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.NotifyAll();
  }
  WakeSession();
}

void CommandQueue::WakeSession() {
  const Turn turn = TakeTurn();
  if (session_ != nullptr) session_->Wake();
}

Error CommandQueue::WhyClosed(base::MonotonicTime now) const {
  Error error = *why_closed_;
  if (error.code == Code::kPbxUnavailable) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(closed_until_ - now);
    error.retry_after = std::max(left, std::chrono::seconds(1));
  }
  return error;
}

}  // namespace click2call::net
