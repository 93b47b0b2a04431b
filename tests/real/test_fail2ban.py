"""fail2ban with our filter, on lines that the program wrote: who looks for a way in is found, and
nobody can get anybody else banned by what they send.
"""

import base64
import contextlib
import os
import shutil
import subprocess
import urllib.parse
from pathlib import Path

import pytest

from ami_peer import Peer, outcome, queued
from booted import booted
from machine import wait_until
from program import BINARY, JSON, NO_LIMITS, journal, write_config
from servers import gateway
from shipped import CONF, WEB_USER, own

FILTER = CONF / "fail2ban" / "filter.d" / "click2call.conf"
JAIL = CONF / "fail2ban" / "jail.d" / "click2call.conf"
CLIENT, OUTSIDER, VICTIM = "10.0.0.7", "198.51.100.7", "203.0.113.66"
LURED, LATER = "10.0.0.8", "10.0.0.9"
TOKENS = """
[access]
jwt = { issuer = "tests", audience = "click2call", key_file = "KEY_FILE" }
"""
CONFIG = f"""{TOKENS}
remote_user = true
[limits]
per_minute = 3
per_day = 0
"""
BROWSER = {"User-Agent": "Mozilla/5.0", "Accept-Language": "en"}
CREATION = b'{"caller": {"number": "1003"}, "callee": {"number": "1006"}}'


@contextlib.contextmanager
def program(folder, user="alice", log=""):
    """The program as CGI, where a request can come from anywhere and from anybody."""
    with Peer(originate=[queued, outcome(reason=5)]) as peer:
        key = journal(str(folder)).parent / "jwt.key"
        key.write_text("k" * 32, "utf-8")
        own(key, WEB_USER, WEB_USER, 0o400)
        config = write_config(folder, peer.port, rest=CONFIG.replace("KEY_FILE", str(key)) + log)
        with gateway("cgi", BINARY, config, env={"REMOTE_USER": user}) as g:
            yield g


def found(lines, folder):
    """The addresses that fail2ban finds in these lines, one for each line that counts."""
    log = Path(folder) / "fail2ban.log"
    log.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    run = subprocess.run(["/usr/bin/fail2ban-regex", "-o", "ip", log, FILTER], check=True,
                         capture_output=True, text=True, timeout=60)
    return run.stdout.split()


def lines_of(g):
    return g.home.log("program").read_text("utf-8").splitlines()


def create(g, token, headers=None, client=CLIENT):
    headers = JSON | {"Content-Type": "application/json"} | (headers or {})
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return g.request("POST", "/click2call/calls", headers=headers, body=CREATION, client=client)


# What counts


def look_for_a_way_in(g, client=CLIENT):
    """One request of each kind that counts; their statuses."""
    return [create(g, "not.a.token", client=client).status,
            g.request(query="to=09001234567", headers=JSON, client=client).status]


def as_file(line):
    return line


def as_journal(line):
    return f"Nov 23 08:10:03 pbx click2call[4711]: {line}"


def as_syslog(line):
    return f"Nov 23 08:10:03 pbx click2call[4711]: {line[line.index('event='):]}"


def as_rsyslog(line):
    return f"2026-11-23T08:10:03.123456+00:00 pbx click2call: {line[line.index('event='):]}"


FORMS = (as_file, as_journal, as_syslog, as_rsyslog)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_who_looks_for_a_way_in_is_found(tmp_path, form):
    with program(tmp_path) as g:
        assert look_for_a_way_in(g) == [401, 403]
        lines = lines_of(g)
    assert found(map(form, lines), tmp_path) == [CLIENT, CLIENT]


def test_in_a_log_file_too(tmp_path):
    file = journal(str(tmp_path)).parent / "click2call.log"
    with program(tmp_path, log=f'[log]\ntarget = "{file}"\n') as g:
        assert look_for_a_way_in(g) == [401, 403]
        assert lines_of(g) == []
    lines = file.read_text("utf-8").splitlines()
    assert found(lines, tmp_path) == [CLIENT, CLIENT]


# What does not count


