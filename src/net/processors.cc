#include "net/processors.h"

#include <algorithm>

#include <sched.h>
#include <unistd.h>

namespace click2call::net {

std::set<std::size_t> HalfOf(const std::set<std::size_t>& all, std::size_t current) {
  const std::size_t wanted = std::max<std::size_t>(1, all.size() / 2);
  std::set<std::size_t> half;
  for (auto next = all.find(current); half.size() < wanted; ++next) {
    if (next == all.end()) next = all.begin();
    half.insert(*next);
  }
  return half;
}

void LeaveHalfToOthers() {
  cpu_set_t mine;
  const int current = sched_getcpu();
  if (current < 0 || sched_getaffinity(0, sizeof mine, &mine) != 0) return;
  if (CPU_COUNT(&mine) != sysconf(_SC_NPROCESSORS_ONLN)) return;
  std::set<std::size_t> all;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &mine)) all.insert(cpu);
  }
  CPU_ZERO(&mine);
  for (const std::size_t cpu : HalfOf(all, static_cast<std::size_t>(current))) CPU_SET(cpu, &mine);
  (void)sched_setaffinity(0, sizeof mine, &mine);
}

void InterruptNobody() {
  if (sched_getscheduler(0) != SCHED_OTHER) return;
  const sched_param no_priority{};
  (void)sched_setscheduler(0, SCHED_BATCH, &no_priority);
}

}  // namespace click2call::net
