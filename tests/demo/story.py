"""The demo's call, told as it happens: what the web said, what the PBX saw."""

import json
import time
import urllib.error
import urllib.request
from typing import Callable

from ami import Ami, Message
from machine import NotSeen

CALL_TIMEOUT_S = 45

Look = Callable[[str], list[Message]]


class Story:
    """Tells, with the seconds since it began, what one pair of eyes on the PBX sees."""

    def __init__(self, url: str, eyes: Ami) -> None:
        self.url = url
        self._eyes = eyes
        self._told = eyes.mark()
        self._status = ""
        self._began = time.monotonic()

    def call(self, to: str, phones: frozenset[str]) -> bool:
        """Clicks, tells, hangs up. True if the PBX's channel list had these phones in one bridge.

        Where none are named, any two that hear each other will do, by Local channels too.
        """
        link = f"/click2call?to={to}"
        print(f"\nA click on {self.url}{link}", flush=True)
        answer = fetch(self.url + link)
        call = json.load(answer)
        call_id = call.get("callId", "")
        self.line("web", f"{answer.status} {call.get('message') or call.get('status')} {call_id}")
        if not call_id or answer.status >= 400:
            return False
        page = answer.headers.get("Location", "")
        look = self._eyes.bridged if phones else self._eyes.connected
        seen = self._until_connected(page, call_id, look)
        self._show_channels(call_id, seen)
        self._hang_up(page, call_id)
        return bool(seen) and phones <= {device_of(channel["Channel"]) for channel in seen}

    def _until_connected(self, page: str, call_id: str, look: Look) -> list[Message]:
        """Tells what happens until two phones of the call hear each other, or it is over."""
        deadline = time.monotonic() + CALL_TIMEOUT_S
        while time.monotonic() < deadline:
            self.tell()
            self._show_status(page)
            seen = look(call_id)
            if seen or self._hung_up(call_id):
                self.tell()
                self._show_status(page)
                return seen
            self.pause()
        raise NotSeen(f"after {CALL_TIMEOUT_S} s no two phones of {call_id} are connected")

    def _show_status(self, page: str) -> None:
        """What the call's own page says."""
        answer = fetch(self.url + page)
        status = json.load(answer).get("status") if answer.status == 200 else self._status
        if status != self._status:
            self._status = status
            self.line("web", status)

    def _show_channels(self, call_id: str, seen: list[Message]) -> None:
        for channel in self._eyes.channels(call_id):
            self.line("PBX list", f"{channel['Channel']:24} {channel['ChannelStateDesc']:8}"
                                  f"bridge {channel['BridgeId'][:8] or '-'}")
        names = " and ".join(sorted(device_of(channel["Channel"]) for channel in seen))
        how = "in one bridge" if len({channel["BridgeId"] for channel in seen}) == 1 else "connected"
        self.line("PBX list", f"{names or 'no two phones'} are {how}")

    def _hang_up(self, page: str, call_id: str) -> None:
        """As a program does, and where that may not, by AMI."""
        channels = self._eyes.channels(call_id)
        if fetch(f"{self.url}{page}", "DELETE").status >= 400:
            for channel in channels:
                self._eyes.send("Hangup", Channel=channel["Channel"])
        self._eyes.wait_until(lambda: all(self._hung_up(channel["Uniqueid"])
                                          for channel in channels), "the call to end")
        self.tell()
        self._show_status(page)

    def _hung_up(self, uniqueid: str) -> bool:
        return any(event["Event"] == "Hangup" and event["Uniqueid"] == uniqueid
                   for event in self._eyes.events)

    def tell(self) -> None:
        """Says what the PBX has seen since the last look."""
        events = self._eyes.events[self._told:]
        self._told += len(events)
        for event in events:
            ours = event["Linkedid"].startswith("c2c-")
            text = in_words(event) if ours or event["DestLinkedid"].startswith("c2c-") else ""
            if text:
                self.line("PBX", text)

    def pause(self) -> None:
        """Until the PBX has news, but no longer than a moment: the page may have some too."""
        try:
            self._eyes.wait_for(lambda event: True, "news", 0.2, since=self._told)
        except NotSeen:
            pass

    def line(self, who: str, text: str) -> None:
        print(f"{time.monotonic() - self._began:6.2f} s  {who:9} {text}".rstrip(), flush=True)


def device_of(channel: str) -> str:
    """PJSIP/1003 of PJSIP/1003-0000001f."""
    return channel.rpartition("-")[0]


def in_words(event: Message) -> str:
    channel = device_of(event["Channel"])
    match event["Event"], event["ChannelStateDesc"]:
        case "Newstate", "Ringing":
            return f"{channel} is ringing"
        case "Newstate", "Up":
            return f"{channel} answered"
        case "DialEnd", _ if event["DialStatus"] not in ("ANSWER", "CANCEL"):
            return f"{device_of(event['DestChannel'])}: {event['DialStatus']}"
        case "BridgeEnter", _:
            return f"{channel} enters bridge {event['BridgeUniqueid'][:8]}"
        case "Hangup", _:
            return f"{channel} hung up: {event['Cause-txt']}"
    return ""


class StayHere(urllib.request.HTTPRedirectHandler):
    """A redirection is an answer like any other: the story shows it."""

    def redirect_request(self, *_: object) -> None:
        return None


def fetch(url: str, method: str = "GET"):
    """One request as a program makes it; an error is an answer too."""
    request = urllib.request.Request(url, headers={"Accept": "application/json"}, method=method)
    try:
        return urllib.request.build_opener(StayHere).open(request, timeout=20)
    except urllib.error.HTTPError as answer:
        return answer
