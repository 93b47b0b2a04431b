"""Who takes part: click2call and what people would take instead, on one real Asterisk.

A party that keeps AMI sessions is started for its slice and ended after it: every open session
makes everybody's calls dearer for the PBX.
"""

import contextlib
import http.client
import os
import resource
import shutil
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Iterator
from urllib.parse import quote

from asterisk import Asterisk
from demo import start, write_private
from machine import LOOPBACK, Process, wait_until
from measure import Slice, cpu_s, run_tool, settle, with_descendants
from program import BINARY, JSON, SECRET, write_config
from servers import cgi_variables, gateway
from shipped import (PROGRAM_GROUP, PROGRAM_USER, SERVERS, WEB_USER, Home, listen, nginx)

HERE = Path(__file__).resolve().parent
TOOLS = Path(os.environ.get("BENCH_TOOLS", HERE.parents[1] / "build" / "bench"))
PHP_CGI, PHP_FPM = Path("/usr/bin/php-cgi"), Path("/usr/sbin/php-fpm8.2")

CONTEXT = "bench"
# A phone that is not registered: the PBX takes the call, finds that out, and is done, for a tenth
# of what a call with channels costs it. What is measured is the way there and not the PBX.
CHANNEL = "PJSIP/1003"
ANSWERED = "Local/1003@bench/n"  # a call that is answered, and over at once
USERS = {"plain": "read = call\nwrite = originate,call",  # as click2call, without its event filter
         "noise": "read = call\nwrite = all"}
DIALPLAN = "\n[bench]\nexten => _X!,1,Answer()\n same => n,Hangup()\n"
# All rules count, as strict as they are by default, and none of them ever says no: each click is
# somebody else's, to somebody else.
LIMITS = """
[limits]
per_minute = 10
per_day = 200
concurrent = 3
duplicate_s = 5
[limits.callee]
per_minute = 10
per_day = 200
concurrent = 3
"""
ANYBODY = "10.1@@.1@@.1@@"  # see slice.h
WARM_MS = 150
NOISY_S = 0.3
FPM_CHILDREN = 8

FPM = """\
[global]
error_log = {place}/php-fpm.log
[bench]
user = {user}
group = {group}
listen = {place}/php-fpm.sock
listen.owner = {web}
listen.mode = 0660
pm = static
pm.max_children = {children}
{settings}
"""

LOCATIONS = """
    location = /nothing {{ return 204; }}
    location = /floor {{ include fastcgi_params; fastcgi_pass unix:{place}/floor.sock; }}
    location = /correct.php {{
        include fastcgi_params; fastcgi_param SCRIPT_FILENAME {place}/correct.php;
        fastcgi_pass unix:{place}/php-fpm.sock;
    }}
    location = /rawman {{
        proxy_pass http://rawman; proxy_http_version 1.1; proxy_set_header Connection "";
    }}
    include click2call.conf;"""


