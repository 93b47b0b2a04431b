"""The harness itself: what the other tests rely on when they ask real Asterisk and real phones."""

import contextlib
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import roots
from ami import AmiError
from asterisk import Asterisk
from machine import HERE, LOOPBACK, NotSeen, listens, wait_until
from phones import Phone

VERSIONS = (16, 22)


@pytest.fixture(scope="module", params=VERSIONS)
def pbx(request):
    with Asterisk(request.param) as running:
        yield running


@pytest.fixture(scope="module")
def phones(pbx):
    with Phone(pbx, "1003") as one, Phone(pbx, "1006") as other:
        yield one, other


@pytest.fixture
def place(pbx, request):
    """Originates as click2call does; afterwards every call is over."""
    call_id = f"c2c-{request.node.name}"[:100]

    def originate(channel, exten, **headers):
        pbx.witness.action("Originate", Channel=channel, ChannelId=call_id,
                           OtherChannelId=f"{call_id}-2", Context="from-internal", Exten=exten,
                           Priority="1", Async="yes", **headers)
        return call_id

    yield originate
    pbx.witness.hang_up_all()


def traces(place):
    """Processes that were started with a path below this folder, and mounts of it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(place) in (process / "cmdline").read_text():
                found.append(f"process {process.name}")
            if str(place) in (process / "mountinfo").read_text():
                found.append(f"a mount, seen by process {process.name}")
    return found


def device_names(channels):
    return sorted(channel["Channel"].rpartition("-")[0] for channel in channels)


def test_is_the_version_that_was_asked_for(pbx):
    assert pbx.release.startswith(f"{pbx.version}.")
    assert pbx.witness.banner.startswith("Asterisk Call Manager/")


def test_serves_loopback_only(pbx):
    sockets = subprocess.run(["ss", "-Hlntup"], capture_output=True, text=True, check=True).stdout
    ours = [line.split() for line in sockets.splitlines() if f"pid={pbx.pid}," in line]
    ports = {pbx.ami_port, pbx.http_port, pbx.pjsip_port, pbx.sip_port} - {0}
    assert ports <= {int(fields[4].rpartition(":")[2]) for fields in ours}
    # Beside these only PJSIP's DNS client, which nobody gives a name to ask for: UDP, any port.
    for fields in ours:
        address, _, port = fields[4].rpartition(":")
        assert address == LOOPBACK or fields[0] == "udp" and int(port) not in ports


@pytest.mark.parametrize("channel", ["PJSIP/1003", "Local/1003@from-internal/n"])
def test_connects_two_phones(pbx, phones, place, channel):
    rang = [phone.rang() for phone in phones]
    call = place(channel, "1006", CallerID='"Click to call" <1006>')
    assert device_names(pbx.witness.wait_connected(call)) == ["PJSIP/1003", "PJSIP/1006"]
    assert [phone.rang() for phone in phones] == [times + 1 for times in rang]
    assert phones[0].caller() == f"sip:1006@{LOOPBACK}"
    pbx.witness.hang_up_all()
    for phone, times in zip(phones, rang):
        phone.wait_hung_up(times + 1)


@pytest.mark.parametrize("pbx", [16], indirect=True)  # Asterisk 21 and later have no chan_sip.
def test_connects_a_chan_sip_phone(pbx, phones, place):
    with Phone(pbx, "1103") as phone:
        call = place("SIP/1103", "1006")
        assert device_names(pbx.witness.wait_bridged(call)) == ["PJSIP/1006", "SIP/1103"]
        assert phone.rang() == 1


@pytest.mark.parametrize("exten, status", [("4486", "BUSY"), ("4408", "NOANSWER"),
                                           ("4503", "CONGESTION"), ("4200", "")])
def test_a_number_stands_in_for_a_phone(pbx, phones, place, exten, status):
    call = place("PJSIP/1003", exten)
    if status:
        pbx.witness.wait_event(call, "DialEnd", DialStatus=status)
    else:
        pbx.witness.wait_event(call, "Newexten", Application="Wait")


def test_a_busy_phone_is_busy_and_a_patient_one_rings_on(pbx, phones, place):
    with Phone(pbx, "1007", busy=True), Phone(pbx, "1005", answer_after=None) as patient:
        call = place("PJSIP/1003", "1007")
        pbx.witness.wait_event(call, "DialEnd", DialStatus="BUSY")
        pbx.witness.hang_up_all()
        place("PJSIP/1003", "1005")
        patient.wait_rang()
        assert not pbx.witness.bridged()
        patient.answer()
        pbx.witness.wait_bridged()


def test_a_phone_that_is_switched_off_is_unavailable(pbx):
    with Phone(pbx, "1008"):
        assert pbx.witness.device_state("PJSIP/1008") == "NOT_INUSE"
    pbx.witness.wait_device_state("PJSIP/1008", "UNAVAILABLE")
    assert pbx.witness.device_state("PJSIP/1009") == "UNAVAILABLE"


def test_the_shipped_user_may_place_calls_and_sees_only_its_own(pbx, phones, place):
    with pbx.ami() as user:
        user.action("Originate", Channel="Local/4200@from-internal/n", ChannelId="c2c-mine",
                    OtherChannelId="c2c-mine-2", Context="from-internal", Exten="4200",
                    Priority="1", Async="yes")
        user.wait_for(lambda event: event["Uniqueid"] == "c2c-mine", "an event of its own call")
        pbx.witness.action("Originate", Channel="Local/4200@from-internal/n", ChannelId="another",
                           OtherChannelId="another-2", Context="from-internal", Exten="4200",
                           Priority="1", Async="yes")
        pbx.witness.wait_event("another", "OriginateResponse")
        assert not any("another" in repr(event) for event in user.events)


def test_a_user_without_the_right_to_originate_is_told_so(pbx):
    with pbx.ami("noright") as user, pytest.raises(AmiError, match="Permission denied"):
        user.action("Originate", Channel="Local/4200@from-internal/n", Context="from-internal",
                    Exten="4200", Priority="1", Async="yes")


def test_the_witness_counts_calls_sessions_and_logins(pbx, place):
    originates, logins = pbx.actions("Originate"), pbx.witness.logins("click2call")
    with pbx.ami():
        assert pbx.witness.sessions("click2call") == 1
    call = place("Local/4200@from-internal/n", "4200")
    pbx.witness.wait_event(call, "OriginateResponse", Response="Success")
    pbx.witness.settled()
    assert pbx.witness.count("Newchannel", Uniqueid=call) == 1
    assert pbx.actions("Originate") == originates + 1
    assert pbx.witness.logins("click2call") == logins + 1
    with contextlib.suppress(AmiError):
        pbx.secrets["stranger"] = "wrong"
        pbx.ami("stranger")
    assert pbx.witness.refused_logins("stranger") == 1


def test_a_failed_wait_names_what_was_waited_for(pbx):
    with pytest.raises(NotSeen, match="waited 0.1 s for the moon; the last events were"):
        pbx.witness.wait_until(lambda: False, "the moon", 0.1)


@pytest.mark.parametrize("version", VERSIONS)
def test_comes_back_after_a_crash_on_the_same_ports(version):
    with Asterisk(version, tls=True) as pbx:
        address = (LOOPBACK, pbx.ami_port)
        assert listens((LOOPBACK, pbx.tls_port))
        pbx.set_secret("click2call", "another-secret")
        pbx.kill()
        assert not listens(address)
        pbx.start()
        with pbx.ami() as user:
            assert user.action("Ping")["Ping"] == "Pong"


@pytest.mark.parametrize("version", VERSIONS)
def test_several_run_at_once_and_nothing_of_them_is_left(version):
    root_before = sorted((roots.cache() / f"asterisk-{version}").rglob("etc/*"))
    with Asterisk(version) as one, Asterisk(version) as other, Phone(one, "1003") as phone:
        assert one.pid != other.pid
        assert traces(one.place) and traces(other.place) and traces(phone.place)
        assert one.witness.device_state("PJSIP/1003") == "NOT_INUSE"
        assert other.witness.device_state("PJSIP/1003") == "UNAVAILABLE"
    for place in (one.place, other.place, phone.place):
        assert not place.exists()
        assert traces(place) == []
    assert sorted((roots.cache() / f"asterisk-{version}").rglob("etc/*")) == root_before


def test_ends_with_whoever_started_it_even_if_killed():
    script = ("import sys, time; from asterisk import Asterisk; from phones import Phone\n"
              "pbx = Asterisk(22).start(); phone = Phone(pbx, '1003').start()\n"
              "print(pbx.place, phone.place, flush=True); time.sleep(60)")
    with subprocess.Popen([sys.executable, "-c", script], cwd=HERE, stdout=subprocess.PIPE,
                          text=True) as starter:
        places = starter.stdout.readline().split()
        assert len(places) == 2 and all(traces(place) for place in places)
        starter.send_signal(signal.SIGKILL)
    for place in places:
        wait_until(lambda: not traces(place), f"everything of {place} to end", 15,
                   lambda: "\n".join(traces(place)))
        subprocess.run(["rm", "-r", place], check=True)


# The roots, with a builder that needs no network.

def pretend(monkeypatch, tmp_path, script):
    monkeypatch.setenv("CLICK2CALL_CACHE", str(tmp_path))
    monkeypatch.setattr(roots, "_mmdebstrap",
                        lambda suite, options, half: ["/bin/sh", "-c", script, suite, str(half)])


def test_a_root_that_failed_to_build_never_counts(monkeypatch, tmp_path):
    pretend(monkeypatch, tmp_path, 'mkdir "$1"; echo "E: no such suite"; exit 1')
    with pytest.raises(NotSeen, match="no such suite"):
        roots.root(16, say=lambda text: None)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_two_at_once_build_a_root_once(monkeypatch, tmp_path):
    pretend(monkeypatch, tmp_path, 'mkdir "$1"; echo built >> "$1/../count"; sleep 0.5')
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: roots.root(16, say=lambda text: None), range(4)))
    assert set(found) == {tmp_path / "asterisk-16"}
    assert (tmp_path / "count").read_text() == "built\n"


def test_what_an_interrupted_build_left_is_built_anew(monkeypatch, tmp_path):
    (tmp_path / "asterisk-22.building-1" / "half").mkdir(parents=True)
    pretend(monkeypatch, tmp_path, 'mkdir "$1"')
    assert list(roots.root(22, say=lambda text: None).iterdir()) == []
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["asterisk-22"]


def test_the_mirror_is_the_one_that_apt_uses():
    assert re.match(r"\w+:/", roots.mirror())
