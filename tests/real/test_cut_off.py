"""A PBX that is cut off at random moments: no connection ends, nothing is refused, and what is sent
either way is lost, or only what the PBX answers. No call is placed twice, and none is lost without
the user having been told.

The PBX's own record is the witness, over a way that is never cut.
"""

import collections
import random

import pytest

from asterisk import Asterisk
from chaos import CHAOS_CALLS, Chaos, check, config_for, originate_responses, wait_for_calls
from machine import LOOPBACK, wait_until
from program import BINARY
from proxy import Proxy
from servers import gateway
from wire import Wire

CUTS = 4
LONGEST_CUT_S = 6.5  # longer than the PBX has to answer, so that it is given up
RINGS_S = 6
# Before a release as many as are asked for, on both; in CI fewer and on one, for the time it takes.
CALLS, VERSIONS = (CHAOS_CALLS, (16, 22)) if CHAOS_CALLS > 300 else (CHAOS_CALLS // 3, (22,))


@pytest.fixture(scope="module", params=VERSIONS)
def pbx(request):
    with Asterisk(request.param) as running:
        yield running


def test_a_pbx_that_is_cut_off_at_random_moments_places_no_call_twice(pbx, tmp_path):
    chance = random.Random(pbx.version)
    with Wire(tmp_path) as wire, Proxy(pbx.ami_port, listener=wire.listener()) as proxy:
        config = config_for(tmp_path, pbx, proxy.port)
        text = config.read_text("utf-8")
        config.write_text(text.replace(f'host = "{LOOPBACK}"', f'host = "{wire.address}"'), "utf-8")
        with gateway("nginx", BINARY, config) as g:
            wait_for_calls(g)
            before = pbx.witness.mark()
            proxy.originates.clear()
            cuts = []

            def cut(stop):
                while not stop.wait(chance.uniform(0.3, 2)):
                    how = wire.deaf if len(cuts) % 2 else wire.cut
                    with how():
                        stop.wait(chance.uniform(0.2, LONGEST_CUT_S))
                    cuts.append(how)
                    if len(cuts) == CUTS:
                        chaos.enough.set()

            chaos = Chaos(g, CALLS)
            chaos.run(cut, longest_s=60 + CALLS * 3 / 5)
            wait_for_calls(g)
            # What the kernel had taken from the program may reach the PBX now.
            wait_until(lambda: len(proxy.lines) <= 2, "the old connections to end", 30)
            pbx.witness.wait_no_channels(RINGS_S + 10)
            pbx.witness.settled()
            left = collections.Counter({one: count for one, count in proxy.originates.items()
                                        if one in chaos.told})
            placed = originate_responses(pbx.witness.events[before:])
            placed = collections.Counter({one: placed[one] for one in placed if one in chaos.told})
            summary = check(chaos, left, placed)
            assert summary[201] + summary[422] + summary[504] >= CALLS, summary
            assert summary[504] + summary[503], "no click noticed"
            assert chaos.with_status(201, 422) <= set(placed), "told to be placed, and is not"
            assert g.program.running()
            pbx.witness.hang_up_all()
