#ifndef CLICK2CALL_WEB_METRICS_H_
#define CLICK2CALL_WEB_METRICS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "web/response.h"

namespace click2call::web {

// One PBX, for Prometheus.
struct PbxMetrics {
  struct Right {
    std::string_view name;  // originate, hangup, status
    bool granted = false;
  };

  std::string name;
  bool up = false;                                       // logged in
  std::vector<Right> rights = {};                        // of our AMI user; empty where not known
  std::optional<std::size_t> open_calls = std::nullopt;  // by the journal, where it can be read
};

// More are not counted: where they are, one look shall not read them all.
inline constexpr std::size_t kMostOpenCalls = 1000;

// What a process has counted since it began.
struct Counts {
  struct Answers {
    std::string_view code;  // an error's name, or PLACED, or DUPLICATE
    std::uint64_t count = 0;
  };
  struct Bucket {
    double seconds = 0;
    std::uint64_t count = 0;  // of calls that were placed within them
  };

  base::WallTime began;
  std::vector<Answers> answers;  // to requests that were to place a call
  std::vector<Bucket> placed;    // shortest first
  std::uint64_t placed_in_all = 0;
  double seconds_in_all = 0;  // that those took
};

struct Metrics {
  std::vector<PbxMetrics> pbxs;
  std::optional<Counts> counts;  // of a process that stays
};

// Writes metrics as Prometheus reads them, in its text format 0.0.4: see the README for what is in
// it. May be used from several threads at once.
class MetricsWriter {
 public:
  virtual ~MetricsWriter() = default;

  // kInternal where the writer itself is not to be had.
  virtual base::Result<std::string> Write(const Metrics& metrics) const = 0;
};

// What the module "metrics" gives: web/prometheus_text.h.
using MakeMetricsWriter = base::Result<std::unique_ptr<MetricsWriter>>();

// 200, with what a MetricsWriter wrote.
Response AnswerMetrics(std::string text);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_METRICS_H_
