"""One click rings one phone once, whatever the hand, the browser or a proxy makes of it."""

import contextlib
import os
import re
import socket
import threading

import pytest

from ami_peer import Peer, mute, queued, ringing
from browser import DESKTOP, Browser
from firefox import Firefox
from machine import LOOPBACK, Process
from program import BINARY, JSON, write_config
from servers import GATEWAYS, Gateway, gateway
from shipped import WEB_USER, Home, run_as
from sites import Sites

need_root = pytest.mark.skipif(os.geteuid() != 0, reason="the browsers are in namespaces")

AS_SHIPPED = "[limits]\n"  # the defaults
LINK = '<a href="/click2call?to={number}" target="{target}">Go</a>'
CALL_ID = re.compile(r"/calls/(c2c-[0-9A-Z]{26})")


# A person


@pytest.fixture(scope="module")
def peer():
    with Peer(originate=[queued, ringing]) as running:
        yield running


@pytest.fixture(scope="module")
def sites(peer, tmp_path_factory):
    limits = "[limits]\nconcurrent = 0\nduplicate_s = 60\n"
    config = write_config(tmp_path_factory.mktemp("config"), peer.port, rest=limits)
    with Sites(BINARY, config) as running:
        yield running


@pytest.fixture(scope="module", params=(Browser, Firefox), ids=lambda kind: kind.name)
def browser(request):
    with request.param(DESKTOP) as running:
        yield running


def calls_of(peer, number):
    return [action["ChannelId"] for action in peer.originates if action["Exten"] == number]


@need_root
def test_a_double_click_is_one_call(browser, peer, sites):
    number = {"chromium": "2001", "firefox": "2002"}[browser.name]
    browser.open(sites.url("http", "pbx.test", sites.page(LINK.format(number=number, target=""))))
    browser.double_click("Go")
    browser.wait_heading("Your phone is ringing")
    assert calls_of(peer, number) == [CALL_ID.search(browser.url)[1]]


@need_root
def test_two_tabs_show_one_call(browser, peer, sites):
    number = {"chromium": "2003", "firefox": "2004"}[browser.name]
    page = sites.url("http", "pbx.test", sites.page(LINK.format(number=number, target="_blank")))
    shown = set()
    for _ in range(2):
        browser.open(page)
        browser.click("Go")
        browser.close_others()
        browser.wait_heading("Your phone is ringing")
        shown.add(CALL_ID.search(browser.url)[1])
    assert len(sites.requests(f"to={number}")) == 2
    assert calls_of(peer, number) == list(shown)


# A program that tries again


@pytest.mark.parametrize("name", GATEWAYS)
def test_a_key_means_one_call_however_often_it_is_used(name, peer, tmp_path):
    config = write_config(tmp_path, peer.port, rest="[limits]\nconcurrent = 0\nduplicate_s = 0\n")
    before = len(peer.originates)
    with gateway(name, BINARY, config) as g:
        answers = [g.request(query="to=1006&key=k-1", headers=JSON) for _ in range(3)]
        other = g.request(query="to=1007&key=k-1", headers=JSON)
    assert [answer.status for answer in answers] == [201, 200, 200]
    assert len({answer.json()["callId"] for answer in answers}) == 1
    assert (other.status, other.json()["code"]) == (409, "CONFLICT")
    assert len(peer.originates) == before + 1


# A web server that tries again: nginx with two upstreams and fastcgi_next_upstream left on, which
# conf/nginx advises against


