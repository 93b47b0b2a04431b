#ifndef CLICK2CALL_CALL_ENDPOINT_H_
#define CLICK2CALL_CALL_ENDPOINT_H_

#include <string_view>
#include <utility>

#include "base/result.h"
#include "call/call.h"
#include "call/config.h"
#include "call/follow_call.h"
#include "call/read_click.h"
#include "call/world.h"
#include "web/form.h"
#include "web/format.h"
#include "web/guards.h"
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
  // One request, the form its answer takes, and where its pages lead.
  struct Asked {
    const web::Request& request;
    web::Format format;
    web::PageLinks links;
    bool for_call = false;  // is to place a call: its answer counts
  };

  web::Response Respond(const web::Request& request) const;
  web::Response Route(const Asked& asked, const web::Place& place) const;
  web::Response Dial(Asked asked) const;
  web::Response Confirm(const Asked& asked, const Asker& asker, const Click& click,
                        const web::Form& form) const;
  web::Response Create(Asked asked) const;
  web::Response Place(const Asked& asked, const CallRequest& request) const;
  web::Response List(Asked asked) const;
  web::Response Show(Asked asked, const web::Place& place) const;
  web::Response HangUp(Asked asked, const web::Place& place) const;
  web::Response Health(const web::Request& request) const;
  web::Response Metrics(const Asked& asked) const;

  base::Result<web::CallPage> PageOf(const Asked& asked, const Asker& asker,
                                     const Shown& shown) const;
  base::Result<web::Act> JudgeAct(const web::Request& request, const Asker& asker,
                                  web::Token token = web::Token::kNone) const;

  // Says no, and says so in the log, with the rule that said it; RefuseAsker() for what Identify()
  // said, AnswerRefused() where the log has it already, RefuseLook() where nothing was to be
  // dialled.
  web::Response Refuse(const Asked& asked, const base::Error& error, std::string_view rule) const;
  web::Response RefuseAsker(const Asked& asked, const base::Error& error) const;
  web::Response AnswerRefused(const Asked& asked, const base::Error& error) const;
  web::Response RefuseLook(const Asked& asked, base::Error error) const;

  const Config& config_;
  const web::Pages& pages_;
  World world_;
};

// The answer where the program is not fit to serve (its configuration is wrong, in CGI mode): 500,
// which does not say why. The log does.
web::Response AnswerBroken(const web::Request& request);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_ENDPOINT_H_
