"""What is said of a call is what happens to it: followed from the click to its end.

Each scenario runs on a real Asterisk 16 and 22 with real phones, through a process of its own for
each request (cgi) and through one that stays (nginx). The states seen are in order, the end has the
right status and reason, and the PBX's own list of channels agrees.

Plain CGI has nobody listening between two looks. So what ends a call here comes well over a second
after the step before: in the middle of a look, which listens for one (web.outcome_wait_ms).
Where the end comes with that step (Story.at_once), nobody is there to see why: then CGI may say
`other`, and nothing else that is not so.
"""

import contextlib
import re
import time
from dataclasses import dataclass, replace
from datetime import datetime, timezone

import pytest

from asterisk import Asterisk
from phones import Phone, Refuser
from program import BINARY, JSON, SECRET, write_config
from servers import gateway

BOTH_WAYS = ("cgi", "nginx")
ORDER = ["initiating", "callingCaller", "callingCallee", "connected", "disconnected"]
OVER = ("disconnected", "failed")
CALLER, CALLEE = "1003", "1006"
LOOK_S = 0.1      # between two looks
LONGEST_S = 20
WITHIN_S = 1.5    # a time that is told, beside the one at which we saw it

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


# Phones, as they behave

RINGS_S = 0.8  # long enough to be seen ringing
STEP_S = 1.7   # see above


def answers(**more):
    return lambda pbx, number: Phone(pbx, number, answer_after=RINGS_S, **more)


def rings(pbx, number):
    return Phone(pbx, number, answer_after=None)


def refuses(status, ring_s=STEP_S):
    return lambda pbx, number: Refuser(pbx, number, status, ring_s)


def is_off(pbx, number):
    return contextlib.nullcontext()


@dataclass(frozen=True)
class Story:
    """Two phones, and how it ends."""
    name: str
    reason: str
    seen: list  # of these states, each has to be seen, beside the end
    caller: object = answers()
    callee: object = answers()
    to: str = CALLEE
    origin: str = CALLER
    call: str = ""         # more of [call] in the configuration
    end_at: str = ""       # the state in which a user ends it
    end_by: str = ""       # button | DELETE
    at_once: bool = False  # it may end within a moment in which no look of plain CGI listens

    def __str__(self):
        return self.name

    def reasons(self, gateway_name):
        return {self.reason} | ({"other"} if self.at_once and gateway_name == "cgi" else set())


RINGING, ANSWERED, TALKING = ORDER[1:2], ORDER[1:3], ORDER[1:4]

STORIES = [
    Story("caller-hangs-up", "hangUp", TALKING,
          caller=answers(hang_up_after=RINGS_S + STEP_S), at_once=True),
    Story("callee-hangs-up", "hangUp", TALKING, callee=answers(hang_up_after=STEP_S),
          at_once=True),
    Story("callee-busy", "calleeBusy", ANSWERED, callee=refuses(486)),
    Story("callee-declines", "calleeBusy", ANSWERED, callee=refuses(603)),
    Story("callee-does-not-answer", "calleeNoAnswer", ANSWERED, callee=rings, to="3006"),
    Story("callee-unregistered", "calleeFailure", RINGING, callee=is_off, at_once=True),
    Story("caller-gives-up", "callerAbandon", ANSWERED, callee=rings,
          caller=answers(hang_up_after=STEP_S)),
    Story("caller-busy", "callerBusy", RINGING, caller=refuses(486)),
    Story("caller-busy-at-once", "callerBusy", [], caller=refuses(486, 0), at_once=True),
    Story("caller-declines", "callerBusy", RINGING, caller=refuses(603)),
    Story("caller-does-not-answer", "callerNoAnswer", RINGING, caller=rings, call="ring_s = 3"),
    Story("caller-unregistered", "callerFailure", [], caller=is_off),
    Story("caller-unknown", "callerFailure", [], caller=is_off, origin="4711"),
] + [
    Story(f"{by}-while-{name}", reason, seen, caller=caller, callee=callee, end_at=state, end_by=by)
    for by in ("button", "DELETE")
    for name, state, reason, seen, caller, callee in (
        ("caller-rings", "callingCaller", "callerAbandon", RINGING, rings, answers()),
        ("callee-rings", "callingCallee", "callerAbandon", ANSWERED, answers(), rings),
        ("connected", "connected", "hangUp", TALKING, answers(), answers()),
    )
]


