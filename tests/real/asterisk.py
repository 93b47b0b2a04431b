"""Real Asterisk 16 and 22 on loopback, several at once, each with a configuration of its own.

    with Asterisk(22) as pbx:
        pbx.witness.action("Originate", Channel="Local/4200@from-internal/n", …)

etc/ holds the configuration, with @NAMES@ for what differs from run to run; its extensions.conf
says which numbers there are. All that one instance writes is in one temporary folder.
"""

import fnmatch
import os
import re
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

import roots
from ami import Ami, AmiError
from machine import HERE, LOOPBACK, Process, free_port, listens, release_port, tail, wait_until
from witness import Witness

SHIPPED = HERE.parent.parent / "conf" / "asterisk"
SHIPPED_USER = SHIPPED / "manager.d" / "click2call.conf"
SHIPPED_CONTEXTS = SHIPPED / "extensions.d" / "click2call.conf"
PJSIP_PHONES = [str(number) for number in range(1003, 1011)]
SIP_PHONES = [str(number) for number in range(1103, 1111)]
START_TIMEOUT_S = 60

# Beside the program's own user: the tests' eyes, and what the old script's documentation asks for.
USERS = {"witness": "read = all\nwrite = all", "noright": "read = call\nwrite = call,command"}

# In RUN as the chroot sees it.
RUN = "/mnt"
# Read at start by Asterisk's core or by what stays loaded, which complain where a file is missing.
EMPTY_FILES = """acl ccss cel cli cli_permissions dnsmgr dsp enum features musiconhold
    pjproject pjsip_notify sorcery statsd udptl websocket_client""".split()
# Modules without a configuration here, as they are named in either version.
NOT_LOADED = """app_adsiprog app_agent_pool app_alarmreceiver app_amd app_confbridge app_festival
    app_followme app_getcpeid app_minivm app_page app_queue app_stasis* app_voicemail*
    cdr_adaptive_odbc cdr_c* cdr_odbc cdr_p* cdr_r* cdr_s* cdr_t* cel_* chan_dahdi
    chan_websocket func_curl func_odbc pbx_ael pbx_dundi pbx_lua pbx_realtime res_adsi res_aeap
    res_ari* res_calendar* res_clialiases res_config_* res_curl res_fax* res_geolocation
    res_hep* res_http_media_cache res_odbc* res_parking res_phoneprov res_pjsip_config_wizard
    res_pjsip_geolocation res_pjsip_phoneprov_provider res_pjsip_stir_shaken
    res_pjsip_transport_websocket res_prometheus res_resolver_unbound res_smdi res_snmp
    res_speech_aeap res_stasis_broadcast res_stir_shaken res_stun_monitor res_xmpp""".split()