class Stage:
    """The PBX, the web server and PHP-FPM, which all parties share."""

    def __init__(self, stack: ExitStack, place: Path) -> None:
        self.place = place
        self.number = 0  # of calls so far: none dials what one before it has dialled
        self.channel = CHANNEL
        self.noisy = False  # somebody else keeps the PBX busy: it will never be done
        # A channel takes several descriptors, and calls may pile up.
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        self.pbx = stack.enter_context(self._asterisk())
        for user in ("click2call", *USERS):
            self.pbx.set_secret(user, SECRET)
        # Every session that listens to events makes every call dearer, and so does the log.
        self.pbx.witness.action("Events", EventMask="off")
        self.pbx.witness.command("core set debug 0")
        shutil.copy(HERE / "correct.php", place)
        self.config = self.write_config("fastcgi")
        self.cgi_config = self.write_config("cgi", rest=f'[log]\ntarget = "{place}/cgi.log"')
        self.cgi_config.chmod(0o600)
        self._start_php_fpm(stack)
        SERVERS["bench"] = (self._nginx, listen)
        self.gateway = stack.enter_context(gateway("bench", BINARY, self.config))
        self.gateway.program.stop()

    @staticmethod
    def _asterisk() -> Asterisk:
        pbx = Asterisk(22, users=USERS)
        etc = pbx.run / "etc"
        pbx.write("extensions.conf", (etc / "extensions.conf").read_text() + DIALPLAN)
        pbx.write("logger.conf", "[general]\n[logfiles]\nfull => error\n")
        manager = (etc / "manager.conf").read_text()
        pbx.write("manager.conf", manager.replace("webenabled = no", "webenabled = yes"))
        return pbx

    def write_config(self, name: str, *, port: int = 0, channel: str = CHANNEL, pbx: str = "",
                     rest: str = "") -> Path:
        """Each with a journal of its own: the program is not the same user in all."""
        folder = self.place / name
        folder.mkdir(mode=0o711, exist_ok=True)
        return write_config(folder, port or self.pbx.ami_port, pbx=pbx, rest=f"""
[web]
outcome_wait_ms = 0
{LIMITS}
{rest}""", call=f'channel = "{channel}"\ncontext = "{CONTEXT}"')

    def settings(self, user: str = "click2call", port: int = 0) -> dict[str, str]:
        """What ami.h and correct.php have from their environment."""
        return {"AMI_HOST": LOOPBACK, "AMI_PORT": str(port or self.pbx.ami_port), "AMI_USER": user,
                "AMI_SECRET": SECRET, "CALL_CHANNEL": self.channel, "CALL_CONTEXT": CONTEXT}

    def _start_php_fpm(self, stack: ExitStack) -> None:
        write_private(self.place / "php-fpm.conf", FPM.format(
            place=self.place, user=PROGRAM_USER, group=PROGRAM_GROUP, web=WEB_USER,
            children=FPM_CHILDREN, settings="\n".join(
                f'env[{name}] = "{value}"' for name, value in self.settings().items())))
        self.php_fpm = start(
            stack, [PHP_FPM, "--nodaemonize", "--fpm-config", self.place / "php-fpm.conf"],
            self.place / "php-fpm.out", f"{self.place}/php-fpm.sock")

    def _nginx(self, home: Home) -> list[str | Path]:
        """The harness's nginx with the shipped configuration, and the other parties beside it."""
        command = nginx(home)
        shutil.copy("/etc/nginx/fastcgi_params", home.path)  # for the others
        text = (home.path / "nginx.conf").read_text()
        for old, new in (
                ("include click2call.conf;", LOCATIONS.format(place=self.place)),
                ("worker_connections 512", "worker_connections 2048"),
                ("access_log off;", "access_log off; keepalive_requests 1000000000; upstream rawman "
                 f"{{ server {LOOPBACK}:{self.pbx.http_port}; keepalive 16; }}")):
            text = text.replace(old, new)
        home.write("nginx.conf", text)
        return command

    # Slices

    def measured(self, pids: list[int], work) -> Slice:
        """The slice that work() is, with what it cost whom, to the end of what it began."""
        def everybody() -> list[int]:
            return [self.pbx.pid, *pids]

        def wait() -> None:
            if self.noisy:
                time.sleep(NOISY_S)
            else:
                settle(everybody)

        web = with_descendants(self.gateway.server.pid)
        wait()
        before = cpu_s(pids), cpu_s([self.pbx.pid]), cpu_s(web)
        done = work()
        wait()
        after = cpu_s(pids), cpu_s([self.pbx.pid]), cpu_s(web)
        done.cpu = {**dict(zip(("own", "pbx", "nginx"), (b - a for a, b in zip(before, after)))),
                    **done.cpu}
        return done


class Web:
    """A party behind nginx. This one is nobody: nginx itself answers."""

    def __init__(self, stage: Stage, name: str, path: str, status: int = 201, word: str = "callId",
                 client: str = ANYBODY) -> None:
        self.stage, self.name, self.path, self.client = stage, name, path, client
        self.status, self.word, self.cookie = status, word, ""

    @contextlib.contextmanager
    def on_stage(self) -> Iterator[list[int]]:
        """Gives the processes that are its own."""
        yield []

    def load(self, connections: int, milliseconds: int, count: int = 0) -> Slice:
        request = (f"GET {self.path} HTTP/1.1\r\nHost: {LOOPBACK}\r\nAccept: {JSON['Accept']}\r\n"
                   f"X-Forwarded-For: {self.client}\r\n{self.cookie}\r\n")
        command = [TOOLS / "load", self.stage.gateway.home.port, connections, milliseconds, count,
                   self.status, self.word, self.stage.number]
        try:
            done, _ = run_tool(command, stdin=request.encode())
            self.stage.number += done.calls
            return done
        except RuntimeError as problem:
            raise RuntimeError(f"{problem}\n{self.stage.gateway.last_words()}") from None

    def slice(self, connections: int, milliseconds: int) -> Slice:
        with self.on_stage() as pids:
            self.load(connections, WARM_MS)
            return self.stage.measured(pids, lambda: self.load(connections, milliseconds))


class Ours(Web):
    def __init__(self, stage: Stage, name: str = "click2call, FastCGI",
                 path: str = "/click2call?to=@@@@@@", status: int = 201,
                 word: str = "initiating", client: str = ANYBODY) -> None:
        super().__init__(stage, name, path, status, word, client)

    @contextlib.contextmanager
    def on_stage(self) -> Iterator[list[int]]:
        self.stage.gateway.start_program()
        try:
            yield [self.stage.gateway.program.pid]
        finally:
            self.stage.gateway.program.stop()


class PhpFpm(Web):
    def __init__(self, stage: Stage) -> None:
        super().__init__(stage, "PHP-FPM, a correct script", "/correct.php?to=@@@@@@",
                         word='"queued"')

    @contextlib.contextmanager
    def on_stage(self) -> Iterator[list[int]]:
        yield with_descendants(self.stage.php_fpm.pid)


