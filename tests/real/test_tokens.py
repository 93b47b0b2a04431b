"""With access.jwt the JSON API is for whoever has a good token, through every web server.

The web servers run with their shipped files, changed as these say that they have to be for tokens.
The tokens are made by hand here, so that nothing but RFC 7515 is common to both sides.
"""

import base64
import hashlib
import hmac
import json
import subprocess
import time

import pytest

from ami_peer import Peer, queued, reply, ringing, rings_on
from program import BINARY, SECRET, journal, write_config
from servers import gateway
from shipped import WEB_USER, own

SERVERS = ("cgi", "apache-cgid", "apache-fcgid", "apache-proxy-fcgi", "nginx", "lighttpd")
BOTH_WAYS = ("cgi", "nginx")

KEY = b"open-sesame-8Kw-open-sesame-8Kw-"
ISSUER, AUDIENCE = "https://login.example.test", "click2call"
ALL = "click-to-dial:calls:create click-to-dial:calls:read click-to-dial:calls:delete"
CALLS = "/click2call/calls"


# Tokens

def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def hs256(text, key=KEY):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def token(sign=hs256, alg="HS256", **claims):
    """A good token of alice's, unless the claims say otherwise; None leaves one out."""
    now = int(time.time())
    told = {"iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "iat": now, "exp": now + 300,
            "scope": ALL, **claims}
    told = {name: value for name, value in told.items() if value is not None}
    parts = [base64url(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": alg}, told)]
    text = ".".join(parts)
    return f"{text}.{base64url(sign(text))}"


def bearer(text):
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture(name="rsa", scope="module")
def make_rsa(tmp_path_factory):
    """(how to sign with a private key, the text of its public key)"""
    private = tmp_path_factory.mktemp("rsa") / "private.pem"
    subprocess.run(["openssl", "genrsa", "-out", private, "2048"], check=True,
                   capture_output=True, timeout=60)
    public = subprocess.run(["openssl", "rsa", "-in", private, "-pubout"], check=True,
                            capture_output=True, timeout=30).stdout

    def sign(text):
        return subprocess.run(["openssl", "dgst", "-sha256", "-sign", private],
                              input=text.encode(), check=True, capture_output=True,
                              timeout=30).stdout
    return sign, public


def secret_of(headers):
    """What may stand in no answer and in no log."""
    return headers.get("Authorization", "Basic no-such-word").split()[1]


# The program

class Scene:
    """A gateway that wants tokens, and the PBX behind it, where a phone rings."""

    def __init__(self, g, peer):
        self.g = g
        self.peer = peer

    def create(self, headers):
        body = {"caller": {"number": "1003"}, "callee": {"number": "1006"}}
        return self.g.request("POST", CALLS, body=json.dumps(body).encode(),
                              headers={"Content-Type": "application/json", **headers})

    def show(self, call_id, headers):
        return self.g.request(path=f"{CALLS}/{call_id}", headers=headers)

    def end(self, call_id, headers):
        return self.g.request("DELETE", f"{CALLS}/{call_id}", headers=headers)


@pytest.fixture(name="scene")
def make_scene(tmp_path):
    """scene(name of a web server) is a Scene, until the end of the test."""
    opened = []

    def make(name, key=KEY, algorithm="HS256"):
        key_file = journal(str(tmp_path)).parent / "jwt.key"
        key_file.write_bytes(key + b"\n")
        own(key_file, "root", WEB_USER, 0o640)
        peer = Peer(originate=[queued, ringing],
                    others={"Status": rings_on, "Hangup": [reply("Success", "Channel Hungup")]})
        peer.__enter__()
        opened.append(peer)
        config = write_config(tmp_path, peer.port, rest=f"""
[access]
jwt = {{ issuer = "{ISSUER}", audience = "{AUDIENCE}", key_file = "{key_file}", \
algorithm = "{algorithm}" }}
[log]
level = "debug"
""")
        running = gateway(name, BINARY, config, tokens=True)
        g = running.__enter__()
        opened.append(running)
        return Scene(g, peer)

    yield make
    for one in reversed(opened):
        one.__exit__(None, None, None)


@pytest.mark.parametrize("name", SERVERS)
def test_a_good_token_places_shows_and_ends_a_call(scene, name):
    it = scene(name)
    headers = bearer(token())
    created = it.create(headers)
    assert created.status == 201, f"{created}\n{it.g.last_words()}"
    call = created.json()
    assert call["user"] == "alice"
    shown = it.show(call["callId"], headers)
    assert (shown.status, shown.json()["status"]) == (200, "callingCaller"), shown
    listed = it.g.request(path=CALLS, headers={"Accept": "application/json", **headers})
    assert [one["callId"] for one in listed.json()["calls"]] == [call["callId"]]
    ended = it.end(call["callId"], headers)
    assert ended.status == 204, f"{ended}\n{it.g.last_words()}"
    assert it.show(call["callId"], headers).json()["reason"] == "callerAbandon"
    assert len(it.peer.originates) == len(it.peer.actions("Hangup")) == 1
    assert headers["Authorization"].split()[1] not in it.g.log()


@pytest.mark.parametrize("name", SERVERS)
def test_without_a_good_one_there_is_no_call_to_place_see_or_end(scene, name):
    it = scene(name)
    good = bearer(token())
    call_id = it.create(good).json()["callId"]
    now = int(time.time())
    refused = {
        "no token": {},
        "a password": {"Authorization": "Basic " + base64.b64encode(b"alice:secret").decode()},
        "a token as a password": {"Authorization": f"Basic {token()}"},
        "expired": bearer(token(exp=now - 60)),
        "never expires": bearer(token(exp=None)),
        "not yet valid": bearer(token(nbf=now + 120)),
        "another's audience": bearer(token(aud="crm")),
        "another's audiences": bearer(token(aud=["crm", "click2call.example"])),
        "another's issuer": bearer(token(iss="https://login.example.com")),
        "another's key": bearer(token(lambda text: hs256(text, b"guessed"))),
        "alg none": bearer(token(lambda text: b"", "none")),
        "alg none, signed": bearer(token(alg="none")),
        "nobody's": bearer(token(sub=None)),
        "cut": bearer(token()[:-4]),
        "no token at all": bearer("sesame-3Xv"),
    }
    for what, headers in refused.items():
        asked = {"Accept": "application/json", **headers}
        for response in (it.create(headers), it.show(call_id, asked), it.end(call_id, asked),
                         it.g.request(path=CALLS, headers=asked)):
            assert response.status == 401, (what, response)
            assert response.json()["code"] == "UNAUTHENTICATED", (what, response)
            assert secret_of(headers) not in response.everything(), what
    assert len(it.peer.originates) == 1
    assert not it.peer.actions("Hangup")
    assert it.show(call_id, good).json()["status"] == "callingCaller"
    assert not any(secret_of(headers) in it.g.log() for headers in refused.values())
    assert SECRET not in it.g.log() and KEY.decode() not in it.g.log()


@pytest.mark.parametrize("name", BOTH_WAYS)
@pytest.mark.parametrize("scope", [None, "", "openid", "click-to-dial:calls",
                                   "click-to-dial:calls:create-all"])
def test_a_token_without_the_scope_is_forbidden(scene, name, scope):
    it = scene(name)
    call_id = it.create(bearer(token())).json()["callId"]
    headers = bearer(token(scope=scope))
    for response in (it.create(headers), it.show(call_id, headers), it.end(call_id, headers)):
        assert (response.status, response.json()["code"]) == (403, "PERMISSION_DENIED"), response
    assert len(it.peer.originates) == 1 and not it.peer.actions("Hangup")


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_each_scope_is_good_for_its_own_part_alone(scene, name):
    it = scene(name)
    create, read, delete = (bearer(token(scope=scope)) for scope in ALL.split())
    assert [it.create(h).status for h in (read, delete)] == [403, 403]
    call_id = it.create(create).json()["callId"]
    assert [it.show(call_id, h).status for h in (create, delete, read)] == [403, 403, 200]
    assert [it.end(call_id, h).status for h in (create, read, delete)] == [403, 403, 204]


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_a_call_of_another_user_is_as_good_as_none(scene, name):
    it = scene(name)
    call_id = it.create(bearer(token())).json()["callId"]
    bob = bearer(token(sub="bob"))
    for response in (it.show(call_id, bob), it.end(call_id, bob)):
        assert (response.status, response.json()["code"]) == (404, "NOT_FOUND"), response
    listed = it.g.request(path=CALLS, headers={"Accept": "application/json", **bob})
    assert listed.json()["calls"] == []
    assert not it.peer.actions("Hangup")


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic YWxpY2U6c2VjcmV0"}],
                         ids=["without", "a-password"])
def test_links_and_pages_need_no_token(scene, name, headers):
    it = scene(name)
    browser = {"Accept": "text/html", **headers}
    clicked = it.g.request(query="to=1006", headers=browser)
    assert clicked.status == 303, f"{clicked}\n{it.g.last_words()}"
    page = it.g.request(path=clicked.headers["Location"].partition("?")[0], headers=browser)
    assert page.status == 200 and "Hang up</button>" in page.text(), page
    assert len(it.peer.originates) == 1


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_rs256_takes_what_the_private_key_signed_and_nothing_else(scene, rsa, name):
    sign, public = rsa
    it = scene(name, public, "RS256")
    good = bearer(token(sign, "RS256", aud=["crm", AUDIENCE]))
    call_id = it.create(good).json()["callId"]
    assert it.show(call_id, good).status == 200
    # Everybody has the public key: it is nothing to sign with.
    for bad in (token(lambda text: hs256(text, public)),
                token(lambda text: hs256(text, public.strip())),
                token(lambda text: b"", "none"),
                token(sign, "RS384"),
                token(sign, "RS256", aud="crm"),
                token(lambda text: sign(text + "x"), "RS256")):
        assert it.create(bearer(bad)).status == 401
    assert it.end(call_id, good).status == 204
    assert len(it.peer.originates) == 1
