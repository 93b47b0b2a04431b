"""The package that `make deb` makes, on a Debian 12 with nothing else on it."""

import re
import shutil
import subprocess

import pytest

import roots
from program import ROOT

CONFIG = "etc/click2call/click2call.toml"
JOURNAL = "var/lib/click2call/calls.db"
UNITS = "click2call.socket click2call.service"


@pytest.fixture(scope="module")
def package():
    made = subprocess.run(["make", "deb"], cwd=ROOT, check=True, capture_output=True, text=True)
    return ROOT / made.stdout.split()[-1]


class Machine:
    """A copy of that Debian, without a network. Its systemd is one that says what it was told."""

    def __init__(self, place):
        self.place = place
        subprocess.run(["cp", "-a", roots.bare_root(), place], check=True)
        (place / "run/systemd/system").mkdir(parents=True)
        systemctl = place / "usr/local/bin/systemctl"
        systemctl.write_text('#!/bin/sh\necho "$@" >> /run/systemctl\n', "utf-8")
        systemctl.chmod(0o755)

    def run(self, *command, ends=0):
        """A command there, by root; what it said."""
        done = subprocess.run(
            ["unshare", "--mount", "--net", "--propagation", "private", "sh", "-ec",
             'mount -t proc proc "$0/proc"; mount --bind /dev "$0/dev"; exec chroot "$0" "$@"',
             self.place, *command], check=False, text=True, timeout=60,
            env={"PATH": "/usr/local/bin:/usr/sbin:/usr/bin"}, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        assert done.returncode == ends, f"{command}: {done.stdout}"
        return done.stdout

    def install(self, package):
        shutil.copy(package, self.place / "tmp/click2call.deb")
        return self.run("dpkg", "--install", "/tmp/click2call.deb")

    def told(self):
        """What systemd has been told since the last time."""
        said = self.place / "run/systemctl"
        text = said.read_text("utf-8") if said.exists() else ""
        said.unlink(missing_ok=True)
        return text.splitlines()

    def files(self):
        """All there are, but for dpkg's own record and what the tests put there."""
        own = ("var/lib/dpkg/", "var/log/", "var/cache/", "run/", "tmp/")
        paths = (str(path.relative_to(self.place)) for path in self.place.rglob("*"))
        return {path for path in paths if not path.startswith(own)}


@pytest.fixture(scope="module")
def debian(tmp_path_factory):
    place = tmp_path_factory.mktemp("deb") / "root"
    try:
        yield Machine(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def machine(debian, package):
    """With the package, just installed."""
    debian.before = debian.files()
    debian.told()
    debian.said = debian.install(package)
    yield debian
    debian.run("dpkg", "--purge", "click2call")
    (debian.place / JOURNAL).unlink(missing_ok=True)


def version():
    text = (ROOT / "src/base/version.h").read_text("utf-8")
    return re.search(r'kVersion\[\] = "(.*)"', text)[1]


def test_the_program_runs_and_reads_its_configuration(machine):
    assert machine.run("click2call", "--version").split()[-1] == version()
    said = machine.run("click2call", "check", ends=1)
    assert f"/{CONFIG}: nobody else on this machine can read" in said, said
    assert "is Asterisk running" in said, "the configuration is good, and the PBX is tried"


def test_the_secret_is_roots_alone_and_nothing_is_enabled_or_started(machine):
    owner = machine.run("stat", "--format", "%a %U:%G", f"/{CONFIG}")
    assert owner == "600 root:root\n"
    assert machine.told() == ["daemon-reload"]
    hint = [line for line in machine.said.splitlines() if line.startswith("click2call:")]
    assert len(hint) == 1 and CONFIG in hint[0] and "enable --now click2call.socket" in hint[0]


def test_an_update_keeps_the_configuration_as_it_is(machine, package):
    config = machine.place / CONFIG
    mine = config.read_text("utf-8").replace("change me", "a secret of mine")
    config.write_text(mine, "utf-8")
    machine.run("chown", "root:www-data", f"/{CONFIG}")
    machine.run("chmod", "640", f"/{CONFIG}")
    machine.told()
    assert "click2call: set" not in machine.install(package)
    assert config.read_text("utf-8") == mine
    assert machine.run("stat", "--format", "%a %U:%G", f"/{CONFIG}") == "640 root:www-data\n"
    assert machine.told()[-2:] == ["daemon-reload", "try-restart click2call.service"]


def test_nothing_is_left_but_the_configuration_and_then_the_journal(machine):
    journal = machine.place / JOURNAL
    journal.parent.mkdir(exist_ok=True)
    journal.touch()
    machine.told()
    machine.run("dpkg", "--remove", "click2call")
    assert machine.told() == [f"stop {UNITS}", f"--quiet disable {UNITS}", "daemon-reload"]
    kept = {JOURNAL, JOURNAL.rpartition("/")[0]}
    assert machine.files() - machine.before == kept | {CONFIG, CONFIG.rpartition("/")[0]}
    assert "/var/lib/click2call" in machine.run("dpkg", "--purge", "click2call")
    assert machine.files() - machine.before == kept - machine.before
    assert machine.before - machine.files() == set()


def test_what_only_a_module_needs_is_recommended_or_suggested(package):
    def field(name):
        shown = subprocess.run(["dpkg-deb", "--field", package, name], check=True,
                               capture_output=True, text=True).stdout
        return {one.split()[0] for one in shown.split(",") if one.strip()}

    needed, recommended, suggested = map(field, ("Depends", "Recommends", "Suggests"))
    assert {"libc6", "libstdc++6"} <= needed
    assert any(name.startswith("libphonenumber") for name in recommended)
    assert any(name.startswith("libpoconetssl") for name in recommended)
    assert {"libmariadb3", "libpq5"} <= suggested
    assert not needed & (recommended | suggested)


def test_lintian_finds_no_error(package):
    found = subprocess.run(["lintian", "--fail-on", "error", package], check=False, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert found.returncode == 0, found.stdout
