#ifndef CLICK2CALL_NET_COMMAND_QUEUE_H_
#define CLICK2CALL_NET_COMMAND_QUEUE_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "ami/actions.h"
#include "ami/message.h"
#include "base/call_id.h"
#include "base/clock.h"
#include "base/result.h"
#include "call/dialer.h"
#include "fiber/condition.h"

namespace click2call::net {

// What somebody wants of a PBX.
struct Command {
  ami::Action action;            // its ActionID is like no other's
  base::MonotonicTime deadline;  // for all of it: queueing, sending, answering
  bool originate = false;        // it is an Originate
  // Set with a Status: the answer is a list, of which the channels of this call are kept.
  std::optional<base::CallId> call_id = std::nullopt;
  bool entry = false;                   // it is a DBGet: a list, of which the entry is kept
  bool call::Rights::*right = nullptr;  // where we lack it, nothing is sent
};

struct Answer {
  ami::Message response;
  std::vector<ami::Message> list = {};  // of a Status or DBGet
};

// The commands for one PBX, between those who want them done (workers) and the one session that
// does them. Safe in threads, and workers may be fibers.
//
// The session has a thread of its own, which begins and ends it. But a worker sends by itself what
// it adds, with what others add meanwhile, and while there is much to do reads the answer by itself
// too: to wake another thread for that, and to be woken by it, takes longer than the work. Whoever
// has the turn uses the session: it is only given for what takes no waiting. One at a time is the
// reader, who waits for what the PBX says and does with it what there is to do, for all.
//
// An outcome of kOutcomeUnknown says that the command has left, whole, and was not answered. With
// every other error it has not, and will not.
class CommandQueue {
 public:
  static constexpr std::size_t kMaxWaiting = 1000;  // commands without an outcome

  class Entry;
  using Ticket = std::shared_ptr<Entry>;

  explicit CommandQueue(const base::Clock& clock) : clock_(clock) {}

  // ---- for workers

  // Puts the command at the end, to be sent by the caller or by another worker who is about to. An
  // error at once where there are too many, or while Close() holds.
  base::Result<Ticket> Add(Command command);

  // Waits for the outcome, no longer than the command's deadline (and a moment).
  base::Result<Answer> Wait(const Ticket& ticket);

  // Adds it, and waits once `meanwhile` is done, if there is one.
  using Meanwhile = std::function<void()>;
  base::Result<Answer> Ask(Command command, const Meanwhile& meanwhile = {});

  // A session is wanted, though there is no command for it.
  void Poke();

  // ---- for the session

  class Doer {
   public:
    virtual ~Doer() = default;

    // REQUIRES, of these two: the caller has the turn.
    virtual void SendWaiting() = 0;  // what is queued, as far as that goes now
    virtual void Wake() = 0;         // ends the wait of the reader: there is something to see to

    // Does what is due, else waits for that, for the first `awake` without sleeping. An error ends
    // the session. REQUIRES: the caller is the reader, and has no turn.
    virtual base::Status Read(base::Microseconds awake) = 0;
  };
  using Turn = std::unique_lock<std::mutex>;
  Turn TakeTurn() { return Turn(turn_); }

  // Who does the commands from now on; null: there is no session. REQUIRES: the caller has no turn,
  // and is the reader of the session before, if there was one. He is that of this one.
  void Attach(Doer* session);

  // Lets workers be the reader for a while, and as long as one of them is. The caller is it again
  // afterwards: at once, when the session ends or the queue is stopped.
  void StandBack();

  // The next command, and from now on it is for the session to Finish() it or PutBack(). Null where
  // there is none. Those whose deadline has passed are left out, and never come.
  Ticket Take();
  void Finish(const Ticket& ticket, base::Result<Answer> outcome);

  // To the front again: it has not left, and what has left of it was on a connection that is gone.
  // The second time that is its outcome: `why`.
  void PutBack(const Ticket& ticket, const base::Error& why);

  // The PBX is known to be down until then: what waits, and what comes meanwhile, fails with `why`.
  void Close(const base::Error& why, base::MonotonicTime until);
  void Open();

  // All false when the queue was stopped: until a session is wanted, or that time has come.
  bool AwaitNeed();
  bool Pause(base::MonotonicTime until);
  bool Stopped() const;

  // ---- for whoever owns them both. Nothing is added any more.
  void Stop();

 private:
  void WakeSession();

  // REQUIRES, of these: the caller has mutex_, which `lock` is of.
  base::Status Queue(const Ticket& ticket);
  void ReadUntilDone(const Ticket& ticket, std::unique_lock<std::mutex>& lock);
  void GiveUpReading();
  void WakeNextReader();  // of those who sleep
  base::Error WhyClosed(base::MonotonicTime now) const;

  const base::Clock& clock_;

  std::mutex turn_;          // never asked for under mutex_
  Doer* session_ = nullptr;  // changed under both, read under either

  mutable std::mutex mutex_;
  fiber::Condition changed_;   // for the session's thread while it does not read
  std::deque<Ticket> queued_;  // all guarded by mutex_
  std::vector<Entry*> idle_;   // those whose workers sleep
  std::size_t waiting_ = 0;
  bool will_be_sent_ = false;  // what is queued, by a worker who will have the turn for that
  bool being_read_ = false;    // somebody is the reader
  bool quick_ = true;          // the last answer that a worker read was: he need not sleep for that
  bool ending_ = false;        // the session is; its thread has to know
  bool wanted_ = false;
  bool stopped_ = false;
  std::optional<base::Error> why_closed_;
  base::MonotonicTime closed_until_;
};

// One command on its way. Belongs to whoever holds mutex_, but for what is const.
class CommandQueue::Entry {
 public:
  explicit Entry(Command wanted) : command(std::move(wanted)) {}

  const Command command;

 private:
  friend class CommandQueue;
  enum class Stage { kQueued, kTaken, kDone };
  Stage stage_ = Stage::kQueued;
  bool put_back_ = false;
  std::optional<base::Result<Answer>> outcome_;
  fiber::Condition done_;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_COMMAND_QUEUE_H_
