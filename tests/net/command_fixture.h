#ifndef CLICK2CALL_NET_COMMAND_FIXTURE_H_
#define CLICK2CALL_NET_COMMAND_FIXTURE_H_

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "ami/show.h"
#include "ami/talk.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_log.h"
#include "fakes/fake_transport.h"
#include "fakes/results.h"
#include "net/command_queue.h"
#include "net/dialled_plan.h"
#include "net/errand.h"
#include "net/pbx.h"
#include "net/status_talk.h"

namespace click2call::net {

// A queue of commands and the PBX "main" at "host", each played by the test on one thread.
class CommandTest : public testing::Test {
 protected:
  static std::string CallIdOf(int number) {
    return kCallId.substr(0, kCallId.size() - 3) + std::to_string(100 + number);
  }

  // The next connection gets as far as that.
  fakes::FakePeer& LogsIn(std::string_view may = "Originate Hangup Status") {
    return network_.Peer("host")
        .Says(std::string(ami::kBanner))
        .Hears("Login")
        .Says(std::string(ami::kLoginAccepted))
        .Hears("ListCommands")
        .Says(RightsReply(may));
  }

  Command Originate(base::Milliseconds wait = kTotalWait) const {
    return {ami::MakeAction(Plan().originate), clock_.Now() + wait, /*originate=*/true};
  }
  Command Hangup(int number, base::Milliseconds wait = kTotalWait) const {
    return {ami::Hangup(Own("hangup-" + std::to_string(number)), Own(CallIdOf(number))),
            clock_.Now() + wait, /*originate=*/false};
  }

  CommandQueue::Ticket Add(Command command) { return fakes::Must(queue_.Add(std::move(command))); }

  // What became of a command that will not be worked on any more: the Message of its answer, else
  // "unknown" or the error. One that still waits is late by then.
  std::string Outcome(const CommandQueue::Ticket& ticket) {
    clock_.Advance(base::Milliseconds(60'000));
    const auto answer = queue_.Wait(ticket);
    if (answer.Ok()) {
      const ami::Message& response = answer.Value().response;
      return std::string(response.Get("Response")) + ": " + std::string(response.Get("Message"));
    }
    if (answer.Why().code == base::Code::kOutcomeUnknown) return "unknown";
    return answer.Why().message;
  }

  // How many whole Originates have left on all connections.
  int Originates() const {
    int count = 0;
    for (const auto& connection : network_.Connections()) {
      std::string_view sent = connection->sent;
      for (auto end = sent.find("\r\n\r\n"); end != std::string_view::npos;
           end = sent.find("\r\n\r\n")) {
        if (sent.starts_with("Action: Originate")) ++count;
        sent.remove_prefix(end + 4);
      }
    }
    return count;
  }

  fakes::FakeClock clock_;
  fakes::FakeLog log_;
  fakes::FakeNetwork network_{clock_};
  call::PbxConfig pbx_ = Pbx("main", "host");
  CommandQueue queue_{clock_};
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_COMMAND_FIXTURE_H_
