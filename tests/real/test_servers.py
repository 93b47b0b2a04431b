"""Every web server with its shipped configuration: the same answers from the real program.

No PBX runs here: its port refuses, so that a request which would dial is answered at once and in
a way that no other request is.
"""

import base64
import contextlib
import grp
import os
import re
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ami_peer import closed_port
from machine import LOOPBACK, wait_until
from program import BINARY, JSON, SECRET, write_config
from servers import GATEWAYS, gateway, parse_cgi
from shipped import CONF, SERVERS, WEB_USER, own

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


BEHIND_A_SERVER = [name for name in GATEWAYS if name != "cgi"]
OF_ITS_OWN = [name for name in GATEWAYS if SERVERS[name][1]]  # FastCGI that no web server starts


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Every gateway by its name, started when it is first asked for."""
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(closed_port())
        started = {}

        def find(name):
            if name not in started:
                # Each with a journal of its own: the program is not the same user everywhere.
                config = write_config(tmp_path_factory.mktemp("config"), port)
                started[name] = stack.enter_context(gateway(name, BINARY, config))
            return started[name]

        yield find
        for one in started.values():
            assert SECRET not in one.log()


@pytest.fixture(params=GATEWAYS)
def g(request, running):
    return running(request.param)


@pytest.fixture(params=BEHIND_A_SERVER)
def server(request, running):
    return running(request.param)


@pytest.fixture(params=OF_ITS_OWN)
def fastcgi(request, running):
    return running(request.param)


def assert_tried_the_pbx(response, g):
    """Only a request that would have dialled is answered like this while the PBX is down."""
    assert response.status == 503, f"{response}\n{g.last_words()}"
    assert response.json()["code"] == "PBX_UNAVAILABLE"
    assert int(response.headers["Retry-After"]) > 0


def test_a_click_reaches_the_pbx_or_says_at_once_that_it_cannot(g):
    begin = time.monotonic()
    response = g.request(query="to=1006", headers=JSON)
    assert time.monotonic() - begin < 2.5
    assert_tried_the_pbx(response, g)


@pytest.mark.parametrize("path", ["/click2call", "/click2call/", "/click2call.php",
                                  "/click2call.php/"])
def test_the_old_url_and_a_slash_at_the_end_make_no_difference(g, path):
    assert_tried_the_pbx(g.request(path=path, query="to=1006", headers=JSON), g)


@pytest.mark.parametrize("body", [b"to=1006", b"to=1006&x=" + b"x" * 20000])
def test_a_form_arrives_in_the_body_too(g, body):
    assert_tried_the_pbx(g.request("POST", body=body, headers=JSON | FORM), g)


UNREAD = {
    "a method that takes no body": (405, "PUT", b"x" * 60_000, {}),
    "a body over the limit": (413, "POST", b"to=1006&x=" + b"x" * 100_000, {}),
    "a path that does not exist": (404, "DELETE", b"x" * 60_000, {"path": "/click2call/x"}),
}


@pytest.mark.parametrize("what", UNREAD)
def test_a_body_that_the_program_does_not_read_costs_no_answer(g, what):
    """mod_cgid drops the answer of a program that ends while there is something to read."""
    status, method, body, more = UNREAD[what]
    for _ in range(5):
        response = g.request(method, headers=JSON | FORM, body=body, **more)
        assert response.status == response.json()["status"] == status, g.last_words()


def test_a_body_in_chunks_is_read_or_refused(server):
    """Its length is not known before. Only mod_cgid passes it on as it comes, without a length."""
    headers = JSON | FORM | {"Transfer-Encoding": "chunked", "Content-Length": None}
    for _ in range(5):
        response = server.request("POST", headers=headers, body=b"7\r\nto=1006\r\n0\r\n\r\n")
        if server.name == "apache-cgid":
            assert response.status == 400, server.last_words()
        else:
            assert_tried_the_pbx(response, server)


def test_a_missing_number_is_a_bad_request(g):
    response = g.request(headers=JSON)
    assert response.status == 400
    assert response.headers.get_content_type() == "application/json"
    assert response.json()["status"] == 400
    assert response.json()["code"] == "INVALID_ARGUMENT"
    assert "to" in response.json()["message"]


def test_the_answer_is_a_page_unless_it_is_asked_for_otherwise(g):
    response = g.request()
    assert response.status == 400
    assert response.headers.get_content_type() == "text/html"
    assert "<html" in response.text()


@pytest.mark.parametrize("path", ["/click2call/no-such", "/click2call.php/no-such",
                                  "/click2call/calls/c2c-nobody/nothing", "/click2call/a%20b%2525",
                                  "/click2call/style.css/x"])
def test_a_path_that_is_no_route_is_not_found_and_never_dials(g, path):
    response = g.request(path=path, query="to=1006", headers=JSON)
    assert response.status == 404, f"{response}\n{g.last_words()}"


@pytest.mark.parametrize("method, status", [("HEAD", 200), ("OPTIONS", 204), ("PUT", 405),
                                            ("DELETE", 405), ("PATCH", 405)])
def test_other_methods_never_dial(g, method, status):
    response = g.request(method, query="to=1006", headers=JSON)
    assert response.status == status, f"{response}\n{g.last_words()}"
    if method in ("HEAD", "OPTIONS"):
        assert response.body == b""
    if status in (204, 405):
        assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("header", ["Sec-Purpose: prefetch", "Sec-Purpose: prefetch;prerender",
                                    "Purpose: prefetch", "X-Purpose: preview", "X-Moz: prefetch"])
def test_a_browser_that_looks_ahead_dials_nothing(g, header):
    name, value = header.split(": ")
    response = g.request(query="to=1006", headers=JSON | {name: value})
    assert response.status == 503
    assert response.json()["code"] != "PBX_UNAVAILABLE"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("query", ["to=10%2006", "to=1+0+0+6", "to=tel:1006", "TO=1006&to=1006",
                                   "x=%25&to=1006", "to=1006&--config=/tmp/evil", "&&to=1006&"])
def test_the_query_arrives_byte_for_byte(g, query):
    assert_tried_the_pbx(g.request(query=query, headers=JSON), g)


@pytest.mark.parametrize("query", ["--config+/tmp/evil", "-h", "--version", "call+1006"])
def test_a_query_without_an_equals_sign_is_no_command_line(g, query):
    """Apache's mod_cgi and mod_cgid pass such a query as arguments (RFC 3875, 4.4)."""
    response = g.request(query=query, headers=JSON)
    assert response.status == 400, f"{response}\n{g.last_words()}"
    assert response.json()["code"] == "INVALID_ARGUMENT"


