"""How the cost of a click grows (make bench LONG=1)."""

import itertools
import random
import sqlite3
import statistics
import time
from contextlib import ExitStack
from typing import Callable

from ami_peer import Peer
from machine import Process
from measure import Slice, cpu_s, run_tool
from parties import SECRET, TOOLS, Bare, Floor, Ours, PhpFpm, Stage
from program import journal
from proxy import Proxy

CONNECTIONS = (1, 4, 16, 64, 256)
ROWS = (0, 1_000, 100_000, 1_000_000)
PBXS = (1, 2, 5, 10, 20)
ROUND_TRIPS_MS = (0, 5, 20, 50)
FOREIGN = 10_000  # events a second
MANY = 16
TURNS = 3
SLICE_MS = 1000
IDLE_S = 1.0
KEPT_DAYS = 399
MORE = """
[[pbx]]
name = "pbx{number}"
host = "127.0.0.1"
port = {port}
username = "click2call"
secret = "{secret}"
"""
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

Rows = list[dict]


def grow(stage: Stage, say: Callable[[str], None]) -> dict[str, Rows]:
    """Each number is the median of what the turns found."""
    turns: dict[str, list[Rows]] = {}
    for turn in range(1, TURNS + 1):
        for name, work in (("connections", connections), ("rows", rows), ("pbxs", pbxs),
                           ("distance", distance), ("foreign events", foreign_events)):
            say(f"Growth: {name}, {turn} of {TURNS} …")
            turns.setdefault(name, []).append(work(stage))
            configure(stage)
    return {name: [middle(same) for same in zip(*found)] for name, found in turns.items()}


def middle(same: tuple[dict, ...]) -> dict:
    return {name: value if isinstance(value, str) else statistics.median(row[name] for row in same)
            for name, value in same[0].items()}


def configure(stage: Stage, **what: object) -> None:
    """For the next start of click2call."""
    text = stage.write_config("fastcgi", **what).read_text()
    stage.gateway.home.config.write_text(text)


def both(stage: Stage) -> tuple[Slice, Slice]:
    return Ours(stage).slice(1, SLICE_MS), Ours(stage).slice(MANY, SLICE_MS)


def columns(one: Slice, many: Slice) -> dict[str, float]:
    calls = one.calls + many.calls
    return {"p50_ms": one.quantile(0.5), "p99_ms": one.quantile(0.99), "rate_16": many.rate,
            "own_cpu_ms": (one.cpu["own"] + many.cpu["own"]) / calls * 1000,
            "pbx_cpu_ms": (one.cpu["pbx"] + many.cpu["pbx"]) / calls * 1000}


def connections(stage: Stage) -> Rows:
    found = []
    for count in CONNECTIONS:
        ours, floor, php = (party.slice(count, SLICE_MS)
                            for party in (Ours(stage), Floor(stage), PhpFpm(stage)))
        found.append({"connections": count, "p50_ms": ours.quantile(0.5),
                      "p99_ms": ours.quantile(0.99), "rate": ours.rate, "floor_rate": floor.rate,
                      "php_rate": php.rate})
    return found


def rows(stage: Stage) -> Rows:
    """What the journal holds already, half of it the asker's own."""
    found = []
    for count in ROWS:
        fill(stage, count)
        call_id = newest(stage)
        looks = {"page": Ours(stage, path=f"/click2call/calls/{call_id}?format=html", status=200,
                              word=call_id, client="127.0.0.1"),
                 "list": Ours(stage, path="/click2call/calls?format=html", status=200,
                              word="</html>", client="127.0.0.1"),
                 "click": Ours(stage)}
        found.append({"rows": count, **{
            f"{name}_p50_ms": party.slice(1, SLICE_MS).quantile(0.5)
            for name, party in looks.items()}})
    return found


def fill(stage: Stage, count: int) -> None:
    """Brings the journal to so many rows, as like a real one as a copy is."""
    if not journal(str(stage.place / "fastcgi")).exists():
        Ours(stage).slice(1, 50)
    with sqlite3.connect(journal(str(stage.place / "fastcgi"))) as database:
        database.row_factory = sqlite3.Row
        pattern = dict(database.execute("SELECT * FROM calls LIMIT 1").fetchone())
        database.execute("DELETE FROM calls")
        names = list(pattern)
        # At least the one that is looked at.
        database.executemany(
            f"INSERT INTO calls ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            (tuple({**pattern, **row}[name] for name in names)
             for row in itertools.islice(past(), max(count, 1))))
    database.close()


