"""The shipped units with real systemd: the PBX's secret is a credential, root's alone on the disk,
and no click is lost while the program is started anew."""

import os
import re
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ami_peer import Peer
from asterisk import Asterisk
from booted import booted
from machine import wait_until
from program import BINARY, JSON, SECRET, write_config
from shipped import CONF

# As both files say it in their comments.
NAMED = re.search(r"^# (secret_file = \S+)", (CONF / "click2call.toml").read_text("utf-8"), re.M)[1]
LOADED = "LoadCredential=ami-secret:/etc/click2call/ami-secret"
RESTARTS = 10


@pytest.fixture(scope="module", params=(16, 22))
def pbx(request):
    with Asterisk(request.param) as running:
        yield running


def machine(folder, port, secret, pbx="", **options):
    """One where the configuration names the credential and a file of root's holds it."""
    config = write_config(folder, port, pbx=pbx)
    text = config.read_text("utf-8")
    config.write_text(text.replace(f'secret = "{SECRET}"', NAMED), "utf-8")
    return booted(BINARY, config, files={"/etc/click2call/ami-secret": secret}, **options)


@pytest.mark.parametrize("auth", ("plain", "md5"))
def test_the_secret_is_a_credential_and_a_real_pbx_takes_it(pbx, tmp_path, auth):
    secret = pbx.secrets["click2call"]
    before = pbx.witness.logins("click2call")
    with machine(tmp_path, pbx.ami_port, f"{secret}\n", f'auth = "{auth}"',
                 uncomment=[LOADED]) as g:
        response = g.request(query="to=1006", headers=JSON)
        assert response.status in (201, 422), (response, g.last_words())  # no phone is there
        assert pbx.witness.logins("click2call") > before
        assert pbx.witness.refused_logins("click2call") == 0
        user = g.run("systemctl", "show", "--property=UID", "--value", "click2call").strip()
        assert user.isdigit() and user != "0"
        assert secret not in response.everything() + g.journal() + g.log()


def of_its_threads(g, file):
    """That file of /proc, of all threads of the service together."""
    pid = g.run("systemctl", "show", "--property=MainPID", "--value", "click2call").strip()
    return g.run("sh", "-c", f"cat /proc/{pid}/task/*/{file}")


def processors_of(g):
    """How many the service may use, and each of its threads."""
    masks = re.findall(r"^Cpus_allowed:\s*(\S+)", of_its_threads(g, "status"), re.M)
    return {int(mask.replace(",", ""), 16).bit_count() for mask in masks}


def policies_of(g):
    """How its threads are scheduled: see proc(5)."""
    lines = of_its_threads(g, "stat").splitlines()
    return {int(line.rpartition(")")[2].split()[38]) for line in lines}


def test_half_of_the_processors_are_left_to_others_and_nobody_is_interrupted(tmp_path):
    with Peer() as peer, machine(tmp_path, peer.port, SECRET, uncomment=[LOADED]) as g:
        assert g.request(query="to=1006", headers=JSON).status == 201, g.last_words()
        assert processors_of(g) == {max(1, os.cpu_count() // 2)}
        assert policies_of(g) == {os.SCHED_BATCH}


def test_a_credential_that_the_unit_does_not_load_is_named(tmp_path):
    with machine(tmp_path, 1, SECRET) as g:
        wanted = "/run/credentials/click2call.service/ami-secret: No such file or directory"
        wait_until(lambda: wanted in g.journal(), wanted, 20, g.last_words)


def test_a_restart_loses_no_click(tmp_path):
    """They wait in the socket, which is systemd's."""
    with Peer() as peer, machine(tmp_path, peer.port, SECRET, uncomment=[LOADED]) as g:
        stop = threading.Event()

        def click():
            statuses = []
            while not stop.is_set():
                statuses.append(g.request(query="to=1006", headers=JSON).status)
            return statuses

        with ThreadPoolExecutor(4) as pool:
            clicking = [pool.submit(click) for _ in range(4)]
            try:
                for _ in range(RESTARTS):
                    g.run("systemctl", "restart", "click2call")
            finally:
                stop.set()
            statuses = [status for one in clicking for status in one.result()]
        assert set(statuses) == {201}, g.last_words()
        assert len(peer.originates) == len(statuses) > RESTARTS
        assert g.journal().count("Deactivated successfully") >= RESTARTS


def test_systemd_takes_what_the_service_has_in_comments(tmp_path):
    service = tmp_path / "click2call.service"
    text = (CONF / "systemd" / "click2call.service").read_text("utf-8")
    variants = re.sub(r"^#(?=\w+=)", "", text, flags=re.M)
    assert variants != text
    service.write_text(variants.replace("/usr/bin/click2call", str(BINARY)), "utf-8")
    (tmp_path / "click2call.socket").write_bytes(
        (CONF / "systemd" / "click2call.socket").read_bytes())
    checked = subprocess.run(["systemd-analyze", "verify", "--man=no", service],
                             capture_output=True, text=True, timeout=30)
    assert checked.returncode == 0 and not checked.stderr, checked.stderr
