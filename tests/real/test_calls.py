"""The main job: a link rings a real phone on a real Asterisk, through every kind of web server.

The PBX's own channel list and debug log are the witness, never the program's answer alone.
"""

import re
import subprocess
import time
from dataclasses import dataclass

import pytest

from asterisk import Asterisk
from machine import LOOPBACK, wait_until
from phones import Phone
from program import BINARY, JSON, SECRET, write_config
from servers import GATEWAYS, gateway

CALL_ID = re.compile(r"c2c-[0-9A-HJKMNP-TV-Z]{26}\Z")
CALLEE = "1006"

# Through a process of its own and through one that stays: where the web server makes no difference.
BOTH_WAYS = ("cgi", "nginx")


@dataclass(frozen=True)
class Way:
    """One way of ringing the caller's phone: call.channel, and the phone's number."""
    version: int
    channel: str
    caller: str = "1003"

    def __str__(self):
        return f"{self.version}-{self.channel.partition('/')[0]}"


WAYS = [Way(16, "SIP/{from}", "1103"), Way(16, "PJSIP/{from}"),
        Way(22, "PJSIP/{from}"), Way(22, "Local/{from}@from-internal/n")]


class Scene:
    """One PBX, and the program with a configuration for it."""

    def __init__(self, pbx, tmp_path):
        self.pbx = pbx
        self.tmp_path = tmp_path

    def config(self, *, channel="PJSIP/{from}", caller="1003", username="click2call", secret=None,
               call="", rest=""):
        path = write_config(self.tmp_path, self.pbx.ami_port, call=call, rest=rest)
        text = path.read_text("utf-8")
        for default, value in ((f'secret = "{SECRET}"',
                                f'secret = "{secret or self.pbx.secrets[username]}"'),
                               ('username = "click2call"', f'username = "{username}"'),
                               ('origin = "1003"', f'origin = "{caller}"\nchannel = "{channel}"')):
            assert default in text
            text = text.replace(default, value)
        path.write_text(text, "utf-8")
        path.chmod(0o640)
        return path

    def click(self, name, query=f"to={CALLEE}", headers=None, **config):
        """One request through the gateway called `name`; the answer."""
        with gateway(name, BINARY, self.config(**config)) as g:
            response = g.request(query=query, headers=JSON if headers is None else headers)
            assert not any(secret in response.everything() + g.log()
                           for secret in self.pbx.secrets.values())
            return response


@pytest.fixture(scope="module", params=(16, 22))
def pbx(request):
    with Asterisk(request.param) as running:
        yield running


@pytest.fixture(scope="module")
def phones(pbx):
    """The phones that tests connect, by number; each answers at once."""
    numbers = ["1003", CALLEE] + (["1103"] if pbx.version == 16 else [])
    phones = {number: Phone(pbx, number) for number in numbers}
    try:
        yield {number: phone.start() for number, phone in phones.items()}
    finally:
        for phone in phones.values():
            phone.stop()


@pytest.fixture
def scene(pbx, tmp_path):
    yield Scene(pbx, tmp_path)
    pbx.witness.hang_up_all()


def device_names(channels):
    return sorted(channel["Channel"].rpartition("-")[0] for channel in channels)


@pytest.mark.parametrize("name", GATEWAYS)
@pytest.mark.parametrize("pbx, way", [(way.version, way) for way in WAYS], indirect=["pbx"],
                         ids=str)
def test_a_click_connects_two_phones(pbx, phones, scene, way, name):
    caller, callee = phones[way.caller], phones[CALLEE]
    rang, originates = (caller.rang(), callee.rang()), pbx.actions("Originate")
    response = scene.click(name, channel=way.channel, caller=way.caller)
    assert response.status == 201, response
    call = response.json()
    assert CALL_ID.match(call["callId"])
    assert response.headers["Location"] == f"/click2call/calls/{call['callId']}"
    # However far it has come until the answer: these phones are answered at once.
    assert call["status"] in ("callingCaller", "callingCallee", "connected")
    assert (call["caller"], call["callee"]) == ({"number": way.caller}, {"number": CALLEE})
    assert call["pbx"] == "main"

    # The PBX's own word for it: both phones in one bridge, under our id, after one Originate.
    channels = pbx.witness.wait_connected(call["callId"])
    assert device_names(channels) == sorted([pbx.device(way.caller), pbx.device(CALLEE)])
    assert (caller.rang(), callee.rang()) == (rang[0] + 1, rang[1] + 1)
    assert caller.caller().startswith(f"sip:{CALLEE}@{LOOPBACK}")  # the caller ID on the first phone
    assert pbx.actions("Originate") == originates + 1
    wait_until(lambda: pbx.witness.sessions("click2call") == 0, "no session to be left behind")
    pbx.witness.hang_up_all()
    callee.wait_hung_up(rang[1] + 1)