def past():
    """Calls that are over, at any time in the days that are kept."""
    now, day_ms = int(time.time() * 1000), 86_400_000
    random.seed(6)
    while True:
        at = now - random.randrange(day_ms, KEPT_DAYS * day_ms)
        address = ("127.0.0.1" if random.random() < 0.5
                   else f"10.0.{random.randrange(256)}.9")
        yield {"call_id": ulid(at), "created_at": at, "answered_at": at + 5_000,
               "ended_at": at + 65_000, "status": "disconnected", "reason": "hangUp",
               "address": address, "asker": f"a:{address}", "counts": 1, "request_key": "",
               "callee_exten": str(random.randrange(100_000, 1_000_000))}


def ulid(at_ms: int) -> str:
    value = at_ms << 80 | random.getrandbits(80)
    return "c2c-" + "".join(CROCKFORD[value >> shift & 31] for shift in range(125, -1, -5))


def newest(stage: Stage) -> str:
    with sqlite3.connect(journal(str(stage.place / "fastcgi"))) as database:
        row = database.execute("SELECT call_id FROM calls ORDER BY call_id DESC LIMIT 1").fetchone()
        database.execute("UPDATE calls SET address = '127.0.0.1', asker = 'a:127.0.0.1'"
                         " WHERE call_id = ?", row)
    database.close()
    return row[0]


def pbxs(stage: Stage) -> Rows:
    """As many [[pbx]], one of them the Asterisk that is clicked at; the others are quiet."""
    found = []
    for count in PBXS:
        with ExitStack() as stack:
            peers = [stack.enter_context(Peer()) for _ in range(1, count)]
            configure(stage, pbx="".join(
                MORE.format(number=number, port=peer.port, secret=SECRET)
                for number, peer in enumerate(peers, 2)))
            found.append({"pbxs": count, **columns(*both(stage))})
    return found


def distance(stage: Stage) -> Rows:
    found = []
    for round_trip in ROUND_TRIPS_MS:
        with Proxy(stage.pbx.ami_port, delay_s=round_trip / 2000) as proxy:
            configure(stage, port=proxy.port)
            one, many = both(stage)
            bare = Bare(stage, "bare").slice(1, SLICE_MS, port=proxy.port)
        found.append({"round_trip_ms": round_trip, "bare_p50_ms": bare.quantile(0.5),
                      **columns(one, many), "in_flight": many.rate * round_trip / 1000})
    return found


def foreign_events(stage: Stage) -> Rows:
    """Somebody else's events, of the class that we listen to; what they cost while nobody clicks,
    and what a click costs then."""
    found = []
    for rate, user in itertools.product((0, FOREIGN), ("click2call", "plain")):
        config = stage.gateway.home.config
        configure(stage)
        config.write_text(config.read_text().replace('username = "click2call"',
                                                     f'username = "{user}"'))
        with ExitStack() as stack:
            if rate:
                stack.callback(setattr, stage, "noisy", False)
                stage.noisy = True
                noise = Process([TOOLS / "bare", "foreign", str(rate)],
                                stage.place / "foreign.log", env=stage.settings("noise"))
                stack.callback(noise.stop)
                time.sleep(0.5)
            one, many = both(stage)
            found.append({"filter": "no" if user == "plain" else "yes", "foreign": rate,
                          "heard": heard(stage), **idle(stage), "p50_ms": one.quantile(0.5),
                          "p99_ms": one.quantile(0.99), "rate_16": many.rate})
    return found


def idle(stage: Stage) -> dict[str, float]:
    """Milliseconds of processor time a second, while nobody clicks."""
    with Ours(stage).on_stage() as pids:
        Ours(stage).load(1, 100)  # its sessions are there
        time.sleep(0.3)
        before = cpu_s(pids), cpu_s([stage.pbx.pid])
        time.sleep(IDLE_S)
        after = cpu_s(pids), cpu_s([stage.pbx.pid])
    return {name: (b - a) / IDLE_S * 1000
            for name, a, b in zip(("own_idle_ms_s", "pbx_idle_ms_s"), before, after)}


def heard(stage: Stage) -> int:
    """Events a second that a session without a filter gets, while nobody clicks."""
    _, said = run_tool([TOOLS / "bare", "count", "1000"], env=stage.settings("plain"))
    return int(said)
