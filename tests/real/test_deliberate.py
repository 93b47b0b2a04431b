"""No call without a person's act: what real browsers may make the program do, and what not.

The program is behind nginx on pbx.test, with a page of its own host, one of evil.test and one of
crm.test, on http (where browsers send no Sec-Fetch header) and on https. Every request asks for a
number of its own. After each case a program asks for another call: what the PBX was asked for until
then is all that the case dialled.
"""

import itertools
import subprocess
from dataclasses import dataclass

import pytest

from ami_peer import Peer, outcome, queued, reply
from browser import DESKTOP, PHONE, Browser
from firefox import Firefox
from machine import wait_until
from program import BINARY, journal, write_config
from servers import gateway
from shipped import PROGRAM_GROUP, PROGRAM_USER, own
from sites import Sites

# A browser may be slower than those who drive it: what fails once is tried again, and has to fail
# three times.
pytestmark = pytest.mark.flaky(reruns=2)

DIALS, ASKS, REFUSED, LATER = 303, 200, 403, 503
SCHEMES = ("http", "https")
CONFIG = """
[access]
sites = ["http://crm.test:HTTP_PORT", "https://crm.test:HTTPS_PORT"]
link_secret_file = "LINK_SECRET"
[web]
outcome_wait_ms = 0
"""

numbers = itertools.count(10000)
refused_numbers = itertools.count(60000)


def take(session, action):
    """Every call is over at once, so that no page has anything to wait for."""
    steps = ([reply("Error", "Extension does not exist.")] if action["Exten"].startswith("6")
             else [queued, outcome(reason=5)])
    for step in steps:
        step(session, action)


@pytest.fixture(scope="module")
def peer():
    with Peer(originate=[take]) as running:
        yield running


