// What a PBX says, however it is cut: the same messages, and the same decisions of a session.

#include <string>
#include <string_view>
#include <variant>

#include "ami/foreign.h"
#include "ami/reader.h"
#include "ami/session.h"
#include "fakes/fake_clock.h"
#include "fuzz/fuzz.h"

namespace click2call::ami {
namespace {

using fuzz::Promise;

// Hands `bytes` to `take` in pieces as long as the bytes of `cuts` say; in one without any.
template <class Take>
void InPieces(std::string_view bytes, std::string_view cuts, const Take& take) {
  for (std::size_t i = 0; !bytes.empty(); ++i) {
    const std::size_t size = cuts.empty() ? bytes.size() : 1 + fuzz::Byte(cuts, i % cuts.size());
    take(bytes.substr(0, size));
    bytes.remove_prefix(std::min(size, bytes.size()));
  }
}

std::string Show(const Message& message) {
  std::string text;
  std::size_t longest = 0;
  for (const auto& [name, value] : message.Headers()) {
    text += name + "\x1f" + value + "\n";
    longest = std::max(longest, name.size() + value.size());
  }
  Promise(!message.Headers().empty(), "a message has headers");
  Promise(message.Headers().size() <= kMaxReceivedHeaders, "the limit of headers holds");
  Promise(longest <= kMaxReceivedLineBytes, "the limit of a line holds");
  return text + "\n";
}

std::string ReadAll(std::string_view bytes, std::string_view cuts) {
  Reader reader;
  std::string all;
  InPieces(bytes, cuts, [&](std::string_view piece) {
    reader.Feed(piece);
    Message message;
    auto outcome = Reader::Outcome::kDone;
    while ((outcome = reader.NextMessage(&message)) == Reader::Outcome::kDone) all += Show(message);
    Promise(reader.Problem().empty() == (outcome == Reader::Outcome::kNeedMore),
            "what is broken has a problem, and stays broken");
  });
  return all + reader.Problem();
}

std::string Show(const Session::Decision& decision) {
  if (std::holds_alternative<Session::LoggedIn>(decision)) return "logged in\n";
  if (const auto* replied = std::get_if<Session::Replied>(&decision)) {
    return Show(replied->response);
  }
  if (const auto* happened = std::get_if<Session::Happened>(&decision)) {
    return Show(happened->event);
  }
  // What a stranger said first is described as far as it had arrived.
  return "ended " + std::to_string(static_cast<int>(std::get<Session::Ended>(decision).error.code));
}

std::string Talk(std::string_view bytes, std::string_view cuts, Auth auth) {
  const fakes::FakeClock clock;
  Session session({FieldValue::From("click2call").Value(), base::Secret("s3cret"), auth},
                  Events::kCall, clock.Now());
  std::string all;
  bool ended = false;
  InPieces(bytes, cuts, [&](std::string_view piece) {
    session.Receive(piece, clock.Now());
    while (const auto decision = session.Next()) {
      Promise(!ended, "the end is the last decision");
      ended = std::holds_alternative<Session::Ended>(*decision);
      all += Show(*decision);
    }
    const std::string_view output = session.Output();
    Promise(output.empty() || !ended, "nothing is sent after the end");
    Promise(output.find("Originate") == std::string_view::npos, "a session dials nothing");
    Promise(auth == Auth::kPlain || output.find("s3cret") == std::string_view::npos,
            "by MD5 the secret never leaves");
    session.Sent(output.size());
  });
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::string cuts = input.Part();
  const std::string_view bytes = input.Rest();
  Promise(ReadAll(bytes, "") == ReadAll(bytes, cuts), "cut or not, it reads the same");
  if (BeginsTls(bytes.substr(0, 1))) return 0;  // which one byte is enough to say
  const Auth auth = fuzz::Byte(cuts) % 2 == 0 ? Auth::kPlain : Auth::kMD5;
  Promise(Talk(bytes, "", auth) == Talk(bytes, cuts, auth), "cut or not, it decides the same");
  return 0;
}

}  // namespace click2call::ami