def test_every_answer_tells_caches_and_browsers_to_keep_their_hands_off(g):
    for query in ("to=1006", ""):
        headers = g.request(query=query, headers=JSON).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers.get_all("Content-Type") == ["application/json"]


@pytest.mark.parametrize("client, may", [("198.51.100.7", False), ("2001:db8::1", False),
                                         ("10.1.2.3", True), ("fd00::1", True)])
@pytest.mark.parametrize("path", ["/click2call", "/click2call.php", "/click2call/calls",
                                  "/click2call/metrics"])
def test_only_private_networks_reach_the_program(server, client, may, path):
    response = server.request(path=path, headers=JSON, client=client)
    assert (response.status != 403) == may, f"{response}\n{server.last_words()}"


def test_nothing_outside_our_paths_reaches_the_program(server):
    for path in ("/click2callx", "/click2call.phpx", "/click2call%0A", "/x/click2call"):
        assert server.request(path=path, query="to=1006").status in (400, 404), path


def test_a_user_name_that_nobody_checked_stays_out_of_the_answer_and_the_log(server):
    response = server.request(query="to=1006",
                         headers=JSON | {"Authorization": "Basic bWFsbG9yeTp4"})  # mallory:x
    assert "mallory" not in response.everything() + server.log()


def test_twenty_requests_at_once_are_twenty_answers(g):
    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(g.request, headers=JSON, query=f"x={i}") for i in range(20)]
        assert [one.result().status for one in asked] == [400] * 20


def test_the_fastcgi_program_is_one_process_and_stays_it(fastcgi):
    before = fastcgi.program_pids
    fastcgi.request(headers=JSON)
    assert fastcgi.program_pids == before == [fastcgi.program.pid]