class Asterisk:
    """One instance. Its ports, users and phones stay the same over stop() and start()."""

    def __init__(self, version: int, *, users: dict[str, str] | None = None, tls: bool = False,
                 say: roots.Say = print) -> None:
        """users: more AMI users, each with the lines of its section but the secret."""
        self.version = version
        self.name = f"asterisk-{version}"
        self.root = roots.root(version, say)
        self.place = Path(tempfile.mkdtemp(prefix=f"click2call-{self.name}-"))
        self.run = self.place / "run"
        self.log = self.run / "log" / "full"
        self.ami_port, self.http_port, self.pjsip_port = free_port(), free_port(), free_port()
        self.sip_port = free_port() if version == 16 else 0
        self.tls_port = free_port() if tls else 0
        self.ca_file = self.place / "ca.pem"
        self.secrets: dict[str, str] = {}
        self.release = ""
        self.witness: Witness | None = None
        self._process: Process | None = None
        self._users = {**USERS, **(users or {})}
        self._configure()

    # Life

    def start(self) -> "Asterisk":
        """Returns once Asterisk has fully booted and the witness looks on."""
        self.release = ""
        self._process = Process(
            [HERE / "enter-root", self.root, self.run, "asterisk", "-f", "-U", "asterisk",
             "-G", "asterisk", "-C", f"{RUN}/etc/asterisk.conf"],
            self.place / "console", isolated=True)
        wait_until(self._answers, f"{self.name} to open AMI on port {self.ami_port}",
                   START_TIMEOUT_S, self.evidence)
        self.witness = Witness(self.ami_port, "witness", self.secrets["witness"])
        self.witness.wait_for(lambda event: event["Event"] == "FullyBooted",
                              f"{self.name} to boot fully", START_TIMEOUT_S)
        self.release = self.witness.wait_until(self._version, "core show version to be known")
        self.witness.command("core set debug 1 manager")
        return self

    def _version(self) -> str:
        """Asterisk says that it has fully booted a moment before it knows its last commands."""
        try:
            return self.witness.command("core show version")[0].split()[1]
        except AmiError:
            return ""

    def _answers(self) -> bool:
        if not self._process.running():
            raise RuntimeError(f"{self.name} ended while it started\n{self.evidence()}")
        return listens((LOOPBACK, self.ami_port))

    @property
    def pid(self) -> int:
        """Of the asterisk process itself: SIGSTOP makes it silent, SIGKILL is a crash."""
        return self._process.pid

    def stop(self) -> None:
        """As `service asterisk stop` does; start() takes it up again, registrations included."""
        self._forget_witness()
        if self._process:
            # While it starts, Asterisk does not listen to SIGTERM.
            self._process.stop(10 if self.release else 0.2)

    def kill(self) -> None:
        """Ends it at once, as a crash would."""
        self._process.kill()
        self._forget_witness()

    def close(self) -> None:
        """Stops it and removes all that it wrote; calling it twice is fine."""
        self.stop()
        shutil.rmtree(self.place, ignore_errors=True)
        for port in (self.ami_port, self.http_port, self.pjsip_port, self.sip_port, self.tls_port):
            release_port(port)

    def _forget_witness(self) -> None:
        if self.witness:
            self.witness.close()
            self.witness = None

    def __enter__(self) -> "Asterisk":
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_: object) -> None:
        self.close()

    # Use

    def ami(self, username: str = "click2call", **options: object) -> Ami:
        """A session of one of the users."""
        return Ami(self.ami_port, username, self.secrets[username], **options)

    def device(self, phone: str) -> str:
        """PJSIP/1003 or SIP/1103: the channel technology and name of a phone."""
        return f"{'SIP' if phone in SIP_PHONES else 'PJSIP'}/{phone}"

    def actions(self, action: str) -> int:
        """How many such actions manager.c has run since the start, by its own debug log."""
        wanted = re.compile(rf"manager\.c.*Running action '{action}'")
        with self.log.open(errors="replace") as log:
            return sum(1 for line in log if wanted.search(line))

    def write(self, file: str, text: str) -> None:
        """Puts a file into this instance's etc/; the witness's `… reload` makes it count."""
        target = self.run / "etc" / file
        target.write_text(text)
        target.chmod(0o640)
        owner = (self.run / "etc").stat()
        os.chown(target, owner.st_uid, owner.st_gid)

    def set_secret(self, username: str, secret: str) -> None:
        """Changes a user's secret as an administrator would; open sessions live on."""
        self.secrets[username] = secret
        self._write_user(username)
        self.witness.command("manager reload")

    def evidence(self) -> str:
        """The end of what it logged, for a failure message."""
        return f"{tail(self.place / 'console', 5)}\n{tail(self.log)}"

    # Configuration

    def _configure(self) -> None:
        for folder in ("etc/manager.d", "lib/keys", "log", "run", "spool"):
            (self.run / folder).mkdir(parents=True)
        modules = next(self.root.glob("usr/lib/**/asterisk/modules"))
        names = {"RUN": RUN, "MODULES": "/" + str(modules.relative_to(self.root)),
                 "NOLOAD": _noload(modules), "AMI_PORT": self.ami_port,
                 "HTTP_PORT": self.http_port, "PJSIP_PORT": self.pjsip_port,
                 "SIP_PORT": self.sip_port, "TLS": self._tls()}
        phones = {"pjsip.conf": _pjsip_phones(), "sip.conf": _sip_phones()}
        for name in EMPTY_FILES:
            self.write(f"{name}.conf", "")
        for template in (HERE / "etc").glob("*.conf"):
            values = {**names, "PHONES": phones.get(template.name, "")}
            self.write(template.name, re.sub(r"@([A-Z_]+)@", lambda m: str(values[m[1]]),
                                             template.read_text()))
        with (self.run / "etc" / "extensions.conf").open("a", encoding="utf-8") as dialplan:
            dialplan.write(SHIPPED_CONTEXTS.read_text("utf-8"))
        for username in ["click2call", *self._users]:
            self.secrets[username] = secrets.token_hex(12)
            self._write_user(username)
        self._hand_over()

    def _hand_over(self) -> None:
        """All of RUN to the user that Asterisk runs as; nobody else on the machine reads it."""
        passwd = (self.root / "etc" / "passwd").read_text()
        user, group = map(int, re.search(r"^asterisk:[^:]*:(\d+):(\d+):", passwd, re.M).groups())
        for folder, _, files in os.walk(self.run):
            for path in [Path(folder), *(Path(folder, file) for file in files)]:
                os.chown(path, user, group)
        self.run.chmod(0o750)

    def _write_user(self, username: str) -> None:
        if username == "click2call" and username not in self._users:
            section = re.sub(r"^secret\s*=.*$", f"secret = {self.secrets[username]}",
                             SHIPPED_USER.read_text(), flags=re.MULTILINE)
        else:
            section = (f"[{username}]\nsecret = {self.secrets[username]}\n"
                       "deny = 0.0.0.0/0.0.0.0\npermit = 127.0.0.1/255.255.255.255\n"
                       f"displayconnects = no\n{self._users[username]}\n")
        self.write(f"manager.d/{username}.conf", section)

    def _tls(self) -> str:
        """AMI over TLS, with a certificate for 127.0.0.1 that lasts as long as a test."""
        if not self.tls_port:
            return ""
        key = self.run / "etc" / "ami.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", self.ca_file],
            check=True, capture_output=True, timeout=30)
        shutil.copy(self.ca_file, self.run / "etc" / "ami.crt")
        return (f"tlsenable = yes\ntlsbindaddr = 127.0.0.1:{self.tls_port}\n"
                f"tlscertfile = {RUN}/etc/ami.crt\ntlsprivatekey = {RUN}/etc/ami.key")


def _noload(modules: Path) -> str:
    names = sorted(file.stem for file in modules.glob("*.so"))
    return "\n".join(f"noload => {name}.so" for name in names
                     if any(fnmatch.fnmatch(name, pattern) for pattern in NOT_LOADED))


def _pjsip_phones() -> str:
    return "\n".join(f"[{phone}](phone)\nauth = {phone}\naors = {phone}\n"
                     f"[{phone}](phone-auth)\nusername = {phone}\npassword = {phone}\n"
                     f"[{phone}](phone-aor)\n" for phone in PJSIP_PHONES)


def _sip_phones() -> str:
    return "\n".join(f"[{phone}](phone)\nsecret = {phone}\n" for phone in SIP_PHONES)
