#include "call/pbx_choice.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>

namespace click2call::call {

bool Serves(const PbxConfig& pbx, std::string_view caller) {
  return pbx.serves.empty() ||
         std::any_of(pbx.serves.begin(), pbx.serves.end(),
                     [&](const DialPattern& pattern) { return pattern.Matches(caller); });
}

base::Result<std::vector<std::string>> ChoosePbxs(const Config& config, std::string_view caller,
                                                  CallStore& store) {
  std::vector<std::string> names;
  for (const PbxConfig& pbx : config.pbx) {
    if (Serves(pbx, caller)) names.push_back(pbx.name);
  }
  if (names.empty()) {
    return base::Error{base::Code::kCallerNotAvailable,
                       "no PBX has the phone " + std::string(caller) +
                           ": no [[pbx]] of the configuration has a pattern in serves that fits"};
  }
  if (config.call.balance == Balance::kOrder || names.size() == 1) return names;
  std::map<std::string, std::size_t> calls;
  for (const std::string& name : names) {
    const auto going_on = store.Unsettled(name, std::nullopt, kMostCounted);
    if (!going_on.Ok()) return going_on.Why();
    calls[name] = going_on.Value().size();
  }
  std::stable_sort(names.begin(), names.end(),
                   [&](const auto& one, const auto& other) { return calls[one] < calls[other]; });
  return names;
}

}  // namespace click2call::call
