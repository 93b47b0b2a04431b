"""nginx with three sites on http and https, and the program at /click2call of each.

    with Sites(config) as sites:
        sites.page("link", '<a href="/click2call?to=1006">Call</a>')
        browser.open(sites.url("https", "pbx.test", "link.html"))
        assert sites.requests("to=1006")[0].status == 303

pbx.test is the program's own site, evil.test a foreign one, crm.test one that the administrator may
trust. All have the same pages: what tells them apart is the name that the browser asked for. nginx
keeps of every request for the program what the browser said about it.
"""

import itertools
import json
import os
import subprocess
from dataclasses import dataclass, field

from browser import TEST_HOSTS
from machine import LOOPBACK, Process, free_port, release_port
from servers import Gateway
from shipped import WEB_USER, Home

# The request headers by which the program tells a deliberate act, as nginx names them.
KEPT = ("Host", "Referer", "Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest",
        "Sec-Fetch-User", "Sec-Purpose", "Purpose", "X-Moz", "Accept", "Accept-Language",
        "User-Agent", "Cache-Control", "Upgrade-Insecure-Requests")


@dataclass(frozen=True)
class Seen:
    """One request for the program: what was asked and answered. Headers not sent are not in it."""
    method: str
    uri: str
    status: int
    headers: dict = field(hash=False)


class Sites(Gateway):
    """Inside `with`. The browser has to accept any certificate. HTTP_PORT and HTTPS_PORT in the
    configuration are replaced."""

    def __init__(self, binary, config_path, **home):
        super().__init__("nginx", Home(binary, config_path, None, **home))
        self.https_port = free_port(1)
        self._seen = self.home.path / "requests"
        self._numbers = itertools.count(1)
        text = self.home.config.read_text("utf-8")
        for name, port in (("HTTP_PORT", self.home.port), ("HTTPS_PORT", self.https_port)):
            text = text.replace(name, str(port))
        self.home.write("click2call.toml", text)

    def __enter__(self):
        try:
            self.start()
            return self
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.start_program()
        self._configure()
        self.server = Process(["/usr/sbin/nginx", "-p", self.home.path, "-e",
                               self.home.log("nginx"), "-c", self.home.path / "nginx.conf"],
                              self.home.log("server"))
        self._wait_for(self.server, (LOOPBACK, self.https_port))

    def stop(self):
        release_port(self.https_port)
        super().stop()

    def _configure(self):
        home = self.home
        home.write("click2call.conf", home.shipped("nginx/click2call.conf"))
        temporary = " ".join(f"{kind}_temp_path {home.path}/web;"
                             for kind in ("client_body", "fastcgi", "proxy", "scgi", "uwsgi"))
        fields = ", ".join(f'"{name}": "$http_{name.lower().replace("-", "_")}"' for name in KEPT)
        make_certificate(home.path)
        home.write("nginx.conf", f"""
            {f"user {WEB_USER};" if os.geteuid() == 0 else ""}
            daemon off; worker_processes 1; pid {home.path}/nginx.pid;
            error_log {home.log("nginx")} warn;
            events {{ worker_connections 512; }}
            http {{
                types {{ text/html html; }}
                {temporary}
                log_format seen escape=json '{{"method": "$request_method", "status": $status, '
                    '"uri": "$request_uri", "headers": {{{fields}}}}}';
                map $request_uri $ours {{ ~^/click2call 1; default 0; }}
                access_log {self._seen} seen if=$ours;
                server {{
                    listen {LOOPBACK}:{home.port};
                    listen {LOOPBACK}:{self.https_port} ssl;
                    ssl_certificate {home.path}/tls.crt;
                    ssl_certificate_key {home.path}/tls.key;
                    root {home.path}/web;
                    location ~ ^/redirect/(\\d+)$ {{
                        return 302 $scheme://pbx.test:$server_port/click2call?to=$1;
                    }}
                    include click2call.conf;
                }}
            }}""")

    def url(self, scheme, host, path):
        port = self.https_port if scheme == "https" else self.home.port
        return f"{scheme}://{host}:{port}/{path}"

    def page(self, body, head=""):
        """Makes a page; its path."""
        name = f"page{next(self._numbers)}.html"
        (self.home.path / "web" / name).write_text(
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Page</title>'
            f"{head}</head><body><h1>Page</h1>{body}</body></html>", "utf-8")
        return name

    def requests(self, uri_part):
        """Those answered so far whose URI has this in it, in their order."""
        found = []
        for line in self._seen.read_text("utf-8").splitlines():
            one = json.loads(line)
            if uri_part in one["uri"]:
                headers = {name: value for name, value in one["headers"].items() if value}
                found.append(Seen(one["method"], one["uri"], one["status"], headers))
        return found


def make_certificate(folder):
    """A throw-away certificate for all the sites, in tls.crt and tls.key."""
    names = ",".join(f"DNS:{name}" for name in TEST_HOSTS)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=pbx.test",
                    "-addext", f"subjectAltName={names}", "-keyout", folder / "tls.key",
                    "-out", folder / "tls.crt"], check=True, capture_output=True, timeout=30)
