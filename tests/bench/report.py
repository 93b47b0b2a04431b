"""What the bench found: as a table, beside the targets, and as JSON."""

from dataclasses import dataclass, field
from typing import Callable

from measure import Slice, pooled, ratio

Say = Callable[[str], None]
ByKind = dict[int, list[Slice]]

NAMES = {
    "web": {"ours": "click2call, FastCGI", "floor": "the floor: C and libfcgi, no journal",
            "recorded": "the floor with a journal, one b-tree",
            "php": "PHP-FPM, a correct script", "rawman": "Asterisk's own /rawman",
            "nginx": "nginx alone: 204, no call"},
    "bare": {"bare": "bare AMI client", "watched": "  with a watching session beside it"},
    "cgi": {"ours": "click2call, CGI", "floor": "the floor: plain C, no journal",
            "php": "php-cgi, a correct script"},
}


@dataclass
class Findings:
    machine: dict
    web: dict[str, ByKind] = field(default_factory=dict)
    bare: dict[str, ByKind] = field(default_factory=dict)
    cgi: dict[str, ByKind] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    answered: dict[str, dict[str, float]] = field(default_factory=dict)
    parts: dict[str, float] = field(default_factory=dict)
    growth: dict[str, list[dict]] = field(default_factory=dict)

    def groups(self) -> dict[str, dict[str, ByKind]]:
        return {"web": self.web, "bare": self.bare, "cgi": self.cgi}

    def to_json(self) -> dict:
        rows = {group: {name: {str(kind): summary(slices) for kind, slices in kinds.items()}
                        for name, kinds in parties.items()}
                for group, parties in self.groups().items()}
        return {"machine": self.machine, **rows, "memory_mb": self.memory,
                "answered": self.answered, "parts_ns": self.parts, "growth": self.growth,
                "targets": [{"what": target.what, "bound": target.bound, "measured": target.value,
                             "met": target.met} for target in targets(self)]}


@dataclass
class Target:
    what: str
    bound: float
    at_most: bool
    value: float

    @property
    def met(self) -> bool:
        return self.value <= self.bound if self.at_most else self.value >= self.bound


def summary(slices: list[Slice]) -> dict[str, float]:
    calls = sum(one.calls for one in slices)
    return {"p50_ms": pooled(slices, 0.5), "p99_ms": pooled(slices, 0.99), "calls": calls,
            "rate": calls / sum(one.seconds for one in slices),
            **{f"cpu_{whose}_ms": sum(one.cpu[whose] for one in slices) / calls * 1000
               for whose in slices[0].cpu}}


def p50(one: Slice) -> float:
    return one.quantile(0.5)


def rate(one: Slice) -> float:
    return one.rate


def cpu_ms(kinds: ByKind, whose: str) -> float:
    """For each call, over all slices: a slice alone is too short for the kernel's ticks."""
    slices = [one for kind in kinds.values() for one in kind]
    return sum(one.cpu[whose] for one in slices) / sum(one.calls for one in slices) * 1000


def many(kinds: ByKind) -> list[Slice]:
    return kinds[max(kinds)]


def targets(found: Findings) -> list[Target]:
    web, cgi = found.web, found.cgi
    ours, floor, php = web["ours"], web["floor"], web["php"]
    to_floor, rate_to_floor = ratio(ours[1], floor[1], p50), ratio(many(ours), many(floor), rate)
    rows = [
        Target("FastCGI, p50 at 1 connection: times the floor", 1.4, True, to_floor),
        Target("FastCGI, p50 at 1 connection: times PHP-FPM", 0.55, True,
               ratio(ours[1], php[1], p50)),
        Target("FastCGI, requests/s at 16: times the floor", 0.7, False, rate_to_floor),
        Target("FastCGI, requests/s at 16: times PHP-FPM", 2, False,
               ratio(many(ours), many(php), rate)),
        Target("our processor time for a call: times PHP-FPM's", 0.5, True,
               cpu_ms(ours, "own") / cpu_ms(php, "own")),
        Target("the PBX's processor time for a call: times PHP's", 0.45, True,
               cpu_ms(ours, "pbx") / cpu_ms(php, "pbx")),
        Target("CGI, exec to exit: times php-cgi", 0.25, True, ratio(cgi["ours"][1], cgi["php"][1],
                                                                    p50)),
        Target("CGI, exec to exit: times a minimal C program", 3.5, True,
               ratio(cgi["ours"][1], cgi["floor"][1], p50)),
        Target("memory (PSS) of the FastCGI process, MB", 24, True, found.memory["after"]),
        Target(f"  its growth over {found.memory['calls']:,} calls, MB", 4, True,
               found.memory["after"] - found.memory["before"]),
        Target("beyond the target: p50 times the floor", 1.2, True, to_floor),
        Target("beyond the target: requests/s times the floor", 0.85, False, rate_to_floor),
    ]
    for row in found.growth.get("distance", []):
        if row["round_trip_ms"] == 20:
            rows.append(Target("calls in flight at 20 ms and 16 connections", 12, False,
                               row["in_flight"]))
    return rows