def test_what_a_user_does_every_day_does_not_count(tmp_path):
    with program(tmp_path) as g:
        statuses = [
            g.request(query="to=1006", headers=JSON).status,          # busy
            g.request(query="to=1006&x", headers=JSON).status,        # a second click
            g.request(query="to=hello", headers=JSON).status,         # no number
            g.request(query="", headers=JSON).status,
            g.request(query="to=1003", headers=JSON).status,          # one's own phone
            g.request(query="to=1006", headers=BROWSER).status,       # asked first
            g.request(query="to=1006&token=bad", headers=BROWSER).status,
            g.request(query="to=1006", headers=JSON | {"Sec-Purpose": "prefetch"}).status,
            *(g.request(query=f"to={number}", headers=JSON).status
              for number in (1007, 1008, 1009)),
        ]
        assert statuses[-1] == 429
        lines = lines_of(g)
    assert lines
    assert found(lines, tmp_path) == []


def lure(g, clients):
    """All that a foreign page can make its visitors' browsers ask for: calls, with a number and a
    token of its choice."""
    foreign = ({"Referer": "http://evil.test/"}, {"Origin": "null"},
               {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"},
               {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"})
    for headers in foreign:
        for client in clients:
            for query in ("to=1006", "to=09001234567", "to=1006&token=a.b.c", "to=1006&token=bad",
                          "to=1006&format=json"):
                answer = g.request(query=query, headers=BROWSER | headers, client=client)
                assert answer.status in (200, 400, 403)
            assert g.request(path="/click2call/calls", query="format=json", client=client,
                             headers=BROWSER | headers).status in (401, 403)
            assert create(g, None, BROWSER | headers, client).status in (401, 403)


def test_a_foreign_page_gets_no_visitor_of_its_banned(tmp_path):
    with program(tmp_path) as g:
        lure(g, (CLIENT, OUTSIDER))
        lines = lines_of(g)
    assert found(lines, tmp_path) == []


# What is in the lines

FAKE = f'rule="token" code="UNAUTHENTICATED" address="{VICTIM}" user="" to="" why=""'
LINE = f'2026-11-23T08:10:01.123Z level="info" event="refused" {FAKE}'
HOSTILE = {
    "a quote": f'" {FAKE}',
    "a backslash and a quote": f'\\" {FAKE}',
    "an event": f'" event="refused" {FAKE}',
    "a line": f"x\n{LINE}\n",
    "a line after CR": f"x\r{LINE}\r",
    "a line after U+2028": f"x\u2028{LINE}\u2028",
    "a line after U+0085": f"x\u0085{LINE}\u0085",
    "a syslog line": f'x\nNov 23 08:10:03 pbx click2call[1]: event="refused" {FAKE}',
    "a terminal's escape": f"\x1b[2K\x1b[1G{LINE}",
}


def ask_everything(g, value, raw):
    """Puts the value wherever a client can put one. A web server passes on no line break."""
    header = raw.replace("\r", " ").replace("\n", " ")
    quoted = urllib.parse.quote(value)
    for query in (f"to={quoted}", f"to=1006&from={quoted}", f"to=1006&token={quoted}",
                  f"to=1006&key={quoted}", f"to=09001234567&return={quoted}"):
        g.request(query=query, headers=JSON, client=CLIENT)
    for name in ("Referer", "Origin", "Host", "User-Agent", "Sec-Fetch-Site", "Sec-Fetch-Dest",
                 "X-Correlator", "Idempotency-Key"):
        g.request(query="to=09001234567", headers=JSON | {name: header}, client=CLIENT)
    create(g, header)
    create(g, base64.urlsafe_b64encode(raw.encode("latin-1")).decode() + ".e30.x")


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_nobody_can_get_anybody_else_banned(tmp_path, value):
    raw = value.encode("utf-8").decode("latin-1")
    lines = []
    for user in (raw, "alice"):
        with program(tmp_path, user=user) as g:
            ask_everything(g, value, raw)
            lines += lines_of(g)
    if value.isprintable():  # what is not is refused before anything of it is told
        assert any(VICTIM in line for line in lines)
    counted = found((form(line) for form in FORMS for line in lines), tmp_path)
    assert VICTIM not in counted
    assert set(counted) == {CLIENT}


# The jail


def test_fail2ban_takes_the_jail(tmp_path):
    """With Debian's configuration around it, as an administrator would install it."""
    place = tmp_path / "fail2ban"
    shutil.copytree("/etc/fail2ban", place)
    for jail in (place / "jail.d").iterdir():
        jail.unlink()
    shutil.copy(FILTER, place / "filter.d")
    shutil.copy(JAIL, place / "jail.d")
    subprocess.run(["/usr/bin/fail2ban-client", "-c", place, "-t"], check=True,
                   capture_output=True, timeout=60)
    said = subprocess.run(["/usr/bin/fail2ban-client", "-c", place, "-d"], check=True,
                          capture_output=True, text=True, timeout=60).stdout
    for wanted in ("['add', 'click2call', 'systemd']", "['set', 'click2call', 'maxretry', 10]",
                   "['set', 'click2call', 'addjournalmatch', '_SYSTEMD_UNIT=click2call.service']",
                   "'port', 'http,https'"):
        assert wanted in said


# On a machine with systemd, its journal, and a fail2ban that runs. Nobody is banned in truth: what
# would be is noted in a folder that we see.

NOTED = {
    "/etc/fail2ban/jail.local": "[DEFAULT]\nbanaction = noted\nbanaction_allports = noted\n",
    "/etc/fail2ban/action.d/noted.conf":
        "[Definition]\nactionban = echo <ip> >> /run/click2call/banned\n",
    "/etc/fail2ban/jail.d/defaults-debian.conf": "",  # sshd, which is not there
}
LOG_FILE = "/var/log/click2call/click2call.log"


def in_a_file(jail):
    """The jail as it says in its comment for a log in a file, and the program with it."""
    lines = [line for line in jail.splitlines() if not line.startswith("backend")]
    return "\n".join(line.removeprefix("#") if line.startswith(("#backend", "#logpath")) else line
                     for line in lines)


@contextlib.contextmanager
def guarded(folder, kind):
    """The program and the shipped jail on a machine with systemd, and whom fail2ban banned."""
    jail, rest = JAIL.read_text("utf-8"), TOKENS.replace("KEY_FILE", "jwt.key") + NO_LIMITS
    uncomment = ["LoadCredential=jwt.key:/etc/click2call/jwt.key"]
    if kind == "file":
        jail, rest = in_a_file(jail), f'{rest}[log]\ntarget = "{LOG_FILE}"\n'
        uncomment.append("LogsDirectory=click2call")
    files = {f"/etc/fail2ban/{name.parent.name}/{name.name}": text for name, text in (
        (FILTER, FILTER.read_text("utf-8")), (JAIL, jail))}
    files["/etc/click2call/jwt.key"] = "k" * 32
    with Peer() as peer:
        config = write_config(folder, peer.port, rest=rest)
        with booted(BINARY, config, files=files | NOTED, units=["fail2ban.service"],
                    uncomment=uncomment, tokens=True) as g:
            assert g.request(query="to=1006", headers=JSON).status == 201, g.last_words()
            g.run("systemctl", "start", "fail2ban")
            wait_until(lambda: "Currently banned" in g.run("fail2ban-client", "status",
                                                           "click2call", check=False),
                       "the jail", 30, lambda: g.journal("fail2ban.service"))
            banned = g.home.path / "run" / "banned"
            yield g, lambda: banned.read_text("utf-8").split() if banned.exists() else []


@pytest.mark.skipif(os.geteuid() != 0, reason="systemd needs root, for namespaces")
@pytest.mark.parametrize("kind", ("journal", "file"))
def test_a_running_fail2ban_bans_who_looks_for_a_way_in_and_nobody_else(tmp_path, kind):
    with guarded(tmp_path, kind) as (g, banned):
        lure(g, (LURED, OUTSIDER))
        for value in HOSTILE.values():
            ask_everything(g, value, value.encode("utf-8").decode("latin-1"))
        wait_until(lambda: banned() == [CLIENT], f"{CLIENT} to be banned", 30, g.last_words)
        for _ in range(4):
            assert look_for_a_way_in(g, LATER) == [401, 403]
        assert look_for_a_way_in(g, LATER)[1:] == [403]
        wait_until(lambda: LATER in banned(), f"{LATER} to be banned", 30, g.last_words)
        assert banned() == [CLIENT, LATER]
