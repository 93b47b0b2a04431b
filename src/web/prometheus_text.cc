#include "web/prometheus_text.h"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "base/version.h"

namespace click2call::web {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

ClientMetric Labelled(Labels labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  return metric;
}

ClientMetric Gauge(double value, Labels labels = {}) {
  ClientMetric metric = Labelled(std::move(labels));
  metric.gauge.value = value;
  return metric;
}

void AddPbxs(const std::vector<PbxMetrics>& pbxs, std::vector<MetricFamily>* families) {
  MetricFamily up{
      "click2call_pbx_up", "Whether click2call is logged in to the PBX.", MetricType::Gauge, {}};
  MetricFamily right{"click2call_pbx_right",
                     "Whether the AMI user may do that, on a PBX that is up.",
                     MetricType::Gauge,
                     {}};
  MetricFamily open{"click2call_open_calls",
                    "Calls on the PBX that are not over, by the journal, up to " +
                        std::to_string(kMostOpenCalls) + ".",
                    MetricType::Gauge,
                    {}};
  for (const PbxMetrics& pbx : pbxs) {
    up.metric.push_back(Gauge(pbx.up ? 1 : 0, {{"pbx", pbx.name}}));
    for (const auto& [name, granted] : pbx.rights) {
      right.metric.push_back(
          Gauge(granted ? 1 : 0, {{"pbx", pbx.name}, {"right", std::string(name)}}));
    }
    if (!pbx.open_calls) continue;
    open.metric.push_back(Gauge(static_cast<double>(*pbx.open_calls), {{"pbx", pbx.name}}));
  }
  for (MetricFamily* family : {&up, &right, &open}) {
    if (!family->metric.empty()) families->push_back(std::move(*family));
  }
}

MetricFamily AnswersOf(const Counts& counts) {
  MetricFamily answers{"click2call_answers_total",
                       "Requests that were to place a call, by their answer: PLACED, DUPLICATE "
                       "(the same click again), or an error's code.",
                       MetricType::Counter,
                       {}};
  for (const auto& [code, count] : counts.answers) {
    ClientMetric metric = Labelled({{"code", std::string(code)}});
    metric.counter.value = static_cast<double>(count);
    answers.metric.push_back(std::move(metric));
  }
  return answers;
}

MetricFamily PlacingOf(const Counts& counts) {
  ClientMetric metric;
  metric.histogram.sample_count = counts.placed_in_all;
  metric.histogram.sample_sum = counts.seconds_in_all;
  for (const auto& [seconds, count] : counts.placed) {
    metric.histogram.bucket.push_back({count, seconds});
  }
  return {"click2call_place_seconds",
          "How long it took to place the calls that were placed, the PBX's first word included.",
          MetricType::Histogram,
          {std::move(metric)}};
}

class PrometheusText : public MetricsWriter {
 public:
  base::Result<std::string> Write(const Metrics& metrics) const override {
    std::vector<MetricFamily> families;
    families.push_back({"click2call_build_info",
                        "The version of click2call; the value is always 1.",
                        MetricType::Gauge,
                        {Gauge(1, {{"version", base::kVersion}})}});
    AddPbxs(metrics.pbxs, &families);
    if (metrics.counts) {
      const std::chrono::duration<double> began = metrics.counts->began.time_since_epoch();
      families.push_back(AnswersOf(*metrics.counts));
      families.push_back(PlacingOf(*metrics.counts));
      families.push_back({"process_start_time_seconds",
                          "When the process began to count, in seconds since 1970.",
                          MetricType::Gauge,
                          {Gauge(began.count())}});
    }
    return prometheus::TextSerializer().Serialize(families);
  }
};

}  // namespace

base::Result<std::unique_ptr<MetricsWriter>> MakePrometheusText() {
  return std::unique_ptr<MetricsWriter>(std::make_unique<PrometheusText>());
}

}  // namespace click2call::web

// See net/module.h.
extern "C" void* click2call_metrics(const char* version) {  // NOLINT(readability-identifier-naming)
  if (std::string_view(version) != click2call::base::kVersion) return nullptr;
  return reinterpret_cast<void*>(&click2call::web::MakePrometheusText);
}
