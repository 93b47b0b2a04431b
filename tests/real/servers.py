"""The program behind every kind of web server, asked in one way.

    with gateway("nginx", "build/click2call", "click2call.toml") as g:
        response = g.request("GET", "/click2call", query="to=1006")
        assert response.status == 503, g.log()

The servers run with the configuration files of conf/ (see shipped.py), in a temporary folder and on
a free loopback port, and leave nothing behind. What is sent is sent byte for byte: nothing encodes
or checks a path, a query or a header on the way. What comes back has to be what www/openapi.yaml
describes (see contract.py).
"""

import contextlib
import http.client
import io
import json
import os
import re
import socket
import subprocess
import urllib.parse
from pathlib import Path

import contract
from machine import LOOPBACK, Process, listens, tail, wait_until
from shipped import SERVERS, TRUSTED_PROXY, WEB_USER, Home, own, run_as

GATEWAYS = tuple(SERVERS)
START_S = 10
ANSWER_S = 15


class Response:
    """What the client got. `headers` looks names up in any case and has get_all()."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def text(self):
        return self.body.decode("utf-8")

    def json(self):
        return json.loads(self.text())

    def everything(self):
        """Status, headers and body as one text: for what must stand nowhere in it."""
        return f"{self.status}\n{self.headers}\n{self.body.decode('latin-1')}"

    def __repr__(self):
        return f"<{self.everything()[:3000]}>"


class Gateway:
    """A running web server with the program behind it."""

    def __init__(self, name, home):
        self.name = name
        self.home = home
        self.server = None
        self.program = None  # the Process, where the web server does not start it itself

    def start(self):
        configure, launch = SERVERS[self.name]
        if launch:
            self.start_program()
        self.server = Process(configure(self.home), self.home.log("server"))
        self._wait_for(self.server, (LOOPBACK, self.home.port))

    def start_program(self):
        """For the first time, or again after the test has ended it."""
        _, launch = SERVERS[self.name]
        self.program = Process(launch(self.home), self.home.log("program"),
                               env=self.home.of_service())
        self._wait_for(self.program, str(self.home.socket))

    def _wait_for(self, process, address):
        wait_until(lambda: listens(address) or not process.running(),
                   f"{process.name} to listen at {address}", START_S,
                   self.last_words)
        if not process.running():
            raise AssertionError(f"{process.name} ended with {process.exit_code()}\n"
                                 f"{self.last_words()}")

    def stop(self):
        for process in (self.server, self.program):
            if process:
                process.stop()
        self.home.remove()

    def request(self, method="GET", path="/click2call", query="", headers=None, body=b"",
                client=LOOPBACK, timeout=ANSWER_S):
        """One request on a connection of its own, as if from the address `client`."""
        with self.send(method, path, query, headers, body, client, timeout) as sent:
            reply = http.client.HTTPResponse(sent, method=method)
            try:
                reply.begin()
                response = Response(reply.status, reply.headers, reply.read())
            except (OSError, http.client.HTTPException) as problem:
                raise AssertionError(f"{self.name}: no answer to {method} {path}: {problem!r}\n"
                                     f"{self.last_words()}") from problem
        contract.check(response, method, path)
        return response

    def send(self, method="GET", path="/click2call", query="", headers=None, body=b"",
             client=LOOPBACK, timeout=ANSWER_S):
        """The connection with the request sent and nothing read: for a client that goes away.

        None for a header leaves it out.
        """
        lines = {"Host": f"{LOOPBACK}:{self.home.port}", "Connection": "close"}
        if body or method in ("POST", "PUT", "PATCH"):
            lines["Content-Length"] = str(len(body))
        lines.update(headers or {})
        lines = {name: value for name, value in lines.items() if value is not None}
        if not client.startswith("127."):
            lines["X-Forwarded-For"] = client
            client = TRUSTED_PROXY
        target = f"{path}?{query}" if query else path
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        connection = socket.create_connection((LOOPBACK, self.home.port), timeout, (client, 0))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may answer early
            connection.sendall(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body)
        return connection

    @property
    def program_pids(self):
        """The program's processes now, whoever started them."""
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and os.readlink(entry / "exe") == str(self.home.binary):
                    found.append(int(entry.name))
        return sorted(found)

    @property
    def program_pid(self):
        """The one process of the program; None between two requests of plain CGI."""
        return next(iter(self.program_pids), None)

    def log(self):
        """Everything that the web server and the program wrote."""
        return "\n".join(file.read_text("utf-8", "replace") for file in self._logs())

    def last_words(self):
        """The end of it, for a failure message."""
        return "\n".join(tail(file, 20) for file in self._logs())

    def _logs(self):
        return sorted((self.home.path / "log").iterdir())


