"""A real Chromium without a screen, and without JavaScript unless it is asked for, as a person sits
in front of it. firefox.py has another browser with the same methods.

    with Browser(DESKTOP) as browser:
        browser.open("http://127.0.0.1:8080/page.html")
        browser.click("Call 1006")
        browser.wait_heading("Your phone is ringing")

What it shows is asked of the browser itself, never of the server. It reaches loopback alone.
"""

import contextlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chromium.remote_connection import ChromiumRemoteConnection
from selenium.webdriver.common.by import By

from machine import LOOPBACK, Process, free_port, listens, release_port, tail, wait_until

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
CONTENT_BLOCKED = 2  # Chromium's content setting

# What these resolve to in the browsers is loopback. Unlike "localhost" they are no "secure
# context": on plain http no Sec-Fetch header is sent to them, which is what an intranet gets.
TEST_HOSTS = ("pbx.test", "evil.test", "crm.test")
RESOLVED = f"MAP *.test {LOOPBACK}, MAP * ~NOTFOUND, EXCLUDE {LOOPBACK}"


@dataclass(frozen=True)
class Screen:
    name: str
    width: int
    height: int
    scale: int = 1  # pixels of the screen for one of the page
    mobile: bool = False

    def __str__(self):
        return self.name


DESKTOP = Screen("desktop", 1280, 800)
PHONE = Screen("phone", 390, 844, scale=2, mobile=True)


class Window:
    """One window of a browser, with a profile of its own, inside `with`. Needs root: all of it is in
    namespaces of its own, so that nothing of it outlives us. A browser adds _start() and close().
    """

    name = ""

    def __init__(self, screen, *, javascript=False):
        self.screen = screen
        self.place = Path(tempfile.mkdtemp(prefix=f"click2call-{self.name}-"))
        self.log = self.place / "log"
        self._javascript = javascript
        self._port = free_port(1)
        self._process = None

    def __enter__(self):
        try:
            self._start()
            return self
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_):
        self.close()


class Browser(Window):
    name = "chromium"
    _driver = None

    def _start(self):
        self._process = Process(["/usr/bin/chromedriver", f"--port={self._port}"], self.log,
                                isolated=True, env={"PATH": "/usr/bin:/bin",
                                                    "HOME": str(self.place)})
        wait_until(lambda: listens((LOOPBACK, self._port)), "chromedriver to listen", 20,
                   lambda: tail(self.log))
        self._open_window(self._options())

    def _open_window(self, options):
        connection = ChromiumRemoteConnection(f"http://{LOOPBACK}:{self._port}", "goog",
                                              "chrome", ignore_proxy=True)
        self._driver = webdriver.Remote(connection, options=options)
        self._driver.set_page_load_timeout(20)
        # The page's own size: a window has a frame, even one that nobody sees.
        self._devtools("Emulation.setDeviceMetricsOverride", width=self.screen.width,
                       height=self.screen.height, deviceScaleFactor=self.screen.scale,
                       mobile=self.screen.mobile)

    def _devtools(self, command, **parameters):
        return self._driver.execute("executeCdpCommand",
                                    {"cmd": command, "params": parameters})["value"]

    def close(self):
        if self._driver:
            self._driver.quit()
        if self._process:
            self._process.stop(3)
        release_port(self._port)
        shutil.rmtree(self.place, ignore_errors=True)

    def _options(self):
        options = Options()
        for argument in (
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--hide-scrollbars", "--no-first-run", "--disable-sync", "--disable-extensions",
                "--disable-background-networking", "--disable-component-update",
                # As an intranet has it: what was asked for by http is got by http.
                "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
                "--no-proxy-server",
                f"--host-resolver-rules={RESOLVED}",
                f"--user-data-dir={self.place / 'profile'}"):
            options.add_argument(argument)
        options.accept_insecure_certs = True
        if not self._javascript:
            options.add_experimental_option(
                "prefs", {"profile.managed_default_content_settings.javascript": CONTENT_BLOCKED})
        return options

    # Use

    def open(self, url):
        self._driver.get(url)

    def click(self, words):
        """The link or button with these words."""
        self._button(words).click()

    def double_click(self, words):
        ActionChains(self._driver).double_click(self._button(words)).perform()

    def hover(self, words):
        """Moves the mouse over it."""
        ActionChains(self._driver).move_to_element(self._button(words)).perform()

    def _button(self, words):
        return self._driver.find_element(
            By.XPATH, f"//a[normalize-space()='{words}'] | //button[normalize-space()='{words}']")

    def reload(self):
        self._driver.refresh()

    def back(self):
        self._driver.back()

    def forward(self):
        self._driver.forward()

    def restore(self):
        """Ends the browser and starts it again, with "continue where you left off"."""
        self._driver.quit()
        options = self._options()
        options.add_argument("--restore-last-session")
        self._open_window(options)

    @contextlib.contextmanager
    def frame(self):
        """Inside `with`, what the page shows is what its frame does."""
        self._driver.switch_to.frame(self._driver.find_element(By.TAG_NAME, "iframe"))
        try:
            yield
        finally:
            self._driver.switch_to.default_content()

    def close_others(self):
        """Closes all windows but the newest."""
        *others, newest = self._driver.window_handles
        for other in others:
            self._driver.switch_to.window(other)
            self._driver.close()
        self._driver.switch_to.window(newest)

    # What it shows

    @property
    def url(self):
        return self._driver.current_url

    @property
    def title(self):
        return self._driver.title

    def source(self):
        return self._driver.page_source

    def text(self):
        """All that can be read on the page; empty while another one is on its way."""
        return self._text(By.TAG_NAME, "body")

    def heading(self):
        return self._text(By.TAG_NAME, "h1")

    def _text(self, by, what):
        try:
            return self._driver.find_element(by, what).text
        except WebDriverException:  # the page has just refreshed itself
            return ""

    def has(self, words):
        """Whether there is such a link or button."""
        return bool(self._driver.find_elements(
            By.XPATH, f"//a[normalize-space()='{words}'] | //button[normalize-space()='{words}']"))

    def wait_heading(self, words, timeout=10):
        wait_until(lambda: self.heading() == words, f"the page to say \"{words}\"", timeout,
                   lambda: f"--- {self.url}\n{self.text()}")

    def overflows(self):
        """Whether something is wider than the window, so that one would have to scroll sideways."""
        page = self._devtools("Page.getLayoutMetrics")
        return page["cssContentSize"]["width"] > self.screen.width

    def screenshot(self, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self._driver.save_screenshot(str(SCREENSHOTS / f"{self.screen}-{name}.png"))
