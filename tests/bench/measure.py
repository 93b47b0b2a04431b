"""What the bench reads off this machine: times, processor time, memory."""

import array
import contextlib
import math
import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterable

from machine import descendants, wait_until

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
SETTLED_S = 0.06    # nobody has done anything for so long: what was begun is done
SETTLING_S = 20.0


@dataclass
class Slice:
    """One party, kept busy for a moment."""
    seconds: float
    latencies: array.array                    # of each call in its order, in nanoseconds
    cpu: dict[str, float] = field(default_factory=dict)  # seconds, by whose they are

    @property
    def calls(self) -> int:
        return len(self.latencies)

    @property
    def rate(self) -> float:
        return self.calls / self.seconds

    def quantile(self, part: float) -> float:
        """In milliseconds."""
        return quantile(sorted(self.latencies), part)


def quantile(ordered: list[int], part: float) -> float:
    """Of nanoseconds, in milliseconds."""
    return ordered[min(len(ordered) - 1, math.ceil(len(ordered) * part) - 1)] / 1e6


def pooled(slices: Iterable[Slice], part: float) -> float:
    """The quantile of all their latencies together, in milliseconds."""
    return quantile(sorted(value for one in slices for value in one.latencies), part)


def ratio(ours: list[Slice], theirs: list[Slice], of: Callable[[Slice], float]) -> float:
    """The median of what each round says: both sides of a round had the same noise around them."""
    return statistics.median(of(one) / of(other) for one, other in zip(ours, theirs))


def run_tool(command: list[str | Path], *, env: dict[str, str] | None = None, stdin: bytes = b"",
             timeout: float = 120) -> tuple[Slice, str]:
    """One of the bench's own programs (see slice.h), and what it wrote on stderr."""
    done = subprocess.run([str(part) for part in command], env=env, input=stdin,
                          capture_output=True, timeout=timeout)
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} ended with {done.returncode}: {said}")
    latencies = array.array("I", done.stdout[8:])
    if not latencies:
        raise RuntimeError(f"{Path(command[0]).name} measured nothing: {said}")
    return Slice(int.from_bytes(done.stdout[:8], "little") / 1e9, latencies), said


def cpu_s(pids: Iterable[int], reaped: bool = False) -> float:
    """Processor time of these processes so far; `reaped`: also of the children they waited for."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15 if reaped else 13]))
    return total * TICK_S


def with_descendants(pid: int) -> list[int]:
    return [pid, *descendants(pid)]


def settle(pids: Callable[[], Iterable[int]]) -> None:
    """Returns once none of these processes has anything to do."""
    def quiet() -> bool:
        before = cpu_s(pids())
        time.sleep(SETTLED_S)
        return cpu_s(pids()) - before <= TICK_S * 1.5
    wait_until(quiet, "the work that was begun to be done", SETTLING_S)


def pss_mb(pid: int) -> float:
    """The process's own share of the memory it uses."""
    for line in Path("/proc", str(pid), "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no Pss of {pid}")


class Neighbours:
    """What the rest of the machine did meanwhile."""

    def __init__(self) -> None:
        self._before = self._look()

    @staticmethod
    def _look() -> tuple[float, float, float]:
        values = [int(value) * TICK_S for value in
                  Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        idle = values[3] + values[4]
        ours = cpu_s(with_descendants(os.getpid()), reaped=True)
        return sum(values), sum(values) - idle, ours

    def share(self) -> float:
        """Of all processor time since the start, what neither we nor our children used."""
        total, busy, ours = (now - then for now, then in zip(self._look(), self._before))
        return max(0.0, (busy - ours) / total)
