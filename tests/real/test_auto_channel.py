"""call.channel = "auto": a real Asterisk says which technology an extension has.

What was rung is what the PBX itself says of it: the Channel of its OriginateResponse. No phone is
registered here, so each call ends at once, and the channel it was for is known all the same.
"""

import pytest

from asterisk import Asterisk
from phones import Phone
from program import BINARY, JSON, SECRET, write_config
from servers import gateway

USERS = {"reporter": "read = call\nwrite = originate,call,reporting",
         "database": "read = call\nwrite = originate,system",
         "dials": "read = call\nwrite = originate"}
BOTH = ("cgi", "nginx")


@pytest.fixture(scope="module", params=(16, 22))
def pbx(request):
    with Asterisk(request.param, users=USERS) as running:
        yield running


def auto(pbx, name, folder, user="click2call"):
    path = write_config(folder, pbx.ami_port, call='origin_parameter = true\nchannel = "auto"')
    text = path.read_text("utf-8").replace(SECRET, pbx.secrets[user])
    path.write_text(text.replace('username = "click2call"', f'username = "{user}"'), "utf-8")
    path.chmod(0o640)
    return gateway(name, BINARY, path)


def rung(pbx, g, caller):
    """The channel that a click with this caller makes the PBX ring."""
    answer = g.request(query=f"to=1006&from={caller}", headers=JSON)
    assert (answer.status, answer.json()["code"]) == (422, "CALLER_NOT_AVAILABLE"), (
        answer, g.last_words())
    call_id = answer.json()["callId"]
    return pbx.witness.wait_event(call_id, "OriginateResponse")["Channel"]


def refused(pbx, g, caller):
    """The answer to a click that the PBX never heard of."""
    before = pbx.actions("Originate")
    answer = g.request(query=f"to=1006&from={caller}", headers=JSON)
    assert pbx.actions("Originate") == before
    return answer.status, answer.json()["code"], answer.json()["message"]


@pytest.mark.parametrize("name", BOTH)
def test_the_pbx_says_which_technology_an_extension_has(pbx, name, tmp_path):
    """With the user that conf/asterisk has: the hint, else the phone itself."""
    with auto(pbx, name, tmp_path) as g:
        assert rung(pbx, g, 1003) == "PJSIP/1003"
        assert rung(pbx, g, 1103) == "SIP/1103"
        status, code, message = refused(pbx, g, 4711)
        assert (status, code) == (422, "CALLER_NOT_AVAILABLE")
        assert "4711" in message and "reporting" in message and "call.channel" in message


@pytest.mark.parametrize("name", BOTH)
def test_astdb_goes_before_the_hint_where_it_may_be_asked(pbx, name, tmp_path):
    # The hints of these say PJSIP/1007, SIP/1108 and PJSIP/1009.
    for key, value in (("1007/dial", "SIP/1107"), ("1108/tech", "pjsip"),
                       ("1009/dial", "PJSIP/1009&PJSIP/1010"), ("4712/dial", "Local/1@phones/n")):
        family, _, key = key.partition("/")
        pbx.witness.action("DBPut", Family=f"DEVICE/{family}", Key=key, Val=value)
    for user in ("reporter", "database"):
        with auto(pbx, name, tmp_path, user) as g:
            assert rung(pbx, g, 1007) == "SIP/1107"
            assert rung(pbx, g, 1108) == "PJSIP/1108"
            assert rung(pbx, g, 4712).startswith("Local/1@phones")
    with auto(pbx, name, tmp_path, "reporter") as g:
        assert rung(pbx, g, 1009) == "PJSIP/1009", "more than a name is none, so the hint says it"
        status, code, message = refused(pbx, g, 4711)
        assert (status, code) == (422, "CALLER_NOT_AVAILABLE")
        assert "AstDB" in message and "write =" not in message
    with auto(pbx, name, tmp_path) as g:
        assert rung(pbx, g, 1007) == "PJSIP/1007", "this user may not ask AstDB"


@pytest.mark.parametrize("name", BOTH)
def test_without_a_right_to_ask_the_answer_says_which_one_would_help(pbx, name, tmp_path):
    with auto(pbx, name, tmp_path, "dials") as g:
        status, code, message = refused(pbx, g, 1003)
        assert (status, code) == (502, "PBX_REFUSED")
        assert "add call to its write = line" in message and "manager reload" in message


def test_a_phone_rings_and_its_channel_is_asked_for_once(pbx, tmp_path):
    with Phone(pbx, "1003", answer_after=None), auto(pbx, "nginx", tmp_path) as g:
        before = pbx.actions("ExtensionState")
        for to in (1004, 1005, 1006):
            answer = g.request(query=f"to={to}&from=1003", headers=JSON)
            assert (answer.status, answer.json()["status"]) == (201, "callingCaller"), (
                answer, g.last_words())
            pbx.witness.hang_up_all()
        assert pbx.actions("ExtensionState") == before + 1