class Floor(Web):
    def __init__(self, stage: Stage, name: str = "the floor: C and libfcgi",
                 journal: bool = False) -> None:
        super().__init__(stage, name, "/floor?to=@@@@@@", word="initiating")
        self.journal = [stage.place / "floor.db"] if journal else []

    @contextlib.contextmanager
    def on_stage(self) -> Iterator[list[int]]:
        place = self.stage.place
        path = place / "floor.sock"
        path.unlink(missing_ok=True)
        floor = Process([TOOLS / "floor", path, *self.journal], place / "floor.log",
                        env=self.stage.settings())
        try:
            wait_until(path.exists, "the floor to listen")
            yield [floor.pid]
        finally:
            floor.stop()


class Rawman(Web):
    """Asterisk's own way to be asked over HTTP: no program at all between nginx and the PBX."""

    def __init__(self, stage: Stage) -> None:
        dial = (f"/rawman?action=originate&channel={quote(stage.channel)}&context={CONTEXT}"
                "&exten=@@@@@@&priority=1&callerid=%22Click%20to%20call%22%20%3C1006%3E"
                "&timeout=30000&async=yes")
        super().__init__(stage, "Asterisk's /rawman", dial, 200, "successfully queued")

    @contextlib.contextmanager
    def on_stage(self) -> Iterator[list[int]]:
        def ask(query: str) -> http.client.HTTPResponse:
            connection = http.client.HTTPConnection(LOOPBACK, self.stage.pbx.http_port, timeout=10)
            with contextlib.closing(connection):
                connection.request("GET", f"/rawman?action={query}", headers=headers)
                answer = connection.getresponse()
                answer.read()
            return answer

        headers: dict[str, str] = {}
        answer = ask(f"login&username=click2call&secret={SECRET}&events=off")
        headers["Cookie"] = answer.getheader("Set-Cookie").split(";")[0]
        self.cookie = f"Cookie: {headers['Cookie']}\r\n"
        try:
            yield []
        finally:
            # An HTTP session keeps all events, and every later login has to walk through them.
            ask("logoff")


class Bare:
    """One kept AMI session and nothing else."""

    def __init__(self, stage: Stage, name: str, watched: bool = False) -> None:
        self.stage, self.name, self.watched = stage, name, watched

    def slice(self, depth: int, milliseconds: int, port: int = 0) -> Slice:
        env = self.stage.settings(port=port)
        with ExitStack() as stack:
            if self.watched:
                watcher = Process([TOOLS / "bare", "watch"], self.stage.place / "bare.log", env=env)
                stack.callback(watcher.stop)
                watcher.pid  # it is there
            return self.stage.measured([], lambda: run_tool(
                [TOOLS / "bare", depth, milliseconds], env=env)[0])


class Cgi:
    """A program from exec to exit, again and again."""

    def __init__(self, stage: Stage, name: str, program: Path, word: str, script: str,
                 env: dict[str, str]) -> None:
        self.stage, self.name = stage, name
        self._program, self._word = program, word
        self._env = {"PATH": "/usr/bin:/bin", "REMOTE_ADDR": ANYBODY, **env,
                     **cgi_variables("GET", script, "to=@@@@@@", JSON, b"")}

    def slice(self, count: int) -> Slice:
        def work() -> Slice:
            done, said = run_tool([TOOLS / "spawn", count, self.stage.number, self._word,
                                   self._program], env=self._env)
            self.stage.number += done.calls
            done.cpu["own"] = int(said.splitlines()[-1]) / 1e9
            return done
        return self.stage.measured([], work)


def web_parties(stage: Stage) -> dict[str, Web]:
    return {"ours": Ours(stage), "floor": Floor(stage),
            "recorded": Floor(stage, "the floor with a journal", journal=True),
            "php": PhpFpm(stage),
            "rawman": Rawman(stage), "nginx": Web(stage, "nginx alone says 204", "/nothing", 204, "")}


def bare_parties(stage: Stage) -> dict[str, Bare]:
    return {"bare": Bare(stage, "bare AMI client"),
            "watched": Bare(stage, "bare AMI client, a watcher beside it", watched=True)}


def cgi_parties(stage: Stage) -> dict[str, Cgi]:
    settings = stage.settings()
    php = {**settings, "SCRIPT_FILENAME": str(stage.place / "correct.php"), "REDIRECT_STATUS": "1"}
    return {
        "ours": Cgi(stage, "click2call, CGI", BINARY, "initiating", "/click2call",
                    {"CLICK2CALL_CONFIG": str(stage.cgi_config)}),
        "floor": Cgi(stage, "the floor: C, no journal", TOOLS / "minimal", "initiating",
                     "/click2call", settings),
        "php": Cgi(stage, "php-cgi, a correct script", PHP_CGI, '"queued"', "/click2call.php", php),
    }
