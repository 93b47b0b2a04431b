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
#include "gateway/acceptor.h"
#include "gateway/read_request.h"

namespace click2call::gateway {

// Answers FastCGI requests on a listening socket, with one thread for each request under way.
// The threads inherit the signal mask: see RunFastCgi(). The socket does not block afterwards.
class FastCgiServer {
 public:
  // REQUIRES: `listen_fd` listens, and `log` outlives the server. Throws std::system_error where
  // the system gives fewer threads than `workers`, or no descriptors.
  FastCgiServer(int listen_fd, int workers, Handler handler, base::Log& log);

  // Stops accepting, lets the requests under way finish, and returns when all threads have ended.
  ~FastCgiServer();
  FastCgiServer(const FastCgiServer&) = delete;
  FastCgiServer& operator=(const FastCgiServer&) = delete;

  // For the requests that begin from now on. The handler before it goes when its last one has
  // ended.
  void SetHandler(Handler handler);

 private:
  void Stop();
  void Work();
  std::shared_ptr<const Handler> CurrentHandler() const;
  void PauseAfter(const std::string& accept_error);

  Acceptor acceptor_;
  base::Log& log_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Handler> handler_;  // guarded by mutex_
  std::atomic<bool> exhaustion_logged_ = false;
  std::vector<std::thread> threads_;
};

// Blocks the signals that RunFastCgi() waits for. To be called before the first thread is started:
// one that does not block them would take them.
void BlockSignals();

// Serves until SIGTERM, SIGINT or SIGUSR1; then the requests under way are answered first. On
// SIGHUP the handler is what `reload` gives, while the others go on; where it gives an error, that
// is logged and the handler stays. REQUIRES: BlockSignals() was called.
void RunFastCgi(int listen_fd, int workers, Handler handler,
                const std::function<base::Result<Handler>()>& reload, base::Log& log);

}  // namespace click2call::gateway

#endif  // CLICK2CALL_GATEWAY_FASTCGI_H_
