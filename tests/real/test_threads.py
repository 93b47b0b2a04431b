"""The FastCGI workers under ThreadSanitizer: no data race, whatever happens at once."""

import signal
from concurrent.futures import ThreadPoolExecutor

from ami_peer import Peer, outcome, queued
from program import JSON, ROOT, write_config
from servers import gateway

BINARY = ROOT / "build" / "click2call-tsan"


def test_no_data_race_under_parallel_requests_and_reloads(tmp_path):
    with Peer(originate=[queued, outcome("4", "Success")]) as peer, \
            gateway("nginx", BINARY, write_config(tmp_path, peer.port),
                    {"TSAN_OPTIONS": "halt_on_error=0 exitcode=66"}) as g, \
            ThreadPoolExecutor(16) as pool:
        asked = []
        for _ in range(10):
            asked += [pool.submit(g.request, query="to=1006", headers=JSON) for _ in range(16)]
            g.program.signal(signal.SIGHUP)
        assert [one.result().status for one in asked] == [201] * 160
        assert len(peer.originates) == 160
        assert g.program.stop() == 0, g.last_words()
        assert "ThreadSanitizer" not in g.log(), g.log()
