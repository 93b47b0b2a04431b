#include "net/session_driver.h"

#include <algorithm>
#include <array>
#include <span>

namespace click2call::net {

std::optional<ami::Session::Decision> SessionDriver::Wait(base::MonotonicTime deadline) {
  for (;;) {
    if (auto decision = session_.Next()) return decision;
    const auto now = clock_.Now();
    session_.Tick(now);
    if (auto decision = session_.Next()) return decision;
    if (now >= deadline) return std::nullopt;
    Step(base::Remaining(std::min(deadline, session_.Deadline()), now));
  }
}

void SessionDriver::SendLast(const ami::Action& action) {
  // What is still unsent was given up: it must not leave behind our back, least of all the rest of
  // an Originate.
  if (!session_.Output().empty()) return;
  session_.Submit(action, clock_.Now());
  if (!session_.Output().empty()) {
    (void)transport_->Send(session_.Output(), base::Milliseconds::zero());
  }
}

void SessionDriver::Step(base::Milliseconds wait) {
  if (Send()) return;
  (void)Receive(session_.Output().empty() ? wait : std::min(wait, kTryAgainToSend));
}

bool SessionDriver::Send() {
  const std::string_view output = session_.Output();
  if (output.empty()) return false;
  // A PBX that reads no further may be waiting until it has been read itself. And one that has
  // closed may have said why before: that is still there to be read, and then its end.
  const auto sent = transport_->Send(output, base::Milliseconds::zero());
  if (!sent.Ok() || sent.Value() == 0) return false;
  session_.Sent(sent.Value());
  return true;
}

bool SessionDriver::Receive(base::Milliseconds wait) {
  std::array<char, 16 * 1024> buffer;  // NOLINT: uninitialised on purpose
  const auto received = transport_->Receive(std::span(buffer), wait);
  if (!received.Ok()) {
    session_.EndOfStream(received.Why().message);
    return true;
  }
  session_.Receive({buffer.data(), received.Value().count}, clock_.Now());
  if (received.Value().end) session_.EndOfStream();
  return received.Value().end || received.Value().count > 0;
}

}  // namespace click2call::net
