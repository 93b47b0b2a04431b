"""Whose phone rings: users and addresses with phones of their own, alone and several together, on a
real PBX with the dialplan context that is shipped."""

import pytest

from asterisk import Asterisk
from machine import wait_until
from phones import Phone
from program import BINARY, JSON, SECRET, write_config
from servers import gateway

CALLEE = "1006"
RULES = """
[origins]
users = { alice = ["1003", "1004"] }
addresses = { "127.0.0.0/8" = "1004" }
[access]
remote_user = true
"""


@pytest.fixture(scope="module", params=(16, 22))
def pbx(request):
    with Asterisk(request.param) as running:
        yield running


@pytest.fixture(scope="module")
def phones(pbx):
    with Phone(pbx, "1003", answer_after=None) as rings, \
            Phone(pbx, "1004", answer_after=0.5) as answers, Phone(pbx, CALLEE) as callee:
        yield {"1003": rings, "1004": answers, CALLEE: callee}


@pytest.fixture(params=("cgi", "nginx"))
def kind(request):
    return request.param


@pytest.fixture
def ask(pbx, phones, kind, tmp_path):
    """Asks for a call to CALLEE; the call that was placed. As CGI a user can be logged in; the
    shipped nginx passes none."""
    path = write_config(tmp_path, pbx.ami_port, rest=RULES)
    path.write_text(path.read_text("utf-8").replace(SECRET, pbx.secrets["click2call"]), "utf-8")
    path.chmod(0o640)

    def ask(query="", user=None):
        env = {"REMOTE_USER": user} if user else {}
        with gateway(kind, BINARY, path, env=env) as place:
            response = place.request(query=f"to={CALLEE}{query}", headers=JSON)
            assert response.status == 201, response
            return response.json()

    yield ask
    pbx.witness.hang_up_all()


def connected(pbx, call, phone):
    """That phone and the callee are in one bridge; and no other phone is in any."""
    channels = pbx.witness.wait_connected(call["callId"])
    devices = {channel["Channel"].rpartition("-")[0] for channel in channels}
    return {pbx.device(phone), pbx.device(CALLEE)} <= devices


def test_the_phone_of_the_clients_address_rings(pbx, phones, ask):
    rang = phones["1003"].rang()
    call = ask()
    assert call["caller"] == {"number": "1004"}
    assert connected(pbx, call, "1004")
    assert phones["1003"].rang() == rang


@pytest.mark.parametrize("kind", ["cgi"], indirect=True)
def test_several_phones_ring_together_and_the_first_to_answer_has_the_call(pbx, phones, ask):
    rang = phones["1003"].rang(), phones["1004"].rang()
    call = ask(user="alice")
    assert call["caller"] == {"number": "1003, 1004"}
    assert connected(pbx, call, "1004")
    assert (phones["1003"].rang(), phones["1004"].rang()) == (rang[0] + 1, rang[1] + 1)
    wait_until(lambda: pbx.witness.device_state(pbx.device("1003")) == "NOT_INUSE",
               "the other phone to be silent")


@pytest.mark.parametrize("kind", ["cgi"], indirect=True)
def test_one_of_several_phones_can_be_chosen(pbx, phones, ask):
    rang = phones["1003"].rang()
    call = ask("&from=1004", user="alice")
    assert call["caller"] == {"number": "1004"}
    assert connected(pbx, call, "1004")
    assert phones["1003"].rang() == rang
