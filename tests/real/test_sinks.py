"""Whoever asked to be told of a call is told, over https, and nobody else is.

The sink is a web server with a certificate of an authority that the program is told to trust, or
not. The PBX is scripted: the caller's phone is busy, so that one change is to be told.
"""

import contextlib
import http.server
import json
import ssl
import subprocess
import threading

import pytest

from ami_peer import Peer, outcome, queued
from machine import LOOPBACK, wait_until
from program import BINARY, write_config
from servers import gateway

BOTH = ("cgi", "nginx")
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
    and keeps each request as (path, headers, the event)."""

    daemon_threads = True

    def __init__(self, certificates, statuses=(), location=""):
        super().__init__((LOOPBACK, 0), Receiver)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "sink.pem", certificates / "sink.key")
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.port = self.server_address[1]
        self.statuses = list(statuses)
        self.location = location
        self.received = []

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
        self.send_response(status)
        self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Nothing on the terminal."""


@contextlib.contextmanager
def program(name, folder, sinks, trusted):
    """A gateway, and the PBX behind it."""
    with Peer(originate=[queued, outcome(reason=5)]) as peer:
        config = write_config(folder, peer.port, rest=f"[access]\nsinks = {json.dumps(sinks)}\n")
        with gateway(name, BINARY, config, env={"SSL_CERT_FILE": str(trusted)}) as g:
            yield g, peer


def call(g, sink):
    """A call that is busy at once. Its answer."""
    body = {"caller": {"number": "1003"}, "callee": {"number": "1006"}, "sink": sink,
            "sinkCredential": {"credentialType": "ACCESSTOKEN", "accessToken": TOKEN,
                               "accessTokenExpiresUtc": "2099-01-01T00:00:00Z",
                               "accessTokenType": "bearer"}}
    return g.request("POST", "/click2call/calls", body=json.dumps(body).encode(),
                     headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("name", BOTH)
def test_a_change_is_told_to_the_sink(name, tmp_path, certificates):
    with Sink(certificates) as sink:
        sinks = [f"{LOOPBACK}:{sink.port}"]
        with program(name, tmp_path, sinks, certificates / "authority.pem") as (g, _):
            call_id = call(g, sink.url).json()["callId"]
            wait_until(lambda: sink.received, "a notification", SOON_S, g.last_words)
            assert TOKEN not in g.log()
    (path, headers, event), *more = sink.received
    assert not more
    assert path == "/hook?id=7"
    assert headers["Content-Type"] == "application/cloudevents+json"
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert event["type"] == "org.camaraproject.click-to-dial.v0.status-changed"
    assert event["source"] == f"/calls/{call_id}"
    data = event["data"]
    assert data["callId"] == call_id
    assert data["status"] == {"state": "disconnected", "reason": "callerBusy"}
    assert data["callDuration"] == "0"


def test_a_sink_that_fails_is_told_again_with_the_same_id(tmp_path, certificates):
    with Sink(certificates, statuses=(503,)) as sink:
        sinks = [f"{LOOPBACK}:{sink.port}"]
        with program("nginx", tmp_path, sinks, certificates / "authority.pem") as (g, _):
            call(g, sink.url)
            wait_until(lambda: len(sink.received) == 2, "a second try", SOON_S, g.last_words)
    first, second = (event for _, _, event in sink.received)
    assert first == second


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
