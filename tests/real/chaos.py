"""Clicks from many at once while something goes wrong between the program and its PBX.

What the program told each click is held against what left it and what the PBX has placed.
"""

import collections
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from machine import wait_until
from program import JSON, SECRET, write_config

CAP_S = 35  # the longest pause of the back-off, and what a restart takes
CHAOS_CALLS = int(os.environ.get("CHAOS_CALLS", "300"))  # 2,000 before a release

# Nobody's phone: the PBX takes the call, finds that out, and is done with it.
NOBODY = 'origin_parameter = true\nchannel = "Local/{from}@from-internal/n"\nring_s = 5'


def config_for(folder, pbx, port=None, *, user="click2call", web="outcome_wait_ms = 0\nworkers = 64",
               call=NOBODY, rest=""):
    path = write_config(folder, port or pbx.ami_port, call=call, rest=f"[web]\n{web}\n{rest}")
    text = path.read_text("utf-8").replace(SECRET, pbx.secrets[user])
    path.write_text(text.replace('username = "click2call"', f'username = "{user}"'), "utf-8")
    path.chmod(0o640)
    return path


def click(g, to=1006, caller=4200):
    return g.request(query=f"to={to}&from={caller}", headers=JSON)


def health(g):
    answer = g.request(path="/click2call/health")
    return answer.status, answer.json()


def wait_for_calls(g, timeout=CAP_S):
    return wait_until(lambda: (one := click(g)).status == 201 and one, "a call again", timeout,
                      g.last_words)


class Chaos:
    """Clicks from many at once while `trouble` happens; what they were told, by callId."""

    def __init__(self, g, calls):
        self.g = g
        self.left = calls
        self.told = {}
        self.turned_away = set()  # by the PBX itself
        self.lock = threading.Lock()
        self.pauses = random.Random(calls)
        self.enough = threading.Event()  # of the trouble

    def run(self, trouble, longest_s):
        """`trouble(stop)` may set `enough` when what it is about has happened."""
        stop = threading.Event()
        troubled = threading.Thread(target=trouble, args=(stop,))
        troubled.start()
        end = time.monotonic() + longest_s
        try:
            with ThreadPoolExecutor(12) as pool:
                for one in [pool.submit(self._click, end) for _ in range(12)]:
                    one.result()
        finally:
            stop.set()
            troubled.join()

    def _click(self, end):
        """Until there were enough calls that got through, or may have."""
        while time.monotonic() < end:
            with self.lock:
                if self.left <= 0 and self.enough.is_set():
                    return
                wait_s = self.pauses.uniform(0, 0.4)
            time.sleep(wait_s)
            answer = click(self.g, caller=4480)
            assert answer.status in (201, 422, 503, 504), (answer, self.g.last_words())
            with self.lock:
                call_id = answer.json()["callId"]
                assert call_id not in self.told
                self.told[call_id] = answer.status
                if "shutting down" in answer.json().get("message", ""):
                    self.turned_away.add(call_id)
                self.left -= answer.status != 503

    def with_status(self, *statuses):
        return {call_id for call_id, status in self.told.items() if status in statuses}


def check(chaos, left, placed):
    """`left`: how often each Originate left the program; `placed`: the PBX's own record."""
    summary = collections.Counter(chaos.told.values())
    assert max(left.values()) == 1, [one for one in left if left[one] > 1]
    assert not placed or max(placed.values()) == 1, [one for one in placed if placed[one] > 1]
    told_unsent = chaos.with_status(503)
    assert told_unsent & set(left) <= chaos.turned_away, summary
    assert not told_unsent & set(placed), summary
    assert set(placed) <= chaos.with_status(201, 422, 504), "one that nobody was told of"
    assert set(left) <= chaos.with_status(201, 422, 504) | chaos.turned_away, "nobody was told"
    print(dict(summary), "left", len(left), "placed", len(placed))
    return summary


def originate_responses(events):
    return collections.Counter(event["ActionID"] for event in events
                               if event["Event"] == "OriginateResponse")
