"""Real SIP phones: one baresip process each, registered to an instance of Asterisk.

What a phone does when it rings is said when it is made; its control port lets a test pick up,
hang up and look. Whether it is registered, and what became of a call, is the PBX's to say.

A Refuser is a phone of another make (sipp), which turns calls away with any SIP status: 603 is a
declined call, which baresip does not know.
"""

import contextlib
import json
import shutil
import socket
import tempfile
import threading
from pathlib import Path
from typing import Callable

from asterisk import SIP_PHONES, Asterisk
from machine import HERE, LOOPBACK, Process, free_port, release_port, tail, wait_until

# aubridge feeds a phone's ear into its mouth: audio flows without a sound card. (ausine and
# /dev/null end a call as soon as it is answered.)
CONFIG = """\
sip_listen {host}:{sip_port}
net_interface {host}
rtp_ports 10000-19998
audio_player aubridge,a
audio_source aubridge,a
audio_alert aubridge,b
module_path /usr/lib/baresip/modules
module g711.so
module aubridge.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen {host}:{control_port}
"""


class Phone:
    """One phone. The name is its number: 10xx registers by PJSIP, 11xx by chan_sip."""

    def __init__(self, pbx: Asterisk, number: str, *, answer_after: float | None = 0,
                 hang_up_after: float | None = None, busy: bool = False) -> None:
        """answer_after: seconds that it rings before it picks up; None rings on.
        hang_up_after: seconds that it talks before it hangs up; None talks on.
        busy: it turns every call away with 486."""
        self.pbx = pbx
        self.number = number
        self.device = pbx.device(number)
        self.place = Path(tempfile.mkdtemp(prefix=f"click2call-phone-{number}-"))
        self.log = self.place / "log"
        self._answer_after = answer_after
        self._hang_up_after = hang_up_after
        self._timer = threading.Timer(0, lambda: None)  # What it does next by itself.
        self._busy = busy
        self._changed = threading.Condition()
        self._events: list[dict] = []
        self._answers = 0
        # baresip listens on the next port too.
        self._sip_port, self._control_port = free_port(2), free_port(1)
        self._process: Process | None = None
        self._control: socket.socket | None = None
        self._configure()

    # Life

    def start(self, timeout: float = 10) -> "Phone":
        """Returns once the PBX says that the phone is registered."""
        self._process = Process(["baresip", "-f", self.place], self.log)
        self._control = wait_until(self._connect, f"phone {self.number} to start", timeout,
                                   self.evidence)
        threading.Thread(target=self._listen, daemon=True, name=f"phone-{self.number}").start()
        # Its first answer says that this connection is the one it reports to.
        self._command("reginfo")
        wait_until(lambda: self._answers, f"phone {self.number} to answer", timeout, self.evidence)
        wait_until(lambda: self.pbx.witness.device_state(self.device) == "NOT_INUSE",
                   f"{self.device} to register", timeout, self.evidence)
        return self

    def _connect(self) -> socket.socket | None:
        """The one connection to the control port: baresip forgets it when a second one comes."""
        if not self._process.running():
            raise RuntimeError(f"baresip ended\n{self.evidence()}")
        try:
            return socket.create_connection((LOOPBACK, self._control_port))
        except ConnectionRefusedError:
            return None

    @property
    def pid(self) -> int:
        """SIGSTOP makes a phone that is registered and answers nothing."""
        return self._process.pid

    def stop(self) -> None:
        """Switches it off: it takes its registration back, then everything of it is removed."""
        if self._process:
            self._process.stop(3 if self._control else 0.2)
        if self._control:
            self._control.close()
        shutil.rmtree(self.place, ignore_errors=True)
        release_port(self._sip_port)
        release_port(self._control_port)

    def __enter__(self) -> "Phone":
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()

    # Use

    def answer(self) -> None:
        self._command("accept")

    def hang_up(self) -> None:
        """Ends its call; one that still rings is turned away with 486."""
        self._command("hangup")

    def dial(self, number: str) -> None:
        self._command("dial", number)

    # What it saw

    def rang(self) -> int:
        """How many calls came in since it was switched on."""
        return self._count("CALL_INCOMING")

    def caller(self) -> str:
        """Who the last incoming call was from, as its display has it: a SIP URI."""
        with self._changed:
            return next((event.get("peeruri", "") for event in reversed(self._events)
                         if event["type"] == "CALL_INCOMING"), "")

    def wait_rang(self, times: int = 1, timeout: float = 10) -> None:
        self._wait("CALL_INCOMING", times, "to ring", timeout)

    def wait_answered(self, times: int = 1, timeout: float = 10) -> None:
        self._wait("CALL_ESTABLISHED", times, "to be in a call", timeout)

    def wait_hung_up(self, times: int = 1, timeout: float = 10) -> None:
        self._wait("CALL_CLOSED", times, "to be hung up", timeout)

    def evidence(self) -> str:
        return tail(self.log)

    def _count(self, event: str) -> int:
        with self._changed:
            return sum(1 for seen in self._events if seen["type"] == event)

    def _wait(self, event: str, times: int, what: str, timeout: float) -> None:
        wait_until(lambda: self._count(event) >= times,
                   f"phone {self.number} {what}" + (f" {times} times" if times > 1 else ""),
                   timeout, self.evidence)

    # The control port: JSON, each message framed as LENGTH:MESSAGE,

    def _command(self, command: str, parameters: str = "") -> None:
        message = json.dumps({"command": command, "params": parameters}).encode()
        self._control.sendall(b"%d:%s," % (len(message), message))

    def _listen(self) -> None:
        with contextlib.suppress(OSError):  # The phone is off.
            with self._control.makefile("rb") as stream:
                while message := _read_message(stream):
                    if message.get("event"):
                        self._note(message)
                    else:
                        self._answers += 1

    def _note(self, event: dict) -> None:
        with self._changed:
            self._events.append(event)
        if event["type"] == "CALL_INCOMING" and self._busy:
            self.hang_up()
        elif event["type"] == "CALL_INCOMING":
            self._later(self._answer_after, self.answer)
        elif event["type"] == "CALL_ESTABLISHED":
            self._later(self._hang_up_after, self.hang_up)
        elif event["type"] == "CALL_CLOSED":
            self._timer.cancel()

    def _later(self, seconds: float | None, act: Callable[[], None]) -> None:
        """After so many seconds, unless the call ends before; None is never."""
        def try_to_act() -> None:
            with contextlib.suppress(OSError):  # Switched off in the meantime.
                act()
        if seconds == 0:
            act()
        elif seconds is not None:
            self._timer = threading.Timer(seconds, try_to_act)
            self._timer.daemon = True
            self._timer.start()

    def _configure(self) -> None:
        port = self.pbx.sip_port if self.number in SIP_PHONES else self.pbx.pjsip_port
        # Not answermode=auto: such a phone answers without having rung.
        self._write("accounts", f"<sip:{self.number}@{LOOPBACK}:{port}>;auth_pass={self.number};"
                                "answermode=manual;regint=60\n")
        self._write("config", CONFIG.format(host=LOOPBACK, sip_port=self._sip_port,
                                            control_port=self._control_port))
        self._write("contacts", "")

    def _write(self, name: str, text: str) -> None:
        (self.place / name).write_text(text)


