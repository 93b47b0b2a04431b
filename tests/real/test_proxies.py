"""Behind a proxy of one's own: whose click it is the web server's real-ip settings decide, as
README.md shows them, and nobody can say that they are somebody else.

The clients, the proxy and the web server are addresses of the loopback network, none of them
another's, and each is seen as it is: the proxy is a real nginx.
"""

import contextlib
import http.client
import re

import pytest

from ami_peer import Peer
from machine import LOOPBACK, Process, free_port, release_port
from program import BINARY, JSON, ROOT, write_config
from servers import Gateway, Response
from shipped import SERVERS, Home

PROXY = "127.0.0.2"
OWN_PHONE, NO_PHONE, OUTSIDER = "127.0.0.11", "127.0.0.12", "127.0.0.13"
RULES = f"""
[origins]
addresses = {{ "{OWN_PHONE}" = "1007" }}
[access]
networks = ["{OWN_PHONE}/32", "{NO_PHONE}/32"]
[limits]
per_minute = 2
per_day = 0
concurrent = 0
duplicate_s = 0
[web]
outcome_wait_ms = 0
"""
BEHIND = ("nginx", "apache-proxy-fcgi", "apache-fcgid", "apache-cgid", "lighttpd")


README = (ROOT / "README.md").read_text("utf-8")


def shown():
    """What README.md says to write: for nginx, and for Apache in the column beside it."""
    lines = README.splitlines()
    first = next(i for i, line in enumerate(lines) if re.match(r" *# nginx +# Apache", line))
    column = lines[first].index("# Apache")
    block = lines[first + 1:lines.index("", first)]
    return [line[:column].strip() for line in block], [line[column:].strip() for line in block]


def words(lines):
    return [line.split() for line in lines]


NGINX, APACHE = shown()


def tell_nginx(home):
    conf = home.path / "click2call.conf"
    text, changed = re.subn(r"^( *)#(set_real_ip_from|real_ip_header)\b", r"\1\2",
                            conf.read_text("utf-8"), flags=re.M)
    assert changed == len(NGINX)
    told = [line for line in text.splitlines() if line.strip().startswith(("set_real", "real_ip"))]
    assert words(told) == words(NGINX), "README.md and conf/nginx say the same"
    conf.write_text(text.replace("192.0.2.1", PROXY), "utf-8")


def tell_apache(home):
    conf = home.path / "apache2.conf"
    text = re.sub(r"^RemoteIP.*\n", "", conf.read_text("utf-8"), flags=re.M)
    conf.write_text(text + "\n".join(APACHE).replace("192.0.2.1", PROXY) + "\n", "utf-8")


def tell_lighttpd(home):
    conf = home.path / "click2call.conf"
    text, changed = re.subn(r"^( *)#(extforward\.)", r"\1\2", conf.read_text("utf-8"), flags=re.M)
    assert changed == 1
    told = next(line.strip() for line in text.splitlines() if line.strip().startswith("extforward"))
    assert told in README, "README.md and conf/lighttpd say the same"
    conf.write_text(text.replace("192.0.2.1", PROXY), "utf-8")


