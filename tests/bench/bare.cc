// The bare client: one kept AMI session, and Originate after Originate. Where the PBX is, ami.h
// says.
//
//     bare DEPTH MILLISECONDS      with DEPTH of them on their way at a time; tells as slice.h says
//     bare watch                   a session that hears of calls, until it is ended
//     bare count MILLISECONDS      the same for so long: says on stderr how many events it heard
//     bare foreign RATE            makes so many events a second of calls that are not ours, until
//                                  it is ended

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "ami.h"
#include "slice.h"

namespace click2call::bench {
namespace {

// One session and what arrived on it.
class Client {
 public:
  explicit Client(const char* events) : fd_(AmiLogIn(events)) {}

  void Send(std::string_view text) const { AmiSend(fd_, text.data(), text.size()); }

  void ReadNoLongerThan(timeval wait) const {
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  }

  // Waits for bytes, and hands every whole message to `take`.
  template <class Take>
  void Read(const Take& take) {
    const ssize_t got = recv(fd_, buffer_ + have_, sizeof buffer_ - have_, 0);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got <= 0) AmiDie("read from the PBX");
    have_ += static_cast<std::size_t>(got);
    std::size_t done = 0;
    while (const std::size_t length = AmiMessage(buffer_ + done, have_ - done)) {
      take(buffer_ + done, length);
      done += length;
    }
    std::memmove(buffer_, buffer_ + done, have_ - done);
    have_ -= done;
  }

 private:
  int fd_;
  char buffer_[256 * 1024];
  std::size_t have_ = 0;
};

int Place(std::size_t depth, std::uint64_t limit) {
  Client client("off");
  std::vector<std::uint64_t> sent_at(depth);
  std::vector<std::uint32_t> latencies;
  latencies.reserve(1 << 20);
  unsigned long long number = 0;
  std::size_t open = 0;
  std::uint64_t now = 0;
  const auto next = [&](std::size_t slot) {
    char id[kAmiIdLength + 1], text[kAmiMaxActionBytes], exten[8];
    AmiMakeId(id, "c2c-", static_cast<unsigned>(slot), number);
    std::snprintf(exten, sizeof exten, "%llu", 100'000 + number++ % 900'000);
    sent_at[slot] = Nanoseconds();
    client.Send({text, AmiOriginate(text, id, exten)});
    ++open;
  };
  const std::uint64_t start = Nanoseconds();
  for (std::size_t slot = 0; slot < depth; ++slot) next(slot);
  while (open > 0) {
    client.Read([&](const char* message, std::size_t length) {
      const int slot = AmiAnswers(message, length);
      if (slot == -2) AmiDie("the PBX refuses the call");
      if (slot < 0) return;
      now = Nanoseconds();
      latencies.push_back(
          static_cast<std::uint32_t>(now - sent_at[static_cast<std::size_t>(slot)]));
      --open;
      if (now - start < limit) next(static_cast<std::size_t>(slot));
    });
  }
  Tell(now - start, latencies);
  return 0;
}

int Watch(std::uint64_t limit) {
  Client client("call");
  const timeval wait{0, 100'000};
  unsigned long heard = 0;
  const std::uint64_t start = Nanoseconds();
  const auto over = [&] { return limit != 0 && Nanoseconds() - start >= limit; };
  if (limit != 0) client.ReadNoLongerThan(wait);
  while (!over()) client.Read([&](const char*, std::size_t) { ++heard; });
  std::fprintf(stderr, "%lu\n", heard);
  Tell(limit, {1});
  return 0;
}

// A device that is busy and free again: the cheapest event of the class "call", which those of
// other people's calls are of too.
int Disturb(std::uint64_t rate) {
  Client client("off");
  client.ReadNoLongerThan({0, 1000});
  const std::uint64_t start = Nanoseconds();
  for (std::uint64_t sent = 0;;) {
    const std::uint64_t due = (Nanoseconds() - start) * rate / 1'000'000'000;
    std::string actions;
    for (; sent < due; ++sent) {
      actions += "Action: Setvar\r\nVariable: DEVICE_STATE(Custom:bench)\r\nValue: ";
      actions += sent % 2 == 0 ? "INUSE\r\n\r\n" : "NOT_INUSE\r\n\r\n";
    }
    client.Send(actions);
    client.Read([](const char*, std::size_t) {});
  }
}

}  // namespace
}  // namespace click2call::bench

int main(int argc, char** argv) {
  using namespace click2call::bench;
  if (argc == 2 && std::string_view(argv[1]) == "watch") return Watch(0);
  if (argc != 3) return 2;
  const std::string_view what(argv[1]);
  if (what == "count") return Watch(std::stoull(argv[2]) * 1'000'000);
  if (what == "foreign") return Disturb(std::stoull(argv[2]));
  return Place(std::stoul(argv[1]), std::stoull(argv[2]) * 1'000'000);
}
