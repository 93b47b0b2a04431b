"""A real Firefox without a screen, used as browser.Browser is.

Debian has no geckodriver, so this speaks what geckodriver would: Marionette, Firefox's own protocol
for automation. Over one TCP connection each side sends messages of the form LENGTH:JSON, a command
being [0, id, name, parameters] and its answer [1, id, error, result].
"""

import base64
import contextlib
import json
import shutil
import socket

from browser import SCREENSHOTS, TEST_HOSTS, Window
from machine import LOOPBACK, Process, listens, release_port, tail, wait_until

START_S = 30
ANSWER_S = 20
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # how WebDriver marks a reference to an element

# Nothing but what a test asks for leaves this browser, and nothing of a first start is in the way.
PREFERENCES = {
    "network.dns.localDomains": ",".join(TEST_HOSTS),
    "network.dns.disableIPv6": True,
    "network.proxy.type": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.prefetch-next": True,  # as in a browser that nobody automates
    "app.normandy.enabled": False,
    "app.update.auto": False,
    "browser.aboutwelcome.enabled": False,
    "browser.contentblocking.introCount": 20,
    "browser.newtabpage.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.safebrowsing.update.enabled": False,
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "browser.tabs.warnOnClose": False,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.disable_open_during_load": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "network.http.speculative-parallel-limit": 0,
    "security.warn_submit_secure_to_insecure": False,
    "services.settings.server": "http://127.0.0.1:9/",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "",
}


class FirefoxError(Exception):
    """Firefox refused a command."""


class Marionette:
    """One connection, one command at a time."""

    def __init__(self, port):
        self._connection = socket.create_connection((LOOPBACK, port), ANSWER_S)
        self._stream = self._connection.makefile("rb")
        self._id = 0
        self._read()  # its greeting

    def call(self, command, **parameters):
        self._id += 1
        message = json.dumps([0, self._id, command, parameters]).encode()
        self._connection.sendall(b"%d:%s" % (len(message), message))
        _, answered, error, result = self._read()
        assert answered == self._id
        if error:
            raise FirefoxError(f"{command}: {error['error']}: {error['message']}")
        return result["value"] if isinstance(result, dict) and "value" in result else result

    def _read(self):
        length = b""
        while not length.endswith(b":"):
            byte = self._stream.read(1)
            if not byte:
                raise FirefoxError("Firefox has gone")
            length += byte
        return json.loads(self._stream.read(int(length[:-1])))

    def close(self):
        self._stream.close()
        self._connection.close()


