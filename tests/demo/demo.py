#!/usr/bin/python3
"""make demo: a real PBX, two real phones, a web server, and one click.

Starts Asterisk 22 with the phones 1003 and 1006 (and 1007, for you), click2call behind nginx on
127.0.0.1, clicks the link, and says what the PBX saw. Then it stays, for you to click, until
Ctrl-C.

    ONESHOT=1            ends after the call; exit status 0 only if the PBX's own channel list
                         showed both phones in one bridge
    PORT=8081            where nginx listens, instead of 8080
    PBX=HOST:PORT        your own PBX instead of ours, with PBX_USER, PBX_SECRET, and where they
                         differ from the default ORIGIN (1003), TO (1006), CHANNEL
                         (PJSIP/{from}), CONTEXT (from-internal)
"""

import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests" / "real"))
sys.dont_write_bytecode = True

from ami import Ami, AmiError  # noqa: E402
from machine import (LOOPBACK, NotSeen, Process, listens, stop_all, tail,  # noqa: E402
                     uninterrupted, wait_until)
from story import Story  # noqa: E402

PROGRAM = REPOSITORY / "build" / "click2call"
SNIPPET = REPOSITORY / "conf" / "nginx" / "click2call.conf"
RING_S = 2
TALK_S = 10

NGINX = """\
# Everything runs as whoever started the demo, and on loopback.
{user}
daemon off;
worker_processes 1;
pid {place}/nginx.pid;
error_log {place}/nginx.log;
events {{}}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {place}/body;
    fastcgi_temp_path {place}/fastcgi;
    proxy_temp_path {place}/proxy;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    server {{
        listen {host}:{port};
        root {www};
        index index.html;
        include {place}/click2call.conf;
    }}
}}
"""

CONFIG = """\
[[pbx]]
name = "demo"
host = {host}
port = {port}
username = {username}
secret = {secret}

[call]
origin = {origin}
channel = {channel}
context = {context}

[store]
url = {journal}

[web]
pages = {pages}
"""


class Unable(Exception):
    """The demo cannot run; the message says why and what to do."""


@dataclass
class Pbx:
    """Where the calls are placed, and what click2call has to know for it."""
    host: str
    port: int
    username: str
    secret: str
    origin: str = "1003"
    to: str = "1006"
    channel: str = "PJSIP/{from}"
    context: str = "from-internal"
    phones: frozenset[str] = frozenset()  # the devices that a call connects, where we know them


def main() -> int:
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
    try:
        with ExitStack() as stack:
            return run(stack)
    except KeyboardInterrupt:
        say("\nStopped: nothing is left running.")
        return 130 if os.environ.get("ONESHOT") else 0
    except (Unable, NotSeen, AmiError, OSError, RuntimeError) as problem:
        print(f"demo: {problem}", file=sys.stderr)
        return 1


