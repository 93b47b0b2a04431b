#!/usr/bin/python3
"""Runs one command for as long as somebody holds our standard input open.

The tests and the demo hold the other end of that pipe. When they go, however they go (SIGKILL
included), the pipe ends and the command is ended with them. Where `unshare --pid` made this the
first process of a PID namespace, its own end takes everything in the namespace along.
"""

import os
import select
import signal
import subprocess
import sys

GRACE_S = 5


def main() -> int:
    command = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, process_group=0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: command.terminate())
    ended = os.pidfd_open(command.pid)
    ready, _, _ = select.select([sys.stdin, ended], [], [])
    if ended not in ready:
        command.terminate()
    try:
        code = command.wait(GRACE_S if ended not in ready else None)
    except subprocess.TimeoutExpired:
        command.kill()
        code = command.wait()
    end_the_rest_of(command.pid)
    return code if code >= 0 else 128 - code


def end_the_rest_of(group: int) -> None:
    """A server that was killed leaves its workers behind, in the process group it led."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


if __name__ == "__main__":
    sys.exit(main())