class Firefox(Window):
    name = "firefox"
    _marionette = None

    def _start(self):
        profile = self.place / "profile"
        profile.mkdir()
        preferences = PREFERENCES | {"marionette.port": self._port,
                                     "javascript.enabled": self._javascript}
        profile.joinpath("user.js").write_text(
            "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
                    for name, value in preferences.items()), "utf-8")
        self._process = Process(
            ["/usr/bin/firefox-esr", "--headless", "--no-remote", "--marionette",
             "--remote-allow-system-access", "--profile", profile,
             f"--width={self.screen.width}", f"--height={self.screen.height}", "about:blank"],
            self.log, isolated=True, env={"PATH": "/usr/bin:/bin", "HOME": str(self.place),
                                          "MOZ_CRASHREPORTER_DISABLE": "1"})
        wait_until(lambda: listens((LOOPBACK, self._port)), "Firefox to listen", START_S,
                   lambda: tail(self.log))
        self._marionette = Marionette(self._port)
        self._call("NewSession", acceptInsecureCerts=True, pageLoadStrategy="normal",
                   unhandledPromptBehavior="accept")
        self._call("SetTimeouts", pageLoad=ANSWER_S * 1000, script=ANSWER_S * 1000)
        self._resize()

    def _resize(self):
        """The page's own size: a window has a frame, even one that nobody sees."""
        wanted = (self.screen.width, self.screen.height)
        frame = self._in_firefox("return [window.outerWidth - innerWidth,"
                                 " outerHeight - gBrowser.selectedBrowser.clientHeight];")
        self._call("SetWindowRect", width=wanted[0] + frame[0], height=wanted[1] + frame[1])

    def _call(self, command, **parameters):
        return self._marionette.call(f"WebDriver:{command}", **parameters)

    def _in_firefox(self, script, *arguments):
        """What the script returns, run by the browser itself and not by its page."""
        self._marionette.call("Marionette:SetContext", value="chrome")
        try:
            return self._call("ExecuteScript", script=script, args=list(arguments))
        finally:
            self._marionette.call("Marionette:SetContext", value="content")

    def close(self):
        if self._marionette:
            self._marionette.close()
        if self._process:
            self._process.stop(3)
        release_port(self._port)
        shutil.rmtree(self.place, ignore_errors=True)

    # Use

    def open(self, url):
        self._call("Navigate", url=url)

    def click(self, words):
        """The link or button with these words."""
        button = wait_until(lambda: self._buttons(words), f"a button \"{words}\"")[0]
        self._call("ElementClick", id=button)

    def double_click(self, words):
        self._move_to(words, *({"type": kind, "button": 0}
                               for kind in ("pointerDown", "pointerUp") * 2))

    def hover(self, words):
        """Moves the mouse over it."""
        self._move_to(words)

    def _move_to(self, words, *then):
        move = {"type": "pointerMove", "x": 0, "y": 0, "origin": {ELEMENT: self._buttons(words)[0]}}
        self._call("PerformActions",
                   actions=[{"type": "pointer", "id": "mouse", "actions": [move, *then]}])

    def reload(self):
        self._call("Refresh")

    def back(self):
        self._call("Back")

    def forward(self):
        self._call("Forward")

    def restore(self):
        """Closes the tab, as by mistake, and takes it back from the list of closed ones."""
        empty = self._call("NewWindow", type="tab")["handle"]
        self._call("CloseWindow")
        self._call("SwitchToWindow", handle=empty)
        self._in_firefox("SessionStore.undoCloseTab(window, 0);")
        wait_until(lambda: len(self._handles()) > 1, "the tab to come back", ANSWER_S)
        self._keep([one for one in self._handles() if one != empty])

    @contextlib.contextmanager
    def frame(self):
        """Inside `with`, what the page shows is what its frame does."""
        self._call("SwitchToFrame", element=self._find("//iframe")[0])
        try:
            yield
        finally:
            self._call("SwitchToFrame", id=None)

    def close_others(self):
        """Closes all windows and tabs but the newest."""
        self._keep(self._handles()[-1:])

    def _keep(self, kept):
        for other in set(self._handles()) - set(kept):
            self._call("SwitchToWindow", handle=other)
            self._call("CloseWindow")
        self._call("SwitchToWindow", handle=kept[0])

    def _handles(self):
        return self._call("GetWindowHandles")

    # What it shows

    @property
    def url(self):
        return self._call("GetCurrentURL")

    def source(self):
        return self._call("GetPageSource")

    def text(self):
        """All that can be read on the page; empty while another one is on its way."""
        return self._text("//body")

    def heading(self):
        return self._text("//h1")

    def has(self, words):
        """Whether there is such a link or button."""
        return bool(self._buttons(words))

    def wait_heading(self, words, timeout=10):
        wait_until(lambda: self.heading() == words, f"the page to say \"{words}\"", timeout,
                   lambda: f"--- {self.url}\n{self.text()}")

    def _buttons(self, words):
        return self._find(
            f"//a[normalize-space()='{words}'] | //button[normalize-space()='{words}']")

    def _text(self, path):
        try:
            found = self._find(path)
            return self._call("GetElementText", id=found[0]) if found else ""
        except FirefoxError:  # the page has just refreshed itself
            return ""

    def _find(self, path):
        found = self._call("FindElements", using="xpath", value=path)
        return [element[ELEMENT] for element in found]

    def overflows(self):
        """Whether something is wider than the window, so that one would have to scroll sideways."""
        return self._call("ExecuteScript", args=[],
                          script="return document.documentElement.scrollWidth > innerWidth;")

    def screenshot(self, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        picture = base64.b64decode(self._call("TakeScreenshot", full=False))
        (SCREENSHOTS / f"firefox-{self.screen}-{name}.png").write_bytes(picture)