@pytest.mark.parametrize("query", ["to=10%2006", "number=(10)+06", "to=tel:10-06;phone-context=x",
                                   "phone=10.06&to=&unknown=1", "to=1006&context=x&channel=y"])
def test_numbers_as_people_and_legacy_pages_write_them_reach_the_same_phone(pbx, phones, scene,
                                                                            query):
    response = scene.click("cgi", query)
    assert response.status == 201, response
    pbx.witness.wait_connected(response.json()["callId"])


@pytest.mark.parametrize("name", BOTH_WAYS)
@pytest.mark.parametrize("headers, status, body", [
    ({"Accept": "text/plain"}, 200, r"Call successfully initiated\Z"),
    ({"Accept": "text/html,*/*;q=0.8"}, 303, r"\Z"),
])
def test_the_answer_comes_in_the_form_that_was_asked_for(phones, scene, name, headers, status,
                                                         body):
    response = scene.click(name, headers=headers)
    assert response.status == status
    assert re.match(body, response.text()), response


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_the_form_none_answers_without_a_page(phones, scene, name):
    response = scene.click(name, f"to={CALLEE}&format=none")
    assert (response.status, response.body) == (204, b"")


def test_the_page_says_that_the_phone_rings_while_it_rings(pbx, scene):
    with Phone(pbx, "1005", answer_after=None) as phone:
        response = scene.click("cgi", caller="1005")
        assert response.json()["status"] == "callingCaller"
        phone.wait_rang()


def test_the_configured_origin_may_be_replaced_only_where_that_is_allowed(pbx, phones, scene):
    with Phone(pbx, "1007") as other:
        query = f"to={CALLEE}&from=1007"
        ignored = scene.click("cgi", query)
        assert ignored.json()["caller"] == {"number": "1003"}
        pbx.witness.wait_connected(ignored.json()["callId"])
        pbx.witness.hang_up_all()
        assert other.rang() == 0
        honoured = scene.click("cgi", query, call="origin_parameter = true")
        assert honoured.json()["caller"] == {"number": "1007"}
        pbx.witness.wait_connected(honoured.json()["callId"])
        assert other.rang() == 1


def test_account_and_variables_reach_the_channel(pbx, phones, scene):
    response = scene.click("cgi", call='account = "sales"\n'
                           'variables = { CRM_USER = "from {from} to {to}" }')
    call_id = response.json()["callId"]
    pbx.witness.wait_connected(call_id)
    get = pbx.witness.action
    assert get("Getvar", Channel=call_id, Variable="CRM_USER")["Value"] == "from 1003 to 1006"
    assert get("Getvar", Channel=call_id, Variable="CHANNEL(accountcode)")["Value"] == "sales"


def test_priority_zero_is_sent_as_one_so_that_the_extension_is_checked(pbx, phones, scene):
    rang = phones["1003"].rang()
    response = scene.click("cgi", "to=4999", call="priority = 0")
    assert response.json()["code"] == "CALLEE_NOT_AVAILABLE"
    assert phones["1003"].rang() == rang


def test_md5_login_never_sends_the_secret(pbx, phones, scene):
    path = scene.config()
    path.write_text(path.read_text("utf-8").replace("[call]", 'auth = "md5"\n[call]'), "utf-8")
    with gateway("cgi", BINARY, path) as g:
        response = g.request(query=f"to={CALLEE}", headers=JSON)
    assert response.status == 201, response
    pbx.witness.wait_connected(response.json()["callId"])


def test_the_shell_places_the_same_call(pbx, phones, scene):
    config = scene.config(caller="1007")
    done = subprocess.run([BINARY, "--config", config, "call", "10 06", "--from", "1003"],
                          capture_output=True, text=True, timeout=15)
    assert done.returncode == 0, done.stderr
    call_id = re.search(r"callId (\S+)", done.stdout)[1]
    assert re.search(r"1003 (is ringing|has answered)", done.stdout)
    pbx.witness.wait_connected(call_id)


# Refusals: each in every way, with its status and a message that names the next step.

@dataclass(frozen=True)
class Refusal:
    """What is set up wrongly, and what has to be said about it."""
    name: str
    status: int
    code: str
    says: str
    config: dict
    query: str = f"to={CALLEE}"
    words: str = "Error: Call originate failed\n"

    def __str__(self):
        return self.name


