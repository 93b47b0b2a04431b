#include "call/measure.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace click2call::call {
namespace {

std::optional<std::size_t> OpenCalls(const World& world, const std::string& pbx) {
  const auto open = world.store.Unsettled(pbx, std::nullopt, web::kMostOpenCalls);
  if (open.Ok()) return open.Value().size();
  world.log.Write(base::LogLevel::kError, base::LogLine("journal").Add("why", open.Why().message));
  return std::nullopt;
}

}  // namespace

web::Metrics Measure(const World& world) {
  web::Metrics metrics;
  bool readable = true;  // the journal, which is waited for once
  for (const PbxHealth& health : world.dialer.Health()) {
    web::PbxMetrics pbx{health.name, health.state == PbxHealth::State::kUp};
    if (health.rights) {
      pbx.rights = {{"originate", health.rights->originate},
                    {"hangup", health.rights->hangup},
                    {"status", health.rights->status}};
    }
    if (readable) pbx.open_calls = OpenCalls(world, health.name);
    readable = pbx.open_calls.has_value();
    metrics.pbxs.push_back(std::move(pbx));
  }
  if (world.tally != nullptr) metrics.counts = world.tally->Read();
  return metrics;
}

}  // namespace click2call::call