class Refuser:
    """A registered PJSIP phone that rings for a while and then turns every call away."""

    def __init__(self, pbx: Asterisk, number: str, status: int, ring_s: float = 0) -> None:
        """status: of its answer; 486 is busy, 603 declined."""
        self.pbx = pbx
        self.number = number
        self.device = pbx.device(number)
        self.place = Path(tempfile.mkdtemp(prefix=f"click2call-phone-{number}-"))
        self.log = self.place / "log"
        self._port = free_port()
        self._process: Process | None = None
        self._refuse = self._scenario("refuse", STATUS=status, RING_MS=round(ring_s * 1000))

    def start(self, timeout: float = 10) -> "Refuser":
        """Returns once the PBX says that the phone is registered."""
        self._register(expires=600)
        self._process = self._sipp(self._refuse)
        wait_until(lambda: self.pbx.witness.device_state(self.device) == "NOT_INUSE",
                   f"{self.device} to register", timeout, self.evidence)
        wait_until(self._listens, f"phone {self.number} to listen", timeout, self.evidence)
        return self

    def stop(self) -> None:
        """Switches it off: it takes its registration back."""
        if self._process:
            self._process.kill()
            if self.pbx.witness:
                self._register(expires=0)
        shutil.rmtree(self.place, ignore_errors=True)
        release_port(self._port)

    def __enter__(self) -> "Refuser":
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()

    def evidence(self) -> str:
        return tail(self.log)

    def _register(self, expires: int) -> None:
        scenario = self._scenario("register", NUMBER=self.number, EXPIRES=expires)
        done = self._sipp(scenario, "-m", "1")
        if done.wait(10) != 0:
            raise AssertionError(f"{self.device} could not register\n{self.evidence()}")

    def _listens(self) -> bool:
        """Is somebody on its UDP port?"""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((LOOPBACK, self._port))
            except OSError:
                return True
        return False

    def _sipp(self, scenario: Path, *arguments: str) -> Process:
        return Process(["sipp", f"{LOOPBACK}:{self.pbx.pjsip_port}", "-i", LOOPBACK,
                        "-p", str(self._port), "-nostdin", "-sf", scenario, *arguments],
                       self.log, cwd=self.place, env={"PATH": "/usr/bin:/bin", "TERM": "dumb"})

    def _scenario(self, name: str, **values: object) -> Path:
        text = (HERE / "etc" / f"{name}.xml").read_text("utf-8")
        for key, value in values.items():
            text = text.replace(f"@{key}@", str(value))
        path = self.place / f"{name}.xml"
        path.write_text(text, "utf-8")
        return path


def _read_message(stream) -> dict:
    """One message of the control port; empty at its end."""
    length = b""
    while (byte := stream.read(1)) not in (b":", b""):
        length += byte
    if not length:
        return {}
    message = stream.read(int(length))
    stream.read(1)
    return json.loads(message)