class Proxied(Gateway):
    """A web server, told or not which proxy stands before it, and that proxy."""

    def __init__(self, name, config, told):
        super().__init__(name, Home(BINARY, config, None))
        self.told = told
        self.proxy = None
        self.port = free_port(1)

    def start(self):
        configure, launch = SERVERS[self.name]
        if launch:
            self.start_program()
        command = configure(self.home)
        tell = {"nginx": tell_nginx, "lighttpd": tell_lighttpd}.get(self.name, tell_apache)
        if self.told:
            tell(self.home)
        self.server = Process(command, self.home.log("server"))
        self._wait_for(self.server, (LOOPBACK, self.home.port))
        place = self.home.path / "proxy"
        place.mkdir()
        temporary = " ".join(f"{kind}_temp_path {place}/{kind};"
                             for kind in ("client_body", "fastcgi", "proxy", "scgi", "uwsgi"))
        (place / "nginx.conf").write_text(f"""
            daemon off; worker_processes 1; pid {place}/pid;
            error_log {self.home.log("proxy")} warn;
            events {{ worker_connections 64; }}
            http {{
                access_log off; {temporary}
                server {{
                    listen {PROXY}:{self.port};
                    location / {{
                        proxy_pass http://{LOOPBACK}:{self.home.port};
                        proxy_bind {PROXY};
                        proxy_set_header Host $http_host;
                        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                    }}
                }}
            }}""", "utf-8")
        self.proxy = Process(["/usr/sbin/nginx", "-p", place, "-e", self.home.log("proxy"),
                              "-c", place / "nginx.conf"], self.home.log("proxy-server"))
        self._wait_for(self.proxy, (PROXY, self.port))

    def stop(self):
        release_port(self.port)
        if self.proxy:
            self.proxy.stop()
        super().stop()

    def click(self, client, through_proxy=True, **headers):
        """From the address `client`, by the proxy or past it."""
        place = (PROXY, self.port) if through_proxy else (LOOPBACK, self.home.port)
        connection = http.client.HTTPConnection(*place, 15, source_address=(client, 0))
        try:
            connection.request("GET", "/click2call?to=1006", headers=JSON | headers)
            reply = connection.getresponse()
            return Response(reply.status, reply.headers, reply.read())
        finally:
            connection.close()


@contextlib.contextmanager
def proxied(name, folder, peer, told=True):
    running = Proxied(name, write_config(folder, peer.port, rest=RULES), told)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def peer():
    with Peer() as running:
        yield running


@pytest.fixture(params=BEHIND)
def web(request, peer, tmp_path):
    with proxied(request.param, tmp_path, peer) as running:
        yield running


def test_behind_a_proxy_that_is_named_the_client_counts(web, peer):
    """For access.networks, origins.addresses and limits."""
    assert [web.click(OWN_PHONE).status for _ in range(3)] == [201, 201, 429]
    assert [web.click(NO_PHONE).status for _ in range(3)] == [201, 201, 429]
    assert [one["Channel"] for one in peer.originates] == ["PJSIP/1007"] * 2 + ["PJSIP/1003"] * 2
    assert web.click(OUTSIDER).status == 403
    assert f'address="{OUTSIDER}"' in web.log()
    assert f'address="{PROXY}"' not in web.log()


FORGED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP", "True-Client-IP", "Via")


@pytest.mark.parametrize("through_proxy", (True, False), ids=("by the proxy", "past it"))
def test_nobody_can_say_that_they_are_somebody_else(web, peer, through_proxy):
    for name in FORGED:
        value = f"for={OWN_PHONE}" if name == "Forwarded" else OWN_PHONE
        for said in (value, f"{value}, {value}"):
            answer = web.click(OUTSIDER, through_proxy, **{name: said})
            assert answer.status == 403, (name, answer)
    assert not peer.originates
    assert f'address="{OUTSIDER}"' in web.log()
    assert f'address="{OWN_PHONE}"' not in web.log()
    # Nor does it help somebody who may call, to another's phone or to more calls.
    said = {"X-Forwarded-For": OWN_PHONE}
    assert [web.click(NO_PHONE, through_proxy, **said).status for _ in range(3)] == [201, 201, 429]
    assert {one["Channel"] for one in peer.originates} == {"PJSIP/1003"}


@pytest.mark.parametrize("name", BEHIND)
def test_a_proxy_that_is_not_named_is_the_client(name, peer, tmp_path):
    """Its word does not count, so nobody gets in by it."""
    with proxied(name, tmp_path, peer, told=False) as web:
        assert web.click(OWN_PHONE).status == 403
        assert f'address="{PROXY}"' in web.log()
    assert not peer.originates