def interrupt(*_: object) -> None:
    """The first signal ends the demo; more of them shall not keep it from tidying up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def run(stack: ExitStack) -> int:
    port = check_what_is_needed()
    place = own_folder(stack)
    pbx = user_pbx() or our_pbx(stack)
    eyes = stack.enter_context(look_at(pbx))
    processes = [start_click2call(stack, place, pbx), start_nginx(stack, place, port)]
    url = f"http://{LOOPBACK}:{port}"
    story = Story(url, eyes)
    connected = story.call(pbx.to, pbx.phones)
    if os.environ.get("ONESHOT"):
        return 0 if connected else 1
    say(f"\nNow you: open {url}/ and click, or go to {url}/click2call?to={pbx.to}")
    if pbx.phones:
        say(f"The phones pick up after {RING_S} s and hang up after {TALK_S} s.")
    say("Ctrl-C ends it all.\n")
    stay(processes, eyes, story)
    return 1


def check_what_is_needed() -> int:
    """Says what is missing before anything is started; returns the port for nginx."""
    port = os.environ.get("PORT", "8080")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Unable(f"PORT={port} is not a port; leave it out for 8080")
    if not PROGRAM.exists():
        raise Unable(f"{PROGRAM} is not there yet; run: make")
    if not shutil.which("nginx", path="/usr/sbin:/usr/bin:" + os.environ.get("PATH", "")):
        raise Unable("nginx is not installed; run, as root: tests/packages demo")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, int(port)))
        except OSError as problem:
            raise Unable(f"port {port} of {LOOPBACK} cannot be had ({problem.strerror}); "
                         f"choose another: make demo PORT=8081") from None
    return int(port)


def own_folder(stack: ExitStack) -> Path:
    """All that the demo writes, the PBX's and the phones' files too, is in here."""
    with uninterrupted():
        place = Path(tempfile.mkdtemp(prefix="click2call-demo-"))
        stack.callback(shutil.rmtree, place, ignore_errors=True)
        stack.callback(stop_all)
    tempfile.tempdir = str(place)
    return place


def user_pbx() -> Pbx | None:
    address = os.environ.get("PBX")
    if not address:
        return None
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise Unable(f"PBX={address} is not HOST:PORT, such as PBX=192.0.2.10:5038")
    for name in ("PBX_USER", "PBX_SECRET"):
        if not os.environ.get(name):
            raise Unable(f"PBX is set, but {name} is not: the AMI user of click2call on {address}")
    given = {field: os.environ[field.upper()] for field in ("origin", "to", "channel", "context")
             if os.environ.get(field.upper())}
    say(f"Using the PBX at {address}.")
    return Pbx(host, int(port), os.environ["PBX_USER"], os.environ["PBX_SECRET"], **given)


def our_pbx(stack: ExitStack) -> Pbx:
    """Asterisk 22 and two phones, which pick up and hang up by themselves."""
    if os.geteuid() != 0:
        raise Unable("our own Asterisk runs in a chroot, which needs root; without, name a PBX "
                     "of yours: make demo PBX=HOST:PORT PBX_USER=… PBX_SECRET=…")
    from asterisk import Asterisk
    from phones import Phone
    asterisk = stack.enter_context(Asterisk(22, say=say))
    say(f"Asterisk {asterisk.release} is up, AMI on port {asterisk.ami_port}.")
    phones = [stack.enter_context(Phone(asterisk, number, answer_after=RING_S,
                                        hang_up_after=TALK_S))
              for number in ("1003", "1006", "1007")]
    say("The phones 1003, 1006 and 1007 are registered.")
    return Pbx(LOOPBACK, asterisk.ami_port, "click2call", asterisk.secrets["click2call"],
               phones=frozenset(phone.device for phone in phones[:2]))


def look_at(pbx: Pbx) -> Ami:
    try:
        return Ami(pbx.port, pbx.username, pbx.secret, host=pbx.host)
    except (AmiError, OSError) as problem:
        raise Unable(f"no AMI session as {pbx.username} at {pbx.host}:{pbx.port}: {problem}")


def start_click2call(stack: ExitStack, place: Path, pbx: Pbx) -> Process:
    config = place / "click2call.toml"
    values = {"host": pbx.host, "port": pbx.port, "username": pbx.username, "secret": pbx.secret,
              "origin": pbx.origin, "channel": pbx.channel, "context": pbx.context,
              "journal": f"sqlite:{place}/calls.db", "pages": str(REPOSITORY / "www")}
    write_private(config, CONFIG.format(**{name: json.dumps(value, ensure_ascii=False)
                                           for name, value in values.items()}))
    return start(stack, [PROGRAM, "--config", config, "--listen", f"unix:{place}/click2call.sock"],
                 place / "click2call.log", f"{place}/click2call.sock")


def start_nginx(stack: ExitStack, place: Path, port: int) -> Process:
    """With the snippet that we ship; only the path of the socket is the demo's own."""
    snippet = SNIPPET.read_text()
    write_private(place / "click2call.conf",
                  snippet.replace("/run/click2call/click2call.sock", f"{place}/click2call.sock"))
    write_private(place / "nginx.conf", NGINX.format(
        user="user root;" if os.geteuid() == 0 else "", place=place, host=LOOPBACK, port=port,
        www=REPOSITORY / "www"))
    os.environ["PATH"] += ":/usr/sbin"
    return start(stack, ["nginx", "-p", place, "-c", place / "nginx.conf",
                         "-e", place / "nginx.log"], place / "nginx.log", (LOOPBACK, port))


def start(stack: ExitStack, arguments: list, log: Path, address: str | tuple) -> Process:
    process = Process(arguments, log)
    stack.callback(process.stop)
    name = Path(arguments[0]).name

    def ready() -> bool:
        if not process.running():
            raise Unable(f"{name} has ended\n{tail(log)}")
        return listens(address)

    wait_until(ready, f"{name} to listen", 15, lambda: tail(log))
    say(f"{name} is up.")
    return process


def write_private(path: Path, text: str) -> None:
    path.touch(0o600)
    path.write_text(text)


def stay(processes: list[Process], eyes: Ami, story: Story) -> None:
    """Tells what your clicks do, until Ctrl-C or until a part of the demo ends."""
    while True:
        for process in processes:
            if not process.running():
                raise Unable(f"{process.name} has ended\n{tail(process.log)}")
        if not eyes.open():
            raise Unable("the PBX has closed the AMI connection")
        story.tell()
        story.pause()


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
