"""FastCGI keeps its session to each PBX: what that gains, and that nothing is dialled twice for it.

A real Asterisk is the witness: its own record of logins and of Originates. Where a login or a
connection has to fail in a certain way, a scripted peer plays the PBX.
"""

import collections
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ami_peer import Peer, hang_up, mute, outcome, pause, queued, reply, rings_on
from asterisk import Asterisk
from chaos import (CHAOS_CALLS, Chaos, check, click, config_for, health,
                   originate_responses, wait_for_calls)
from machine import wait_until
from program import BINARY, JSON, SECRET, write_config
from proxy import Proxy
from servers import gateway


@pytest.fixture(scope="module", params=(16, 22))
def pbx(request):
    with Asterisk(request.param) as running:
        yield running


# What it gains


def test_many_requests_at_once_take_little_longer_than_one(pbx, tmp_path):
    with (Proxy(pbx.ami_port, delay_s=0.01) as proxy,
          gateway("nginx", BINARY, config_for(tmp_path, pbx, proxy.port)) as g,
          ThreadPoolExecutor(64) as pool):
        wait_for_calls(g)

        def seconds(count):
            begin = time.monotonic()
            answers = list(pool.map(lambda _: click(g), range(count)))
            took = time.monotonic() - begin
            assert [one.status for one in answers] == [201] * count, g.last_words()
            return took

        seconds(64)  # the threads are there
        one = min(seconds(1) for _ in range(5))
        many = min(seconds(64) for _ in range(5))
        assert 0.02 <= one < 0.2
        # One after the other they would take 64 round trips of 20 ms, and a busy machine longer.
        assert many < one + 0.9, (one, many)
        assert proxy.connections == 2
        pbx.witness.hang_up_all()


def test_two_hundred_calls_use_one_connection(pbx, tmp_path):
    pbx.witness.settled()
    before = pbx.witness.logins("click2call")
    with gateway("nginx", BINARY, config_for(tmp_path, pbx)) as g:
        for _ in range(200):
            assert click(g).status == 201, g.last_words()
        pbx.witness.settled()
        # One for commands, and the one that watches.
        assert pbx.witness.logins("click2call") - before == 2
        assert pbx.witness.sessions("click2call") == 2
    wait_until(lambda: pbx.witness.sessions("click2call") == 0, "both to be gone")
    pbx.witness.hang_up_all()


# What a PBX goes through


def test_a_pbx_that_was_killed_or_restarted_gets_calls_again(pbx, tmp_path):
    with gateway("nginx", BINARY, config_for(tmp_path, pbx)) as g:
        for end in (pbx.kill, pbx.stop):
            assert wait_for_calls(g).status == 201
            end()
            wait_until(lambda: click(g).status == 503, "the loss to be known", 12, g.last_words)
            begin = time.monotonic()
            answer = click(g)
            assert (answer.status, answer.json()["code"]) == (503, "PBX_UNAVAILABLE")
            assert time.monotonic() - begin < 1, "known to be down: at once"
            assert 1 <= int(answer.headers["Retry-After"]) <= 30
            status, body = health(g)
            assert (status, body["status"], body["pbx"][0]["state"]) == (503, "down", "down")
            pbx.start()
            wait_for_calls(g)
            assert health(g)[0] == 200
        pbx.witness.hang_up_all()


def test_a_graceful_stop_refuses_calls_and_a_restart_takes_them(pbx, tmp_path):
    with gateway("nginx", BINARY, config_for(tmp_path, pbx)) as g:
        assert wait_for_calls(g).status == 201
        assert click(g, to=4180).status == 201  # rings, so that Asterisk has to wait for it
        pbx.witness.wait_until(pbx.witness.channels, "its channels")
        pbx.witness.send("Command", Command="core stop gracefully")  # which is not answered
        answer = wait_until(lambda: (one := click(g)).status == 503 and one,
                            "the shutdown to be known", 12, g.last_words)
        assert "shutting down" in answer.json()["message"], answer
        pbx.stop()
        pbx.start()
        wait_for_calls(g)
        pbx.witness.hang_up_all()


def test_a_reload_changes_nothing(pbx, tmp_path):
    with gateway("nginx", BINARY, config_for(tmp_path, pbx)) as g:
        assert wait_for_calls(g).status == 201
        pbx.witness.command("manager reload")
        assert click(g).status == 201
        pbx.witness.hang_up_all()


# Login and rights


