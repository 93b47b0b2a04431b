#include "gateway/fastcgi.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcgiapp.h>
#include <signal.h>  // NOLINT: sigwait
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/version.h"

namespace click2call::gateway {
namespace {

// libfcgi itself waits for ever for the rest of a request: half a header would keep a worker.
constexpr timeval kConnectionWait{5, 0};
constexpr std::chrono::milliseconds kPauseWhenExhausted{100};

constexpr std::size_t kUsualParameters = 40;

class FastCgiInput : public cgicc::CgiInput {
 public:
  explicit FastCgiInput(const FCGX_Request& request) : request_(request) {
    parameters_.reserve(kUsualParameters);
    for (char** parameter = request_.envp; *parameter != nullptr; ++parameter) {
      const std::string_view text(*parameter);
      const std::size_t name = text.find('=');
      parameters_.emplace_back(text.substr(0, name), text.substr(name + 1));
    }
  }

  std::size_t read(char* data, std::size_t length) override {
    const int got = FCGX_GetStr(data, static_cast<int>(length), request_.in);
    const std::size_t count = got > 0 ? static_cast<std::size_t>(got) : 0;
    read_ += count;
    return count;
  }
  // Of several of one name, the first; FCGX_GetParam() would read them all for each that is asked.
  std::string getenv(const char* name) override {
    const std::string_view wanted(name);
    const auto found = std::ranges::find(parameters_, wanted, &Parameter::first);
    return found == parameters_.end() ? std::string() : std::string(found->second);
  }

  // Nothing of the body is still to come.
  bool HasReadAll() {
    const std::string length = getenv("CONTENT_LENGTH");
    return length.empty() ? read_ == 0 : length == std::to_string(read_);
  }

 private:
  using Parameter = std::pair<std::string_view, std::string_view>;

  const FCGX_Request& request_;
  std::vector<Parameter> parameters_;
  std::size_t read_ = 0;
};

// One connection's worth of libfcgi. The library parses, but never accepts: between its accept and
// its first read there is no place to set a timeout. So it gets a connection that already has one,
// and no listening socket.
class Exchange {
 public:
  explicit Exchange(int connection) {
    FCGX_InitRequest(&request_, /*sock=*/-1, /*flags=*/0);
    request_.ipcFd = connection;
    request_.keepConnection = 1;  // or FCGX_Accept_r() would begin by closing it
  }
  ~Exchange() {
    FCGX_Finish_r(&request_);
    FCGX_Free(&request_, /*close=*/1);
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Reads the parameters. False when what came was no FastCGI request.
  bool Begin() {
    const bool begun = FCGX_Accept_r(&request_) == 0;
    request_.keepConnection = 0;  // a kept connection keeps its worker, idle or not
    return begun;
  }

  FCGX_Request& Request() { return request_; }

  // Answers. With `all_read`, only the record that ends the body can be unread, which web servers
  // send with what is before it: then the connection is closed at once afterwards. libfcgi waits
  // for the other side to do so first, since with anything unread a close is a reset.
  void Answer(const std::string& bytes, bool all_read) {
    FCGX_PutStr(bytes.data(), static_cast<int>(bytes.size()), request_.out);
    if (!all_read) return;
    if (FCGX_GetChar(request_.in) < 0 && FCGX_GetError(request_.in) == 0) FCGX_Detach(&request_);
  }

 private:
  FCGX_Request request_{};
};

sigset_t Signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

void SetTimeout(int fd, int option, const timeval& wait) {
  setsockopt(fd, SOL_SOCKET, option, &wait, sizeof wait);
}

}  // namespace

FastCgiServer::FastCgiServer(int listen_fd, int workers, Handler handler, base::Log& log)
    : acceptor_(listen_fd),
      log_(log),
      handler_(std::make_shared<const Handler>(std::move(handler))) {
  FCGX_Init();
  try {
    for (int i = 0; i < workers; ++i) threads_.emplace_back([this] { Work(); });
  } catch (...) {  // the system gives no more threads
    Stop();
    throw;
  }
}

FastCgiServer::~FastCgiServer() { Stop(); }

void FastCgiServer::Stop() {
  acceptor_.Stop();
  for (std::thread& thread : threads_) thread.join();
}

void FastCgiServer::SetHandler(Handler handler) {
  auto next = std::make_shared<const Handler>(std::move(handler));
  const std::lock_guard lock(mutex_);
  handler_.swap(next);
}

std::shared_ptr<const Handler> FastCgiServer::CurrentHandler() const {
  const std::lock_guard lock(mutex_);
  return handler_;
}

void FastCgiServer::PauseAfter(const std::string& accept_error) {
  // No descriptors, no memory: they come back when other requests end. A loop without a pause would
  // eat the processor until then, and a line for each try the disk.
  if (!exhaustion_logged_.exchange(true)) {
    log_.Write(base::LogLevel::kError, base::LogLine("accept failed").Add("why", accept_error));
  }
  std::this_thread::sleep_for(kPauseWhenExhausted);
}

void FastCgiServer::Work() {
  while (true) {
    const auto accepted = acceptor_.Accept();
    if (!accepted.Ok()) {
      PauseAfter(accepted.Why().message);
      acceptor_.GoOn();
      continue;
    }
    const int connection = accepted.Value();
    if (connection == Acceptor::kStopped) return;
    exhaustion_logged_ = false;
    SetTimeout(connection, SO_RCVTIMEO, kConnectionWait);
    SetTimeout(connection, SO_SNDTIMEO, kConnectionWait);
    // Before the exchange, so that it goes after it: the last one to use a handler takes it down,
    // and nobody shall wait for their answer meanwhile.
    const auto handler = CurrentHandler();
    Exchange exchange(connection);
    if (!exchange.Begin()) continue;
    FastCgiInput input(exchange.Request());
    const std::string answer = Answer(input, *handler, log_).Serialize();
    exchange.Answer(answer, input.HasReadAll());
  }
}

void BlockSignals() {
  const sigset_t signals = Signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void RunFastCgi(int listen_fd, int workers, Handler handler,
                const std::function<base::Result<Handler>()>& reload, base::Log& log) {
  const sigset_t signals = Signals();
  FastCgiServer server(listen_fd, workers, std::move(handler), log);
  log.Write(base::LogLevel::kInfo, base::LogLine("serving").Add("version", base::kVersion));
  int signal = 0;
  while (sigwait(&signals, &signal) == 0 && signal == SIGHUP) {
    auto next = reload();
    if (next.Ok()) {
      server.SetHandler(std::move(next).Value());
      log.Write(base::LogLevel::kInfo, base::LogLine("configuration read again"));
    } else {
      log.Write(base::LogLevel::kError,
                base::LogLine("configuration refused").Add("why", next.Why().message));
    }
  }
}

}  // namespace click2call::gateway
