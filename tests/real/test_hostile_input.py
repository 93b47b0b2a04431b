"""What a browser can send, against what the PBX gets: nothing, or exactly the call it stands for.

Every parameter, by GET and by POST, with every kind of byte that means something to AMI, to a
dialplan, to HTTP or to a shell. A request is either refused without so much as a connection to the
PBX, or it places the call to 1006 as if the odd parameter were not there.
"""

import contextlib
import re

import pytest

from ami_peer import Peer
from program import BINARY, JSON, SECRET, write_config
from servers import gateway

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
REFUSED = (400, 403, 413, 414, 422)

TO = ["to", "number", "num", "phone", "phonenumber", "dest", "dst", "called", "callee", "tel",
      "target"]
FROM = ["from", "exten", "ext", "extension", "src", "caller", "source"]
OTHERS = ["format", "return", "key", "token", "context", "channel", "priority", "variable",
          "callerid", "application", "no-such"]

# Percent-encoded, as they stand in a query.
BYTES = {
    "CR": "%0d", "LF": "%0a", "CR LF": "%0d%0a", "NUL": "%00", "DEL": "%7f", "TAB": "%09",
    "a new header": "%0d%0aExten:%20911",
    "a new action": "%0d%0a%0d%0aAction:%20Command%0d%0a%0d%0a",
    "a header after a bare LF": "%0aApplication:%20System", "a blank line": "%0a%0a",
    "an expression": "%24%7BSHELL(id)%7D", "a calculation": "%24%5B1%2B1%5D",
    "another channel": "%26SIP%2F1007", "an argument": "%2Cg", "an old argument": "%7Cg",
    "quotes": "%22%3E%3C'", "a context": "%40from-internal", "an option": "%2Fn%5C",
    "a comment": "%3B--", "a line separator": "%E2%80%A8", "a next line": "%C2%85",
    "an overlong LF": "%C0%8A", "a wide LF": "%C4%8A", "half a character": "%E2%80",
    "no character": "%FF", "a broken escape": "%", "another broken escape": "%0", "letters": "abc",
}


class Line:
    """A gateway, and the PBX behind it that counts."""

    def __init__(self, g, peer):
        self.g = g
        self.peer = peer

    def send(self, method="GET", query="", body=b"", **headers):
        """The answer, after the checks that hold for every request: see the top."""
        before = self.peer.connections, len(self.peer.originates)
        response = self.g.request(method, query=query, body=body, headers=headers)
        placed = self.peer.originates[before[1]:]
        evidence = f"{query!r} {body[:200]!r} {response} {[one.lines for one in placed]}"
        if response.status in REFUSED:
            assert self.peer.connections == before[0], evidence
        else:
            assert response.status == (303 if headers["Accept"] == "text/html" else 201), evidence
            assert len(placed) == 1, evidence
            assert_is_the_call(placed[0], evidence)
        assert SECRET not in response.everything(), evidence
        return response


def assert_is_the_call(originate, evidence):
    """Exactly this, and not one header more: 1003 calls 1006."""
    call_id = originate["ActionID"]
    assert re.fullmatch("c2c-[0-9A-Z]{26}", call_id), evidence
    assert originate.lines == [line.encode() + b"\r" for line in (
        "Action: Originate", f"ActionID: {call_id}", f"ChannelId: {call_id}",
        f"OtherChannelId: {call_id}-2", "Channel: PJSIP/1003", "Context: from-internal",
        "Exten: 1006", "Priority: 1", 'CallerID: "Click to call" <1006>', "Timeout: 30000",
        "Async: yes")], evidence


@pytest.fixture(scope="module", params=["cgi", "nginx"])
def line(request, tmp_path_factory):
    config = {"call": "origin_parameter = true", "rest": "[web]\noutcome_wait_ms = 0"}
    with contextlib.ExitStack() as stack:
        peer = stack.enter_context(Peer())
        path = write_config(tmp_path_factory.mktemp("config"), peer.port, **config)
        g = stack.enter_context(gateway(request.param, BINARY, path))
        if request.param != "cgi":  # one session follows the calls
            peer.wait_for(lambda: peer.actions("ListCommands"), "the follower")
        yield Line(g, peer)


def test_the_oracle_itself_lets_an_honest_click_through(line):
    assert line.send(query="to=1006", **JSON).status == 201
    assert line.send(query="to=10%2006&from=1003", **JSON).status == 201


# Numbers


@pytest.mark.parametrize("what", BYTES)
@pytest.mark.parametrize("name, number, rest", [("to", "1006", ""), ("from", "1003", "&to=1006")])
def test_other_bytes_in_a_number_are_refused_before_any_connection(line, name, number, rest, what):
    for value in (number + BYTES[what], BYTES[what] + number, f"10{BYTES[what]}03"):
        field = f"{name}={value}{rest}"
        assert line.send(query=field, **JSON).status in REFUSED, field
        assert line.send("POST", body=field.encode(), **JSON, **FORM).status in REFUSED, field