@pytest.mark.parametrize("step", [pause(1), pause(0)])
def test_a_refused_login_is_shown_once_and_said_to_everyone(step, tmp_path):
    refuse = [step, reply("Error", "Authentication failed"), hang_up]
    with (Peer(login=refuse) as peer,
          gateway("nginx", BINARY, write_config(tmp_path, peer.port)) as g,
          ThreadPoolExecutor(8) as pool):
        for _ in range(3):
            for answer in pool.map(lambda _: g.request(query="to=1006", headers=JSON), range(8)):
                assert (answer.status, answer.json()["code"]) == (502, "PBX_REFUSED")
                assert "manager.conf" in answer.json()["message"]
            time.sleep(0.5)
        status, body = health(g)
        assert (status, body["pbx"][0]["state"]) == (503, "refused")
        assert len(peer.logins) == 1


def test_a_login_refused_for_a_shutdown_is_tried_again(tmp_path):
    with (Peer(login=[reply("Error", "Asterisk is shutting down"), hang_up]) as peer,
          gateway("nginx", BINARY, write_config(tmp_path, peer.port)) as g):
        answer = g.request(query="to=1006", headers=JSON)
        assert answer.status == 503
        peer.wait_for(lambda: len(peer.logins) >= 3, "logins again", 15)


def test_without_the_right_to_originate_nothing_is_tried(pbx, tmp_path):
    with gateway("nginx", BINARY, config_for(tmp_path, pbx, user="noright")) as g:
        answer = click(g)
        assert (answer.status, answer.json()["code"]) == (502, "PBX_REFUSED")
        assert "write = originate" in answer.json()["message"]
        status, body = health(g)
        assert (status, body["pbx"][0]["state"]) == (503, "up")
        assert body["pbx"][0]["missing"][0] == "originate"
        assert 'level="error"' in g.log() and "originate" in g.log()


@pytest.mark.parametrize("name", ["cgi", "nginx"])
def test_health_tells_how_the_pbx_is(pbx, name, tmp_path):
    with gateway(name, BINARY, config_for(tmp_path, pbx)) as g:
        status, body = health(g)
        assert (status, body["status"]) == (200, "up")
        (one,) = body["pbx"]
        assert (one["name"], one["state"], one["missing"]) == ("main", "up", [])
        assert one["asterisk"].startswith("Asterisk Call Manager/")
        assert g.request("HEAD", "/click2call/health").status == 200
        assert g.request("POST", "/click2call/health").status == 405


@pytest.mark.parametrize("name", ["cgi", "nginx"])
@pytest.mark.parametrize("fault", [{"connect": [mute]}, {"connect": [hang_up]}, {"login": [mute]}])
def test_health_of_a_pbx_that_is_of_no_use_is_told_in_time(name, fault, tmp_path):
    with (Peer(**fault) as peer,
          gateway(name, BINARY, write_config(tmp_path, peer.port)) as g):
        begin = time.monotonic()
        status, body = health(g)
        assert (status, body["status"]) == (503, "down")
        assert time.monotonic() - begin < 4
        assert SECRET not in str(body)


# Several PBXs


def second_pbx(peer, more=""):
    return f'[[pbx]]\nname = "second"\nport = {peer.port}\nusername = "u"\nsecret = "s"\n{more}\n'


@pytest.mark.parametrize("name", ["cgi", "nginx"])
def test_a_phone_is_rung_by_a_pbx_that_serves_it(name, tmp_path):
    with Peer() as first, Peer() as second:
        config = write_config(tmp_path, first.port, pbx='serves = ["_10XX"]',
                              call="origin_parameter = true",
                              rest=second_pbx(second, 'serves = ["_11XX"]')
                              + "[web]\noutcome_wait_ms = 0")
        with gateway(name, BINARY, config) as g:
            for caller, where in ((1003, "main"), (1103, "second")):
                answer = click(g, caller=caller)
                assert (answer.status, answer.json()["pbx"]) == (201, where), g.last_words()
            answer = click(g, caller=1203)
            assert (answer.status, answer.json()["code"]) == (422, "CALLER_NOT_AVAILABLE")
            assert [len(peer.originates) for peer in (first, second)] == [1, 1]


def test_the_least_busy_pbx_takes_the_call(tmp_path):
    with Peer() as first, Peer() as second:
        config = write_config(tmp_path, first.port,
                              call='origin_parameter = true\nbalance = "least-busy"',
                              rest=second_pbx(second) + "[web]\noutcome_wait_ms = 0")
        with gateway("nginx", BINARY, config) as g:
            for number in range(10):
                assert click(g, caller=1010 + number).status == 201
            assert [len(peer.originates) for peer in (first, second)] == [5, 5]