@pytest.mark.parametrize("name", ["nginx", "apache-proxy-fcgi", "lighttpd"])
def test_after_a_restart_of_the_program_requests_are_answered_again(name, tmp_path):
    """At once; lighttpd looks only once a second whether a backend is back."""
    with closed_port() as port, gateway(name, BINARY, write_config(tmp_path, port)) as g:
        assert g.program.stop() == 0, g.last_words()
        assert g.request(query="to=1006").status in (502, 503)
        g.start_program()
        if name == "lighttpd":
            wait_until(lambda: g.request().status == 400, "lighttpd to come back", 3, g.last_words)
        assert_tried_the_pbx(g.request(query="to=1006", headers=JSON), g)


@pytest.mark.parametrize("mode", [0o644, 0o600], ids=oct)
def test_a_configuration_with_the_wrong_mode_is_an_error_that_the_log_explains(mode, tmp_path):
    """0644 shows the secret to everybody; 0600 is root's alone, and the program is not root."""
    if mode == 0o600 and os.geteuid() != 0:
        mode = 0
    with closed_port() as port, gateway("cgi", BINARY, write_config(tmp_path, port)) as g:
        own(g.home.config, "root", "root", mode)
        response = g.request(query="to=1006", headers=JSON)
        assert (response.status, response.json()["code"]) == (500, "INTERNAL")
        assert str(g.home.config) in g.log() and str(g.home.config) not in response.everything()
        assert SECRET not in response.everything() + g.log()


# The harness itself, and files that no gateway runs as they are


@pytest.mark.skipif(os.geteuid() != 0, reason="without root all is one user")
def test_the_socket_is_for_the_web_server_alone(fastcgi):
    socket = fastcgi.home.socket.stat()
    assert oct(socket.st_mode & 0o777) == "0o660"
    assert grp.getgrgid(socket.st_gid).gr_name == WEB_USER


def test_nothing_is_left_behind_when_a_gateway_stops(tmp_path):
    with closed_port() as port:
        config = write_config(tmp_path, port)
        for name in GATEWAYS:
            with gateway(name, BINARY, config) as running:
                running.request(headers=JSON)
                place = str(running.home.path)
            assert not os.path.exists(place)
            assert place not in every_command_line(), name


def every_command_line():
    return subprocess.check_output(["ps", "-eww", "-o", "args"], text=True, timeout=10)


def test_a_cgi_response_is_read_as_a_web_server_reads_it():
    answer = parse_cgi(b"Status: 404 Not Found\r\nContent-type: text/plain\r\n\r\nno\r\n\r\n")
    assert (answer.status, answer.headers["content-TYPE"], answer.body) == (
        404, "text/plain", b"no\r\n\r\n")
    assert parse_cgi(b"Content-Type: a/b\n\nx").status == 200
    with pytest.raises(AssertionError):
        parse_cgi(b"Segmentation fault")


def uncommented(text):
    """The file with its variants switched on: lines like `#real_ip_header …;`, but not prose."""
    return re.sub(r"^(\s*)#(?=\S)", r"\1", text, flags=re.M)


SYNTAX = {
    "nginx": (["/usr/sbin/nginx", "-t", "-c"], "nginx.conf"),
    "apache-cgid": (["/usr/sbin/apache2", "-t", "-f"], "apache2.conf"),
    "apache-fcgid": (["/usr/sbin/apache2", "-t", "-f"], "apache2.conf"),
    "apache-proxy-fcgi": (["/usr/sbin/apache2", "-t", "-f"], "apache2.conf"),
    "lighttpd": (["/usr/sbin/lighttpd", "-tt", "-f"], "lighttpd.conf"),
}


