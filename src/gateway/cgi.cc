#include "gateway/cgi.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace click2call::gateway {
namespace {

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
  return written ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace click2call::gateway
