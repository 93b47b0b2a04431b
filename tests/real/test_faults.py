"""What the program answers when the PBX misbehaves, as plain CGI and as FastCGI behind nginx, over
TCP, TLS and a WebSocket.

Each row of ROWS is one fault. All rows run at once, each with a PBX and a gateway of its own, so
that the whole takes little longer than the longest deadline. Whatever the fault: one request
places at most one call, and the secret stands in no answer and in no log.
"""

import atexit
import contextlib
import functools
import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import layers
from ami_peer import (BANNER, CHALLENGE, Peer, closed_port, event, flood, hang_up, hold, mute,
                      outcome, pause, queued, reply, reset, ringing, say, slowly, status_follows,
                      unanswering_port)
from machine import wait_until
from program import BINARY, JSON, SECRET, write_config
from servers import GATEWAYS, gateway
from shipped import PROGRAM_USER, WEB_USER, run_as

BOTH = ("cgi", "nginx")
LAYERS = {"tcp": None, "tls": layers.Tls, "ws": layers.WebSocket}
FASTCGI = ("nginx", "spawn-fcgi", "systemd")  # the three ways in which a process gets its socket
ROWS_AT_ONCE = 10  # rows under way at a time: with more the machine would be the deadline

accepted = reply("Success", "Authentication accepted")
garbage = say(bytes(range(256)) * 1000)
long_line = flood(b"x" * 1000, 10_000)  # 10 MB, and no end of line
many_headers = flood(b"Key: value\r\n", 1_000_000)
FOREIGN = (b"Event: Newstate\r\nPrivilege: call,all\r\nChannel: PJSIP/1111-00000001\r\n"
           b"ChannelState: 5\r\nChannelStateDesc: Ringing\r\nUniqueid: 1795390476.252\r\n"
           b"Linkedid: 1795390476.250\r\n\r\n")
line_too_long = say("Response: Error\r\nMessage: Failed to parse message: line too long\r\n\r\n")
another_failed = say("Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: c2c-other\r\n"
                     "Response: Failure\r\nChannel: {Channel}\r\nReason: 5\r\n"
                     "Uniqueid: c2c-other\r\n\r\n")


# From when to when an answer is in time: a deadline, and what a busy machine adds to it.
AT_ONCE_S = (0, 2.5)
BANNER_S = CONNECT_S = (1.9, 3.4)
LOGIN_S = (2.9, 4.4)
ANSWER_S = (4.9, 6.4)
WAITED_S = (0.9, 2.4)  # web.outcome_wait_ms
MODULE_S = 0.8  # what a busy machine takes to open the module of TLS and WebSockets, at most


@dataclass
class Row:
    """A fault, and what is promised: status, `code` of the error or `status` of the call, words of
    the message, the seconds it takes, and how many complete Originates the PBX saw."""

    status: int
    is_: str
    peer: dict = field(default_factory=dict)
    place: object = None  # instead of a peer: an address where nothing answers
    says: str = ""
    seconds: tuple = AT_ONCE_S
    originates: int = 0
    config: str = ""
    transports: tuple = tuple(LAYERS)


def before_login(status, code, seconds=AT_ONCE_S, says="", **peer):
    return Row(status, code, peer, seconds=seconds, says=says)


def on_originate(status, is_, *steps, seconds=AT_ONCE_S, says=""):
    return Row(status, is_, {"originate": steps}, seconds=seconds, says=says, originates=1)


def byte_by_byte(status, is_, *steps, says=""):
    """Each byte in a packet of its own, and time enough for all of them."""
    return Row(status, is_, {"originate": steps, "chunk": 1}, says=says, seconds=(0, 9),
               originates=1, config="[web]\noutcome_wait_ms = 5000")


DOWN, REFUSED, UNKNOWN = "PBX_UNAVAILABLE", "PBX_REFUSED", "OUTCOME_UNKNOWN"
CALLER = "CALLER_NOT_AVAILABLE"