class Cgi(Gateway):
    """No web server at all: the program with a CGI environment, as RFC 3875 has it."""

    def start(self):
        own(self.home.config, "root", WEB_USER, 0o640)

    def request(self, method="GET", path="/click2call", query="", headers=None, body=b"",
                client=LOOPBACK, timeout=ANSWER_S):
        with self.send(method, path, query, headers, body, client) as program:
            try:
                output, _ = program.communicate(body, timeout)
            except subprocess.TimeoutExpired as problem:
                program.kill()
                raise AssertionError(f"no end within {timeout} s\n{self.last_words()}") from problem
        if program.returncode != 0:
            raise AssertionError(f"the program ended with {program.returncode}\n"
                                 f"{self.last_words()}")
        response = parse_cgi(output)
        added = self.home.added  # may say something else than was asked for
        if "PATH_INFO" in added:
            path = f"/click2call{urllib.parse.quote(added['PATH_INFO'])}"
        contract.check(response, added.get("REQUEST_METHOD", method), path)
        return response

    def send(self, method="GET", path="/click2call", query="", headers=None, body=b"",
             client=LOOPBACK, timeout=ANSWER_S):
        """The running program, a Popen: stdin takes the body, stdout is the answer."""
        del timeout  # the caller waits
        env = {"REMOTE_ADDR": client, **cgi_variables(method, path, query, headers or {}, body),
               **self.home.environment()}
        env = {name: value.encode("latin-1") if isinstance(value, str) else value
               for name, value in env.items()}
        with self.home.log("program").open("ab") as log:
            return subprocess.Popen(run_as(WEB_USER, WEB_USER, [self.home.binary]), env=env,
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)


def cgi_variables(method, path, query, headers, body):
    """The environment that a web server makes of a request for /click2call or /click2call.php."""
    mount = re.match(r"/click2call(?:\.php)?(?=/|\Z)", path)
    if not mount:
        raise ValueError(f"the web server would not run the program for {path}")
    env = {
        "GATEWAY_INTERFACE": "CGI/1.1",
        "REQUEST_METHOD": method,
        "QUERY_STRING": query,
        "SCRIPT_NAME": mount.group(),
        "PATH_INFO": urllib.parse.unquote_to_bytes(path[mount.end():]),
        "REQUEST_URI": f"{path}?{query}" if query else path,
        "SERVER_NAME": LOOPBACK,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": "tests",
        "HTTP_HOST": LOOPBACK,
    }
    if body:
        env["CONTENT_LENGTH"] = str(len(body))
    for name, value in headers.items():
        name = name.upper().replace("-", "_")
        env[name if name.startswith("CONTENT_") else f"HTTP_{name}"] = value
    return env


def parse_cgi(output):
    """A CGI program's output as the web server would pass it on (RFC 3875, 6.2 and 6.3)."""
    head = re.match(rb"(?:[^\r\n]+\r?\n)+\r?\n", output)
    if not head:
        raise AssertionError(f"not a CGI response: {output[:500]!r}")
    headers = http.client.parse_headers(io.BytesIO(head.group()))
    status = headers.get("Status", "302" if "Location" in headers else "200")
    del headers["Status"]
    return Response(int(status.split()[0]), headers, output[head.end():])


@contextlib.contextmanager
def gateway(name, binary, config_path, env=None, **home):
    """A running Gateway of one of GATEWAYS; `env` is added to the program's environment.

    For "cgi" it goes before what the request says: {"REMOTE_USER": "alice"} is a login.
    What else is given goes to its Home: see there.
    """
    running = (Cgi if name == "cgi" else Gateway)(name, Home(binary, config_path, env, **home))
    try:
        running.start()
        yield running
    finally:
        running.stop()
