#ifndef CLICK2CALL_GATEWAY_FASTCGI_H_
#define CLICK2CALL_GATEWAY_FASTCGI_H_

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "fiber/fibers.h"
#include "gateway/acceptor.h"
#include "gateway/read_request.h"

namespace click2call::gateway {

// Who answers: `count` at a time, each in a thread or, in one thread together, in a fiber. Fibers
// take half of the processor's time, and are for handlers that wait as fiber/fibers.h says.
struct Workers {
  int count = 0;
  bool fibers = false;

  friend bool operator==(const Workers&, const Workers&) = default;
};

// Answers FastCGI requests on a listening socket. The threads inherit the signal mask: see
// RunFastCgi(). The socket does not block afterwards.
class FastCgiServer {
 public:
  // REQUIRES: `listen_fd` listens, and `log` outlives the server. Throws std::system_error where
  // the system gives fewer threads or stacks than `workers`, or no descriptors.
  FastCgiServer(int listen_fd, const Workers& workers, Handler handler, base::Log& log);

  // Stops accepting, lets the requests under way finish, and returns when all threads have ended.
  ~FastCgiServer();
  FastCgiServer(const FastCgiServer&) = delete;
  FastCgiServer& operator=(const FastCgiServer&) = delete;

  // For the requests that begin from now on.
  void SetHandler(Handler handler);

  // Takes down the handlers of before whose last request has ended, which may take its time.
  // Whether there are others.
  bool TakeDownUnused();

 private:
  void Start(const Workers& workers);
  void Stop();
  void Work();
  std::shared_ptr<const Handler> CurrentHandler() const;
  void PauseAfter(const std::string& accept_error);

  Acceptor acceptor_;
  base::Log& log_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Handler> handler_;                // guarded by mutex_
  std::vector<std::shared_ptr<const Handler>> unwanted_;  // guarded by mutex_
  std::atomic<bool> exhaustion_logged_ = false;
  fiber::Fibers fibers_;
  std::vector<std::thread> threads_;
};

// Blocks the signals that RunFastCgi() waits for. To be called before the first thread is started:
// one that does not block them would take them.
void BlockSignals();

struct Service {
  Handler handler;
  Workers workers;
};

// Serves until SIGTERM, SIGINT or SIGUSR1; then the requests under way are answered first. On
// SIGHUP it becomes what `reload` gives, while those go on; where it gives an error, that is logged
// and all stays as it is. REQUIRES: BlockSignals() was called.
void RunFastCgi(int listen_fd, Service service,
                const std::function<base::Result<Service>()>& reload, base::Log& log);

}  // namespace click2call::gateway

#endif  // CLICK2CALL_GATEWAY_FASTCGI_H_
