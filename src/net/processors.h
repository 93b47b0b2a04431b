#ifndef CLICK2CALL_NET_PROCESSORS_H_
#define CLICK2CALL_NET_PROCESSORS_H_

#include <cstddef>
#include <set>

namespace click2call::net {

// Half of `all`, and one at least, from `current` on; after the highest comes the lowest.
// REQUIRES: `current` is one of them.
std::set<std::size_t> HalfOf(const std::set<std::size_t>& all, std::size_t current);

// Leaves half of the machine's processors to others: this thread, and those that it starts from now
// on, use only the rest.
//
// A click is as much work for the web server and the PBX as it is for us, and what our threads do
// is little and done together. Where they wake each other from one processor to another, that takes
// an interrupt each time, and in a virtual machine a way out of it and back.
//
// Does nothing where somebody has chosen already (taskset, CPUAffinity= of systemd, a container):
// where not all that the machine has may be used. And where the system does not let us, which only
// is slower.
void LeaveHalfToOthers();

// This thread, and those that it starts from now on, interrupt nobody when they are woken: neither
// the PBX, which may be at a call's sound, nor each other, since what several have to do is done
// together. They get their share of a processor as before, and where nobody else wants it, at once
// (SCHED_BATCH of sched(7)).
//
// Does nothing where somebody has chosen already (chrt, CPUSchedulingPolicy= of systemd), or where
// the system does not let us.
void InterruptNobody();

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_PROCESSORS_H_
