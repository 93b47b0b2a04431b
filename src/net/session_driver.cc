#include "net/session_driver.h"

#include <algorithm>
#include <array>
#include <span>

namespace click2call::net {
namespace {

// How soon a socket that had no room is asked again, where nothing arrives meanwhile.
constexpr base::Milliseconds kTryAgainToSend{20};

}  // namespace

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
  const std::string_view output = session_.Output();
  if (!output.empty()) {
    const auto sent = transport_->Send(output, base::Milliseconds::zero());
    if (sent.Ok() && sent.Value() > 0) return session_.Sent(sent.Value());
    // A PBX that reads no further may be waiting until it has been read itself. And one that has
    // closed may have said why before: that is still there to be read.
    if (sent.Ok()) wait = std::min(wait, kTryAgainToSend);
  }
  std::array<char, 16 * 1024> buffer;  // NOLINT: uninitialised on purpose
  const auto received = transport_->Receive(std::span(buffer), wait);
  if (!received.Ok()) return session_.EndOfStream(received.Why().message);
  session_.Receive({buffer.data(), received.Value().count}, clock_.Now());
  if (received.Value().end) session_.EndOfStream();
}

}  // namespace click2call::net
