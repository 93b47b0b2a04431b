#ifndef CLICK2CALL_NET_NO_SIGNALS_H_
#define CLICK2CALL_NET_NO_SIGNALS_H_

#include <signal.h>  // NOLINT: pthread_sigmask

namespace click2call::net {

// While it lives, no signal is for this thread, nor for those that it starts: they keep that.
class NoSignals {
 public:
  NoSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~NoSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  NoSignals(const NoSignals&) = delete;
  NoSignals& operator=(const NoSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_NO_SIGNALS_H_
