#ifndef CLICK2CALL_CALL_ENDPOINT_H_
#define CLICK2CALL_CALL_ENDPOINT_H_

#include <string_view>
#include <utility>

#include "base/result.h"
#include "call/call.h"
#include "call/config.h"
#include "call/follow_call.h"
#include "call/world.h"
#include "web/form.h"
#include "web/format.h"
#include "web/pages.h"
#include "web/request.h"
#include "web/response.h"
#include "web/router.h"

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
  web::Response Respond(const web::Request& request) const;
  web::Response Route(const web::Request& request, const web::Place& place) const;
  web::Response Dial(const web::Request& request, web::PageLinks links) const;
  web::Response Create(const web::Request& request, const web::PageLinks& links) const;
  web::Response List(const web::Request& request, web::PageLinks links) const;
  web::Response Show(const web::Request& request, const web::Place& place) const;
  web::Response Health(const web::Request& request) const;
  web::Response HangUp(const web::Request& request, const web::Place& place) const;

  // Places the call and answers.
  web::Response Place(web::Format format, const base::Result<CallRequest>& request,
                      const web::Request& asked, const web::PageLinks& links) const;

  web::Response Refuse(web::Format format, const base::Error& error,
                       const web::PageLinks& links) const;

  // The same where nothing was to be dialled.
  web::Response RefuseLook(web::Format format, base::Error error,
                           const web::PageLinks& links) const;

  // Who asks. `api`: with access.jwt they have to show a token that has `scope`.
  base::Result<Asker> Identify(const web::Request& request, std::string_view scope, bool api) const;
  base::Result<CallRequest> ReadClick(const web::Request& request, const web::Form& form) const;
  base::Result<CallRequest> ReadCreation(const web::Request& request) const;

  const Config& config_;
  const web::Pages& pages_;
  World world_;
};

// The answer where the program is not fit to serve (its configuration is wrong, in CGI mode): 500,
// which does not say why. The log does.
web::Response AnswerBroken(const web::Request& request);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_ENDPOINT_H_