ROWS = {
    # Connecting
    "refused": Row(503, DOWN, place=closed_port),
    "neither accepted nor refused": Row(503, DOWN, place=unanswering_port, seconds=CONNECT_S),
    "silent at the handshake of TLS": Row(503, DOWN, {"connect": [mute], "layer": None},
                                          seconds=CONNECT_S, transports=("tls",)),
    "silent at the handshake of a WebSocket": Row(503, DOWN, {"connect": [mute], "layer": None},
                                                  seconds=CONNECT_S, transports=("ws",)),
    "silent": before_login(503, DOWN, BANNER_S, connect=[mute]),
    "half a banner": before_login(503, DOWN, BANNER_S, connect=[say(BANNER[:17]), mute]),
    "a banner of one byte a second": before_login(503, DOWN, BANNER_S, connect=[slowly(BANNER)]),
    "closes before the banner": before_login(503, DOWN, connect=[hang_up]),
    "closes within the banner": before_login(503, DOWN, connect=[say(BANNER[:17]), hang_up]),
    "resets before the banner": before_login(503, DOWN, connect=[reset]),
    "is no Asterisk": before_login(502, REFUSED, connect=[say(b"SSH-2.0-OpenSSH_9.2\r\n"), mute]),
    "garbage for a banner": before_login(502, REFUSED, connect=[garbage, mute]),
    "a 10 MB line for a banner": before_login(502, REFUSED, connect=[long_line, mute]),
    # Login
    "no reply to the login": before_login(503, DOWN, LOGIN_S, login=[mute]),
    "a login reply of one byte a second": before_login(503, DOWN, LOGIN_S, login=[
        slowly("Response: Success\r\nActionID: {ActionID}\r\n\r\n")]),
    "nothing but events for a login reply": before_login(503, DOWN, LOGIN_S, login=[
        flood(FOREIGN, 1000, every=0.05)]),
    "closes at the login": before_login(503, DOWN, login=[hang_up]),
    "login refused": before_login(502, REFUSED, WAITED_S, "login", login=[
        pause(1), reply("Error", "Authentication failed"), hang_up]),
    "shutting down at the login": before_login(503, DOWN, login=[
        reply("Error", "Asterisk is shutting down")]),
    "garbage for a login reply": before_login(502, REFUSED, login=[garbage, mute]),
    "a 10 MB line for a login reply": before_login(502, REFUSED, login=[long_line, mute]),
    "a million headers for a login reply": before_login(502, REFUSED, login=[many_headers, mute]),
    "20,000 events before the login reply": Row(201, "callingCaller", {
        "login": [flood(FOREIGN, 20_000), accepted], "originate": [queued, ringing]}, originates=1),
    # Originate, refused
    "originate right missing": on_originate(502, REFUSED, reply("Error", "Permission denied"),
                                            says="write = originate"),
    "no such extension": on_originate(422, "CALLEE_NOT_AVAILABLE",
                                      reply("Error", "Extension does not exist."), says="1006"),
    "not a channel": on_originate(502, REFUSED, reply("Error", "Invalid channel"),
                                  says="call.channel"),
    "shutting down at the Originate": on_originate(503, DOWN,
                                                   reply("Error", "Asterisk is shutting down")),
    # Originate, no answer to it
    "closes after the Originate": on_originate(504, UNKNOWN, hang_up),
    "resets after the Originate": on_originate(504, UNKNOWN, reset),
    "closes within its answer": on_originate(504, UNKNOWN, say("Response: Succ"), hang_up),
    "no answer": on_originate(504, UNKNOWN, mute, seconds=ANSWER_S),
    "an answer of one byte a second": on_originate(
        504, UNKNOWN, slowly("Response: Success\r\nActionID: {ActionID}\r\n\r\n"),
        seconds=ANSWER_S),
    "nothing but events for an answer": on_originate(
        504, UNKNOWN, flood(FOREIGN, 1000, every=0.05), seconds=ANSWER_S),
    "garbage for an answer": on_originate(504, UNKNOWN, garbage, hang_up),
    "a 10 MB line for an answer": on_originate(504, UNKNOWN, long_line, mute),
    "a million headers for an answer": on_originate(504, UNKNOWN, many_headers, mute),
    # Originate, the right answer among others
    "20,000 events before the answer": on_originate(201, "callingCaller", flood(FOREIGN, 20_000),
                                                    queued, ringing),
    "another's reply before the answer": on_originate(
        201, "callingCaller", say("Response: Error\r\nActionID: c2c-other\r\n"
                                  "Message: Permission denied\r\n\r\n"), queued, ringing),
    "another's failure before the answer": on_originate(201, "callingCaller", another_failed,
                                                        queued, ringing),
    "a stray reply before the answer": on_originate(201, "callingCaller", line_too_long, queued,
                                                    ringing),
    "two replies to one action": on_originate(201, "callingCaller", queued, line_too_long, queued,
                                              reply("Error", "Originate failed"), ringing),
    "an answer byte by byte": byte_by_byte(201, "callingCaller", queued, ringing),
    "a failure byte by byte": byte_by_byte(422, CALLER, queued, outcome(5), says="busy"),
    # Queued, and then
    "queued and silent": on_originate(201, "initiating", queued, mute, seconds=WAITED_S),
    "queued and closed": on_originate(201, "initiating", queued, hang_up),
    "queued and garbage": on_originate(201, "initiating", queued, garbage, hang_up),
    "queued and another's failure": on_originate(201, "initiating", queued, another_failed,
                                                 seconds=WAITED_S),
    "ringing": on_originate(201, "callingCaller", queued, ringing),
    "answered": on_originate(201, "callingCallee", queued, outcome(4, "Success")),
    "unreachable": on_originate(422, CALLER, queued, outcome(0), says="PJSIP/1003"),
    "gave up": on_originate(422, CALLER, queued, outcome(1)),
    "no answer from the phone": on_originate(422, CALLER, queued, outcome(3), says="answer"),
    "busy": on_originate(422, CALLER, queued, outcome(5), says="busy"),
    "congestion": on_originate(422, CALLER, queued, outcome(8), says="PJSIP/1003"),
    "the failure before the reply": on_originate(422, CALLER, outcome(5), queued, says="busy"),
}


