"""The journal on real servers of MariaDB and PostgreSQL: what it promises on SQLite it keeps there,
for several hosts together; and whatever becomes of the server, nothing is dialled without a row.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time

import pytest

from ami_peer import Peer, queued, ringing
from asterisk import Asterisk
from databases import DATABASE, SERVERS
from machine import HERE, wait_until
from phones import Phone
from program import BINARY, JSON, SECRET, journal, write_config
from servers import gateway
from shipped import WEB_USER
from test_limits import AT_ONCE, MOST, NONE, ask_at_once, other_numbers, still_ringing

CONTRACT = ("SqlStoreTest", "NotificationTest", "AdmissionTest", "AdmissionSharingTest",
            "StoreSharingTest", "MigrationTest", "Real/ServerTest")
WAIT_S = 5
CALLEE = "1006"
PACKAGE = {"mysql": "libmariadb3", "postgresql": "libpq5"}
DATABASE_OPTION = {"mysql": "db=", "postgresql": "dbname="}


@pytest.fixture(name="installed", scope="module", params=SERVERS)
def one_of_the_servers(request):
    with SERVERS[request.param]() as running:
        yield running


@pytest.fixture(name="server")
def empty_server(installed):
    installed.empty()
    return installed


def configure(folder, port, url, *, rest=""):
    """A configuration whose journal is at `url`."""
    path = write_config(folder, port, rest=rest)
    text = path.read_text("utf-8")
    sqlite = f"sqlite:{journal(str(folder))}"
    assert sqlite in text
    path.write_text(text.replace(sqlite, url), "utf-8")
    path.chmod(0o640)
    return path


@contextlib.contextmanager
def hosts(folder, server, names, *, limits=NONE, url=None):
    """A PBX whose phones ring on and on, and the program behind each of these gateways."""
    with contextlib.ExitStack() as stack:
        peer = stack.enter_context(Peer(originate=[queued, ringing],
                                        others={"Status": [still_ringing]}))
        config = configure(folder, peer.port, url or server.url, rest=f"[limits]\n{limits}")
        gateways = [stack.enter_context(gateway(name, BINARY, config, user=WEB_USER))
                    for name in names]
        yield peer, gateways
        for one in gateways:
            assert server.password not in one.log()


def call(gateway_, number=CALLEE):
    return gateway_.request(query=f"to={number}", headers=JSON, timeout=30)


def test_all_that_the_journal_promises_is_kept(server):
    """The unit tests of the store, against this server."""
    tests = BINARY.parent / "unit_tests"
    server.sql(*server.all_rights())
    done = subprocess.run([tests, "--gtest_brief=1",
                           "--gtest_filter=" + ":".join(f"{suite}.*" for suite in CONTRACT)],
                          env={**os.environ, "CLICK2CALL_TEST_STORE": server.local_url},
                          cwd=HERE.parent, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
    ran = re.search(r"(\d+) tests from (\d+) test suites ran", done.stdout)
    assert int(ran[1]) > 60 and int(ran[2]) == len(CONTRACT), done.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="a real Asterisk needs root, for mounts and chroot")
def test_a_call_shows_its_states_on_every_host(server, tmp_path):
    """Begun by a CGI process, followed by two FastCGI processes, shown and ended by either."""
    with contextlib.ExitStack() as stack:
        pbx = stack.enter_context(Asterisk(22))
        caller, callee = (Phone(pbx, number, answer_after=after)
                          for number, after in (("1003", 0.3), (CALLEE, 0.5)))
        for phone in (caller, callee):
            stack.callback(phone.stop)
            phone.start()
        config = configure(tmp_path, pbx.ami_port, server.url)
        config.write_text(config.read_text("utf-8").replace(SECRET, pbx.secrets["click2call"]))
        cgi, one, other = (stack.enter_context(gateway(name, BINARY, config, user=WEB_USER))
                           for name in ("cgi", "nginx", "nginx"))
        placed = call(cgi)
        assert placed.status == 201, placed
        path = f"/click2call/calls/{placed.json()['callId']}"

        def status(host):
            return host.request(path=path, headers=JSON).json()["status"]

        for host in (one, other, cgi):
            wait_until(lambda host=host: status(host) == "connected", f"{host.name} to see it", 10,
                       host.last_words)
        assert other.request("DELETE", path, headers=JSON).status == 204
        for host in (one, other, cgi):
            wait_until(lambda host=host: status(host) == "disconnected",
                       f"{host.name} to see its end", 10, host.last_words)
        rows = server.sql("SELECT status, reason, caller, callee FROM calls", database=DATABASE)
        assert rows.split() == ["disconnected", "hangUp", "1003", CALLEE]


@pytest.mark.parametrize("limit", ("per_minute", "concurrent"))
def test_fifty_at_once_on_three_hosts_get_as_many_calls_as_the_limit_says(server, tmp_path, limit):
    limits = NONE.replace(f"{limit} = 0", f"{limit} = {MOST}")
    with hosts(tmp_path, server, ("cgi", "nginx", "nginx"), limits=limits) as (peer, gateways):
        answers = ask_at_once(gateways, other_numbers())
        assert len(peer.originates) == MOST
    assert sorted(one.status for one in answers) == [201] * MOST + [429] * (AT_ONCE - MOST)


def test_fifty_clicks_on_one_link_on_three_hosts_are_one_call(server, tmp_path):
    limits = "duplicate_s = 60\n"
    with hosts(tmp_path, server, ("cgi", "nginx", "nginx"), limits=limits) as (peer, gateways):
        answers = ask_at_once(gateways, [f"to={CALLEE}"] * AT_ONCE)
        assert len(peer.originates) == 1
    assert sorted(one.status for one in answers) == [200] * (AT_ONCE - 1) + [201]


def test_while_the_server_is_away_nothing_is_dialled_and_no_restart_is_needed(server, tmp_path):
    with hosts(tmp_path, server, ("cgi", "nginx")) as (peer, gateways):
        assert [call(one).status for one in gateways] == [201, 201]
        server.stop()
        for one in gateways:
            refused = call(one)
            assert refused.status == 503, refused
            assert "cannot be reached: see that it runs" in one.log()
        assert len(peer.originates) == 2
        server.start()
        assert [call(one).status for one in gateways] == [201, 201]
        server.stop()
        server.start()  # while nobody was looking: the old connections are gone
        assert [call(one).status for one in gateways] == [201, 201]
        assert len(peer.originates) == 6


def test_a_server_that_says_nothing_is_not_waited_for_longer_than_its_time(server, tmp_path):
    safe = f"{server.url}{server.tls}{server.certificate}"
    with hosts(tmp_path, server, ("cgi", "nginx"), url=safe) as (peer, gateways):
        assert [call(one).status for one in gateways] == [201, 201]
        server.signal(signal.SIGSTOP)
        try:
            begun = time.monotonic()
            answers = ask_at_once(gateways, [f"to={CALLEE}"] * 2)
            assert [one.status for one in answers] == [503, 503]
            assert WAIT_S - 1 < time.monotonic() - begun < WAIT_S + 2
        finally:
            server.signal(signal.SIGCONT)
        assert len(peer.originates) == 2
        for one in gateways:  # who has just waited in vain does not try again at once
            wait_until(lambda one=one: call(one).status == 201, f"{one.name} to call again", 3,
                       one.last_words)


def test_what_is_wrong_is_said_with_what_to_do_about_it(server, tmp_path):
    """To check and, as far as a user may know it, to who clicks; never the password."""
    database = DATABASE_OPTION[server.kind]
    nobody = server.url.replace("user=click2call", "user=nobody")
    wrong = {
        server.url.replace(server.password, "hunter2"): "does not let the user click2call in",
        nobody.replace(server.password, "hunter2"): "does not let the user nobody in",
        server.url.replace(f"{database}{DATABASE}", f"{database}nothing"): "nothing",
        server.url.replace(str(server.port), "1"): "cannot be reached",
        server.url.replace("127.0.0.1", "no.such.host.invalid"): "is unknown: see host",
    }
    server.sql(*server.take_rights())
    wrong[server.url] = "give the rights that the README names"
    try:
        for url, why in wrong.items():
            path = configure(tmp_path, 1, url)
            done = subprocess.run([BINARY, "check", "--config", path], capture_output=True,
                                  text=True, timeout=30)
            [line] = [one for one in done.stdout.splitlines() if "cannot" in one and why in one]
            assert done.returncode == 1 and f"the {server.kind} server" in line
            assert server.password not in done.stdout + done.stderr
            assert "hunter2" not in done.stdout + done.stderr
    finally:
        server.sql(*server.give_rights())
    with hosts(tmp_path, server, ("cgi",), url=next(iter(wrong))) as (peer, [cgi]):
        refused = call(cgi)
        assert refused.status == 503 and not peer.originates
        assert "hunter2" not in refused.everything() + cgi.log()
        assert "does not let the user click2call in" in cgi.log()


def test_the_password_may_stand_in_a_file(server, tmp_path):
    path = configure(tmp_path, 1, server.url_with(password=False))
    text = path.read_text("utf-8")
    path.write_text(text.replace("[store]", '[store]\npassword_file = "store-password"'), "utf-8")
    secret = tmp_path / "store-password"
    secret.write_text(f"{server.password}\n", "utf-8")

    def check():
        done = subprocess.run([BINARY, "check", "--config", path], capture_output=True, text=True,
                              timeout=30)
        assert server.password not in done.stdout + done.stderr
        return done.stdout

    secret.chmod(0o600)
    assert "the journal can be read and written" in check()
    secret.chmod(0o644)
    assert "store-password: holds a secret, and everybody" in check()


def test_a_password_in_a_configuration_that_everybody_can_read_is_refused(server, tmp_path):
    path = configure(tmp_path, 1, server.url)
    secret = tmp_path / "ami"
    secret.write_text(SECRET, "utf-8")
    secret.chmod(0o600)
    path.write_text(path.read_text("utf-8").replace(f'secret = "{SECRET}"', 'secret_file = "ami"'))
    path.chmod(0o644)
    done = subprocess.run([BINARY, "check", "--config", path], capture_output=True, text=True,
                          timeout=30)
    assert "click2call.toml: holds a secret" in done.stdout and server.password not in done.stdout


def test_with_an_authority_the_connection_is_encrypted_and_the_server_has_to_prove_itself(
        server, tmp_path):
    def check(url):
        return subprocess.run([BINARY, "check", "--config", configure(tmp_path, 1, url)],
                              capture_output=True, text=True, timeout=30).stdout

    server.sql(*server.want_tls())
    try:
        assert "the journal can be read" in check(f"{server.url}{server.tls}{server.certificate}")
        stranger = HERE.parent / "data" / "tls" / "authority.pem"
        assert "cannot be made safe" in check(f"{server.url}{server.tls}{stranger}")
        assert "does not let the user click2call in" in check(server.url + server.no_tls)
    finally:
        server.sql(*server.need_no_tls())


def test_a_module_that_is_missing_is_named_and_so_is_its_package(server, tmp_path):
    program = shutil.copy(BINARY, tmp_path)
    done = subprocess.run([program, "check", "--config", configure(tmp_path, 1, server.url)],
                          capture_output=True, text=True, timeout=30)
    assert f"needs the module {server.kind}" in done.stdout
    assert f"apt-get install {PACKAGE[server.kind]}" in done.stdout
