"""Many calls over one FastCGI program: each is placed once, and neither memory nor descriptors grow.

    SOAK_CALLS=100000 pytest tests/real/test_soak.py -s

The PBX is a real Asterisk 22, and its own record is the witness. The phone that is to ring is not
registered, so each call is over as soon as it was placed.
"""

import collections
import http.client
import json
import os
import re
import threading
import time
from pathlib import Path

from asterisk import Asterisk
from chaos import config_for, health
from machine import LOOPBACK, wait_until
from program import BINARY
from servers import gateway

CALLS = int(os.environ.get("SOAK_CALLS", "3000"))
CLIENTS = 4
WORKERS = 2
WARM_UP = min(CALLS // 3, 10_000)
ROUNDS = 10
SECOND_CONNECTION = 3  # to the journal, when somebody first reads while another one writes
MOST_GROWTH_KB = 4096  # SQLite's caches, of up to 2 MB for each connection, fill with the journal


class Clients:
    """Clicks as fast as they are answered, over connections that are kept."""

    def __init__(self, port):
        self.port = port
        self.told = []
        self.problems = []

    def run(self, calls):
        threads = [threading.Thread(target=self._click, args=(calls // CLIENTS,))
                   for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not self.problems, self.problems[:3]

    def _click(self, count):
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)
        try:
            for _ in range(count):
                connection.request("GET", "/click2call?to=1006&from=1009",
                                   headers={"Accept": "application/json"})
                answer = connection.getresponse()
                body = json.loads(answer.read())
                if answer.status != 201:
                    self.problems.append((answer.status, body))
                    return
                self.told.append(body["callId"])
        except OSError as problem:
            self.problems.append(problem)
        finally:
            connection.close()


def memory_kb(pid):
    """The program's own memory: that of files and libraries changes with who else has them open."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    return int(re.search(r"^Pss_Anon:\s+(\d+)", rollup, re.MULTILINE)[1])


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def test_memory_and_descriptors_do_not_grow(tmp_path):
    with (Asterisk(22) as pbx,
          gateway("nginx", BINARY, config_for(
              tmp_path, pbx, call="origin_parameter = true",
              web=f"outcome_wait_ms = 0\nworkers = {WORKERS}",
              rest='[log]\nlevel = "error"')) as g):
        pbx.witness.command("core set debug 0 manager")
        pid = g.program_pid
        clients = Clients(g.home.port)
        before = pbx.witness.mark()
        clients.run(WARM_UP)
        looks = [(len(clients.told), memory_kb(pid), descriptors(pid))]
        begin = time.monotonic()
        for _ in range(ROUNDS):
            clients.run((CALLS - WARM_UP) // ROUNDS)
            looks.append((len(clients.told), memory_kb(pid), descriptors(pid)))
        seconds = time.monotonic() - begin
        print(f"{len(clients.told)} calls, {(len(clients.told) - WARM_UP) / seconds:.0f} a second; "
              "calls, own memory in KB, descriptors:", looks)

        pbx.witness.wait_until(lambda: pbx.witness.count("OriginateResponse", before)
                               >= len(clients.told), "every outcome", 60)
        placed = collections.Counter(event["ActionID"] for event in pbx.witness.events[before:]
                                     if event["Event"] == "OriginateResponse")
        assert placed == collections.Counter(clients.told), "each once"
        assert max(memory for _, memory, _ in looks) < looks[0][1] + MOST_GROWTH_KB, looks
        wait_until(lambda: descriptors(pid) <= looks[0][2] + SECOND_CONNECTION,
                   "the descriptors to be closed", 5)
        assert health(g)[0] == 200 and g.program_pid == pid
