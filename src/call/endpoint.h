#ifndef CLICK2CALL_CALL_ENDPOINT_H_
#define CLICK2CALL_CALL_ENDPOINT_H_

#include "base/result.h"
#include "call/config.h"
#include "call/place_call.h"
#include "web/format.h"
#include "web/pages.h"
#include "web/request.h"
#include "web/response.h"

namespace click2call::call {

// Answers requests: route, guard, form, use case, answer. It cannot tell how a request arrived.
// Handle() may be called from several threads at once.
class Endpoint {
 public:
  // REQUIRES: config, pages and what `world` refers to outlive the endpoint.
  Endpoint(const Config& config, const web::Pages& pages, World world)
      : config_(config), pages_(pages), world_(std::move(world)) {}

  web::Response Handle(const web::Request& request) const;

 private:
  web::Response Dial(const web::Request& request, web::PageLinks links) const;

  const Config& config_;
  const web::Pages& pages_;
  World world_;
};

// The answer where the program is not fit to serve (its configuration is wrong, in CGI mode): 500,
// which does not say why. The log does.
web::Response AnswerBroken(const web::Request& request);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_ENDPOINT_H_
