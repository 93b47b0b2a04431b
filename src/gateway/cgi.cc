#include "gateway/cgi.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace click2call::gateway {
namespace {

constexpr std::chrono::seconds kDropWait{5};

class ProcessInput : public cgicc::CgiInput {
 public:
  std::size_t read(char* data, std::size_t length) override {
    return std::fread(data, 1, length, stdin);
  }
  std::string getenv(const char* name) override {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
    return value == nullptr ? "" : value;
  }
};

// Reads what is left of the body and drops it. Under Apache's mod_cgid stdin and stdout are one
// socket, and closing that with bytes unread resets it: the answer would be lost on its way.
void DropRestOfBody() {
  struct stat input {};
  if (fstat(STDIN_FILENO, &input) != 0 || !S_ISSOCK(input.st_mode)) return;
  shutdown(STDOUT_FILENO, SHUT_WR);
  const auto until = std::chrono::steady_clock::now() + kDropWait;
  std::array<char, 16 * 1024> buffer;  // NOLINT: uninitialised on purpose
  pollfd waiting{STDIN_FILENO, POLLIN, 0};
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return;
    if (read(STDIN_FILENO, buffer.data(), buffer.size()) <= 0) return;
  }
}

}  // namespace

bool IsCgiProcess() {
  for (const char* name : {"GATEWAY_INTERFACE", "REQUEST_METHOD", "QUERY_STRING"}) {
    if (std::getenv(name) != nullptr) return true;  // NOLINT(concurrency-mt-unsafe)
  }
  return false;
}

int RunCgi(const Handler& handler, base::Log& log) {
  ProcessInput input;
  const std::string bytes = Answer(input, handler, log).Serialize();
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() &&
                       std::fflush(stdout) == 0;
  // The client may have gone; the call stands all the same.
  DropRestOfBody();
  return written ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace click2call::gateway
