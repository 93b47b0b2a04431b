#include "web/metrics.h"

#include <utility>

#include "web/answer.h"

namespace click2call::web {

Response AnswerMetrics(std::string text) {
  return AnswerEmpty(200).SetBody("text/plain; version=0.0.4; charset=utf-8", std::move(text));
}

}  // namespace click2call::web
