#!/usr/bin/python3
"""make bench: what a click costs with click2call, beside what else there is, on one real PBX.

Everything runs on 127.0.0.1, in slices that take turns, so that a noisy machine is noisy for all;
ratios are taken within a round of turns. Every answer has to be a call that the PBX took.

    LONG=1   also how the cost grows: connections, rows, PBXs, distance, foreign events
    SAVE=1   also puts the picture into tests/bench/bench.svg, for the README

Writes build/bench/bench.json and build/bench/bench.svg. Needs root, as the PBX does.
"""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "tests" / name) for name in ("real", "demo")]
sys.dont_write_bytecode = True

import roots  # noqa: E402
from ami import AmiError  # noqa: E402
from demo import Unable, interrupt, own_folder, say  # noqa: E402
from machine import NotSeen, wait_until  # noqa: E402
from measure import Neighbours, Slice, pss_mb  # noqa: E402
from parties import (ANSWERED, CHANNEL, PHP_CGI, PHP_FPM, TOOLS, Floor, Ours, PhpFpm,  # noqa: E402
                     Stage, bare_parties, cgi_parties, web_parties)
from picture import draw  # noqa: E402
from program import BINARY, journal  # noqa: E402
from report import Findings, say_findings  # noqa: E402
from growth import grow  # noqa: E402

CONNECTIONS = 16
WEB_ROUNDS, WEB_MS = 5, 800
BARE_ROUNDS, BARE_MS = 4, 300
CGI_ROUNDS, CGI_RUNS = 10, 15
ANSWERED_MS = 400
MANY_CALLS = 20_000
LIMIT_S, LONG_LIMIT_S = 450, 2400  # for all of it, once there is a root file system with Asterisk


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    signal.signal(signal.SIGALRM, too_long)
    try:
        with ExitStack() as stack:
            try:
                run(stack)
            finally:
                signal.alarm(0)
        return 0
    except KeyboardInterrupt:
        say("Stopped: nothing is left running.")
        return 130
    except (Unable, AssertionError, AmiError, OSError, RuntimeError,
            subprocess.SubprocessError) as problem:
        print(f"bench: {problem or repr(problem)}", file=sys.stderr)
        return 1


def too_long(*_: object) -> None:
    raise NotSeen("the bench is not over in its time")


def run(stack: ExitStack) -> None:
    if os.geteuid() != 0 or not all(file.exists() for file in (BINARY, PHP_CGI, PHP_FPM, TOOLS)):
        raise Unable(f"this needs root, {BINARY}, {TOOLS}, {PHP_CGI} and {PHP_FPM}: make bench")
    long = bool(os.environ.get("LONG"))
    roots.root(22, say)
    signal.alarm(LONG_LIMIT_S if long else LIMIT_S)
    started = time.monotonic()
    load, neighbours = os.getloadavg(), Neighbours()
    tempfile.tempdir = "/var/tmp"  # /tmp may be no disk, and the journal belongs on one
    place = own_folder(stack)
    place.chmod(0o711)  # the web server and PHP pass through it
    stage = Stage(stack, place)
    found = Findings(
        machine={"processors": os.cpu_count(), "load_before": load, "asterisk": stage.pbx.release})
    say("Clicks, behind nginx …")
    found.web = take_turns(
        web_parties(stage), WEB_ROUNDS, (1, CONNECTIONS),
        lambda party, connections: party.slice(connections, WEB_MS))
    say("The bare client …")
    found.bare = take_turns(bare_parties(stage), BARE_ROUNDS, (1, CONNECTIONS),
                            lambda party, depth: party.slice(depth, BARE_MS))
    say("CGI …")
    found.cgi = take_turns(cgi_parties(stage), CGI_ROUNDS, (1,),
                           lambda party, _: party.slice(CGI_RUNS))
    say(f"{MANY_CALLS} calls in one process …")
    found.memory = memory(stage)
    say("Calls that are answered …")
    found.answered = answered(stage)
    say("The parts …")
    found.parts = parts()
    if long:
        found.growth = grow(stage, say)
    found.machine["seconds"] = time.monotonic() - started
    found.machine["others"] = neighbours.share()
    say_findings(found, say)
    keep(found)


