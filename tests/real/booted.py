"""The program on a machine with systemd, installed as README.md says, behind nginx.

    with booted(BINARY, config) as g:
        assert g.request(query="to=1006", headers=JSON).status == 201
        assert "callId" in g.journal()

Everything stands where an administrator puts it, as it is shipped: conf/systemd in the folder of the
units, the program in /usr/bin, its configuration in /etc/click2call with the mode that the README
names. systemd and journald are Debian's own, and run as they do anywhere; only that the machine is
namespaces of ours, which end with us (see boot). Its network is this one.
"""

import contextlib
import re
import shutil
import subprocess
from pathlib import Path

from machine import HERE, LOOPBACK, Process, descendants
from servers import Gateway
from shipped import CONF, SERVERS, Home, own

DEBIAN = Path("/lib/systemd/system")
# What the shipped units and journald name, or have by default.
TAKEN = ("sysinit.target", "basic.target", "sockets.target", "shutdown.target", "network.target",
         "systemd-journald.service", "systemd-journald.socket", "systemd-journald-dev-log.socket")
TARGET = """
[Unit]
DefaultDependencies=no
Requires=basic.target systemd-journald.service click2call.socket
After=basic.target
AllowIsolate=yes
"""
JOURNALD = """
[Journal]
Storage=volatile
Audit=no
ReadKMsg=no
RateLimitIntervalSec=0
"""


class Booted(Gateway):
    """Such a machine. Needs root.

    files: of root, {"/etc/…": text}. units: more of Debian's own, to be started by run().
    uncomment: what stands in the service as a comment, and here as a line. The rest goes to Home.
    """

    def __init__(self, binary, config_path, *, files=None, units=(), uncomment=(), **home):
        super().__init__("nginx", Home(binary, config_path, None, **home))
        self.place = self.home.path / "booted"
        for name in ("tree", "units", "layer", "root", "cgroup"):
            (self.place / name).mkdir(parents=True)
        (self.place / "run").symlink_to(self.home.path / "run")
        own(self.home.path / "run", "root", "root", 0o755)
        (self.place / "console").touch()
        self._install(files or {})
        self._enable(units, uncomment)

    def _install(self, files):
        tree = self.place / "tree"
        modules = self.home.binary.parent / "modules"
        for source, target in ((self.home.binary, "/usr/bin/click2call"),
                               (modules, "/usr/lib/click2call")):
            place = tree / target[1:]
            place.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if source.is_dir() else shutil.copy)(source, place)
        # The journal is where StateDirectory= says.
        text = re.sub(r'^url = "sqlite:.*"$', "", self.home.config.read_text("utf-8"), flags=re.M)
        for path, text in {"/etc/click2call/click2call.toml": text,
                           "/etc/systemd/journald.conf": JOURNALD, **files}.items():
            place = tree / path[1:]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")
            place.chmod(0o600)

    def _enable(self, units, uncomment):
        place = self.place / "units"
        for name in (*TAKEN, *units):
            shutil.copy(DEBIAN / name, place)
        for name in ("click2call.socket", "click2call.service"):
            shutil.copy(CONF / "systemd" / name, place)
        service = place / "click2call.service"
        text = service.read_text("utf-8")
        for line in uncomment:
            assert f"\n#{line}\n" in text, line
            text = text.replace(f"\n#{line}\n", f"\n{line}\n")
        service.write_text(text, "utf-8")
        (place / "booted.target").write_text(TARGET, "utf-8")

    def start(self):
        self.start_program()
        configure, _ = SERVERS[self.name]
        self.server = Process(configure(self.home), self.home.log("server"))
        self._wait_for(self.server, (LOOPBACK, self.home.port))

    def start_program(self):
        self.program = Process([HERE / "boot", self.place], self.home.log("program"))
        self._wait_for(self.program, str(self.home.socket))

    def run(self, *command, check=True):
        """A command on that machine, by root; what it said."""
        _, systemd = descendants(self.program.pid)[:2]  # behind unshare
        done = subprocess.run(["nsenter", f"--target={systemd}", "--mount", "--pid", "--cgroup",
                               "--root", "--wd", *command], check=False, text=True, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0 or not check, f"{command}: {done.stdout}\n{self.last_words()}"
        return done.stdout

    def journal(self, unit="click2call.service"):
        """What the unit, and systemd about it, said so far."""
        return self.run("journalctl", "--unit", unit, "--output", "cat", "--no-pager")

    def last_words(self):
        said = ""
        with contextlib.suppress(Exception):
            said = self.run("journalctl", "--no-pager", "--lines=30", check=False)
        return "\n".join([super().last_words(), (self.place / "console").read_text(), said])


@contextlib.contextmanager
def booted(binary, config_path, **options):
    """A running Booted; the options are its own."""
    running = Booted(binary, config_path, **options)
    try:
        running.start()
        yield running
    finally:
        running.stop()
