#ifndef CLICK2CALL_NET_COMMAND_SESSION_H_
#define CLICK2CALL_NET_COMMAND_SESSION_H_

#include <atomic>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "call/dialer.h"
#include "net/command_queue.h"
#include "net/session_driver.h"

namespace click2call::net {

// A session that is older than this and may not place calls is replaced when somebody wants to: a
// PBX tells what has changed in manager.conf to new sessions alone.
inline constexpr base::Milliseconds kAskRightsAgain{5000};

// One session that does the commands of a queue, all that wait at once. It belongs to one thread,
// which need not be there when a command is sent: see CommandQueue.
//
// Commands are submitted, a few together, only when everything before them has left: so those that
// wait behind a PBX that reads no more can still be withdrawn.
class CommandSession : public CommandQueue::Doer {
 public:
  // REQUIRES: what is referred to outlives it; `driver` is connected.
  CommandSession(SessionDriver& driver, CommandQueue& queue, const base::Clock& clock);
  ~CommandSession() override;
  CommandSession(const CommandSession&) = delete;
  CommandSession& operator=(const CommandSession&) = delete;

  // Does what is due, and else waits for something to happen: bytes, a wake-up, a deadline, or
  // `until`; for the first `awake` without sleeping. Returns at once when it has become Ready() or
  // has Finished() a command: whose it was may be the reader himself.
  // REQUIRES: the caller is the reader. An error ends the session; Abandon() has to follow.
  base::Status Step(base::MonotonicTime until = base::MonotonicTime::max(),
                    base::Microseconds awake = {});

  // What becomes of the commands that are under way: those that have left are unknown, and one that
  // has not left whole goes back.
  void Abandon(const base::Error& why);

  // Says goodbye.
  void End();

  void SendWaiting() override;
  void Wake() override { driver_.Wake(); }
  base::Status Read(base::Microseconds awake) override {
    return Step(base::MonotonicTime::max(), awake);
  }

  // The last Step() brought an outcome that somebody waited for.
  bool Finished() const { return finished_; }

  // Logged in, our rights are known, and commands are being done.
  bool Ready() const { return rights_ && !asked_version_; }

  // REQUIRES: Ready().
  const call::Rights& Rights() const { return *rights_; }
  const std::string& Version() const { return version_; }  // of Asterisk, else of its AMI

 private:
  struct UnderWay {
    CommandQueue::Ticket ticket;
    std::optional<Answer> answer;  // the beginning of a list
  };
  using Commands = std::map<std::string, UnderWay, std::less<>>;  // by ActionID

  base::Status DoWhatIsDue();
  base::Status Take(const ami::Session::Decision& decision);
  void TakeReply(const ami::Session::Replied& replied);
  void TakeEvent(const ami::Message& event);
  void TakeRights(const ami::Message& reply);
  void Finish(Commands::iterator command, base::Result<Answer> outcome);

  base::Status SubmitWaiting();
  // Whether there was one. REQUIRES: Ready().
  base::Result<bool> SubmitNext();
  base::Status GiveUpLate();
  void PingWhenIdle();
  base::MonotonicTime NextDeadline() const;

  bool HasLeft(const Commands::value_type& command) const;

  SessionDriver& driver_;
  CommandQueue& queue_;
  const base::Clock& clock_;

  // Guarded by the queue's turn, as is what `driver_` has.
  Commands under_way_;
  std::optional<base::Error> over_;  // why nothing is sent any more
  std::atomic<bool> finished_ = false;

  // Changed by the one thread alone, and in its turn.
  std::optional<call::Rights> rights_;
  bool asked_version_ = false;
  bool was_ready_ = false;  // when Step() returned
  std::string version_;
  base::MonotonicTime rights_since_;
  base::MonotonicTime next_ping_ = base::MonotonicTime::max();
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_COMMAND_SESSION_H_