def say_findings(found: Findings, say: Say) -> None:
    machine = found.machine
    say(f"\nAsterisk {machine['asterisk']}, {machine['processors']} processors, load before "
        f"{machine['load_before'][0]:.2f}; of the processors, others used "
        f"{machine['others']:.0%} during the run ({machine['seconds']:.0f} s)")
    _say_groups(found, say)
    memory = found.memory
    say(f"\nMemory (PSS) of the FastCGI process: {memory['before']:.1f} MB, after "
        f"{memory['calls']:,} calls {memory['after']:.1f} MB; {memory['settled_after_s']:.1f} s "
        f"after the last answer the ends of {memory['unsettled']} calls were not in the journal")
    for name, row in found.answered.items():
        say(f"Calls that are answered, {NAMES['web'][name]}: {row['rate']:.0f}/s, of which the PBX "
            f"spends {row['pbx_ms']:.2f} ms each; {row['answers']} answers, and the PBX says that "
            f"it ran {row['pbx_ran']:.0f} calls")
    if found.parts:
        say("\n      ns  part")
    for name, nanoseconds in found.parts.items():
        say(f"{nanoseconds:8.0f}  {name}")
    for name, rows in found.growth.items():
        _say_growth(name, rows, say)
    say("\n          bound  measured  target")
    for target in targets(found):
        say(f"{'met   ' if target.met else 'MISSED'}  {'≤' if target.at_most else '≥'} "
            f"{target.bound:5.2f}  {target.value:8.2f}  {target.what}")


def _say_groups(found: Findings, say: Say) -> None:
    kinds = {"web": "behind nginx", "bare": "over one kept AMI session",
             "cgi": "CGI, from exec to exit"}
    say("Times ours: p50 with 1 at a time, and requests/s with 16. CPU is for each call.")
    for group, parties in found.groups().items():
        say("\n   p50  req/s │    1 at a time, ms │ 16 at a time, ms │"
            "   requests/s    │   CPU, ms       │\n   ×ours  ×ours"
            " │       p50      p99 │    p50       p99 │      1       16 │"
            f"    own     PBX  │ {kinds[group]}")
        for name, by_kind in parties.items():
            _say_row(by_kind, parties.get("ours"), NAMES[group][name], say)


def _say_row(kinds: ByKind, ours: ByKind | None, name: str, say: Say) -> None:
    one, all_at_once = summary(kinds[1]), summary(many(kinds))
    single = max(kinds) == 1
    compared = "" if ours is None else f"{ratio(kinds[1], ours[1], p50):.2f}"
    compared_rate = "" if ours is None or single else f"{ratio(many(kinds), many(ours), rate):.2f}"
    both = "" if single else f"{all_at_once['p50_ms']:7.2f} {all_at_once['p99_ms']:9.2f}"
    rates = f"{one['rate']:7.0f} " + ("" if single else f"{all_at_once['rate']:8.0f}")
    say(f"{compared:>7} {compared_rate:>6} │ {one['p50_ms']:9.3f} {one['p99_ms']:8.2f} │ {both:16}"
        f" │ {rates:16}│ {cpu_ms(kinds, 'own'):6.3f}  {cpu_ms(kinds, 'pbx'):6.3f} │ {name}")


def _say_growth(name: str, rows: list[dict], say: Say) -> None:
    if not rows:
        return
    columns = list(rows[0])
    say(f"\nGrowth: {name}")
    say("  ".join(f"{column.replace('_', ' '):>14}" for column in columns))
    for row in rows:
        say("  ".join(f"{row[column]:>14}" if not isinstance(row[column], float)
                      else f"{row[column]:14.3f}" for column in columns))