def test_the_next_pbx_takes_calls_while_the_first_is_down(tmp_path):
    with Peer(connect=[hang_up]) as first, Peer(originate=[queued, outcome(4, "Success")]) as second:
        config = write_config(tmp_path, first.port, rest=second_pbx(second))
        with gateway("nginx", BINARY, config) as g:
            for _ in range(20):
                answer = g.request(query="to=1006", headers=JSON)
                assert (answer.status, answer.json()["pbx"]) == (201, "second"), g.last_words()
            status, body = health(g)
            assert (status, [one["state"] for one in body["pbx"]]) == (200, ["down", "up"])
            assert not first.originates


@pytest.mark.parametrize("step", [hang_up, mute])
def test_a_call_that_one_pbx_may_have_is_never_sent_to_the_next(step, tmp_path):
    with Peer(originate=[step]) as first, Peer() as second:
        config = write_config(tmp_path, first.port, rest=second_pbx(second))
        with gateway("nginx", BINARY, config) as g:
            answer = g.request(query="to=1006", headers=JSON)
            assert (answer.status, answer.json()["code"]) == (504, "OUTCOME_UNKNOWN")
            assert (len(first.originates), len(second.originates)) == (1, 0)


def test_an_unanswered_originate_is_settled_by_asking(tmp_path):
    with (Peer(originate=[hang_up], others={"Status": rings_on}) as peer,
          gateway("nginx", BINARY, write_config(tmp_path, peer.port)) as g):
        answer = g.request(query="to=1006", headers=JSON)
        assert (answer.status, answer.json()["status"]) == (201, "callingCaller"), g.last_words()
        assert len(peer.originates) == 1


# Chaos


def test_connections_cut_at_random_moments_never_place_a_call_twice(pbx, tmp_path):
    chance = random.Random(pbx.version)
    with (Proxy(pbx.ami_port, delay_s=0.02) as proxy,
          gateway("nginx", BINARY, config_for(tmp_path, pbx, proxy.port)) as g):
        wait_for_calls(g)
        before = pbx.witness.mark()
        proxy.originates.clear()

        chaos = Chaos(g, CHAOS_CALLS)
        cuts = 0

        def cut(stop):
            nonlocal cuts
            # Who is cut off all the time comes to the longest pause between two tries, and to few
            # calls: so after the first ten there is more time.
            while not stop.wait(chance.uniform(0.05, 2 if cuts < 10 else 6)):
                if lines := proxy.lines:
                    proxy.cut(chance.choice(lines), reset=chance.random() < 0.5)
                    cuts += 1
                    if cuts == 10:
                        chaos.enough.set()

        chaos.run(cut, longest_s=60 + CHAOS_CALLS / 5)
        wait_for_calls(g)
        wait_until(lambda: len(proxy.lines) <= 2, "the old connections to end", 10)
        pbx.witness.wait_no_channels(10)
        pbx.witness.settled()
        left = collections.Counter({one: count for one, count in proxy.originates.items()
                                    if one in chaos.told})
        placed = originate_responses(pbx.witness.events[before:])
        placed = collections.Counter({one: placed[one] for one in placed if one in chaos.told})
        summary = check(chaos, left, placed)
        assert summary[201] + summary[422] + summary[504] >= CHAOS_CALLS, summary
        assert chaos.with_status(201, 422) <= set(placed), "told to be placed, and is not"
        assert g.program.running() and health(g)[0] == 200
        pbx.witness.hang_up_all()


def test_a_pbx_that_dies_under_load_places_no_call_twice(pbx, tmp_path):
    with (Proxy(pbx.ami_port) as proxy,
          gateway("nginx", BINARY, config_for(tmp_path, pbx, proxy.port)) as g):
        wait_for_calls(g)
        proxy.originates.clear()
        placed = collections.Counter()
        chance = random.Random(pbx.version)

        def stop_gracefully():
            pbx.witness.send("Command", Command="core stop gracefully")  # which is not answered
            time.sleep(3)
            pbx.stop()

        def die(stop):
            for end in (pbx.kill, pbx.stop, *([stop_gracefully] if CHAOS_CALLS > 300 else [])):
                if stop.wait(chance.uniform(0.5, 1.5)):
                    return
                pbx.witness.command("manager reload")
                if stop.wait(chance.uniform(0, 1)):
                    return
                witness = pbx.witness
                end()
                placed.update(originate_responses(witness.events))
                pbx.start()
            stop.wait(1.5)
            chaos.enough.set()

        chaos = Chaos(g, CHAOS_CALLS)
        chaos.run(die, longest_s=90 + CHAOS_CALLS / 5)
        wait_for_calls(g)
        placed.update(originate_responses(pbx.witness.events))
        placed = collections.Counter({one: placed[one] for one in placed if one in chaos.told})
        left = collections.Counter({one: count for one, count in proxy.originates.items()
                                    if one in chaos.told})
        check(chaos, left, placed)
        pbx.witness.hang_up_all()