@pytest.mark.parametrize("name", TO + FROM)
def test_no_alias_is_a_way_round(line, name):
    rest = "" if name in TO else "&to=1006"
    for what in ("CR", "LF", "CR LF", "NUL", "an expression"):
        assert line.send(query=f"{name}=1007{BYTES[what]}{rest}", **JSON).status in REFUSED, what


@pytest.mark.parametrize("name", ["to", "from"])
def test_a_body_may_hold_the_bytes_themselves(line, name):
    for raw in (b"\r", b"\n", b"\r\n", b"\0", b"\r\nExten: 911", b"\xff", b"\xe2\x80\xa8"):
        body = name.encode() + b"=1007" + raw + b"&to=1006"
        assert line.send("POST", body=body, **JSON, **FORM).status in REFUSED, raw


def multipart(name, value, filename=None):
    of_file = f'; filename="{filename}"' if filename else ""
    return ({"Content-Type": "multipart/form-data; boundary=X"},
            f'--X\r\nContent-Disposition: form-data; name="{name}"{of_file}\r\n\r\n'
            f"{value}\r\n--X--\r\n".encode("latin-1"))


def test_a_multipart_form_is_read_and_refused_alike(line):
    for value, fits in (("1006", True), ("1006\r\nExten: 911", False), ("1006\0", False),
                        ("${EXTEN}", False)):
        headers, body = multipart("to", value)
        response = line.send("POST", body=body, **JSON, **headers)
        assert (response.status == 201) == fits, value


@pytest.mark.parametrize("body", [b"--X\r\n", b"--X--", b"", b"X" * 1000,
                                  b"--X\r\n\r\n1006\r\n--X--",
                                  b'--X\r\nContent-Disposition: form-data; name="to\r\n\r\n1\r\n'])
def test_a_broken_multipart_form_is_a_bad_request(line, body):
    headers, _ = multipart("to", "1006")
    assert line.send("POST", body=body, **JSON, **headers).status == 400


def test_two_numbers_at_once_are_refused(line):
    assert line.send(query="to=1006&to=1007", **JSON).status == 400
    assert line.send("POST", "to=1006", b"to=1007", **JSON, **FORM).status == 400
    assert line.send(query="to=1006&to=1006", **JSON).status == 201


# Everything else that a request holds


@pytest.mark.parametrize("what", BYTES)
def test_other_parameters_change_nothing_or_are_refused(line, what):
    for name in OTHERS:
        line.send(query=f"to=1006&{name}=x{BYTES[what]}", **JSON)
    line.send(query=f"to=1006&x{BYTES[what]}=1", **JSON)
    line.send(query=f"to=1006&{BYTES[what]}", **JSON)


@pytest.mark.parametrize("field", ["context=other", "channel=SIP/1007", "priority=7",
                                   "Exten=911&to=1006", "application=System", "data=id",
                                   "variable=A%3DB", "account=x",
                                   "callerid=911", "timeout=1", "async=no", "action=Hangup"])
def test_nothing_of_the_dialplan_comes_from_the_browser(line, field):
    assert line.send(query=f"to=1006&{field}", **JSON).status == 201


@pytest.mark.parametrize("header", ["User-Agent", "Referer", "Cookie", "Accept-Language", "Origin",
                                    "X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Proxy"])
def test_headers_reach_neither_the_pbx_nor_the_answer(line, header):
    value = "http://[::1]/<script>${EXTEN},911;%0d%0aX-Split: 1"
    response = line.send(query="to=1006", **JSON, **{header: value})
    assert "<script>" not in response.everything()
    assert "X-Split" not in response.headers


# Sizes


