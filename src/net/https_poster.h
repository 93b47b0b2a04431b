#ifndef CLICK2CALL_NET_HTTPS_POSTER_H_
#define CLICK2CALL_NET_HTTPS_POSTER_H_

#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "web/sink.h"

namespace click2call::net {

// One POST over https.
struct HttpsPost {
  web::Sink to;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  base::Milliseconds timeout{};  // for all of it, but for the lookup of the host's name
};

// Sends them. The seam between what is to be told and the module that can do TLS.
class HttpsPoster {
 public:
  virtual ~HttpsPoster() = default;

  // The status of the answer, whose body is not read; a redirect is an answer like any other, and
  // not followed. Nothing is sent before the peer's certificate is found good, and for that host.
  // May be called from several threads at once; returns soon after `stop` is asked for.
  // Errors: kInvalidArgument for a header that cannot be sent; kInternal where no answer came: it
  // may have been received all the same.
  virtual base::Result<int> Post(const HttpsPost& post, const std::stop_token& stop) = 0;
};

// What the module "https" gives: net/https_post.h.
using MakePoster = base::Result<std::unique_ptr<HttpsPoster>>();

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_HTTPS_POSTER_H_