@pytest.mark.parametrize("name", SYNTAX)
def test_the_variants_in_the_comments_are_valid_configuration(name, tmp_path):
    command, main = SYNTAX[name]
    with closed_port() as port, gateway(name, BINARY, write_config(tmp_path, port)) as running:
        included = running.home.path / "click2call.conf"
        plain = included.read_text("utf-8")
        assert plain != uncommented(plain)
        included.write_text(uncommented(plain), "utf-8")
        conf = running.home.path / main
        if name.startswith("apache"):  # the modules that a site with passwords has
            extra = "".join(f"LoadModule {m}_module /usr/lib/apache2/modules/mod_{m}.so\n"
                            for m in ("authn_core", "authn_file", "auth_basic", "authz_user"))
            conf.write_text(extra + conf.read_text("utf-8"), "utf-8")
        if name == "lighttpd":
            conf.write_text(conf.read_text("utf-8").replace(
                '"mod_access"', '"mod_access", "mod_auth", "mod_authn_file"'), "utf-8")
        checked = subprocess.run([*command, conf], capture_output=True, text=True, timeout=20)
        assert checked.returncode == 0, checked.stdout + checked.stderr


PASSWORDS = "alice:{PLAIN}open sesame\n"
ALICE = {**JSON, "Authorization": "Basic " + base64.b64encode(b"alice:open sesame").decode()}


@pytest.mark.parametrize("asked_for", (True, False))
def test_nginx_names_a_user_only_where_it_asks_for_passwords(asked_for, tmp_path, monkeypatch):
    """As its file says: three of its lines switched on, and access.remote_user. Without them a name
    in the request is nobody's."""
    configure, launch = SERVERS["nginx"]

    def with_passwords(home):
        command = configure(home)
        home.write("htpasswd", PASSWORDS)
        file = home.path / "click2call.conf"
        text = re.sub(r"^( *)#(?=auth_basic|fastcgi_param REMOTE_USER)", r"\1",
                      file.read_text("utf-8"), flags=re.M)
        home.write("click2call.conf", text.replace("/etc/nginx/click2call.htpasswd",
                                                   str(home.path / "htpasswd")))
        return command

    if asked_for:
        monkeypatch.setitem(SERVERS, "nginx", (with_passwords, launch))
    config = "[access]\nremote_user = true\n"
    with closed_port() as port, \
            gateway("nginx", BINARY, write_config(tmp_path, port, rest=config)) as running:
        if asked_for:
            with running.send(query="to=1006", headers=JSON) as sent:
                assert b" 401 " in sent.recv(64)
        assert running.request(query="to=1006", headers=ALICE).status == 503
        calls = running.request(path="/click2call/calls", headers=ALICE).json()["calls"]
        assert [call.get("user") for call in calls] == (["alice"] if asked_for else [None])


def test_nginx_believes_no_host_but_that_of_the_request_target(tmp_path):
    """Of two hosts in one request (RFC 9112, 3.2.2), and so no page may pass for one of ours."""
    with closed_port() as port, gateway("nginx", BINARY, write_config(tmp_path, port)) as running:
        def status(target):
            with socket.create_connection((LOOPBACK, running.home.port), 10) as s:
                s.sendall(f"GET {target}/click2call?to=1006 HTTP/1.1\r\nHost: evil.test\r\n"
                          "Referer: http://evil.test/\r\nConnection: close\r\n\r\n".encode())
                return int(s.makefile("rb").readline().split()[1])

        assert status("http://pbx.test") == 403
        assert status("http://evil.test") == status("") == 503


def units(tmp_path):
    """The shipped units, with a binary that exists here."""
    paths = []
    for name in ("click2call.socket", "click2call.service"):
        text = (CONF / "systemd" / name).read_text("utf-8")
        paths.append(tmp_path / name)
        paths[-1].write_text(text.replace("/usr/bin/click2call", str(BINARY)), "utf-8")
    return paths


def test_systemd_takes_the_units(tmp_path):
    checked = subprocess.run(["systemd-analyze", "verify", "--man=no", *units(tmp_path)],
                             capture_output=True, text=True, timeout=30)
    assert checked.returncode == 0 and not checked.stderr, checked.stderr


def test_systemd_finds_little_to_say_against_the_service(tmp_path):
    """1.1 is what is left of its 10 for a service that needs the network; 1.3 with host names."""
    _, service = units(tmp_path)
    checked = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=15",
                              "--no-pager", service], capture_output=True, text=True, timeout=30)
    assert checked.returncode == 0, checked.stdout