REFUSALS = [
    Refusal("wrong-secret", 502, "PBX_REFUSED", r"compare username and secret with manager\.conf",
            {"secret": "wrong"}, words="Error: AMI authentication failed\n"),
    Refusal("no-originate-right", 502, "PBX_REFUSED", r"add originate to its write = line",
            {"username": "noright"}),
    Refusal("no-such-extension", 422, "CALLEE_NOT_AVAILABLE",
            r'no extension 4999 in context "from-internal".*call\.context', {}, "to=4999"),
    Refusal("unregistered", 422, "CALLER_NOT_AVAILABLE", r"PJSIP/1009: is that phone registered",
            {"caller": "1009"}),
    Refusal("unknown-endpoint", 422, "CALLER_NOT_AVAILABLE", r"PJSIP/4711.*call\.origin",
            {"caller": "4711"}),
    Refusal("unknown-technology", 422, "CALLER_NOT_AVAILABLE", r"have that technology",
            {"channel": "NOSUCH/{from}"}),
    Refusal("caller-busy", 422, "CALLER_NOT_AVAILABLE", r"is busy",
            {"channel": "Local/{from}@from-internal/n", "caller": "4486"}),
]


@pytest.mark.parametrize("name", BOTH_WAYS)
@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_a_refusal_of_the_pbx_has_its_status_and_names_the_next_step(pbx, scene, refusal, name):
    response = scene.click(name, refusal.query, **refusal.config)
    assert response.status == refusal.status, response
    error = response.json()
    assert (error["status"], error["code"]) == (refusal.status, refusal.code)
    assert re.search(refusal.says, error["message"]), error
    if refusal.status == 422:
        assert CALL_ID.match(error["callId"])
    text = scene.click(name, refusal.query + "&format=text", **refusal.config)
    assert text.status == refusal.status
    assert text.text().startswith(refusal.words), text
    username = refusal.config.get("username", "click2call")
    wait_until(lambda: pbx.witness.sessions(username) == 0, "no session to be left behind")


@pytest.mark.parametrize("pbx", [22], indirect=True)
@pytest.mark.parametrize("name", BOTH_WAYS)
def test_a_sip_channel_on_a_pbx_without_chan_sip_is_an_error_not_a_success(scene, name):
    response = scene.click(name, channel="SIP/{from}")
    assert (response.status, response.json()["code"]) == (422, "CALLER_NOT_AVAILABLE")


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_a_channel_without_a_technology_is_found_before_anything_is_sent(pbx, scene, name):
    originates = pbx.actions("Originate")
    path = scene.config(channel="nonsense")
    checked = subprocess.run([BINARY, "--config", path, "call", CALLEE], capture_output=True,
                             text=True, timeout=15)
    assert checked.returncode == 2
    assert re.search(r"click2call\.toml:\d+:\d+: call\.channel must be TECHNOLOGY/", checked.stderr)
    assert pbx.actions("Originate") == originates


@pytest.mark.parametrize("name", BOTH_WAYS)
@pytest.mark.parametrize("pbx", [16, 22], indirect=True)
def test_requests_that_nobody_clicked_reach_no_pbx(pbx, scene, name):
    originates, logins = pbx.actions("Originate"), pbx.witness.logins("click2call")
    with gateway(name, BINARY, scene.config()) as g:
        if name != "cgi":  # there one session follows the calls
            wait_until(lambda: pbx.witness.logins("click2call") == logins + 1, "its login")
            logins += 1
        for method in ("HEAD", "OPTIONS", "PUT", "DELETE"):
            g.request(method, query=f"to={CALLEE}")
        for header in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"):
            g.request(query=f"to={CALLEE}", headers={header: "prefetch"})
        for path in ("/click2call/calls", "/click2call/calls/x", "/click2call/nothing"):
            g.request(path=path, query=f"to={CALLEE}")
    assert pbx.actions("Originate") == originates
    assert pbx.witness.logins("click2call") == logins


def placed(g):
    response = g.request(query=f"to={CALLEE}", headers=JSON)
    return response if response.status == 201 else None


@pytest.mark.parametrize("version", (16, 22))
@pytest.mark.parametrize("name", BOTH_WAYS)
def test_a_pbx_that_is_down_is_said_to_be_and_needs_no_restart_of_ours(version, name, tmp_path):
    with Asterisk(version) as pbx:
        with gateway(name, BINARY, Scene(pbx, tmp_path).config()) as g:
            pbx.kill()
            begin = time.monotonic()
            response = g.request(query=f"to={CALLEE}", headers=JSON)
            assert time.monotonic() - begin < 2.5
            assert (response.status, response.json()["code"]) == (503, "PBX_UNAVAILABLE")
            assert int(response.headers["Retry-After"]) > 0
            pbx.start()
            with Phone(pbx, "1003"), Phone(pbx, CALLEE):
                # FastCGI knows that it is down, and asks again when the back-off is over.
                response = wait_until(lambda: placed(g), "the PBX to be found again", 35,
                                      g.last_words)
                pbx.witness.wait_connected(response.json()["callId"])
                pbx.witness.hang_up_all()
