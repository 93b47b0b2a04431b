#ifndef CLICK2CALL_WEB_JSON_H_
#define CLICK2CALL_WEB_JSON_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "web/health.h"
#include "web/pages.h"

namespace click2call::web {

// {"callId", "caller": {"number"}, "callee": {"number"}, "status"[, "reason"], "createdAt"
// [, "answeredAt"][, "endedAt"][, "durationSeconds"], "pbx"[, "user"]}
std::string CallJson(const CallView& call);

// {"calls": […][, "older": callId]}
std::string CallsJson(const CallList& list);

// See AnswerHealth().
std::string HealthJson(bool up, const std::vector<PbxView>& pbxs);

inline constexpr std::size_t kMaxMessage = 512;  // characters of a message: CAMARA's limit

// {"status", "code", "message"[, "callId"]}
std::string ErrorJson(const base::Error& error);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_JSON_H_
