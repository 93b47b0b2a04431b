"""A person with a browser without JavaScript: from the click on a link to the end of the call.

The screenshots are in build/screenshots: look at them.
"""

import re

import pytest

from asterisk import Asterisk
from browser import DESKTOP, PHONE, Browser
from firefox import Firefox
from machine import LOOPBACK, wait_until
from phones import Phone, Refuser
from program import BINARY, SECRET, write_config
from servers import gateway

# A browser may be slower than those who drive it: what fails once is tried again, and has to fail
# three times.
pytestmark = pytest.mark.flaky(reruns=2)

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Contacts</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>Contacts</h1>
<p>Alice <a href="/click2call?to=1006">Call 1006</a></p>
<p id="js">JavaScript is off</p>
<script>document.getElementById("js").textContent = "JavaScript is on"</script>
</body></html>
"""
CALL_PAGE = re.compile(rf"http://{LOOPBACK}:\d+/click2call/calls/c2c-[0-9A-Z]{{26}}(\?\S*)?\Z")


@pytest.fixture(scope="module")
def pbx():
    with Asterisk(22) as running:
        yield running


CHROMIUMS = ((Browser, DESKTOP), (Browser, PHONE))
EVERY_BROWSER = (*CHROMIUMS, (Firefox, DESKTOP))


def name_of(browser):
    kind, screen = browser
    return f"{kind.name}-{screen}"


@pytest.fixture(scope="module", params=CHROMIUMS, ids=name_of)
def browser(request):
    kind, screen = request.param
    with kind(screen) as running:
        yield running


class Site:
    """A web server with a page that has the link, and the program beside it."""

    def __init__(self, pbx, running):
        self.pbx = pbx
        self.running = running
        self.url = f"http://{LOOPBACK}:{running.home.port}/page.html"

    def originates(self):
        return self.pbx.actions("Originate")


@pytest.fixture
def limits():
    """The defaults, but that a click soon after another is a call of its own."""
    return "[limits]\nduplicate_s = 0\n"


@pytest.fixture
def site(pbx, tmp_path, limits):
    path = write_config(tmp_path, pbx.ami_port, rest=limits)
    path.write_text(path.read_text("utf-8").replace(SECRET, pbx.secrets["click2call"]), "utf-8")
    with gateway("nginx", BINARY, path) as running:
        page = running.home.path / "web" / "page.html"
        page.write_text(PAGE, "utf-8")
        yield Site(pbx, running)
    pbx.witness.hang_up_all()


def place(browser, site):
    """Opens the page and clicks its link; the callId."""
    browser.open(site.url)
    assert "JavaScript is off" in browser.text()
    browser.click("Call 1006")
    assert CALL_PAGE.match(browser.url), browser.url
    return re.search(r"c2c-\w+", browser.url)[0]


def seen(browser, name):
    wait_until(lambda: not browser.overflows(), "nothing to be wider than the window")
    browser.screenshot(name)


@pytest.mark.parametrize("browser", EVERY_BROWSER, ids=name_of, indirect=True)
def test_the_page_follows_the_call_by_itself_until_it_is_over(browser, site):
    pbx, before = site.pbx, site.originates()
    with Phone(pbx, "1003", answer_after=None) as caller, \
            Phone(pbx, "1006", answer_after=None) as callee:
        call_id = place(browser, site)
        browser.wait_heading("Your phone is ringing")
        seen(browser, "ringing")
        address = browser.url

        caller.answer()
        browser.wait_heading("Calling 1006")
        callee.wait_rang()
        seen(browser, "calling")

        callee.answer()
        browser.wait_heading("You are connected")
        assert pbx.witness.connected(call_id)
        seen(browser, "connected")

        callee.hang_up()
        browser.wait_heading("The call is over")
        assert not pbx.witness.channels(call_id)
        seen(browser, "over")
        assert browser.url == address
        assert browser.has("Call again") and not browser.has("Hang up")
    assert site.originates() == before + 1


@pytest.mark.parametrize("connected", (False, True), ids=("ringing", "connected"))
def test_hang_up_ends_the_real_call(browser, site, connected):
    pbx = site.pbx
    with Phone(pbx, "1003", answer_after=0 if connected else None), Phone(pbx, "1006"):
        call_id = place(browser, site)
        address = browser.url
        if connected:
            browser.wait_heading("You are connected")
            assert pbx.witness.connected(call_id)
        assert pbx.witness.channels(call_id)
        browser.click("Hang up")
        browser.wait_heading("The call is over" if connected else "The call was cancelled")
        assert browser.url == address
        pbx.witness.wait_no_channels()
        seen(browser, "hung-up" if connected else "cancelled")


def test_reload_back_and_forward_never_dial(browser, site):
    before = site.originates()
    with Phone(site.pbx, "1003", answer_after=None):
        place(browser, site)
        address = browser.url
        assert site.originates() == before + 1
        browser.reload()
        browser.wait_heading("Your phone is ringing")
        browser.back()
        assert browser.url == site.url
        browser.forward()
        assert browser.url == address
        browser.wait_heading("Your phone is ringing")
        browser.click("Hang up")
        browser.wait_heading("The call was cancelled")
        browser.reload()
        browser.back()
        browser.forward()
        browser.reload()
        browser.wait_heading("The call was cancelled")
        assert site.originates() == before + 1


@pytest.mark.parametrize("limits", ["[limits]\n"], ids=["as-shipped"])
def test_call_again_places_one_more_call_and_only_one(browser, site):
    before = site.originates()
    with Phone(site.pbx, "1003", answer_after=None):
        first = place(browser, site)
        browser.click("Hang up")
        browser.wait_heading("The call was cancelled")
        browser.click("Call again")
        browser.wait_heading("Your phone is ringing")
        assert CALL_PAGE.match(browser.url) and first not in browser.url
        assert site.originates() == before + 2
        browser.reload()
        browser.back()
        browser.wait_heading("The call was cancelled")
        browser.forward()
        browser.wait_heading("Your phone is ringing")
        browser.click("Hang up")
        browser.wait_heading("The call was cancelled")
        assert site.originates() == before + 2


def test_a_call_that_does_not_come_about_says_why_and_what_to_do(browser, site):
    with Phone(site.pbx, "1003", answer_after=0.5), Refuser(site.pbx, "1006", 486, ring_s=1):
        place(browser, site)
        browser.wait_heading("1006 is busy")
        assert "Try again in a few minutes" in browser.text() and browser.has("Call again")
        seen(browser, "busy")
    with Refuser(site.pbx, "1003", 603, ring_s=2):
        place(browser, site)
        browser.wait_heading("Your phone was busy")
        seen(browser, "turned-away")


def test_a_phone_that_is_off_is_an_error_page(browser, site):
    browser.open(site.url)
    browser.click("Call 1006")
    wait_until(lambda: browser.heading() == "Your phone cannot be reached", "the page that says so")
    seen(browser, "unreachable")
    browser.open(site.url.replace("page.html", "click2call/calls"))
    seen(browser, "calls")
