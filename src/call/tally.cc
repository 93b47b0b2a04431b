#include "call/tally.h"

#include <algorithm>
#include <chrono>

#include "web/error_table.h"

namespace click2call::call {
namespace {

// Each number is true by itself; they need not be of one moment.
constexpr auto kRelaxed = std::memory_order_relaxed;

double Seconds(std::chrono::duration<double> time) { return time.count(); }

}  // namespace

void Tally::Place(bool again, base::MonotonicTime::duration took) {
  if (again) {
    again_.fetch_add(1, kRelaxed);
    return;
  }
  const auto within = std::ranges::lower_bound(kBounds, took) - kBounds.begin();
  placed_[static_cast<std::size_t>(within)].fetch_add(1, kRelaxed);
  const auto us = std::chrono::duration_cast<base::Microseconds>(took);
  placed_us_.fetch_add(static_cast<std::uint64_t>(us.count()), kRelaxed);
}

void Tally::Refuse(base::Code why) {
  refused_[static_cast<std::size_t>(why)].fetch_add(1, kRelaxed);
}

web::Counts Tally::Read() const {
  web::Counts counts{.began = began_, .answers = {}, .placed = {}};
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    counts.placed_in_all += placed_[i].load(kRelaxed);
    counts.placed.push_back({Seconds(kBounds[i]), counts.placed_in_all});
  }
  counts.placed_in_all += placed_.back().load(kRelaxed);
  counts.seconds_in_all =
      Seconds(base::Microseconds(static_cast<std::int64_t>(placed_us_.load(kRelaxed))));
  counts.answers = {{"PLACED", counts.placed_in_all}, {"DUPLICATE", again_.load(kRelaxed)}};
  for (const web::ErrorRow& row : web::ErrorRows()) {
    auto same = std::ranges::find(counts.answers, row.name, &web::Counts::Answers::code);
    if (same == counts.answers.end()) same = counts.answers.insert(same, {row.name, 0});
    same->count += refused_[static_cast<std::size_t>(row.code)].load(kRelaxed);
  }
  return counts;
}

}  // namespace click2call::call
