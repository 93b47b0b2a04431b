#ifndef CLICK2CALL_GATEWAY_FASTCGI_H_
#define CLICK2CALL_GATEWAY_FASTCGI_H_

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "base/log.h"
#include "gateway/read_request.h"

namespace click2call::gateway {

// Answers FastCGI requests on a listening socket, with one thread for each request under way.
// The threads inherit the signal mask: see RunFastCgi().
class FastCgiServer {
 public:
  // REQUIRES: `listen_fd` listens, and `log` outlives the server.
  FastCgiServer(int listen_fd, int workers, Handler handler, base::Log& log);

  // Stops accepting, lets the requests under way finish, and returns when all threads have ended.
  ~FastCgiServer();
  FastCgiServer(const FastCgiServer&) = delete;
  FastCgiServer& operator=(const FastCgiServer&) = delete;

 private:
  void Work();

  const int listen_fd_;
  const Handler handler_;
  base::Log& log_;
  std::atomic<bool> stopping_ = false;
  std::vector<std::thread> threads_;
};

// Serves until SIGTERM, SIGINT or SIGUSR1; then the requests under way are answered first. SIGHUP
// calls `reload`, on this thread, while the others go on. Blocks these signals in the calling
// thread, which must be the only one yet.
void RunFastCgi(int listen_fd, int workers, Handler handler, const std::function<void()>& reload,
                base::Log& log);

}  // namespace click2call::gateway

#endif  // CLICK2CALL_GATEWAY_FASTCGI_H_