class Retrying(Gateway):
    """The program twice, with one journal. nginx asks the first one and, where that fails, the
    second one again."""

    def __init__(self, binary, config_path):
        super().__init__("nginx", Home(binary, config_path, None, user=WEB_USER))
        self.second_socket = self.home.path / "run" / "second.sock"
        self.second = None

    def start(self, first=None):
        """first: the socket that nginx takes for the first program's."""
        self.start_program()
        self.second = Process(
            run_as(WEB_USER, WEB_USER,
                   [self.home.binary, "--listen", f"unix:{self.second_socket}"]),
            self.home.log("second"), env=self.home.of_service())
        self._wait_for(self.second, str(self.second_socket))
        self._configure(first or self.home.socket)
        self.server = Process(["/usr/sbin/nginx", "-p", self.home.path, "-e",
                               self.home.log("nginx"), "-c", self.home.path / "nginx.conf"],
                              self.home.log("server"))
        self._wait_for(self.server, (LOOPBACK, self.home.port))

    def stop(self):
        if self.second:
            self.second.stop()
        super().stop()

    def _configure(self, first):
        home = self.home
        advised = home.shipped("nginx/click2call.conf")
        ignored = re.sub(r"fastcgi_pass unix:\S+;", "fastcgi_pass programs;", advised).replace(
            "fastcgi_next_upstream off;",
            "fastcgi_next_upstream error timeout invalid_header http_500 http_503;")
        assert "fastcgi_pass programs" in ignored and "next_upstream error" in ignored
        home.write("click2call.conf", ignored)
        temporary = " ".join(f"{kind}_temp_path {home.path}/web;"
                             for kind in ("client_body", "fastcgi", "proxy", "scgi", "uwsgi"))
        home.write("nginx.conf", f"""
            {f"user {WEB_USER};" if os.geteuid() == 0 else ""}
            daemon off; worker_processes 1; pid {home.path}/nginx.pid;
            error_log {home.log("nginx")} warn;
            events {{ worker_connections 512; }}
            http {{
                access_log off; {temporary}
                upstream programs {{
                    server unix:{first};
                    server unix:{self.second_socket} backup;
                }}
                server {{
                    listen {LOOPBACK}:{home.port}; root {home.path}/web;
                    include click2call.conf;
                }}
            }}""")


def ask_in_background(g):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(
        g.request(query="to=1006", headers=JSON)))
    thread.start()
    return thread, answers


def test_the_program_is_killed_and_nginx_asks_the_other_one(tmp_path):
    """The first program has sent the Originate and waits for what the PBX says to it."""
    first = threading.Event()

    def silent_at_first(session, action):
        step = queued if first.is_set() else mute
        first.set()
        step(session, action)

    with Peer(originate=[silent_at_first]) as peer, contextlib.ExitStack() as stack:
        g = Retrying(BINARY, write_config(tmp_path, peer.port, rest=AS_SHIPPED))
        stack.callback(g.stop)
        g.start()
        thread, answers = ask_in_background(g)
        peer.wait_for(lambda: peer.originates, "Originate")
        g.program.kill()
        thread.join(20)
        call_id = peer.originates[0]["ChannelId"]
        assert answers and answers[0].status == 200, f"{answers}\n{g.last_words()}"
        assert answers[0].json()["callId"] == call_id
        assert len(peer.originates) == 1
        assert "next upstream" in g.log() or "while reading response header" in g.log()


class Swallower:
    """Between nginx and the program: passes the request on and, once the program has answered,
    closes instead of passing on the answer."""

    def __init__(self, path, program):
        self.path = path
        self._program = program
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        os.chmod(path, 0o666)
        self._listener.listen()
        self.swallowed = []

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                with near, socket.socket(socket.AF_UNIX) as far:
                    far.connect(str(self._program))
                    pump = threading.Thread(target=self._pass_on, args=(near, far), daemon=True)
                    pump.start()
                    answer = b""
                    while data := far.recv(65536):
                        answer += data
                    self.swallowed.append(answer)
                    near.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def _pass_on(near, far):
        with contextlib.suppress(OSError):
            while data := near.recv(65536):
                far.sendall(data)


def test_the_answer_is_lost_and_nginx_asks_the_other_one(tmp_path):
    with Peer(originate=[queued, ringing]) as peer, contextlib.ExitStack() as stack:
        g = Retrying(BINARY, write_config(tmp_path, peer.port, rest=AS_SHIPPED))
        stack.callback(g.stop)
        lost = stack.enter_context(Swallower(g.home.path / "lost.sock", g.home.socket))
        g.start(first=lost.path)
        answer = g.request(query="to=1006", headers=JSON)
        assert answer.status == 200, answer
        assert b"201" in lost.swallowed[0]
        assert [action["ChannelId"] for action in peer.originates] == [answer.json()["callId"]]
