#ifndef CLICK2CALL_WEB_HEALTH_H_
#define CLICK2CALL_WEB_HEALTH_H_

#include <string>
#include <vector>

#include "web/response.h"

namespace click2call::web {

// One PBX, for a monitor. What is empty is left out.
struct PbxView {
  std::string name;
  std::string state;  // up, down, refused, idle
  std::string since;  // RFC 3339
  std::string error;
  std::string asterisk;              // version
  std::vector<std::string> missing;  // rights that our AMI user lacks: originate, hangup, status
};

// 200 or, where no PBX takes calls, 503; in JSON, whatever was asked for:
// {"status": "up"|"down", "pbx": [{"name", "state", "since"[, "error"][, "asterisk"], "missing"}]}
Response AnswerHealth(bool up, const std::vector<PbxView>& pbxs);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_HEALTH_H_
