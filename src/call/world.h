#ifndef CLICK2CALL_CALL_WORLD_H_
#define CLICK2CALL_CALL_WORLD_H_

#include <functional>
#include <string>

#include "base/call_id.h"
#include "base/clock.h"
#include "base/log.h"
#include "call/call_store.h"
#include "call/dialer.h"
#include "call/number_reader.h"
#include "call/tally.h"
#include "web/link.h"
#include "web/metrics.h"
#include "web/token.h"

namespace click2call::call {

// What the use cases need of the world. All of it outlives them and may be used from several
// threads at once.
struct World {
  Dialer& dialer;
  CallStore& store;
  const Following* following;  // null: nobody follows the calls, so whoever looks asks the PBX
  const base::Clock& clock;
  std::function<base::CallId()> new_call_id;  // each one new
  std::function<std::string()> new_token;     // each one new, and nobody can guess it
  base::Log& log;
  const web::TokenVerifier* tokens = nullptr;   // set with access.jwt
  const web::LinkSigner* links = nullptr;       // set with access.link_secret_file
  const NumberReader* numbers = nullptr;        // set with numbers.region
  const web::MetricsWriter* metrics = nullptr;  // set where requests are answered
  Tally* tally = nullptr;  // null: a process for one request, which has nothing to count
};

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_WORLD_H_
