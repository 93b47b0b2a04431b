#!/usr/bin/python3
"""One request's cost beside the old way: click2call and a correct PHP page, on one real PBX.

Everything runs on 127.0.0.1 and is measured in turns, so that a noisy machine is noisy for both:

    CGI        from exec to exit, click2call and php-cgi as bare processes, as a web server runs
               them; and either one only saying its version, which is what starting it costs
    FastCGI    click2call and PHP-FPM behind one nginx, over one connection that is kept alive;
               and nginx only saying 204, which is what it and our client cost

Every answer has to be a call that the PBX has queued, and the PBX has to have run as many
Originates. The phone is an extension that answers and hangs up at once. Both sides answer once the
call is queued (web.outcome_wait_ms = 0), since the PHP page cannot do more.
"""

import math
import os
import shutil
import signal
import socket
import statistics
import sys
import time
from contextlib import ExitStack
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Callable

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "tests" / name) for name in ("real", "demo")]
sys.dont_write_bytecode = True

import roots  # noqa: E402
from ami import AmiError  # noqa: E402
from asterisk import Asterisk  # noqa: E402
from demo import Unable, interrupt, own_folder, say, start, write_private  # noqa: E402
from machine import LOOPBACK, NotSeen, tail, uninterrupted, wait_until  # noqa: E402
from program import BINARY, JSON, SECRET, write_config  # noqa: E402
from servers import Response, cgi_variables, gateway, parse_cgi  # noqa: E402
from shipped import (PROGRAM_GROUP, PROGRAM_USER, SERVERS, WEB_USER, Home,  # noqa: E402
                     listen, nginx)

PHP_CGI, PHP_FPM = Path("/usr/bin/php-cgi"), Path("/usr/sbin/php-fpm8.2")
CGI_ROUNDS, FASTCGI_ROUNDS = 100, 300
CGI_SLICE, FASTCGI_SLICE = 1, 20  # so many of each kind in turn; then every call has to be over
WARM_UP = 10    # of each kind, not counted
PAUSE_S = 0.01  # after each request: the call of one is over before the next one is measured
LIMIT_S = 58    # for all of it, once there is a root file system with Asterisk in it

TO, CHANNEL, CONTEXT = "1006", "Local/1003@bench/n", "bench"
DIALPLAN = "\n[bench]\nexten => _X!,1,Answer()\n same => n,Hangup()\n"

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
pm.max_children = 8
{settings}
"""

LOCATIONS = """
    location = /nothing {{ return 204; }}
    location = /correct.php {{
        include fastcgi_params; fastcgi_param SCRIPT_FILENAME {place}/correct.php;
        fastcgi_pass unix:{place}/php-fpm.sock;
    }}
    include click2call.conf;"""

Settings = dict[str, str]
Measures = dict[str, Callable[[], float]]  # each asks once and says how many milliseconds it took
Took = dict[str, list[float]]


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    signal.signal(signal.SIGALRM, too_long)
    try:
        with ExitStack() as stack:
            try:
                run(stack)
            finally:
                signal.alarm(0)
        return 0
    except KeyboardInterrupt:
        say("Stopped: nothing is left running.")
        return 130
    except (Unable, AssertionError, AmiError, HTTPException, OSError, RuntimeError) as problem:
        print(f"one_request: {problem or repr(problem)}", file=sys.stderr)
        return 1


def too_long(*_: object) -> None:
    raise NotSeen(f"not over after {LIMIT_S} s")


def run(stack: ExitStack) -> None:
    if os.geteuid() != 0 or not all(file.exists() for file in (BINARY, PHP_CGI, PHP_FPM)):
        raise Unable(f"this needs root, {BINARY}, {PHP_CGI} and {PHP_FPM}")
    load = os.getloadavg()
    roots.root(22)
    signal.alarm(LIMIT_S)
    place = own_folder(stack)
    place.chmod(0o711)  # the web server and PHP pass through it
    pbx = our_pbx(stack)

    def config(name: str) -> Path:
        """Each with a journal of its own: the program is not the same user in both."""
        folder = place / name
        folder.mkdir(mode=0o711)
        return write_config(folder, pbx.ami_port, rest="[web]\noutcome_wait_ms = 0",
                            call=f'channel = "{CHANNEL}"\ncontext = "{CONTEXT}"')

    settings = {"AMI_HOST": LOOPBACK, "AMI_PORT": str(pbx.ami_port), "AMI_USER": "click2call",
                "AMI_SECRET": SECRET, "CALL_CHANNEL": CHANNEL, "CALL_CONTEXT": CONTEXT}
    shutil.copy(Path(__file__).with_name("correct.php"), place)

    with gateway("cgi", BINARY, config("cgi")) as bare:
        cgi = in_turns(pbx, CGI_ROUNDS, CGI_SLICE, of_cgi(place, bare.home, settings))
    start_php_fpm(stack, place, settings)
    SERVERS["both"] = (lambda home: nginx_for_both(place, home), listen)
    with gateway("both", BINARY, config("fastcgi")) as web, \
            socket.create_connection((LOOPBACK, web.home.port), 10) as connection:
        fastcgi = in_turns(pbx, FASTCGI_ROUNDS, FASTCGI_SLICE, of_fastcgi(connection))

    placed = 2 * (CGI_ROUNDS + FASTCGI_ROUNDS + 2 * WARM_UP)
    wait_until(lambda: pbx.actions("Originate") == placed, f"{placed} Originates, no more", 5)
    say(f"Asterisk {pbx.release}, {placed} calls queued; {os.cpu_count()} processors, "
        "load average before: " + " ".join(f"{value:.2f}" for value in load))
    say_table(cgi, fastcgi)


def our_pbx(stack: ExitStack) -> Asterisk:
    pbx = Asterisk(22)
    pbx.write("extensions.conf", (pbx.run / "etc" / "extensions.conf").read_text() + DIALPLAN)
    stack.enter_context(pbx)
    pbx.set_secret("click2call", SECRET)
    # Every session that listens to events makes every call dearer.
    pbx.witness.action("Events", EventMask="off")
    return pbx


def start_php_fpm(stack: ExitStack, place: Path, settings: Settings) -> None:
    write_private(place / "php-fpm.conf", FPM.format(
        place=place, user=PROGRAM_USER, group=PROGRAM_GROUP, web=WEB_USER,
        settings="\n".join(f'env[{name}] = "{value}"' for name, value in settings.items())))
    start(stack, [PHP_FPM, "--nodaemonize", "--fpm-config", place / "php-fpm.conf"],
          place / "php-fpm.out", f"{place}/php-fpm.sock")


def nginx_for_both(place: Path, home: Home) -> list[str | Path]:
    """The harness's nginx with the shipped configuration, and the PHP page beside it."""
    command = nginx(home)
    home.write("nginx.conf", (home.path / "nginx.conf").read_text().replace(
        "include click2call.conf;", LOCATIONS.format(place=place)))
    return command


