"""The journal holds every call, whoever writes it and whatever happens to it.

A row stands before anything is dialled, so where none can be written nothing is. What is in the
file is read here with Python's own SQLite, and the PBX says what it was asked for.
"""

import contextlib
import itertools
import json
import os
import re
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from ami_peer import (Peer, closed_port, mute, outcome, queued, reply, ringing, rings_on,
                      status_complete, status_follows)
from asterisk import Asterisk
from machine import wait_until
from phones import Phone
from program import BINARY, JSON, SECRET, journal, write_config
from servers import gateway
from shipped import WEB_USER

BOTH = ("cgi", "nginx")
FORMATS = ("json", "text", "html", "none")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

need_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounts need root")


def no_channel(session, action):
    """Asked for one channel, there is none of that name; asked for all, there is none."""
    steps = ([reply("Error", "No such channel")] if action["Channel"]
             else [status_follows, status_complete])
    for step in steps:
        step(session, action)


@contextlib.contextmanager
def reading(path):
    """The journal as SQLite reads it, and not one byte of it changed."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as opened:
        opened.row_factory = sqlite3.Row
        yield opened


def rows(path):
    """Every call, by its id."""
    with reading(path) as opened:
        found = opened.execute("SELECT * FROM calls").fetchall()
    assert len({row["call_id"] for row in found}) == len(found)
    return {row["call_id"]: row for row in found}


def show(g, call_id):
    response = g.request(path=f"/click2call/calls/{call_id}", headers=JSON)
    assert response.status == 200, f"{response}\n{g.last_words()}"
    return response.json()


# Many writers

CGI_AT_ONCE, WORKERS, CALLS_EACH = 10, 8, 25


def by_number(session, action):
    """The phone rings for even numbers and is busy for odd ones."""
    step = outcome(reason=5) if int(action["Exten"]) % 2 else ringing
    step(session, action)


def test_many_processes_and_threads_write_one_journal_and_lose_nothing(tmp_path):
    """Ten CGI processes at a time, and a FastCGI process with eight threads."""
    with contextlib.ExitStack() as stack:
        peer = stack.enter_context(Peer(originate=[queued, by_number], others={"Status": rings_on}))
        config = write_config(tmp_path, peer.port, rest=f"[web]\nworkers = {WORKERS}\n")
        # Who shares the file is one user: an administrator has to see to that as well.
        gateways = [stack.enter_context(gateway(name, BINARY, config, user=WEB_USER))
                    for name in BOTH]
        pools = [stack.enter_context(ThreadPoolExecutor(size)) for size in (CGI_AT_ONCE, WORKERS)]
        numbers = itertools.count(100000)
        asked = []
        for size, pool, g in zip((CGI_AT_ONCE, WORKERS), pools, gateways):
            asked += [pool.submit(one_call, g, next(numbers)) for _ in range(size * CALLS_EACH)]
        answered = [one.result() for one in asked]
        log = "\n".join(g.log() for g in gateways)
        found = rows(journal(str(tmp_path)))

    assert len(answered) == len(set(answered)) == (CGI_AT_ONCE + WORKERS) * CALLS_EACH
    assert set(answered) == {(row["callee"], call_id, row["status"])
                             for call_id, row in found.items()}
    assert sorted(found) == sorted(one["ChannelId"] for one in peer.originates)
    assert {row["reason"] for row in found.values() if row["ended_at"]} == {"callerBusy"}
    assert "locked" not in log and 'level="error"' not in log, log[-3000:]


def one_call(g, number):
    """A click, and for some a look: as if nobody else were there. What the journal has to say."""
    response = g.request(query=f"to={number}", headers=JSON, timeout=60)
    assert "locked" not in response.everything()
    answer = response.json()
    if number % 2:
        assert (response.status, answer["code"]) == (422, "CALLER_NOT_AVAILABLE"), response
        status = "disconnected"
    else:
        assert (response.status, answer["status"]) == (201, "callingCaller"), response
        assert answer["callee"] == {"number": str(number)}
        status = "callingCaller"
    if number % 6 == 1:
        shown = show(g, answer["callId"])
        assert (shown["callee"]["number"], shown["status"]) == (str(number), status)
    return str(number), answer["callId"], status


# The program dies


@pytest.fixture(scope="module", params=(16, 22))
def pbx(request):
    with Asterisk(request.param) as running:
        yield running


@pytest.fixture(name="talking")
def make_talking(pbx, tmp_path):
    """(gateway, callId) of a call in which two phones talk, as the program knows."""
    path = write_config(tmp_path, pbx.ami_port)
    path.write_text(path.read_text("utf-8").replace(SECRET, pbx.secrets["click2call"]), "utf-8")
    with Phone(pbx, "1003"), Phone(pbx, "1006"), gateway("nginx", BINARY, path) as g:
        placed = g.request(query="to=1006", headers=JSON)
        assert placed.status == 201, placed
        call_id = placed.json()["callId"]
        pbx.witness.wait_connected(call_id)
        wait_until(lambda: show(g, call_id)["status"] == "connected", "it to be connected", 5,
                   g.last_words)
        yield g, call_id
        pbx.witness.hang_up_all()


def ended(g, call_id):
    return wait_until(lambda: (call := show(g, call_id))["status"] == "disconnected" and call,
                      "the call to be over", 8, g.last_words)


@need_root
def test_a_program_killed_while_they_talk_tells_the_truth_when_it_is_back(pbx, talking):
    g, call_id = talking
    originates, before = pbx.actions("Originate"), show(g, call_id)
    g.program.kill()
    pbx.witness.wait_connected(call_id)
    g.start_program()
    for _ in range(10):  # the first look, and those while it finds its way back
        now = show(g, call_id)
        assert now["status"] == "connected", g.last_words()
        assert now["answeredAt"] == before["answeredAt"]
        time.sleep(0.1)
    page = g.request(path=f"/click2call/calls/{call_id}", headers={"Accept": "text/html"})
    assert "Hang up</button>" in page.text(), page
    pbx.witness.hang_up_all()
    over = ended(g, call_id)
    assert over["reason"] == "hangUp"
    assert over["answeredAt"] == before["answeredAt"] < over["endedAt"]
    pbx.witness.wait_no_channels()
    assert pbx.actions("Originate") == originates


@need_root
def test_a_call_that_ended_while_nobody_was_there_is_over_when_it_is_back(pbx, talking):
    g, call_id = talking
    originates = pbx.actions("Originate")
    g.program.kill()
    pbx.witness.hang_up_all()
    pbx.witness.wait_no_channels()
    g.start_program()
    over = show(g, call_id)  # at the first look already
    assert over["status"] == "disconnected", g.last_words()
    assert over["reason"] == "other" and "durationSeconds" not in over  # neither is known
    assert ended(g, call_id) == over
    again = g.request("DELETE", f"/click2call/calls/{call_id}", headers=JSON)
    assert (again.status, again.json()["code"]) == (409, "CONFLICT")
    assert pbx.actions("Originate") == originates


@need_root
def test_a_row_that_was_left_behind_is_settled_though_nobody_looks(pbx, talking, tmp_path):
    g, call_id = talking
    path = journal(str(tmp_path))
    assert rows(path)[call_id]["status"] == "connected"
    g.program.kill()
    assert rows(path)[call_id]["status"] == "connected", "the row did not outlive the program"
    pbx.witness.hang_up_all()
    pbx.witness.wait_no_channels()
    g.start_program()
    wait_until(lambda: rows(path)[call_id]["status"] == "disconnected", "the row to be settled", 8,
               g.last_words)


@pytest.mark.parametrize("name", BOTH)
def test_a_program_killed_at_the_originate_leaves_a_row_and_nothing_is_dialled_again(name,
                                                                                     tmp_path):
    with Peer(originate=[mute], others={"Status": [no_channel]}) as peer:
        with gateway(name, BINARY, write_config(tmp_path, peer.port)) as g:
            lost = g.send(query="to=1006", headers=JSON)
            peer.wait_for(lambda: peer.originates, "Originate")
            if name == "cgi":
                lost.kill()
                assert lost.communicate(timeout=5)[0] == b"", "it had answered already"
            else:
                g.program.kill()
                lost.close()
                g.start_program()
            call_id = peer.originates[0]["ChannelId"]
            assert rows(journal(str(tmp_path)))[call_id]["status"] == "initiating"

            # It may be on its way; nobody knows better.
            assert show(g, call_id)["status"] == "initiating"
            asked = [one["Channel"] for one in peer.actions("Status")]
            assert call_id in asked, asked
            peer.reactions["status"] = rings_on
            wait_until(lambda: show(g, call_id)["status"] == "callingCaller",
                       "what the PBX says of it", 12, g.last_words)
            peer.reactions["status"] = [no_channel]
            over = wait_until(lambda: (call := show(g, call_id))["status"] == "disconnected"
                              and call, "its end", 12, g.last_words)
            assert over["reason"] == "other" and "durationSeconds" not in over
            assert len(peer.originates) == 1
            assert SECRET not in g.log()


# No journal, no call

@dataclass(frozen=True)
class Trouble:
    """One way in which a journal is of no use. `make` gets its path and returns what mends it.
    calls_before: it was good until then. under: the folder on the disk that it is in."""
    name: str
    make: object
    says: str
    calls_before: bool = False
    under: str = ""

    def __str__(self):
        return self.name


def no_folder(path):
    def mend():
        path.parent.mkdir()
        path.parent.chmod(0o777)
    return mend


def closed_folder(path):
    path.parent.chmod(0o555)
    return lambda: path.parent.chmod(0o777)


def closed_file(path):
    path.touch()
    path.chmod(0o444)
    return lambda: path.chmod(0o666)


def full_disk(path):
    filler = path.parent / "filler"
    with filler.open("wb", 0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler.unlink


def locked(path):
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")

    def mend():
        other.execute("ROLLBACK")
        other.close()
    return mend


def no_database(path):
    path.write_text("This is the list of calls: none so far.\n" * 100, "utf-8")
    path.chmod(0o666)
    return path.unlink


def a_folder(path):
    path.mkdir()
    return path.rmdir


TROUBLES = [
    Trouble("no-folder", no_folder, "there is no folder", under="missing"),
    Trouble("closed-folder", closed_folder, "may not write in"),
    Trouble("closed-file", closed_file, "may not read and write"),
    Trouble("full-disk", full_disk, "is full"),
    Trouble("full-disk-later", full_disk, "is full", calls_before=True),
    Trouble("locked", locked, "locked", calls_before=True),
    Trouble("no-database", no_database, "is not a database"),
    Trouble("a-folder", a_folder, "is not a file"),
]


@pytest.fixture(name="small_disk")
def make_small_disk(tmp_path):
    """A folder on a disk of 256 KB; the whole disk is gone at the end."""
    place = journal(str(tmp_path)).parent / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k,mode=0777", "tmpfs", place],
                   check=True, timeout=10)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True, timeout=10)


@need_root
@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
def test_where_no_row_can_be_written_nothing_is_dialled(trouble, name, tmp_path, small_disk):
    path = small_disk / trouble.under / "calls.db"
    with Peer(originate=[queued, ringing], others={"Status": rings_on}) as peer:
        config = write_config(tmp_path, peer.port)
        config.write_text(config.read_text("utf-8").replace(str(journal(str(tmp_path))),
                                                            str(path)), "utf-8")
        mend = None if trouble.calls_before else trouble.make(path)
        with gateway(name, BINARY, config) as g:
            if trouble.calls_before:
                assert g.request(query="to=1007", headers=JSON).status == 201, g.last_words()
                mend = trouble.make(path)
            pid, dialled = g.program_pid, len(peer.originates)
            assert_no_call_in_any_format(g, trouble, path)
            assert len(peer.originates) == dialled
            mend()
            response = g.request(query="to=1006", headers=JSON)
            assert response.status == 201, f"{response}\n{g.last_words()}"
            assert len(peer.originates) == dialled + 1
            assert response.json()["callId"] in rows(path)
            assert g.program_pid == pid


def assert_no_call_in_any_format(g, trouble, path):
    """And the answer does not tell where the journal is, nor what is the matter with it."""
    with ThreadPoolExecutor(len(FORMATS) + 1) as pool:  # each may have to wait for a lock
        asked = {form: pool.submit(g.request, query=f"to=1006&format={form}")
                 for form in FORMATS}
        asked["api"] = pool.submit(g.request, "POST", "/click2call/calls", body=json.dumps(
            {"caller": {"number": "1003"}, "callee": {"number": "1006"}}).encode(),
            headers={"Content-Type": "application/json"})
        answers = {form: one.result() for form, one in asked.items()}
    for form, response in answers.items():
        told = f"{form}: {response}\n{g.last_words()}"
        assert response.status == 503, told
        assert not any(word in response.everything()
                       for word in (str(path), str(path.parent), trouble.says, "sqlite")), told
    for form in ("json", "api"):
        assert answers[form].json()["code"] == "UNAVAILABLE", answers[form]
    assert answers["text"].text().startswith("Error: "), answers["text"]
    assert re.search(f"{path.parent}[^\n]*{trouble.says}|{trouble.says}[^\n]*{path.parent}",
                     g.log()), g.last_words()


# What is in the journal and nowhere else


@pytest.mark.parametrize("name", BOTH)
def test_no_secret_of_the_journal_is_in_an_answer_or_a_log(name, tmp_path):
    sink_token = "sesame-4Rt"
    with closed_port() as nobody, Peer(originate=[queued, ringing], others={
            "Status": rings_on, "Hangup": [reply("Success", "Channel Hungup")]}) as peer:
        config = write_config(tmp_path, peer.port, rest=f"""
