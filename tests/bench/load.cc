// The bench's browser: keeps connections to a web server busy, and sees that every answer is the
// one that was expected. One thread, which costs a few microseconds for each request.
//
//     load PORT CONNECTIONS MILLISECONDS COUNT STATUS WORD FIRST < REQUEST
//
// Ends after so many milliseconds or so many requests, whichever comes first; either may be 0 for
// no end. REQUEST is a whole one; its @ become the six digits of a number that begins with FIRST
// and is another one in each request: see slice.h. WORD has to stand in each answer. Tells as
// slice.h says. It comes from 127.0.0.200, which may name another client in X-Forwarded-For.

#include <cstring>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "slice.h"

namespace click2call::bench {
namespace {

constexpr in_addr_t kOurselves = INADDR_LOOPBACK + 199;
constexpr int kSilenceMilliseconds = 12'000;

struct Wanted {
  Numbered request;
  std::string status;
  std::string word;
};

struct Connection {
  int fd = -1;
  std::uint64_t sent_at = 0;
  std::string answer;
};

[[noreturn]] void Disappoint(const std::string& why, const std::string& answer) {
  std::fprintf(stderr, "%s: %s\n", why.c_str(), answer.substr(0, 2000).c_str());
  std::exit(1);
}

int Connect(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in own = address;
  own.sin_port = 0;
  own.sin_addr.s_addr = htonl(kOurselves);
  if (bind(fd, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0) Die("bind");
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) Die("connect");
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

void Send(Connection& connection, Wanted& wanted, std::uint64_t* number) {
  const std::string& request = wanted.request.With((*number)++);
  connection.answer.clear();
  connection.sent_at = Nanoseconds();
  const ssize_t sent = send(connection.fd, request.data(), request.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(request.size())) Die("send");
}

// A body in chunks ends with one of no bytes, one of a known length with its last byte.
bool IsWhole(const std::string& answer) {
  const auto head = answer.find("\r\n\r\n");
  if (head == std::string::npos) return false;
  const auto chunked = answer.find("Transfer-Encoding: chunked\r\n");
  if (chunked < head) return answer.ends_with("\r\n0\r\n\r\n");
  const auto length = answer.find("Content-Length: ");
  if (length > head) return true;
  return answer.size() >= head + 4 + std::stoul(answer.substr(length + 16));
}

// True once the whole answer is there.
bool Receive(Connection& connection, const Wanted& wanted) {
  char buffer[16 * 1024];
  const ssize_t got = recv(connection.fd, buffer, sizeof buffer, 0);
  if (got <= 0) Disappoint("the server closed the connection", connection.answer);
  connection.answer.append(buffer, static_cast<std::size_t>(got));
  if (!IsWhole(connection.answer)) return false;
  if (connection.answer.compare(9, wanted.status.size(), wanted.status) != 0 ||
      connection.answer.find(wanted.word) == std::string::npos) {
    Disappoint("not the answer that was expected", connection.answer);
  }
  return true;
}

std::string ReadAll(std::FILE* file) {
  std::string text;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, file)) {
    text.append(buffer, got);
  }
  return text;
}

int Run(char** argv) {
  const auto port = static_cast<std::uint16_t>(std::stoul(argv[1]));
  std::vector<Connection> connections(std::stoul(argv[2]));
  const std::uint64_t limit = std::stoull(argv[3]) * 1'000'000;
  const std::uint64_t count = std::stoull(argv[4]);
  Wanted wanted{Numbered(ReadAll(stdin)), argv[5], argv[6]};
  std::uint64_t number = std::stoull(argv[7]);

  const int poll = epoll_create1(EPOLL_CLOEXEC);
  for (std::size_t i = 0; i < connections.size(); ++i) {
    connections[i].fd = Connect(port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    epoll_ctl(poll, EPOLL_CTL_ADD, connections[i].fd, &event);
  }
  std::vector<std::uint32_t> latencies;
  latencies.reserve(1 << 20);
  const std::uint64_t start = Nanoseconds();
  std::uint64_t now = start, begun = 0, open = 0;
  const auto next = [&](Connection& connection) {
    if ((count != 0 && begun >= count) || (limit != 0 && now - start >= limit)) return;
    Send(connection, wanted, &number);
    ++begun;
    ++open;
  };
  for (Connection& connection : connections) next(connection);
  std::vector<epoll_event> events(connections.size());
  while (open > 0) {
    const int ready =
        epoll_wait(poll, events.data(), static_cast<int>(events.size()), kSilenceMilliseconds);
    if (ready <= 0) Disappoint("no answer", "");
    for (int i = 0; i < ready; ++i) {
      Connection& connection = connections[events[static_cast<std::size_t>(i)].data.u64];
      if (!Receive(connection, wanted)) continue;
      now = Nanoseconds();
      latencies.push_back(static_cast<std::uint32_t>(now - connection.sent_at));
      --open;
      next(connection);
    }
  }
  Tell(now - start, latencies);
  return 0;
}

}  // namespace
}  // namespace click2call::bench

int main(int argc, char** argv) {
  if (argc != 8) return 2;
  return click2call::bench::Run(argv);
}