def take_turns(parties: dict, rounds: int, kinds: tuple[int, ...], work) -> dict:
    """Slices by party and kind; whoever began a round ends the next one."""
    taken: dict[str, dict[int, list[Slice]]] = {
        name: {kind: [] for kind in kinds} for name in parties}
    names = list(parties)
    for turn in range(rounds):
        for kind in kinds:
            for name in names[turn % len(names):] + names[:turn % len(names)]:
                taken[name][kind].append(work(parties[name], kind))
    return taken


def memory(stage: Stage) -> dict[str, float]:
    """Of the FastCGI process in MB, once it has answered for the first time and much later; and how
    soon after that the journal knew the end of every call."""
    ours = Ours(stage)
    with ours.on_stage() as (pid,):
        ours.load(CONNECTIONS, 0, 500)
        before = pss_mb(pid)
        ours.load(CONNECTIONS, 0, MANY_CALLS)
        over = time.monotonic()
        with contextlib.suppress(NotSeen):
            wait_until(lambda: unsettled(stage) == 0, "every call's end", 20)
        late = time.monotonic() - over
        return {"before": before, "after": pss_mb(pid), "calls": MANY_CALLS,
                "settled_after_s": late, "unsettled": unsettled(stage)}


def unsettled(stage: Stage) -> int:
    """Calls of which the journal does not know that they are over."""
    with contextlib.closing(sqlite3.connect(journal(str(stage.place / "fastcgi")))) as database:
        return database.execute("SELECT COUNT(*) FROM calls WHERE ended_at IS NULL").fetchone()[0]


def answered(stage: Stage) -> dict[str, dict[str, float]]:
    """The same with calls that have channels, which the PBX counts itself."""
    def processed() -> int:
        return int(stage.pbx.witness.command("core show calls")[1].split()[0])

    rows = {}
    stage.write_config("fastcgi", channel=ANSWERED)
    stage.gateway.home.config.write_text(stage.config.read_text())
    stage.channel = ANSWERED
    for name, party in (("ours", Ours(stage)), ("floor", Floor(stage))):
        before = processed()
        with party.on_stage() as pids:
            done = stage.measured(pids, lambda: party.load(CONNECTIONS, ANSWERED_MS))
        # Both halves of a Local channel run through the dialplan: a call counts twice.
        rows[name] = {"rate": done.rate, "p50": done.quantile(0.5), "answers": done.calls,
                      "pbx_ran": (processed() - before) / 2,
                      "pbx_ms": done.cpu["pbx"] / done.calls * 1000}
    stage.write_config("fastcgi", channel=CHANNEL)
    stage.gateway.home.config.write_text(stage.config.read_text())
    stage.channel = CHANNEL
    for name, row in rows.items():
        if row["answers"] != row["pbx_ran"]:
            raise Unable(f"{name}: {row['answers']} answers, and the PBX ran {row['pbx_ran']} calls")
    return rows


def parts() -> dict[str, float]:
    """Nanoseconds of processor time for each part, by Google Benchmark; none where it is not built."""
    program = TOOLS / "parts"
    if not program.exists():
        return {}
    done = subprocess.run([program, "--benchmark_format=json", "--benchmark_min_time=0.1"],
                          capture_output=True, check=True, timeout=120)
    return {row["name"]: row["cpu_time"] for row in json.loads(done.stdout)["benchmarks"]
            if row.get("run_type") != "aggregate" and "error_occurred" not in row}


def keep(found: Findings) -> None:
    TOOLS.mkdir(parents=True, exist_ok=True)
    (TOOLS / "bench.json").write_text(json.dumps(found.to_json(), indent=1) + "\n")
    picture = draw(found)
    (TOOLS / "bench.svg").write_text(picture)
    if os.environ.get("SAVE"):
        Path(__file__).with_name("bench.svg").write_text(picture)
    say(f"\n{TOOLS / 'bench.json'}, {TOOLS / 'bench.svg'}")


if __name__ == "__main__":
    sys.exit(main())