[access]
sinks = ["127.0.0.1:{nobody}"]
[log]
level = "debug"
""")
        with gateway(name, BINARY, config) as g:
            body = json.dumps({
                "caller": {"number": "1003"}, "callee": {"number": "1006"},
                "sink": f"https://127.0.0.1:{nobody}/hook?id=knock-8Hn",
                "sinkCredential": {"credentialType": "ACCESSTOKEN", "accessToken": sink_token,
                                   "accessTokenExpiresUtc": "2099-01-01T00:00:00Z",
                                   "accessTokenType": "bearer"}}).encode()
            post = {"Content-Type": "application/json"}
            placed = g.request("POST", "/click2call/calls", body=body, headers=post)
            assert placed.status == 201, placed
            call_id = placed.json()["callId"]
            here = f"/click2call/calls/{call_id}"
            wait_until(lambda: "not delivered" in g.log(), "a try to notify", 5, g.last_words)
            answers = [placed] + [
                g.request(method, path, query, headers={**JSON, **headers}, body=said)
                for method, path, query, headers, said in (
                    ("POST", "/click2call/calls", "", post, body),
                    ("POST", f"{here}/hangup", "", FORM, b"token=guessed"),
                    ("GET", here, "format=json", {}, b""), ("GET", here, "format=text", {}, b""),
                    ("GET", "/click2call/calls", "format=json", {}, b""),
                    ("GET", "/click2call/calls", "format=csv", {}, b""),
                    ("GET", "/click2call/calls", "format=html", {}, b""))]
            assert [one.status for one in answers] == [201, 409, 403] + [200] * 5
            page = g.request(path=here, headers={"Accept": "text/html"})
            gone = g.request("DELETE", here, headers=JSON)
            assert gone.status == 204, gone
            log = g.log()
        row = rows(journal(str(tmp_path)))[call_id]
    # They are there to be told.
    assert row["sink_token"] == sink_token and len(row["token"]) >= 16
    assert row["token"] in page.text()
    sent = peer.received.decode("latin-1").replace(f"Secret: {SECRET}\r\n", "")
    for secret in (SECRET, sink_token, row["token"], "knock-8Hn"):
        assert secret not in log + sent, secret
        assert not any(secret in one.everything() for one in [*answers, gone]), secret
    for secret in (SECRET, sink_token, "knock-8Hn"):
        assert secret not in page.everything(), secret


def test_the_journal_is_for_those_alone_who_run_the_program(tmp_path):
    """Who called whom is nobody else's business."""
    with Peer(originate=[queued, ringing]) as peer:
        with gateway("nginx", BINARY, write_config(tmp_path, peer.port)) as g:
            assert g.request(query="to=1006", headers=JSON).status == 201
            path = journal(str(tmp_path))
            for file in path.parent.glob(f"{path.name}*"):
                assert file.stat().st_mode & 0o007 == 0, file


@pytest.mark.parametrize("name", BOTH)
def test_a_journal_that_was_moved_away_is_begun_anew(name, tmp_path):
    """As an administrator keeps last year's: the calls to come are in the file that is there."""
    with Peer(originate=[queued, ringing], others={"Status": rings_on}) as peer:
        with gateway(name, BINARY, write_config(tmp_path, peer.port)) as g:
            path = journal(str(tmp_path))
            first = g.request(query="to=1006", headers=JSON).json()["callId"]
            for file in list(path.parent.glob(f"{path.name}*")):
                file.rename(file.with_name(file.name.replace("calls", "last-year")))
            second = g.request(query="to=1007", headers=JSON)
            assert second.status == 201, g.last_words()
            assert set(rows(path)) == {second.json()["callId"]}
            assert first in rows(path.with_name("last-year.db"))