@pytest.fixture(scope="module", params=(16, 22))
def pbx(request):
    with Asterisk(request.param) as running:
        yield running


@pytest.fixture
def configure(pbx, tmp_path):
    """Writes a configuration for that PBX, and hangs up afterwards what a failure left."""
    def write(origin=CALLER, call="", rest="", channel="PJSIP/{from}"):
        path = write_config(tmp_path, pbx.ami_port, call=call, rest=rest)
        text = path.read_text("utf-8").replace(SECRET, pbx.secrets["click2call"])
        text = text.replace('origin = "1003"', f'origin = "{origin}"\nchannel = "{channel}"')
        path.write_text(text, "utf-8")
        path.chmod(0o640)
        return path
    yield write
    pbx.witness.hang_up_all()


@contextlib.contextmanager
def phones(pbx, story):
    with story.caller(pbx, story.origin), story.callee(pbx, CALLEE):
        yield


def click(g, to=CALLEE):
    """The callId, and the call as it was placed; None where the answer was already its end."""
    response = g.request(query=f"to={to}", headers=JSON)
    body = response.json()
    assert response.status in (201, 422), response
    return body["callId"], body if response.status == 201 else None


def look(g, call_id):
    response = g.request(path=f"/click2call/calls/{call_id}", headers=JSON)
    assert response.status == 200, response
    return response.json()


def press_hang_up(g, call_id):
    """What a browser does with the button of the call's page."""
    page = f"/click2call/calls/{call_id}"
    html = g.request(path=page, headers={"Accept": "text/html"}).text()
    form = re.search(rf'<form action="{page}/hangup" method="post">.*?name="token" value="([^"]+)"',
                     html, re.S)
    assert form, html
    pressed = g.request("POST", f"{page}/hangup", headers={**FORM, "Accept": "text/html"},
                        body=f"token={form[1]}".encode())
    assert (pressed.status, pressed.headers["Location"]) == (303, page), pressed


def delete(g, call_id):
    ended = g.request("DELETE", f"/click2call/calls/{call_id}", headers=JSON)
    assert ended.status == 204, ended


END = {"button": press_hang_up, "DELETE": delete}


class Journey:
    """Every look at one call, from its click on."""

    def __init__(self, pbx, g, story):
        self.pbx = pbx
        self.g = g
        self.story = story
        self.states = []
        self.first_seen = {}  # state: when
        self.call = None

    def run(self):
        call_id, placed = click(self.g, self.story.to)
        if placed:
            self._note(placed)
        deadline = time.monotonic() + LONGEST_S
        while not self.call or self.call["status"] not in OVER:
            assert time.monotonic() < deadline, f"not over\n{self.evidence()}"
            self._note(look(self.g, call_id))
            time.sleep(LOOK_S)
        return self.call

    def evidence(self):
        """What was told, beside what the PBX had to say."""
        names = ("Event", "Uniqueid", "DestUniqueid", "ChannelStateDesc", "DialStatus", "Reason",
                 "Cause")
        seen = [" ".join(event[name] or "-" for name in names)
                for event in self.pbx.witness.call_events(self.call["callId"])
                if event["Event"] in ("Newstate", "DialBegin", "DialEnd", "BridgeEnter", "Hangup",
                                      "OriginateResponse")]
        return "\n".join([f"{self.states} {self.call}", *seen, self.g.last_words()])

    def _note(self, call):
        self.call = call
        if call["status"] in self.states[-1:]:
            return
        self.states.append(call["status"])
        self.first_seen[call["status"]] = datetime.now(timezone.utc)
        if call["status"] == "connected":
            self._compare_with_the_pbx(call)
        if call["status"] == self.story.end_at:
            time.sleep(0.3)  # as quick as a person can be
            END[self.story.end_by](self.g, call["callId"])

    def _compare_with_the_pbx(self, call):
        channels = self.pbx.witness.connected(call["callId"])
        devices = {channel["Channel"].rpartition("-")[0] for channel in channels}
        assert devices == {self.pbx.device(self.story.origin), self.pbx.device(CALLEE)}


