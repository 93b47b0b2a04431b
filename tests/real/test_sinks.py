"""Whoever asked to be told of a call is told, over https, and nobody else is.

The sink is a web server with a certificate of an authority that the program is told to trust, or
not. The PBX is scripted: by itself the caller's phone is busy, so that one change is to be told.
"""

import contextlib
import http.server
import json
import ssl
import subprocess
import threading
import time

import pytest

import contract
from ami_peer import Peer, event, outcome, queued, reply, ringing, rings_on
from machine import LOOPBACK, wait_until
from program import BINARY, write_config
from servers import gateway

BOTH = ("cgi", "nginx")
EVENT = {"$ref": "#/components/schemas/CallStatusChangedEvent"}
TOKEN = "sesame-4Rt"
SOON_S = 15

EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True, timeout=30)


@pytest.fixture(name="certificates", scope="module")
def make_certificates(tmp_path_factory):
    """A folder with an authority (authority.pem), a certificate of it for 127.0.0.1 (sink.pem),
    and an authority that signed nothing (stranger.pem). All last as long as the tests."""
    folder = tmp_path_factory.mktemp("tls")
    folder.chmod(0o755)
    for parent in folder.parents[:3]:  # the program is another user
        parent.chmod(parent.stat().st_mode | 0o111)
    for name in ("authority", "stranger"):
        openssl("req", "-x509", *EC, "-days", "2", "-subj", f"/CN={name} of the tests",
                "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem")
    openssl("req", *EC, "-subj", "/CN=sink", "-keyout", folder / "sink.key",
            "-out", folder / "sink.csr")
    (folder / "sink.ext").write_text(f"subjectAltName=IP:{LOOPBACK}\n")
    openssl("x509", "-req", "-in", folder / "sink.csr", "-CA", folder / "authority.pem",
            "-CAkey", folder / "authority.key", "-CAcreateserial", "-days", "2",
            "-extfile", folder / "sink.ext", "-out", folder / "sink.pem")
    return folder


class Sink(http.server.ThreadingHTTPServer):
    """Listens on 127.0.0.1:`port` inside `with`. Answers with `statuses` in turn, then with 204,
    each after `delay` seconds, and keeps each request as (path, headers, the event)."""

    daemon_threads = True

    def __init__(self, certificates, statuses=(), location="", delay=0):
        super().__init__((LOOPBACK, 0), Receiver)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "sink.pem", certificates / "sink.key")
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.port = self.server_address[1]
        self.statuses = list(statuses)
        self.location = location
        self.delay = delay
        self.received = []
        self.answered = 0

    @property
    def events(self):
        """What was received, each as www/openapi.yaml describes it."""
        events = [told for _, _, told in self.received]
        for told in events:
            assert not contract.problems(told, EVENT), told
        return events

    @property
    def url(self):
        return f"https://{LOOPBACK}:{self.port}/hook?id=7"

    def handle_error(self, *_):
        """A client that does not trust us hangs up: nothing to report."""

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, self.headers, json.loads(body)))
        status = self.server.statuses.pop(0) if self.server.statuses else 204
        time.sleep(self.server.delay)
        self.send_response(status)
        self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.answered += 1

    def log_message(self, *_):
        """Nothing on the terminal."""


@contextlib.contextmanager
def program(name, folder, sinks, trusted, **pbx):
    """A gateway, and the PBX behind it."""
    with Peer(**{"originate": [queued, outcome(reason=5)], **pbx}) as peer:
        config = write_config(folder, peer.port, rest=f"[access]\nsinks = {json.dumps(sinks)}\n")
        with gateway(name, BINARY, config, env={"SSL_CERT_FILE": str(trusted)}) as g:
            yield g, peer


def wanted(sink):
    """A call of which that sink is told: the body."""
    return json.dumps({
        "caller": {"number": "1003"}, "callee": {"number": "1006"}, "sink": sink,
        "sinkCredential": {"credentialType": "ACCESSTOKEN", "accessToken": TOKEN,
                           "accessTokenExpiresUtc": "2099-01-01T00:00:00Z",
                           "accessTokenType": "bearer"}}).encode()