def of_cgi(place: Path, home: Home, settings: Settings) -> Measures:
    def call(program: Path, path: str, added: Settings) -> Callable[[], float]:
        env = {"REMOTE_ADDR": LOOPBACK, **home.environment(), **added,
               **cgi_variables("GET", path, f"to={TO}", JSON, b"")}
        return lambda: spawn(place, [program], env, lambda output: check(parse_cgi(output), 201))

    php = {**settings, "SCRIPT_FILENAME": str(place / "correct.php"), "REDIRECT_STATUS": "1"}
    return {"ours": call(home.binary, "/click2call", {}),
            "php": call(PHP_CGI, "/click2call.php", php),
            "ours, version": lambda: spawn(place, [home.binary, "--version"], {}),
            "php, version": lambda: spawn(place, [PHP_CGI, "-v"], {})}


def spawn(place: Path, command: list, env: Settings,
          examine: Callable[[bytes], None] = lambda output: None) -> float:
    """Milliseconds from exec to exit, with nothing between the program and us."""
    log = place / "cgi.log"
    with uninterrupted(), log.open("ab") as errors, open(os.devnull, "rb") as nothing:
        outer, inner = os.pipe()
        started = time.perf_counter()
        pid = os.posix_spawn(command[0], command, env, setsigdef=[signal.SIGPIPE], file_actions=[
            (os.POSIX_SPAWN_DUP2, file, number)
            for number, file in enumerate((nothing.fileno(), inner, errors.fileno()))])
        try:
            os.close(inner)
            with open(outer, "rb") as reader:
                output = reader.read()
            status = os.waitpid(pid, 0)[1]
        except BaseException:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        took = time.perf_counter() - started
    if status != 0:
        raise Unable(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}\n{tail(log)}")
    examine(output)
    return took * 1000


def of_fastcgi(connection: socket.socket) -> Measures:
    def get(target: str, status: int = 201) -> float:
        head = f"GET {target} HTTP/1.1\r\nHost: bench\r\nAccept: {JSON['Accept']}\r\n\r\n"
        started = time.perf_counter()
        connection.sendall(head.encode())
        reply = HTTPResponse(connection, method="GET")
        reply.begin()
        body = reply.read()
        took = time.perf_counter() - started
        check(Response(reply.status, reply.headers, body), status)
        return took * 1000

    return {"ours": lambda: get(f"/click2call?to={TO}"),
            "php": lambda: get(f"/correct.php?to={TO}"),
            "nginx": lambda: get("/nothing", 204)}


def check(answer: Response, status: int) -> None:
    """A call that the PBX has queued: 201, and the word for it, ours or the PHP page's."""
    if answer.status != status or (
            status == 201 and answer.json()["status"] not in ("initiating", "queued")):
        raise Unable(f"not a success: {answer}")


def in_turns(pbx: Asterisk, rounds: int, slice_of: int, measures: Measures) -> Took:
    taken: Took = {name: [] for name in measures}
    for count in (WARM_UP, *[slice_of] * (rounds // slice_of)):
        for name, measure in measures.items():
            for _ in range(count):
                taken[name].append(measure())
                time.sleep(PAUSE_S)
            wait_until(lambda: not pbx.witness.channels(), "the last call to be over", 5)
    return {name: sorted(values[WARM_UP:]) for name, values in taken.items()}


def say_table(cgi: Took, fastcgi: Took) -> None:
    def row(name: str, ours: list[float], php: list[float] | None = None) -> None:
        middle = statistics.median
        ratio = f"{middle(php) / middle(ours):.2f}" if php else ""
        columns = [f"{value:8.2f}" for values in (ours, php) if values
                   for value in (middle(values), values[math.ceil(len(values) * 0.99) - 1])]
        say(f"{ratio:>9}{''.join(columns):32}  {name}")

    say("PHP takes    click2call, ms         PHP, ms\n    times     p50     p99     p50     p99")
    row(f"CGI, exec to exit, beside php-cgi (N={CGI_ROUNDS})", cgi["ours"], cgi["php"])
    row("  of that, to start and say the version", cgi["ours, version"], cgi["php, version"])
    row(f"FastCGI, beside PHP-FPM (N={FASTCGI_ROUNDS})", fastcgi["ours"], fastcgi["php"])
    row("  of that, nginx and our client", fastcgi["nginx"])


if __name__ == "__main__":
    sys.exit(main())