@dataclass
class Seen:
    """What came of one request: its answer, and all that the PBX and the logs saw of it."""

    response: object
    seconds: float
    originates: list
    log: str
    program_is_up: bool
    peak_kb: int


def ways():
    """Every row by both gateways over TCP; over the others by one of them, in turn."""
    for number, (row, promised) in enumerate(ROWS.items()):
        wanted = [(name, "tcp") for name in BOTH]
        if not promised.place:
            wanted += [(BOTH[number % 2], "tls"), (BOTH[1 - number % 2], "ws")]
        yield from ((row, name, transport) for name, transport in wanted
                    if transport in promised.transports)


def run(row, name, transport, folder):
    with contextlib.ExitStack() as stack:
        if row.place:
            peer, port = None, stack.enter_context(row.place())
        else:
            peer = stack.enter_context(Peer(**{"layer": LAYERS[transport], **row.peer}))
            port = peer.port
        config = write_config(folder, port, pbx=pbx_lines(transport), rest=row.config)
        if transport == "tls":  # the certificate is for that name
            config.write_text(config.read_text("utf-8").replace(
                'host = "127.0.0.1"', 'host = "localhost"'), "utf-8")
        g = stack.enter_context(gateway(name, BINARY, config))
        begin = time.monotonic()
        response = g.request(query="to=1006", headers=JSON)
        seconds = time.monotonic() - begin
        return Seen(response, seconds, peer.originates if peer else [], g.log(),
                    name == "cgi" or g.program.running(), peak_kb(g))