@pytest.mark.parametrize("name", ["to", "from", "return", "no-such"])
def test_100_kb_are_too_much_anywhere(line, name):
    for unit in ("1", "%0d%0a", "+"):
        field = f"to=1006&{name}=" + unit * (100_000 // len(unit))
        assert line.send(query=field, **JSON).status == 414
        assert line.send("POST", body=field.encode(), **JSON, **FORM).status == 413


def test_a_number_of_60_kb_is_refused(line):
    for digits in (33, 101, 60_000):
        body = b"to=" + b"1" * digits
        assert line.send("POST", body=body, **JSON, **FORM).status in (400, 422)


def test_each_limit_is_where_it_is_documented(line):
    """Query 8 KB, body 64 KB, 64 parameters."""
    fields = "&".join(f"x{i}=1" for i in range(63))
    assert line.send(query=f"to=1006&{fields}", **JSON).status == 201
    assert line.send(query=f"to=1006&{fields}&more=1", **JSON).status == 400

    whole = b"to=1006&x=".ljust(64 * 1024, b"x")
    assert line.send("POST", body=whole, **JSON, **FORM).status == 201
    assert line.send("POST", body=whole + b"x", **JSON, **FORM).status == 413

    whole = "to=1006&x=".ljust(8 * 1024, "x")
    assert line.send(query=whole + "x", **JSON).status == 414
    if line.g.name == "cgi":  # nginx takes request lines of 8 KB in all, method and path included
        assert line.send(query=whole, **JSON).status == 201


# What only a web server says: as plain CGI, where a test can say it too


@pytest.fixture
def cgi(tmp_path):
    """A line whose caller ID and variable show who is logged in."""
    config = {"call": """caller_id = '"{user}" <{to}>'\nvariables = { CRM_USER = "{user}" }""",
              "rest": "[access]\nremote_user = true\n[web]\noutcome_wait_ms = 0"}
    with Peer() as peer:
        with gateway("cgi", BINARY, write_config(tmp_path, peer.port, **config), {}) as g:
            yield Line(g, peer)


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "0x10", "999", " 7",
                                    "18446744073709551617"])
def test_a_content_length_that_is_not_true_is_a_bad_request(cgi, length):
    response = cgi.send("POST", body=b"to=1006", **JSON, **FORM, **{"Content-Length": length})
    assert response.status == (413 if length.isdigit() and len(length) > 5 else 400)


def test_a_length_is_refused_before_it_is_believed(cgi):
    response = cgi.send("POST", body=b"to=1006", **JSON, **FORM, **{"Content-Length": "800000000"})
    assert response.status == 413


@pytest.mark.parametrize("user", ["alice\r\nExten: 911", "alice\nAction: Hangup",
                                  "a\r\n\r\nAction: x", 'a" <911>, "b', "\xff\xfe",
                                  "a,CALLERID(num)=911", "${SHELL(id)}",
                                  "x" * 5000])
def test_a_login_name_stays_inside_its_quotes(cgi, user):
    cgi.g.home.added["REMOTE_USER"] = user
    before = len(cgi.peer.originates)
    response = cgi.g.request(query="to=1006", headers=JSON)
    for originate in cgi.peer.originates[before:]:
        text = b"\n".join(originate.lines).decode("latin-1") + "\n"
        assert re.fullmatch(r"(?:[A-Za-z]+: [^\r\n]*\r\n)+", text), originate.lines
        assert [line.split(b":")[0] for line in originate.lines].count(b"Exten") == 1
        assert originate["Exten"] == "1006" and originate.name == "Originate"
        assert re.fullmatch(r'"[^"]*" <1006>', originate["CallerID"]), originate["CallerID"]
        assert re.fullmatch(r"CRM_USER=[^,|${}()]*", originate["Variable"]), originate["Variable"]
        assert max(map(len, originate.lines)) <= 900
    assert len(cgi.peer.originates) - before == (response.status == 201)
    assert [line.count(" level=") for line in cgi.g.log().splitlines()] == [1]


@pytest.mark.parametrize("variable", ["SCRIPT_NAME", "PATH_INFO", "REMOTE_ADDR", "HTTP_ACCEPT",
                                      "REQUEST_METHOD", "CONTENT_TYPE", "SERVER_NAME", "HTTP_HOST"])
def test_no_variable_of_the_web_server_can_split_the_answer(cgi, variable):
    evil = "/click2call\r\nX-Split: 1\r\n\r\n<script>alert(1)</script>\"'"
    cgi.g.home.added[variable] = evil
    for headers in (JSON, {}):
        response = cgi.g.request(query="to=1006", headers=headers)
        assert "X-Split" not in response.headers
        if response.headers.get_content_type() == "text/html":
            assert "<script>" not in response.text()


@pytest.mark.parametrize("name", ["to", "from", "return", "format"])
def test_a_page_shows_what_was_asked_for_as_text_only(line, name):
    value = "%3Cscript%3Ealert(1)%3C/script%3E%22%27onload=x"
    response = line.send(query=f"to=1006&{name}={value}", Accept="text/html")
    assert "<script>alert" not in response.text()
    assert '"onload' not in response.text() and "'onload" not in response.text()


@pytest.mark.parametrize("back", ["//evil.example/", "/%5Cevil.example", "https://evil.example/",
                                  "javascript:alert(1)", "%0d%0aLocation:%20//evil.example",
                                  "/%0d%0aX-Split:%201", "/%09/evil.example"])
def test_the_way_back_leads_nowhere_else(line, back):
    response = line.g.request(query=f"to=1006&return={back}", headers={"Accept": "text/html"})
    assert "evil.example" not in response.everything()
    assert "javascript:" not in response.everything()
    assert "X-Split" not in response.headers