def assert_followed(journey, call):
    """To the right end, by way of the right states, in their order."""
    story, states, told = journey.story, journey.states, journey.evidence()
    assert call["status"] == "disconnected", told
    assert call["reason"] in story.reasons(journey.g.name), told
    assert states == sorted(states, key=ORDER.index), told
    assert set(story.seen) <= set(states), told


def at(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def assert_times(call, journey):
    """Told as seen: in order, near to when we saw them, and the duration is their difference."""
    if call["reason"] == "other":
        assert "endedAt" not in call and "durationSeconds" not in call
        return
    ended = at(call["endedAt"])
    assert at(call["createdAt"]) <= ended
    assert abs((journey.first_seen["disconnected"] - ended).total_seconds()) < WITHIN_S
    talked = 0
    if "connected" in journey.states:
        answered = at(call["answeredAt"])
        assert at(call["createdAt"]) <= answered <= ended
        assert abs((journey.first_seen["connected"] - answered).total_seconds()) < WITHIN_S
        talked = (ended - answered).total_seconds()
    else:
        assert "answeredAt" not in call
    assert call["durationSeconds"] == int(talked)


@pytest.mark.parametrize("name", BOTH_WAYS)
@pytest.mark.parametrize("story", STORIES, ids=str)
def test_a_call_is_followed_to_its_end(pbx, configure, story, name):
    originates = pbx.actions("Originate")
    with phones(pbx, story), gateway(name, BINARY, configure(story.origin, story.call)) as g:
        journey = Journey(pbx, g, story)
        call = journey.run()
        assert_followed(journey, call)
        assert_times(call, journey)
        pbx.witness.wait_no_channels()
        assert pbx.witness.call_events(call["callId"]), "the PBX knows nothing of it"
        assert pbx.actions("Originate") == originates + 1
        # It stays over, whoever asks, and there is nothing left to end.
        assert look(g, call["callId"]) == call
        again = g.request("DELETE", f"/click2call/calls/{call['callId']}", headers=JSON)
        assert (again.status, again.json()["code"]) == (409, "CONFLICT")


@dataclass(frozen=True)
class Way:
    version: int
    channel: str
    caller: str

    def __str__(self):
        return f"{self.version}-{self.channel.partition('/')[0]}"


LOCAL = "Local/{from}@from-internal/n"


@pytest.mark.parametrize("name", BOTH_WAYS)
@pytest.mark.parametrize("pbx, way", [(way.version, way) for way in (
    Way(16, "SIP/{from}", "1103"), Way(16, LOCAL, "1003"), Way(22, LOCAL, "1003"))],
    indirect=["pbx"], ids=str)
@pytest.mark.parametrize("story", [
    Story("callee-hangs-up", "hangUp", TALKING, callee=answers(hang_up_after=STEP_S),
          at_once=True),
    Story("callee-busy", "calleeBusy", ANSWERED, callee=refuses(486)),
    Story("callee-unregistered", "calleeFailure", RINGING, callee=is_off, at_once=True)], ids=str)
def test_so_is_one_over_sip_and_over_a_local_channel(pbx, configure, way, story, name):
    story = replace(story, origin=way.caller)
    config = configure(way.caller, channel=way.channel)
    with phones(pbx, story), gateway(name, BINARY, config) as g:
        journey = Journey(pbx, g, story)
        assert_followed(journey, journey.run())
    pbx.witness.wait_no_channels()


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_a_call_that_the_pbx_never_took_has_failed_without_a_reason(pbx, configure, name):
    with gateway(name, BINARY, configure()) as g:
        response = g.request(query="to=4999", headers=JSON)
        assert (response.status, response.json()["code"]) == (422, "CALLEE_NOT_AVAILABLE")
        call = look(g, response.json()["callId"])
        assert call["status"] == "failed" and "reason" not in call
        assert (call["durationSeconds"], call["caller"]) == (0, {"number": CALLER})


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_only_the_pages_own_button_hangs_up(pbx, configure, name):
    with Phone(pbx, CALLER, answer_after=None) as phone, \
            gateway(name, BINARY, configure()) as g:
        call_id, _ = click(g)
        phone.wait_rang()
        for body in (b"", b"token=", b"token=guessed", b"token=" + call_id.encode()):
            refused = g.request("POST", f"/click2call/calls/{call_id}/hangup",
                                headers={**FORM, **JSON}, body=body)
            assert (refused.status, refused.json()["code"]) == (403, "PERMISSION_DENIED")
        assert g.request(path=f"/click2call/calls/{call_id}/hangup", headers=JSON).status == 405
        assert look(g, call_id)["status"] == "callingCaller"
        assert pbx.witness.channels(call_id), "it was hung up"
        delete(g, call_id)
        pbx.witness.wait_no_channels()


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_somebody_elses_call_is_as_good_as_none(pbx, configure, name):
    """Without known users, whose call it is is a matter of the address."""
    with Phone(pbx, CALLER, answer_after=None), gateway(name, BINARY, configure()) as g:
        call_id, _ = click(g)
        for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/hangup")):
            response = g.request(method, f"/click2call/calls/{call_id}{path}", headers=JSON,
                                 client="10.9.9.9")
            assert (response.status, response.json()["code"]) == (404, "NOT_FOUND"), response
        missing = g.request(path="/click2call/calls/c2c-01KAQ3M6T8YB5J9Z0V4W7XN2RD", headers=JSON)
        assert missing.json()["message"] == response.json()["message"]
        assert look(g, call_id)["status"] == "callingCaller"


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_ones_calls_are_listed_newest_first_and_paged(pbx, configure, name):
    with gateway(name, BINARY, configure(origin="4711")) as g:
        ids = [click(g)[0] for _ in range(5)][::-1]
        everything = g.request(path="/click2call/calls", headers=JSON).json()
        assert [call["callId"] for call in everything["calls"]] == ids
        assert "older" not in everything
        seen, query = [], "limit=2"
        while query:
            page = g.request(path="/click2call/calls", query=query, headers=JSON).json()
            seen += [call["callId"] for call in page["calls"]]
            query = f"limit=2&before={page['older']}" if "older" in page else ""
        assert seen == ids
        csv = g.request(path="/click2call/calls", query="format=csv").text().splitlines()
        assert len(csv) == 6 and [line.partition(",")[0].strip('"') for line in csv[1:]] == ids
        html = g.request(path="/click2call/calls", headers={"Accept": "text/html"}).text()
        assert all(call_id in html for call_id in ids)


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_where_the_ami_user_may_not_hang_up_there_is_no_button(tmp_path, name):
    users = {"click2call": "read = call\nwrite = originate"}
    with Asterisk(22, users=users) as pbx, Phone(pbx, CALLER, answer_after=None) as phone:
        path = write_config(tmp_path, pbx.ami_port)
        path.write_text(path.read_text("utf-8").replace(SECRET, pbx.secrets["click2call"]), "utf-8")
        with gateway(name, BINARY, path) as g:
            call_id, _ = click(g)
            phone.wait_rang()
            html = g.request(path=f"/click2call/calls/{call_id}",
                             headers={"Accept": "text/html"}).text()
            assert "Hang up</button>" not in html and "write =" in html
            refused = g.request("DELETE", f"/click2call/calls/{call_id}", headers=JSON)
            assert (refused.status, refused.json()["code"]) == (502, "PBX_REFUSED")
            assert "write =" in refused.json()["message"]
            assert pbx.witness.channels(call_id)
        pbx.witness.hang_up_all()
