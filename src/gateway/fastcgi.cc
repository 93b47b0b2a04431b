#include "gateway/fastcgi.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcgiapp.h>
#include <signal.h>  // NOLINT: sigwait
#include <sys/socket.h>
#include <unistd.h>

#include "base/version.h"

namespace click2call::gateway {
namespace {

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

// One connection's worth of libfcgi. The library parses, but never accepts: it gets a connection,
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

// The next of them, or none when it is time to look whether somebody has gone.
std::optional<int> NextSignal(const sigset_t& signals, bool looks) {
  const timespec wait{0, 200'000'000};
  for (;;) {
    const int signal = sigtimedwait(&signals, nullptr, looks ? &wait : nullptr);
    if (signal > 0) return signal;
    if (errno == EAGAIN) return std::nullopt;
  }
}

}  // namespace

FastCgiServer::FastCgiServer(int listen_fd, const Workers& workers, Handler handler, base::Log& log)
    : acceptor_(listen_fd),
      log_(log),
      handler_(std::make_shared<const Handler>(std::move(handler))) {
  FCGX_Init();
  try {
    Start(workers);
  } catch (...) {  // the system gives no more threads
    Stop();
    throw;
  }
}

void FastCgiServer::Start(const Workers& workers) {
  for (int i = 0; i < workers.count; ++i) {
    if (workers.fibers) {
      fibers_.Add([this] { Work(); });
    } else {
      threads_.emplace_back([this] { Work(); });
    }
  }
  if (workers.fibers) threads_.emplace_back([this] { fibers_.Run(); });
}

FastCgiServer::~FastCgiServer() { Stop(); }

void FastCgiServer::Stop() {
  acceptor_.Stop();
  for (std::thread& thread : threads_) thread.join();
}

void FastCgiServer::SetHandler(Handler handler) {
  auto next = std::make_shared<const Handler>(std::move(handler));
  const std::lock_guard lock(mutex_);
  unwanted_.push_back(std::exchange(handler_, std::move(next)));
}

bool FastCgiServer::TakeDownUnused() {
  std::vector<std::shared_ptr<const Handler>> unused;  // goes when the others can go on
  const std::lock_guard lock(mutex_);
  const auto is_used = [](const auto& handler) { return handler.use_count() > 1; };
  const auto begin = std::partition(unwanted_.begin(), unwanted_.end(), is_used);
  std::move(begin, unwanted_.end(), std::back_inserter(unused));
  unwanted_.erase(begin, unwanted_.end());
  return !unwanted_.empty();
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
  fiber::SleepFor(kPauseWhenExhausted);
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

void RunFastCgi(int listen_fd, Service service,
                const std::function<base::Result<Service>()>& reload, base::Log& log) {
  const sigset_t signals = Signals();
  auto server =
      std::make_unique<FastCgiServer>(listen_fd, service.workers, std::move(service.handler), log);
  const auto refuse = [&](const std::string& why) {
    log.Write(base::LogLevel::kError, base::LogLine("configuration refused").Add("why", why));
  };
  log.Write(base::LogLevel::kInfo, base::LogLine("serving").Add("version", base::kVersion));
  for (;;) {
    const auto signal = NextSignal(signals, server->TakeDownUnused());
    if (!signal) continue;
    if (*signal != SIGHUP) return;
    auto next = reload();
    if (!next.Ok()) {
      refuse(next.Why().message);
      continue;
    }
    Service wanted = std::move(next).Value();
    if (wanted.workers == service.workers) {
      server->SetHandler(std::move(wanted.handler));
    } else {
      try {
        server = std::make_unique<FastCgiServer>(listen_fd, wanted.workers,
                                                 std::move(wanted.handler), log);
      } catch (const std::system_error& error) {
        refuse(std::string("no room for that many web.workers: ") + error.what());
        continue;
      }
      service.workers = wanted.workers;
    }
    log.Write(base::LogLevel::kInfo, base::LogLine("configuration read again"));
  }
}

}  // namespace click2call::gateway
