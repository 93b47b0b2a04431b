"""The root file systems that hold the real Asterisk 16 and 22, and a Debian 12 with nothing in it,
made once and kept.

Asterisk 16 is Debian bullseye's (chan_sip and chan_pjsip), 22 is Debian forky's (chan_pjsip
only). They come from the mirror that this machine's apt already uses. What is kept is only ever
mounted read-only (see asterisk.py), so a root that is there is a root as it was made.
"""

import fcntl
import os
import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator

from machine import NotSeen, Process, need_root, tail, wait_until

SUITES = {16: "bullseye", 22: "forky"}
BUILD_TIMEOUT_S = 900

Say = Callable[[str], None]


def cache() -> Path:
    place = os.environ.get("CLICK2CALL_CACHE")
    return Path(place) if place else Path.home() / ".cache" / "click2call"


def root(version: int, say: Say = print) -> Path:
    """The root of this Asterisk, built now (about a minute) where it is not there yet."""
    return _kept(f"asterisk-{version}", f"Asterisk {version}", SUITES[version],
                 ["--include=asterisk,asterisk-config,asterisk-modules"], say)


def bare_root(say: Say = print) -> Path:
    """The least that Debian 12 is."""
    return _kept("debian-12", "Debian 12", "bookworm", [], say)


def _kept(name: str, title: str, suite: str, options: list[str], say: Say) -> Path:
    place = cache() / name
    if place.is_dir():
        return place
    need_root(f"{title} on this machine")
    place.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(place.with_suffix(".lock"), say):
        if not place.is_dir():
            _build(title, suite, options, place, say)
    return place


@contextmanager
def _only_one(lock: Path, say: Say) -> Iterator[None]:
    """One builder at a time; the kernel gives the lock back however the builder ends."""
    with lock.open("w") as file:
        def taken() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                return False
        if not taken():
            say(f"waiting for another process that makes {lock.stem}")
            wait_until(taken, f"the lock {lock}", BUILD_TIMEOUT_S)
        yield


def _build(title: str, suite: str, options: list[str], place: Path, say: Say) -> None:
    """Builds beside the final place, then renames: half a root never counts as one."""
    for left in place.parent.glob(f"{place.name}.building-*"):
        shutil.rmtree(left, ignore_errors=True)
    # A name of our own: the builder of one that was killed may still be on its way out.
    half = place.with_suffix(f".building-{os.getpid()}")
    log = half.with_suffix(".log")
    say(f"{title}: fetching Debian {suite}'s, about a minute, only this once")
    started = time.monotonic()
    builder = None
    try:
        builder = Process(_mmdebstrap(suite, options, half), log, isolated=True)
        _watch(builder, title, say)
        half.rename(place)
        say(f"{title}: ready after {time.monotonic() - started:.0f} s, kept in {place}")
    finally:
        if builder:
            builder.stop(1)
        shutil.rmtree(half, ignore_errors=True)
        log.unlink(missing_ok=True)


def _mmdebstrap(suite: str, options: list[str], half: Path) -> list[str]:
    aged = [] if suite == "bullseye" else ["--aptopt=Acquire::Check-Valid-Until \"false\""]
    return ["mmdebstrap", "--variant=minbase", *aged, *options,
            suite, str(half), f"deb {mirror()} {suite} main"]


def _watch(builder: Process, title: str, say: Say) -> None:
    """Says what mmdebstrap is at, whenever that changes."""
    last = ""

    def ended() -> bool:
        nonlocal last
        steps = re.findall(r"^I: (.*)$", builder.log.read_text(errors="replace"), re.MULTILINE)
        if steps and steps[-1] != last:
            last = steps[-1]
            say(f"{title}:   {last}")
        return not builder.running()

    wait_until(ended, "mmdebstrap", BUILD_TIMEOUT_S, lambda: tail(builder.log))
    if builder.exit_code() != 0:
        raise NotSeen(f"mmdebstrap failed for {title}\n{tail(builder.log, 30)}")


def mirror() -> str:
    """The mirror that this machine's own apt uses for Debian."""
    found = _index_targets()
    if not found:
        subprocess.run(["apt-get", "update"], check=True, stdout=subprocess.DEVNULL, timeout=300)
        found = _index_targets()
    if not found:
        raise RuntimeError("apt names no Debian mirror: apt-get indextargets lists none")
    return found[0]


def _index_targets() -> list[str]:
    release = Path("/etc/os-release").read_text()
    codename = re.search(r"^VERSION_CODENAME=\"?(\w+)", release, re.MULTILINE)
    return subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Origin: Debian",
         f"Codename: {codename[1] if codename else 'stable'}"],
        check=True, capture_output=True, text=True, timeout=60).stdout.split()
