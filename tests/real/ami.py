"""A small AMI client for the tests, which shares nothing with the program under test.

A thread reads all the time (Asterisk cuts off a client that does not read), so nothing is missed
and nothing is slept for.
"""

import itertools
import socket
import threading
import time
from collections import defaultdict
from typing import Callable

from machine import LOOPBACK, NotSeen

Check = Callable[["Message"], bool]


class AmiError(Exception):
    """The PBX answered Response: Error, or the connection is gone."""


class Message:
    """Headers in order. A name is found in any case, the first of equal names counts."""

    def __init__(self, headers: list[tuple[str, str]]) -> None:
        self.headers = headers
        self._first: dict[str, str] = {}
        for name, value in headers:
            self._first.setdefault(name.lower(), value)

    def __getitem__(self, name: str) -> str:
        """The value, or "" where there is no such header: predicates stay short."""
        return self._first.get(name.lower(), "")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._first

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def __repr__(self) -> str:
        return "; ".join(f"{name}: {value}" for name, value in self.headers)


class Ami:
    """One AMI session."""

    # The action that lists the live channels: one that the least of rights allow, write = call.
    CHANNEL_LIST = "Status"

    def __init__(self, port: int, username: str, secret: str, *, events: str = "on",
                 host: str = LOOPBACK, timeout: float = 10) -> None:
        self.banner = ""
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()
        self._events: list[Message] = []
        self._answers: dict[str, list[Message]] = defaultdict(list)
        self._lists: set[str] = set()
        self._gone = ""
        self._socket = socket.create_connection((host, port), timeout)
        self._socket.settimeout(None)
        self._reader = threading.Thread(target=self._read, daemon=True, name=f"ami-{username}")
        self._reader.start()
        try:
            self.action("Login", Username=username, Secret=secret, Events=events, timeout=timeout)
        except BaseException:
            self.close()
            raise

    # Actions

    def send(self, action: str, **headers: str | list[str]) -> str:
        """Sends one action and returns its ActionID; a list repeats the header."""
        action_id = str(headers.pop("ActionID", f"{action}-{next(self._numbers)}"))
        lines = [f"Action: {action}", f"ActionID: {action_id}"]
        for name, values in headers.items():
            for value in values if isinstance(values, list) else [values]:
                lines.append(f"{name}: {value}")
        try:
            self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        except OSError as problem:
            raise AmiError(f"{action}: {problem}") from problem
        return action_id

    def action(self, action: str, *, timeout: float = 5, **headers: str | list[str]) -> Message:
        """The PBX's answer; AmiError where it is Response: Error."""
        return self._answer(self.send(action, **headers), timeout)[0]

    def entries(self, action: str, *, timeout: float = 5, **headers: str) -> list[Message]:
        """The entries of an action that answers with a list, such as CoreShowChannels."""
        action_id = f"{action}-{next(self._numbers)}"
        self._lists.add(action_id)
        return self._answer(self.send(action, ActionID=action_id, **headers), timeout)[1:-1]

    def command(self, line: str) -> list[str]:
        """What Asterisk's command line prints for `line`."""
        return self.action("Command", Command=line).all("Output")

    def variable(self, name: str) -> str:
        """A global variable or a function's value, such as DEVICE_STATE(PJSIP/1003)."""
        return self.action("Getvar", Variable=name)["Value"]

    def _answer(self, action_id: str, timeout: float) -> list[Message]:
        def complete() -> list[Message] | None:
            answer = self._answers.get(action_id)
            if not answer or answer[0]["Response"] == "Error" or action_id not in self._lists:
                return answer
            return answer if answer[-1]["EventList"] == "Complete" else None
        answer = self._wait(complete, f"the answer to {action_id}", timeout)
        with self._changed:
            self._answers.pop(action_id)
            self._lists.discard(action_id)
        if answer[0]["Response"] == "Error":
            raise AmiError(": ".join([action_id, answer[0]["Message"], *answer[0].all("Output")]))
        return answer

    # Events

    @property
    def events(self) -> list[Message]:
        """Every event since the login, oldest first."""
        with self._changed:
            return list(self._events)

    def mark(self) -> int:
        """A place in the events, for wait_for(since=…) to look only at later ones."""
        with self._changed:
            return len(self._events)

    def wait_for(self, predicate: Check, what: str, timeout: float = 10, since: int = 0) -> Message:
        """The first event from `since` on that the predicate accepts, past or to come."""
        return self._wait(lambda: next(filter(predicate, self._events[since:]), None), what,
                          timeout)

    def wait_until(self, check: Callable[[], object], what: str, timeout: float = 10) -> object:
        """The first true value of check(), which is asked again whenever an event arrives.

        check() may send actions. Half a second without an event asks too, for what has none.
        """
        deadline = time.monotonic() + timeout
        while True:
            seen = self.mark()
            value = check()
            if value:
                return value
            with self._changed:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise NotSeen(self._not_seen(what, timeout))
                self._changed.wait_for(lambda: len(self._events) > seen or self._gone,
                                       min(left, 0.5))
                if self._gone:
                    raise AmiError(f"while waiting for {what}: {self._gone}")

    def _wait(self, check: Callable[[], object], what: str, timeout: float) -> object:
        with self._changed:
            value = self._changed.wait_for(lambda: check() or self._gone, timeout)
            if not value:
                raise NotSeen(self._not_seen(what, timeout))
            if value is self._gone:
                raise AmiError(f"while waiting for {what}: {self._gone}")
            return value

    def _not_seen(self, what: str, timeout: float) -> str:
        recent = "\n".join(f"  {event!r}"[:300] for event in self._events[-10:])
        return f"waited {timeout:g} s for {what}; the last events were:\n{recent}"

    # Channels

    def channels(self, linkedid: str = "") -> list[Message]:
        """The PBX's list of live channels: Channel, Linkedid, ChannelStateDesc, BridgeId, …"""
        # Asterisk 22 can list a channel twice while it changes: the last word counts.
        latest = {channel["Uniqueid"]: channel for channel in self.entries(self.CHANNEL_LIST)}
        return [channel for channel in latest.values()
                if not linkedid or channel["Linkedid"] == linkedid]

    def bridged(self, linkedid: str = "") -> list[Message]:
        """The phones' channels that share one bridge; empty where no two of them do."""
        return _largest(self.channels(linkedid), join_local=False)

    def connected(self, linkedid: str = "") -> list[Message]:
        """As bridged(), where sound that passes from bridge to bridge by Local channels counts."""
        return _largest(self.channels(linkedid), join_local=True)

    def wait_bridged(self, linkedid: str = "", timeout: float = 15) -> list[Message]:
        return self.wait_until(lambda: self.bridged(linkedid),
                               f"two phones of {linkedid or 'one call'} in one bridge", timeout)

    def wait_connected(self, linkedid: str = "", timeout: float = 15) -> list[Message]:
        return self.wait_until(lambda: self.connected(linkedid),
                               f"two phones of {linkedid or 'one call'} connected", timeout)

    def hang_up_all(self, timeout: float = 10) -> None:
        """Ends every call and waits until the PBX has none; none at all is fine too."""
        for channel in self.channels():
            self.send("Hangup", Channel=channel["Channel"])
        self.wait_no_channels(timeout)

    def wait_no_channels(self, timeout: float = 10) -> None:
        self.wait_until(lambda: not self.channels(), "the last channel to hang up", timeout)

    # The connection

    def open(self) -> bool:
        return not self._gone

    def close(self) -> None:
        """Hangs up without a word, as a client that died would; the reader ends with it."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._reader.join(5)
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> None:
        headers: list[tuple[str, str]] = []
        why = "the PBX closed the AMI connection"
        try:
            with self._socket.makefile("r", encoding="utf-8", errors="replace",
                                       newline="\r\n") as lines:
                self.banner = lines.readline().strip()
                for line in lines:
                    line = line.removesuffix("\r\n")
                    if line:
                        name, _, value = line.partition(":")
                        headers.append((name, value.removeprefix(" ")))
                    elif headers:
                        self._sort(Message(headers))
                        headers = []
        except OSError as problem:
            why = str(problem)
        with self._changed:
            self._gone = why
            self._changed.notify_all()

    def _sort(self, message: Message) -> None:
        """An answer, and the entries of a list, go to their action; all else is an event."""
        with self._changed:
            if "Event" not in message or message["ActionID"] in self._lists:
                self._answers[message["ActionID"]].append(message)
            else:
                self._events.append(message)
            self._changed.notify_all()


def _largest(channels: list[Message], join_local: bool) -> list[Message]:
    """The most phones' channels that share a bridge, if that is at least two.

    The two halves of a Local channel, NAME;1 and NAME;2, are in a bridge each; what one hears
    the other one says.
    """
    groups: list[set[str]] = []
    names: dict[str, set[str]] = defaultdict(set)
    for channel in channels:
        if channel["BridgeId"]:
            name = channel["Channel"].partition(";")[0]
            names[name if join_local else channel["Channel"]].add(channel["BridgeId"])
    for bridges in names.values():
        touched = [group for group in groups if group & bridges]
        groups = [group for group in groups if group not in touched]
        groups.append(set(bridges).union(*touched))
    together = [[channel for channel in channels if channel["BridgeId"] in group
                 and not channel["Channel"].startswith("Local/")] for group in groups]
    largest = max(together, key=len, default=[])
    return largest if len(largest) >= 2 else []