@pytest.fixture(scope="module")
def sites(peer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("config")
    secret = journal(str(folder)).parent / "link.secret"
    secret.write_text("s" * 32, "utf-8")
    own(secret, PROGRAM_USER, PROGRAM_GROUP, 0o400)
    config = write_config(folder, peer.port, rest=CONFIG.replace("LINK_SECRET", str(secret)))
    with Sites(BINARY, config) as running:
        yield running


@pytest.fixture(scope="module", params=(Browser, Firefox), ids=lambda kind: kind.name)
def browser(request):
    with request.param(DESKTOP, javascript=True) as running:
        yield running


@pytest.fixture(params=SCHEMES)
def scheme(request):
    return request.param


@pytest.fixture
def pbx(peer, sites):
    return Counter(peer, sites)


class Counter:
    """What the PBX is asked for from here on."""

    def __init__(self, peer, sites):
        self._peer = peer
        self._sites = sites
        self._before = set(map(id, peer.originates))
        self._ours = set()

    def dialled(self):
        """The numbers, once a call was placed that a program asks for; without those."""
        number = str(next(numbers))
        self._ours.add(number)
        answer = self._sites.request(query=f"to={number}&format=json", headers={"Host": "pbx.test"})
        assert answer.status == 201, answer
        self._peer.wait_for(lambda: number in self._numbers(), f"call of {number}")
        return [one for one in self._numbers() if one not in self._ours]

    def _numbers(self):
        return [action["Exten"] for action in self._peer.originates
                if id(action) not in self._before]


class Target:
    """One number and the URL that dials it; {url} and the like in a page stand for them."""

    def __init__(self, sites, scheme, number=numbers):
        self.sites = sites
        self.number = str(next(number))
        self.program = sites.url(scheme, "pbx.test", "click2call")
        self.url = f"{self.program}?to={self.number}"

    def fill(self, html):
        return (html.replace("{url}", self.url).replace("{program}", self.program)
                .replace("{number}", self.number))

    def requests(self):
        return self.sites.requests(f"?to={self.number}")

    def answer(self):
        """The status of the first request, once it was answered."""
        return wait_until(self.requests, f"the browser to ask for {self.url}")[0].status


def page_url(sites, scheme, site, *pieces):
    return sites.url(scheme, f"{site}.test", sites.page("\n".join(pieces)))


# A page that the person is on, or that they follow a link of

NO_REFERRER = '<meta name="referrer" content="no-referrer">'
LINK = '<a href="{url}">Go</a>'
HIDING_LINK = '<a href="{url}" rel="noreferrer">Go</a>'
NEW_TAB = '<a href="{url}" target="_blank">Go</a>'
FORM = ('<form action="{program}"><input type="hidden" name="to" value="{number}">'
        "<button>Go</button></form>")
POST = '<form method="post" action="{url}"><button>Go</button></form>'
OPEN = """<button onclick="window.open('{url}')">Go</button>"""
HIDING_OPEN = """<button onclick="window.open('{url}', '_blank', 'noreferrer')">Go</button>"""
LOCATION = """<script>location = "{url}"</script>"""
REFRESH = '<meta http-equiv="refresh" content="0; url={url}">'
FROM_A_SANDBOX = ("<iframe sandbox='allow-scripts allow-top-navigation' srcdoc='<script>"
                  'top.location = "{url}"</script>' "'></iframe>")


@dataclass(frozen=True)
class Visit:
    what: str
    site: str
    html: str
    http: int
    https: int

    def __str__(self):
        return f"{self.site}-{self.what}".replace(" ", "-")


VISITS = (
    Visit("link", "pbx", LINK, DIALS, DIALS),
    Visit("link that hides its page", "pbx", HIDING_LINK, ASKS, DIALS),
    Visit("link to a new tab", "pbx", NEW_TAB, DIALS, DIALS),
    Visit("form", "pbx", FORM, DIALS, DIALS),
    Visit("form with post", "pbx", POST, DIALS, DIALS),
    Visit("window.open", "pbx", OPEN, DIALS, DIALS),
    Visit("location", "pbx", LOCATION, DIALS, DIALS),
    Visit("refresh", "pbx", REFRESH, DIALS, DIALS),

    Visit("link", "evil", LINK, REFUSED, REFUSED),
    Visit("link that hides its page", "evil", HIDING_LINK, ASKS, REFUSED),
    Visit("link to a new tab", "evil", NEW_TAB, REFUSED, REFUSED),
    Visit("form", "evil", FORM, REFUSED, REFUSED),
    Visit("form that hides its page", "evil", NO_REFERRER + FORM, ASKS, REFUSED),
    Visit("form with post", "evil", POST, REFUSED, REFUSED),
    Visit("form with post that hides its page", "evil", NO_REFERRER + POST, ASKS, REFUSED),
    Visit("window.open", "evil", OPEN, REFUSED, REFUSED),
    Visit("window.open that hides its page", "evil", HIDING_OPEN, ASKS, REFUSED),
    Visit("location", "evil", LOCATION, REFUSED, REFUSED),
    Visit("location that hides its page", "evil", NO_REFERRER + LOCATION, ASKS, REFUSED),
    Visit("refresh", "evil", REFRESH, REFUSED, REFUSED),
    Visit("refresh that hides its page", "evil", NO_REFERRER + REFRESH, ASKS, REFUSED),
    Visit("location from a sandbox", "evil", FROM_A_SANDBOX, ASKS, REFUSED),

    Visit("link", "crm", LINK, DIALS, DIALS),
    Visit("link that hides its page", "crm", HIDING_LINK, ASKS, REFUSED),
    Visit("form with post", "crm", POST, DIALS, DIALS),
)


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_a_page_leads_to_a_call(browser, sites, pbx, scheme, visit):
    target = Target(sites, scheme)
    browser.open(page_url(sites, scheme, visit.site, target.fill(visit.html)))
    if "Go<" in visit.html:
        browser.click("Go")
    expected = getattr(visit, scheme)
    assert target.answer() == expected, target.requests()
    browser.close_others()
    assert pbx.dialled() == ([target.number] if expected == DIALS else [])


# What a page loads by itself

IMG = '<img src="{url}">'
HIDING_IMG = '<img src="{url}" referrerpolicy="no-referrer">'
SCRIPT = '<script src="{url}"></script>'
STYLE = '<link rel="stylesheet" href="{url}">'
IFRAME = '<iframe src="{url}"></iframe>'
HIDING_IFRAME = '<iframe src="{url}" referrerpolicy="no-referrer"></iframe>'
OBJECT = '<object data="{url}"></object>'
VIDEO = '<video src="{url}" preload="auto"></video>'
FETCH = '<script>fetch("{url}")</script>'
HIDING_FETCH = '<script>fetch("{url}", {referrerPolicy: "no-referrer"})</script>'
OPAQUE_FETCH = '<script>fetch("{url}", {mode: "no-cors"})</script>'
HIDING_OPAQUE_FETCH = ('<script>fetch("{url}", {mode: "no-cors", referrerPolicy: "no-referrer"})'
                       "</script>")
HIDING_OPAQUE_POST = ('<script>fetch("{url}", {mode: "no-cors", method: "POST", '
                      'referrerPolicy: "no-referrer"})</script>')
BEACON = '<script>navigator.sendBeacon("{url}")</script>'
PREFETCH = '<link rel="prefetch" href="{url}">'
PRERENDER = ('<script type="speculationrules">{"prerender": [{"urls": ["{url}"], '
             '"eagerness": "immediate"}]}</script>')
SPECULATIVE_PREFETCH = PRERENDER.replace("prerender", "prefetch")


@dataclass(frozen=True)
class Load(Visit):
    """As a visit, and which browsers do it on which schemes."""
    browsers: tuple = ("chromium", "firefox")
    schemes: tuple = SCHEMES


# On http nothing tells an image of our own page from a link of it. A fetch of it is a script of it
# that places the call, which it may.
LOADS = (
    Load("img", "pbx", IMG, DIALS, REFUSED),
    Load("iframe", "pbx", IFRAME, DIALS, REFUSED),
    Load("fetch", "pbx", FETCH, DIALS, DIALS),
    Load("prefetch", "pbx", PREFETCH, LATER, LATER),
    Load("prerender", "pbx", PRERENDER, LATER, LATER, ("chromium",)),
    Load("speculative prefetch", "pbx", SPECULATIVE_PREFETCH, LATER, LATER, ("chromium",),
         ("https",)),

    Load("img", "evil", IMG, REFUSED, REFUSED),
    Load("img that hides its page", "evil", HIDING_IMG, ASKS, REFUSED),
    Load("script", "evil", SCRIPT, REFUSED, REFUSED),
    Load("stylesheet", "evil", STYLE, REFUSED, REFUSED),
    Load("iframe", "evil", IFRAME, REFUSED, REFUSED),
    Load("iframe that hides its page", "evil", HIDING_IFRAME, ASKS, REFUSED),
    Load("object", "evil", OBJECT, REFUSED, REFUSED),
    Load("video", "evil", VIDEO, REFUSED, REFUSED),
    Load("fetch", "evil", FETCH, REFUSED, REFUSED),
    Load("fetch that hides its page", "evil", HIDING_FETCH, REFUSED, REFUSED),
    Load("opaque fetch", "evil", OPAQUE_FETCH, REFUSED, REFUSED),
    Load("opaque fetch that hides its page", "evil", HIDING_OPAQUE_FETCH, ASKS, REFUSED),
    # Chromium says in Origin where it comes from, Firefox says "null".
    Load("opaque post that hides its page", "evil", HIDING_OPAQUE_POST, REFUSED, REFUSED,
         ("chromium",)),
    Load("opaque post that hides its page", "evil", HIDING_OPAQUE_POST, ASKS, REFUSED,
         ("firefox",)),
    Load("beacon", "evil", BEACON, REFUSED, REFUSED),
    Load("prefetch", "evil", PREFETCH, LATER, LATER),
    Load("speculative prefetch", "evil", SPECULATIVE_PREFETCH, LATER, LATER, ("chromium",),
         ("https",)),

    Load("img", "crm", IMG, DIALS, REFUSED),
    Load("fetch", "crm", FETCH, DIALS, DIALS),
    Load("prefetch", "crm", PREFETCH, LATER, LATER),
)


@pytest.mark.parametrize("site", ("pbx", "evil", "crm"))
def test_a_page_loads_a_call_as_a_part_of_itself(browser, sites, pbx, scheme, site):
    loads = [(one, Target(sites, scheme)) for one in LOADS
             if one.site == site and browser.name in one.browsers and scheme in one.schemes]
    # Firefox does nothing ahead while a frame of the page, which shows a call, reloads itself.
    ahead = [pair for pair in loads if "pre" in pair[0].what]
    answers = {}
    for page in ([pair for pair in loads if pair not in ahead], ahead):
        browser.open(page_url(sites, scheme, site, *(target.fill(one.html) for one, target in page)))
        answers |= {one.what: target.answer() for one, target in page}
    assert answers == {one.what: getattr(one, scheme) for one, _ in loads}
    assert sorted(pbx.dialled()) == sorted(
        target.number for one, target in loads if getattr(one, scheme) == DIALS)


def test_the_page_that_asks_is_in_no_frame_of_another_page(browser, sites, pbx):
    target = Target(sites, "http")
    browser.open(page_url(sites, "http", "evil", target.fill(HIDING_IFRAME)))
    assert target.answer() == ASKS
    answer = sites.request(query=f"to={target.number}",
                           headers={"Host": "pbx.test", "User-Agent": "Mozilla/5.0"})
    assert answer.status == 200
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    with browser.frame():
        assert not browser.has(f"Call {target.number}")
    assert pbx.dialled() == []


# Typed, and asked


def test_an_address_that_was_typed_is_asked_about_and_the_button_dials(browser, sites, pbx,
                                                                       scheme):
    target = Target(sites, scheme)
    browser.open(target.url)
    assert browser.heading() == f"Call {target.number}?"
    assert target.answer() == ASKS
    browser.reload()
    assert browser.heading() == f"Call {target.number}?"
    assert pbx.dialled() == []
    browser.click(f"Call {target.number}")
    wait_until(lambda: "/calls/c2c-" in browser.url, "the call's page")
    assert pbx.dialled() == [target.number]
    browser.back()
    browser.forward()
    browser.reload()
    wait_until(lambda: "/calls/c2c-" in browser.url, "the call's page")
    assert pbx.dialled() == [target.number]


@pytest.mark.parametrize("ways", (("http", "https"), ("https", "http")), ids="-to-".join)
def test_a_foreign_page_on_the_other_scheme_dials_nothing(browser, sites, pbx, ways):
    """From https to http no Referer is sent."""
    page, program = ways
    target = Target(sites, program)
    browser.open(page_url(sites, page, "evil", target.fill(LINK)))
    browser.click("Go")
    assert target.answer() == (REFUSED if program == "https" else ASKS)
    assert pbx.dialled() == []


def test_a_foreign_site_that_our_own_page_led_to_dials_nothing_on_https(browser, sites, pbx,
                                                                        scheme):
    """It sends the person back, to a number of its choice. On http the browser tells only whose
    link they had followed, which is ours."""
    target = Target(sites, scheme)
    redirect = sites.url(scheme, "evil.test", f"redirect/{target.number}")
    browser.open(page_url(sites, scheme, "pbx", f'<a href="{redirect}">Go</a>'))
    browser.click("Go")
    assert target.answer() == (REFUSED if scheme == "https" else DIALS)
    assert pbx.dialled() == ([] if scheme == "https" else [target.number])


def test_a_link_that_was_rendered_in_advance_dials_at_the_click(browser, sites, pbx, scheme):
    """Chromium would as soon as the mouse is over it, Firefox does nothing until the click."""
    target = Target(sites, scheme)
    rules = PRERENDER.replace("immediate", "moderate")
    browser.open(page_url(sites, scheme, "pbx", target.fill(rules + LINK)))
    browser.hover("Go")
    if browser.name == "chromium":
        assert target.answer() == LATER
    assert pbx.dialled() == []
    browser.click("Go")
    wait_until(lambda: "/calls/c2c-" in browser.url, "the call's page")
    assert pbx.dialled() == [target.number]


def sign(sites, target):
    """The signed link for the target's number, as the program's own command makes it."""
    made = subprocess.run([sites.home.binary, "sign", target.number, "--url", target.program],
                          env=sites.home.environment(), check=True, capture_output=True, text=True,
                          timeout=30)
    return made.stdout.strip()


def test_a_signed_link_dials_from_any_page_and_once(browser, sites, pbx, scheme):
    target = Target(sites, scheme)
    page = page_url(sites, scheme, "evil", f'<a href="{sign(sites, target)}">Go</a>')
    browser.open(page)
    browser.click("Go")
    wait_until(lambda: "/calls/c2c-" in browser.url, "the call's page")
    assert pbx.dialled() == [target.number]
    browser.open(page)
    browser.click("Go")
    assert "already" in browser.text()
    browser.reload()
    assert pbx.dialled() == [target.number]


# What was clicked once


@pytest.mark.parametrize("number", (numbers, refused_numbers), ids=("placed", "refused"))
def test_reload_back_forward_and_restore_never_dial_again(browser, sites, pbx, scheme, number):
    target = Target(sites, scheme, number)
    browser.open(page_url(sites, scheme, "pbx", target.fill(LINK)))
    browser.click("Go")
    assert pbx.dialled() == [target.number]
    wait_until(lambda: "/calls/" in browser.url and browser.heading() not in
               ("", "Your call is on its way"), "the page of a call that is over")
    heading, address = browser.heading(), browser.url
    browser.reload()
    browser.back()
    browser.forward()
    browser.reload()
    browser.restore()
    wait_until(lambda: browser.heading() == heading, f"\"{heading}\" again")
    assert browser.url == address
    assert pbx.dialled() == [target.number]


# The other way to run the program, and what people see


@pytest.mark.parametrize("name", ("apache-cgid",))
def test_as_cgi_too(browser, peer, pbx, tmp_path, name):
    config = write_config(tmp_path, peer.port, rest="[web]\noutcome_wait_ms = 0\n")
    with gateway(name, BINARY, config) as running:
        site = f"http://pbx.test:{running.home.port}"
        page = running.home.path / "web" / "page.html"
        page.write_text('<a href="/click2call?to=20001">Go</a>', "utf-8")
        browser.open(f"{site}/page.html")
        browser.click("Go")
        wait_until(lambda: "/calls/c2c-" in browser.url, "the call's page")
        assert pbx.dialled() == ["20001"]
        browser.open(f"{site}/click2call?to=20002")
        assert browser.heading() == "Call 20002?"
        page.write_text(f'<a href="{site}/click2call?to=20003">Go</a>', "utf-8")
        browser.open(f"{site.replace('pbx', 'evil')}/page.html")
        browser.click("Go")
        assert "access.sites" in browser.text()
        assert pbx.dialled() == ["20001"]


@pytest.mark.parametrize("screen", (DESKTOP, PHONE), ids=str)
def test_the_page_that_asks_fits_the_screen(sites, screen):
    with Browser(screen) as browser:
        browser.open(sites.url("http", "pbx.test", "click2call?to=1006"))
        assert browser.heading() == "Call 1006?"
        wait_until(lambda: not browser.overflows(), "nothing to be wider than the window")
        browser.screenshot("confirm")