def call(g, sink):
    """The answer to it."""
    return g.request("POST", "/click2call/calls", body=wanted(sink),
                     headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("name", BOTH)
def test_a_change_is_told_to_the_sink(name, tmp_path, certificates):
    with Sink(certificates) as sink:
        sinks = [f"{LOOPBACK}:{sink.port}"]
        with program(name, tmp_path, sinks, certificates / "authority.pem") as (g, _):
            call_id = call(g, sink.url).json()["callId"]
            wait_until(lambda: sink.received, "a notification", SOON_S, g.last_words)
            assert TOKEN not in g.log()
    (path, headers, _), = sink.received
    told, = sink.events
    assert path == "/hook?id=7"
    assert headers["Content-Type"] == "application/cloudevents+json"
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert told["type"] == "org.camaraproject.click-to-dial.v0.status-changed"
    assert told["source"] == f"/calls/{call_id}"
    data = told["data"]
    assert data["callId"] == call_id
    assert data["status"] == {"state": "disconnected", "reason": "callerBusy"}
    assert data["callDuration"] == "0"


@pytest.mark.parametrize("name", BOTH)
def test_a_sink_that_fails_is_told_again_with_the_same_id(name, tmp_path, certificates):
    with Sink(certificates, statuses=(503, 500)) as sink:
        sinks = [f"{LOOPBACK}:{sink.port}"]
        with program(name, tmp_path, sinks, certificates / "authority.pem") as (g, _):
            call(g, sink.url)

            def third_try():
                if name == "cgi":  # nobody is there between two requests
                    g.request(path="/click2call/calls", headers={"Accept": "application/json"})
                return len(sink.received) == 3
            wait_until(third_try, "a third try", SOON_S, g.last_words)
            time.sleep(1.5)
            third_try()
    first, *more = sink.events
    assert more == [first, first]


RINGS_ON = {"originate": [queued, ringing], "others": {
    "Status": rings_on, "Hangup": [reply("Success", "Channel Hungup")]}}

# What becomes of a call whose phone rings: both answer, they talk, the caller hangs up.
OF_CALLER = {"Channel": "PJSIP/1003-00000001", "Uniqueid": "{ChannelId}",
             "Linkedid": "{ChannelId}"}
OF_CALLEE = {"Channel": "PJSIP/1006-00000002", "Uniqueid": "1795390476.2",
             "Linkedid": "{ChannelId}"}
BRIDGE = {"BridgeUniqueid": "0b5e7ae5", "BridgeTechnology": "simple_bridge"}
TO_THE_END = [
    event("Newstate", ChannelState=6, ChannelStateDesc="Up", **OF_CALLER),
    event("BridgeEnter", BridgeNumChannels=1, **BRIDGE, **OF_CALLEE),
    event("BridgeEnter", BridgeNumChannels=2, **BRIDGE, **OF_CALLER),
    event("Hangup", Cause=16, **{"Cause-txt": "Normal Clearing"}, **OF_CALLEE),
    event("Hangup", Cause=16, **{"Cause-txt": "Normal Clearing"}, **OF_CALLER),
]


@pytest.mark.parametrize("statuses", [(), (503, 503)], ids=["at-once", "after-two-failures"])
def test_the_changes_of_a_call_are_told_in_their_order(statuses, tmp_path, certificates):
    with Sink(certificates, statuses) as sink:
        sinks = [f"{LOOPBACK}:{sink.port}"]
        with program("nginx", tmp_path, sinks, certificates / "authority.pem",
                     **RINGS_ON) as (g, peer):
            assert call(g, sink.url).status == 201
            peer.wait_for(lambda: peer.actions("ListCommands"), "session that follows the calls")
            follower = next(one for one in peer.sessions
                            if any(done.name == "ListCommands" for done in one.actions))
            for step in TO_THE_END:
                step(follower, peer.originates[0])
            wait_until(lambda: sink.received
                       and sink.received[-1][2]["data"]["status"]["state"] == "disconnected",
                       "its end to be told", SOON_S, g.last_words)
    failed, taken = sink.events[:len(statuses)], sink.events[len(statuses):]
    assert failed == [taken[0]] * len(failed)
    assert [one["data"]["status"] for one in taken] == [
        {"state": "callingCaller"}, {"state": "callingCallee"}, {"state": "connected"},
        {"state": "disconnected", "reason": "hangUp"}]
    assert len({one["id"] for one in taken}) == 4
    times = [one["time"] for one in taken]
    assert times == sorted(times)
    assert ["callDuration" in one["data"] for one in taken] == [False] * 3 + [True]


def test_plain_cgi_tells_each_change_behind_the_answer_that_brought_it(tmp_path, certificates):
    with Sink(certificates) as sink:
        sinks = [f"{LOOPBACK}:{sink.port}"]
        with program("cgi", tmp_path, sinks, certificates / "authority.pem", **RINGS_ON) as (g, _):
            call_id = call(g, sink.url).json()["callId"]
            wait_until(lambda: len(sink.received) == 1, "its first change", SOON_S, g.last_words)
            gone = g.request("DELETE", f"/click2call/calls/{call_id}")
            assert gone.status == 204, gone
            wait_until(lambda: len(sink.received) == 2, "its second", SOON_S, g.last_words)
    assert [one["data"]["status"] for one in sink.events] == [
        {"state": "callingCaller"}, {"state": "disconnected", "reason": "callerAbandon"}]


@pytest.mark.parametrize("name", ["cgi", "apache-cgid"])
def test_a_client_of_plain_cgi_does_not_wait_for_a_slow_sink(name, tmp_path, certificates):
    with Sink(certificates, delay=1.5) as sink:
        sinks = [f"{LOOPBACK}:{sink.port}"]
        with program(name, tmp_path, sinks, certificates / "authority.pem") as (g, _):
            begin = time.monotonic()
            if name == "cgi":
                body = wanted(sink.url)
                with g.send("POST", "/click2call/calls", body=body,
                            headers={"Content-Type": "application/json"}) as running:
                    running.stdin.write(body)
                    running.stdin.close()
                    assert running.stdout.read().startswith(b"Status: 422")  # to its end
                    seconds, answered = time.monotonic() - begin, sink.answered
                    assert running.wait(SOON_S) == 0, g.last_words()
            else:
                assert call(g, sink.url).status == 422
                seconds, answered = time.monotonic() - begin, sink.answered
            assert seconds < 1 and not answered
            wait_until(lambda: sink.answered, "that it is told", SOON_S, g.last_words)
            wait_until(lambda: not g.program_pids, "the process to end", SOON_S, g.last_words)
    assert len(sink.events) == 1


@pytest.mark.parametrize("name", BOTH)
def test_a_redirect_is_not_followed(name, tmp_path, certificates):
    with Sink(certificates) as inside, Sink(certificates, (307,), inside.url) as sink:
        sinks = [f"{LOOPBACK}:{one.port}" for one in (inside, sink)]
        with program(name, tmp_path, sinks, certificates / "authority.pem") as (g, _):
            call(g, sink.url)
            wait_until(lambda: "given up" in g.log(), "that it is given up", SOON_S, g.last_words)
        assert len(sink.received) == 1
        assert not inside.received


@pytest.mark.parametrize("name", BOTH)
def test_a_sink_of_a_stranger_is_told_nothing(name, tmp_path, certificates):
    with Sink(certificates) as sink:
        sinks = [f"{LOOPBACK}:{sink.port}"]
        with program(name, tmp_path, sinks, certificates / "stranger.pem") as (g, _):
            call(g, sink.url)
            wait_until(lambda: "not delivered" in g.log(), "that it failed", SOON_S, g.last_words)
            assert "certificate" in g.log()
        assert not sink.received


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("url, status", [
    ("https://127.0.0.1:{port}/", 403),  # in no list
    ("https://localhost@127.0.0.1:{port}/", 400),
    ("http://localhost/", 400),
])
def test_a_sink_that_is_not_allowed_is_no_call(name, url, status, tmp_path, certificates):
    with Sink(certificates) as sink:
        with program(name, tmp_path, ["localhost"], certificates / "authority.pem") as (g, peer):
            assert call(g, url.format(port=sink.port)).status == status
            assert not peer.originates
        assert not sink.received
