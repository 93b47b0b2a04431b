"""What the harness needs of this machine: bounded waits, free ports, processes that end.

Everything here is for loopback and for processes that we started ourselves: they are ended by
their own id, and they end with us even when we are killed (see guarded.py).
"""

import contextlib
import os
import random
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Callable, Iterator, TypeVar

HERE = Path(__file__).resolve().parent
LOOPBACK = "127.0.0.1"
# Above Asterisk's and baresip's RTP ports and below the kernel's own choice for outgoing
# connections, so that neither takes a port between our choosing it and somebody listening on it.
PORTS = range(20000, 32000, 2)

T = TypeVar("T")


class NotSeen(AssertionError):
    """What was waited for did not come; the message says what, how long, and what was seen."""


def wait_until(check: Callable[[], T], what: str, timeout: float = 10.0,
               evidence: Callable[[], str] = lambda: "") -> T:
    """Returns the first true value of check(), or raises NotSeen after timeout seconds."""
    deadline = time.monotonic() + timeout
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise NotSeen(f"waited {timeout:g} s for {what}; not seen\n{evidence()}".rstrip())
        time.sleep(0.02)


_claims: dict[int, socket.socket] = {}


def free_port(neighbours: int = 2) -> int:
    """A port that is free, with its next neighbours, for TCP and UDP on loopback.

    It stays ours, against other runs of this harness on the same machine too, until
    release_port() or the end of this process.
    """
    for port in random.sample(PORTS, len(PORTS)):
        if port in _claims:
            continue
        claim = _claim(port)
        if claim is None:
            continue
        if all(_is_free(port + i) for i in range(neighbours)):
            _claims[port] = claim
            return port
        claim.close()
    raise RuntimeError(f"no free port on {LOOPBACK} between {PORTS.start} and {PORTS.stop}")


def release_port(port: int) -> None:
    """Gives the port back; one that was never claimed is no error."""
    claim = _claims.pop(port, None)
    if claim:
        claim.close()


def _claim(port: int) -> socket.socket | None:
    """An abstract Unix socket as a lock: no file, and the kernel drops it when we die."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0click2call-test-port-{port}")
        return claim
    except OSError:
        claim.close()
        return None


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                return False
    return True


def listens(address: tuple[str, int] | str) -> bool:
    """Does a server accept connections at (host, port), or at the path of a Unix socket?"""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex(address) == 0


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log, under its name, for a failure message."""
    try:
        text = path.read_text(errors="replace").splitlines()
    except OSError as problem:
        return f"--- {path}: {problem.strerror}"
    return "\n".join([f"--- the end of {path}:", *text[-lines:]])


def descendants(pid: int) -> list[int]:
    """The processes below this one, parents before children, as /proc has it now."""
    parents: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                stat = Path("/proc", entry, "stat").read_text()
                parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(entry))
    found = [pid]
    for known in found:
        found.extend(parents.get(known, []))
    return found[1:]


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C and the like wait until the end of the block: what it starts is noted down first."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    late: list[int] = []
    handlers = {number: signal.signal(number, lambda number, _: late.append(number))
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in late[:1]:
            signal.raise_signal(number)


class Process:
    """A program that ends when told to, and at the latest when we do."""

    running_now: set["Process"] = set()

    def __init__(self, arguments: list[str | Path], log: Path, *, isolated: bool = False,
                 **popen: object) -> None:
        """isolated (needs root): in namespaces of its own for mounts and processes."""
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
                   "--propagation", "private"] if isolated else []
        self.name = Path(arguments[0]).name
        self.log = log
        self._depth = 2 if isolated else 1
        with log.open("ab") as output, uninterrupted():
            self._guard = subprocess.Popen(
                [*unshare, "/usr/bin/python3", "-I", *map(str, (HERE / "guarded.py", *arguments))],
                stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True, **popen)
            Process.running_now.add(self)

    @property
    def pid(self) -> int:
        """The program's own id, behind unshare and the guard."""
        def look() -> int | None:
            if not self.running():
                raise RuntimeError(f"{self.name} has ended\n{tail(self.log)}")
            below = descendants(self._guard.pid)
            return below[self._depth - 1] if len(below) >= self._depth else None
        return wait_until(look, f"{self.name} to start", 10, lambda: tail(self.log))

    def exit_code(self) -> int | None:
        """None while it runs; 128 and the signal's number where a signal ended it."""
        return self._guard.poll()

    def running(self) -> bool:
        return self.exit_code() is None

    def wait(self, timeout: float) -> int:
        """The exit code, once it has ended by itself."""
        wait_until(lambda: not self.running(), f"{self.name} to end", timeout,
                   lambda: tail(self.log))
        return self._guard.returncode

    def signal(self, number: int) -> None:
        """To the program itself; none at all if it has ended."""
        with contextlib.suppress(RuntimeError, ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL: how a crash looks from outside."""
        self.signal(signal.SIGKILL)
        self._gone(10)

    def stop(self, grace: float = 10.0) -> int:
        """Ends it as an administrator would, and by force after the grace; then it is gone."""
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)  # A test may have stopped it.
        try:
            self._gone(grace)
        except subprocess.TimeoutExpired:
            for pid in [*descendants(self._guard.pid), self._guard.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._gone(10)
        return self._guard.returncode

    def _gone(self, timeout: float) -> None:
        self._guard.wait(timeout)
        with contextlib.suppress(BrokenPipeError):
            self._guard.stdin.close()
        Process.running_now.discard(self)


def stop_all() -> None:
    """For the end of a program that was interrupted who knows where."""
    for process in list(Process.running_now):
        process.stop(1)


def need_root(what: str) -> None:
    if os.geteuid() != 0:
        raise PermissionError(f"{what} needs root, for mounts and chroot")