@functools.cache
def authority():
    """What the tests' certificates are signed by, where whoever runs the program may read it."""
    folder = Path(tempfile.mkdtemp(prefix="click2call-authority-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copy(layers.PKI / "authority.pem", folder)
    (folder / "authority.pem").chmod(0o644)
    return folder / "authority.pem"


def pbx_lines(transport):
    more = f'ca_file = "{authority()}"\n' if transport == "tls" else ""
    return f'transport = "{transport}"\n{more}'


def peak_kb(g):
    """The largest memory that the FastCGI program ever had, in KB; 0 for CGI, which is gone."""
    if not g.program:
        return 0
    with open(f"/proc/{g.program_pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1])


@pytest.fixture(scope="module")
def seen(request, tmp_path_factory):
    """What came of a row: seen(row, gateway, transport). Those that were chosen all run at once."""
    chosen = [tuple(item.callspec.params[one] for one in ("row", "name", "transport"))
              for item in request.session.items if "seen" in getattr(item, "fixturenames", ())]
    with ThreadPoolExecutor(ROWS_AT_ONCE) as pool:
        under_way = {key: pool.submit(run, ROWS[key[0]], *key[1:], tmp_path_factory.mktemp("row"))
                     for key in chosen}
        yield lambda *key: under_way[key].result()


@pytest.mark.parametrize("row, name, transport", ways())
def test_fault(row, name, transport, seen):
    promised, came = ROWS[row], seen(row, name, transport)
    response = came.response
    evidence = f"{response}\n{came.seconds:.2f} s\n{came.log}"

    assert response.status == promised.status, evidence
    answer = response.json()
    assert answer["status" if response.status == 201 else "code"] == promised.is_, evidence
    assert promised.says in answer.get("message", ""), evidence
    # A program that stays has been trying since it began, and says what it knows.
    no_sooner = promised.seconds[0] if name == "cgi" or promised.originates else 0
    latest = promised.seconds[1] + (0 if transport == "tcp" else MODULE_S)
    assert no_sooner <= came.seconds <= latest, evidence
    assert ("Retry-After" in response.headers) == (promised.is_ == DOWN), evidence

    assert len(came.originates) == promised.originates, evidence
    if promised.originates and response.status != 502:
        assert answer["callId"] == came.originates[0]["ChannelId"], evidence
    assert SECRET not in response.everything() + came.log
    assert came.program_is_up, evidence
    assert came.peak_kb < 24_000, evidence  # 8 MB is what it needs without any fault


# What a table of answers cannot show


@contextlib.contextmanager
def line_to(peer, name, folder, **config):
    """The peer, listening, and a gateway whose PBX it is."""
    with peer, gateway(name, BINARY, write_config(folder, peer.port, **config)) as g:
        yield peer, g


def ask(g, to=1006):
    return g.request(query=f"to={to}", headers=JSON)


@pytest.mark.parametrize("name", FASTCGI)
def test_sigterm_lets_the_requests_in_flight_be_answered(name, tmp_path):
    released = threading.Event()
    with (line_to(Peer(originate=[hold(released), queued, ringing]), name, tmp_path) as (peer, g),
          ThreadPoolExecutor(8) as pool):
        asked = [pool.submit(ask, g, 1010 + i) for i in range(8)]
        peer.wait_for(lambda: len(peer.originates) == 8, "eight Originates")
        os.kill(g.program_pid, signal.SIGTERM)
        begin = time.monotonic()
        released.set()
        assert [one.result().status for one in asked] == [201] * 8, g.last_words()
        assert g.program.wait(10) == 0, g.last_words()
        assert time.monotonic() - begin < 5
        assert len(peer.originates) == 8


@pytest.mark.parametrize("name", FASTCGI)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_program_ends_at_once_when_it_is_told_to(name, number, tmp_path):
    with line_to(Peer(originate=[queued, ringing]), name, tmp_path) as (_, g):
        assert ask(g).status == 201
        os.kill(g.program_pid, number)
        assert g.program.wait(2) == 0, g.last_words()


@pytest.mark.parametrize("name", [one for one in GATEWAYS if one != "cgi"])
def test_no_web_server_repeats_a_request_whose_program_died(name, tmp_path):
    """mod_fcgid, for one, has another process ready at once."""
    with (line_to(Peer(originate=[mute]), name, tmp_path) as (peer, g),
          ThreadPoolExecutor(1) as pool):
        asked = pool.submit(ask, g)
        peer.wait_for(lambda: peer.originates, "Originate")
        for pid in g.program_pids:
            os.kill(pid, signal.SIGKILL)
        assert asked.result().status in (500, 502, 503), g.last_words()
        assert len(peer.originates) == 1


@pytest.mark.parametrize("name", GATEWAYS)
def test_a_client_that_has_gone_leaves_its_call_standing_and_recorded(name, tmp_path):
    released = threading.Event()
    with line_to(Peer(originate=[hold(released), queued, ringing]), name, tmp_path) as (peer, g):
        gone = g.send(query="to=1006", headers=JSON)
        peer.wait_for(lambda: peer.originates, "Originate")
        (gone.stdout if name == "cgi" else gone).close()
        released.set()
        call_id = peer.originates[0]["ChannelId"]
        wait_until(lambda: re.search(rf'event="call" callId="{call_id}"', g.log()),
                   f"a line about {call_id} in the log", 5, g.last_words)
        if name == "cgi":
            gone.stdin.close()
            assert gone.wait(5) >= 0, "ended by a signal"
        assert ask(g).status == 201, g.last_words()
        assert len(peer.originates) == 2


@pytest.mark.parametrize("name", BOTH)
def test_a_list_that_never_ends_holds_nobody_for_longer_than_any_other_answer(name, tmp_path):
    def says_nothing_more(session, action):
        if name != "cgi" and action["Events"] == "call":  # or whoever follows would know
            mute(session, action)

    peer = Peer(login=[accepted, says_nothing_more], originate=[queued, ringing],
                others={"Status": [status_follows]})
    with line_to(peer, name, tmp_path, rest="[web]\noutcome_wait_ms = 0") as (_, g):
        call = ask(g).json()
        begin = time.monotonic()
        shown = g.request(path=f"/click2call/calls/{call['callId']}", headers=JSON)
        seconds = time.monotonic() - begin
        assert (shown.status, shown.json()["status"]) == (200, call["status"]), shown
        assert ANSWER_S[0] <= seconds <= ANSWER_S[1], g.last_words()
        assert "no answer came" in g.log() or "took too long" in g.log(), g.log()


def test_faults_leave_neither_memory_nor_descriptors_behind(tmp_path):
    """A PBX that hangs up on each call: 300 times after 50 to warm up. Most are told at once that
    it is down."""
    with (line_to(Peer(originate=[hang_up]), "nginx", tmp_path) as (peer, g),
          ThreadPoolExecutor(8) as pool):
        answers = [one.status for one in pool.map(lambda _: ask(g), range(50))]
        before = descriptors(g.program_pid), resident_kb(g.program_pid)
        answers += [one.status for one in pool.map(lambda _: ask(g), range(300))]
        assert set(answers) == {503, 504}
        assert 1 <= len(peer.originates) <= answers.count(504)
        # The journal may have opened its second connection meanwhile: the file, and what is beside it.
        wait_until(lambda: descriptors(g.program_pid) <= before[0] + 2, "the descriptors to be closed",
                   5, lambda: f"{descriptors(g.program_pid)} > {before[0]}")
        assert resident_kb(g.program_pid) < before[1] + 2000


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def resident_kb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])


def test_a_pbx_that_comes_back_gets_the_next_call_without_a_restart_of_ours(tmp_path):
    ready = {"originate": [queued, ringing]}
    with Peer(**ready) as peer:
        config = write_config(tmp_path, peer.port)
    with gateway("nginx", BINARY, config) as g:
        for _ in range(2):
            assert ask(g).status == 503, g.last_words()
            with Peer(**ready, port=peer.port) as back:
                answer = wait_until(lambda: (one := ask(g)).status == 201 and one,
                                    "a call again", 35, g.last_words)
                assert answer.json()["callId"] == back.originates[-1]["ChannelId"]


def limit_descriptors(pid, count):
    """The soft limit of a running process; as its own user, for root may not in a container."""
    command = ["prlimit", f"--pid={pid}", f"--nofile={count}:"]
    subprocess.run(run_as(PROGRAM_USER, WEB_USER, command), check=True, timeout=10)


def idle_descriptors(pid):
    """The descriptors of a process that has closed its last connection: the same three times."""
    looks = []

    def settled():
        looks.append(sorted(map(int, os.listdir(f"/proc/{pid}/fd"))))
        return looks[-3:] == [looks[-1]] * 3 and looks[-1]

    return wait_until(settled, "the program to be idle", 5, lambda: f"{looks[-3:]}")


@pytest.mark.parametrize("spare", [0, 1])
def test_without_descriptors_nothing_is_dialled_and_then_all_goes_on(spare, tmp_path):
    """None to spare: a request waits to be accepted. One: it is, and reaches the PBX over the
    session that is there.

    One worker only, so that all wait for the same one.
    """
    with (line_to(Peer(originate=[queued, ringing]), "nginx", tmp_path,
                  rest="[web]\nworkers = 1") as (peer, g), ThreadPoolExecutor(4) as pool):
        assert ask(g).status == 201
        pid = g.program_pid
        used = idle_descriptors(pid)
        limit_descriptors(pid, [n for n in range(len(used) + 2) if n not in used][spare])
        asked = [pool.submit(ask, g) for _ in range(4)]
        if spare:
            assert {one.result().status for one in asked} == {201}, g.last_words()
        else:
            wait_until(lambda: "accept failed" in g.log(), "the worker to notice", 5, g.last_words)
        limit_descriptors(pid, 1024)
        assert {one.result().status for one in asked} == {201}, g.last_words()
        assert len(peer.originates) == 5
        assert ask(g).status == 201
        assert g.program_pid == pid


# What a healthy PBX is sent


LOGIN = [b"Action: Login\r", rb"ActionID: \S+\r", b"Username: click2call\r",
         f"Secret: {SECRET}\r".encode(), b"Events: call\r"]
ORIGINATE = [b"Action: Originate\r", rb"ActionID: (c2c-[0-9A-HJKMNP-TV-Z]{26})\r",
             rb"ChannelId: (c2c-\S+)\r", rb"OtherChannelId: (c2c-\S+)-2\r",
             rb"Channel: PJSIP/1003\r", rb"Context: from-internal\r", rb"Exten: 1006\r",
             rb"Priority: 1\r", rb'CallerID: "Click to call" <1006>\r', rb"Timeout: 30000\r",
             rb"Async: yes\r"]
LOGOFF = [b"Action: Logoff\r", rb"ActionID: \S+\r"]


def test_the_pbx_is_sent_a_login_one_originate_and_a_logoff(tmp_path):
    with line_to(Peer(originate=[queued, ringing]), "cgi", tmp_path) as (peer, g):
        call_id = ask(g).json()["callId"]
        peer.wait_for(lambda: peer.actions("Logoff"), "Logoff")
        assert peer.connections == 1
        actions = peer.sessions[0].actions
        assert peer.received == b"".join(b"\n".join(one.lines) + b"\n\r\n" for one in actions)
        for action, expected in zip(actions, (LOGIN, ORIGINATE, LOGOFF), strict=True):
            assert len(action.lines) == len(expected), action.lines
            for line, pattern in zip(action.lines, expected):
                assert re.fullmatch(pattern, line), action.lines
        for header in ("ActionID", "ChannelId"):
            assert peer.originates[0][header] == call_id
        assert peer.originates[0]["OtherChannelId"] == f"{call_id}-2"


@pytest.mark.parametrize("name", BOTH)
def test_with_md5_the_secret_never_crosses_the_wire(name, tmp_path):
    with line_to(Peer(originate=[queued, ringing]), name, tmp_path,
                 pbx='auth = "md5"') as (peer, g):
        assert ask(g).status == 201, g.last_words()
        assert SECRET.encode() not in peer.received
        key = hashlib.md5(f"{CHALLENGE}{SECRET}".encode()).hexdigest()
        assert peer.logins[0]["Key"] == key


def test_the_next_pbx_takes_the_call_that_the_first_one_never_saw(tmp_path):
    for fault in ({"connect": [hang_up]}, {"login": [hang_up]}, {"connect": [reset]}):
        with Peer(originate=[queued, ringing]) as second:
            more = f'[[pbx]]\nname = "second"\nport = {second.port}\nusername = "u"\nsecret = "s"'
            with line_to(Peer(**fault), "cgi", tmp_path, rest=more) as (first, g):
                answer = ask(g)
                assert (answer.status, answer.json()["pbx"]) == (201, "second"), g.last_words()
                assert (len(first.originates), len(second.originates)) == (0, 1)


def test_a_call_that_one_pbx_may_have_is_never_sent_to_the_next(tmp_path):
    for step in (hang_up, reset, garbage):
        with Peer() as second:
            more = f'[[pbx]]\nname = "second"\nport = {second.port}\nusername = "u"\nsecret = "s"'
            peer = Peer(originate=[step, hang_up])
            with line_to(peer, "cgi", tmp_path, rest=more) as (first, g):
                assert ask(g).status == 504, g.last_words()
                assert (len(first.originates), second.connections) == (1, 0)
