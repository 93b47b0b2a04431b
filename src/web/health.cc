#include "web/health.h"

#include "web/answer.h"
#include "web/json.h"

namespace click2call::web {

Response AnswerHealth(bool up, const std::vector<PbxView>& pbxs) {
  Response response = AnswerEmpty(up ? 200 : 503);
  response.SetBody("application/json", HealthJson(up, pbxs));
  return response;
}

}  // namespace click2call::web
