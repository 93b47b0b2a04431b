"""How much may be called: counted in the journal, so that it holds for all who write it together.

Plain CGI and FastCGI run side by side here with one journal, and everybody asks at the same moment.
"""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from ami_peer import Peer, listed, queued, reply, ringing, status_complete, status_follows
from program import BINARY, JSON, write_config
from servers import gateway
from shipped import WEB_USER

AT_ONCE = 50
MOST = 7
NONE = "per_minute = 0\nper_day = 0\nconcurrent = 0\nduplicate_s = 0\n"


def still_ringing(session, action):
    """Status of one channel or of all: every phone that began to ring rings on. Only who asks is
    told."""
    asked = action["Channel"]
    channels = [one["ChannelId"] for one in session.peer.originates
                if asked in ("", one["ChannelId"])]
    if asked and not channels:
        reply("Error", "No such channel")(session, action)
        return
    seen = [listed("Status", Channel="PJSIP/1003-00000001", ChannelState=5,
                   ChannelStateDesc="Ringing", Uniqueid=one, Linkedid=one) for one in channels]
    for step in (status_follows, *seen, status_complete):
        step(session, action)


@contextlib.contextmanager
def both(folder, limits, originate=(queued, ringing), env=None):
    """CGI and FastCGI beside each other, and the PBX: every phone rings on and on."""
    with contextlib.ExitStack() as stack:
        peer = stack.enter_context(Peer(originate=list(originate),
                                        others={"Status": [still_ringing]}))
        config = write_config(folder, peer.port, rest=f"[limits]\n{limits}")
        yield peer, [stack.enter_context(gateway(name, BINARY, config, env=env, user=WEB_USER))
                     for name in ("cgi", "nginx")]


def ask_at_once(gateways, queries):
    """The answers to the queries, sent through the gateways in turn and all together."""
    with ThreadPoolExecutor(len(queries)) as pool:
        return list(pool.map(
            lambda i: gateways[i % len(gateways)].request(query=queries[i], headers=JSON,
                                                          timeout=60),
            range(len(queries))))


def other_numbers():
    return [f"to={number}" for number in range(2000, 2000 + AT_ONCE)]


LIMITS = {
    "per_minute": (NONE.replace("per_minute = 0", f"per_minute = {MOST}"), 60),
    "per_day": (NONE.replace("per_day = 0", f"per_day = {MOST}"), 86400),
    "concurrent": (NONE.replace("concurrent = 0", f"concurrent = {MOST}"), 60),
    "total.per_minute": (f"{NONE}[limits.total]\nper_minute = {MOST}\n", 60),
    "callee.concurrent": (f"{NONE}[limits.callee]\nconcurrent = {MOST}\n", 60),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_fifty_at_once_get_as_many_calls_as_the_limit_says_and_not_one_more(tmp_path, limit):
    limits, wait_s = LIMITS[limit]
    queries = ["to=2000"] * AT_ONCE if limit.startswith("callee") else other_numbers()
    with both(tmp_path, limits) as (peer, gateways):
        answers = ask_at_once(gateways, queries)
        assert len(peer.originates) == MOST
    assert sorted(answer.status for answer in answers) == [201] * MOST + [429] * (AT_ONCE - MOST)
    for refused in (answer for answer in answers if answer.status == 429):
        assert refused.json()["code"] == "TOO_MANY_REQUESTS"
        assert f"limits.{limit}" in refused.json()["message"]
        assert 1 <= int(refused.headers["Retry-After"]) <= wait_s


def test_without_a_limit_all_get_their_call(tmp_path):
    with both(tmp_path, NONE) as (peer, gateways):
        answers = ask_at_once(gateways, other_numbers())
        assert len(peer.originates) == AT_ONCE
    assert {answer.status for answer in answers} == {201}


def test_fifty_clicks_on_one_link_are_one_call(tmp_path):
    """The other limits, as they are by default, do not count what is the same click."""
    with both(tmp_path, "duplicate_s = 60\n") as (peer, gateways):
        answers = ask_at_once(gateways, ["to=2000"] * AT_ONCE)
        assert len(peer.originates) == 1
    assert sorted(answer.status for answer in answers) == [200] * (AT_ONCE - 1) + [201]
    assert {answer.json()["callId"] for answer in answers} == {peer.originates[0]["ChannelId"]}


def test_a_call_that_never_was_is_not_counted(tmp_path):
    originate = [lambda session, action: (
        reply("Error", "Extension does not exist.") if action["Exten"] == "2000" else queued)(
            session, action)]
    limits = NONE.replace("per_minute = 0", "per_minute = 1")
    with both(tmp_path, limits, originate) as (_, gateways):
        codes = [one.request(query="to=2000", headers=JSON).status for one in gateways]
        assert codes == [422, 422]
        codes = [one.request(query="to=2001", headers=JSON).status for one in gateways]
        assert codes == [201, 429]


def test_every_user_has_limits_of_their_own_and_so_has_every_address(tmp_path):
    limits = NONE.replace("per_minute = 0", "per_minute = 2") + "[access]\nremote_user = true\n"
    with contextlib.ExitStack() as stack:
        peer = stack.enter_context(Peer(originate=[queued, ringing]))
        config = write_config(tmp_path, peer.port, rest=f"[limits]\n{limits}")
        alice, bob, nobody = [
            stack.enter_context(gateway("cgi", BINARY, config, env={"REMOTE_USER": user}))
            for user in ("alice", "bob", "")]

        def statuses(who, client):
            return [who.request(query=f"to={number}", headers=JSON, client=client).status
                    for number in (2000, 2001, 2002)]

        assert statuses(alice, "10.0.0.1") == [201, 201, 429]
        assert statuses(bob, "10.0.0.1") == [201, 201, 429]
        assert statuses(alice, "10.0.0.2") == [429, 429, 429]
        assert statuses(nobody, "10.0.0.1") == [201, 201, 429]
        assert statuses(nobody, "10.0.0.3") == [201, 201, 429]


def test_a_page_says_when_to_try_again(tmp_path):
    limits = NONE.replace("per_minute = 0", "per_minute = 1")
    with both(tmp_path, limits) as (_, gateways):
        for one, status in zip(gateways, (303, 429)):
            answer = one.request(query="to=2000", headers={"Accept": "text/html"})
            assert answer.status == status
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "limits.per_minute" in answer.text()
