"""An Asterisk that does as it is told: a scripted AMI peer on loopback that keeps what it hears.

    with Peer(originate=[queued, outcome(reason=5)]) as peer:
        ...                                   # let the program at 127.0.0.1, peer.port
        assert [o["Exten"] for o in peer.originates] == ["1006"]

Without arguments it is a healthy PBX that queues every call and tells nothing more. Each argument
replaces one reaction by a list of steps:

    connect    what a new connection sees (by itself: the banner)
    login      the answer to Login
    originate  the answer to Originate
    others     {"Status": [...], "Challenge": [...]}: the same for other actions

A step is a callable `step(session, action)`; this module has those that real faults are made of.
After the steps the connection goes on as usual, unless one of them was `mute` or `hang_up`. What
the client sends is read as Asterisk reads it: a bare LF ends a line, a blank line ends an action,
and an Originate counts only with its blank line.
"""

import contextlib
import queue
import socket
import struct
import threading
import time

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
CHALLENGE = "693589772"
FOREVER_S = 60


class Action:
    """One complete action: `name`, and the headers by name in any case. `lines`: as received."""

    def __init__(self, lines):
        self.lines = lines
        self.headers = [tuple(part.strip() for part in line.decode("latin-1").split(":", 1))
                        for line in lines if b":" in line]
        self.name = self.get("Action")

    def get(self, name, default=""):
        """The first header of that name, which is the one that Asterisk goes by."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), default)

    __getitem__ = get


class HungUp(Exception):
    """This end closes the connection now."""


class Session:
    """One connection. The steps write to it; what it receives is kept.

    One thread reads and another reacts, so that what was sent is seen while a step takes its time.
    """

    def __init__(self, peer, connection):
        self.peer = peer
        self.connection = connection
        self.received = b""
        self.actions = []
        self.muted = False
        self.follows = False  # logged in with Events: call
        self._unread = b""
        self._lines = []
        self._to_do = queue.SimpleQueue()  # actions; None at the end

    def write(self, data):
        """Sends the bytes: one by one where the peer was told to."""
        size = self.peer.chunk or len(data)
        for start in range(0, len(data), size):
            self.connection.sendall(data[start:start + size])
            if self.peer.chunk:
                # A pause, so that the client's reads end where our writes did.
                self.peer.stopping.wait(0.0005)

    def read(self):
        """Until either end closes; what had arrived before is kept: an Originate may be among it."""
        with contextlib.suppress(OSError):
            while data := self.connection.recv(65536):
                self._receive(data)
        self._to_do.put(None)
        self.reactor.join()
        self.connection.close()

    def react(self):
        try:
            self._react("connect", Action([]))
            while (action := self._to_do.get()) is not None:
                self._react(action.name.lower(), action)
        except (HungUp, OSError):
            self.muted = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RD)

    def _receive(self, data):
        with self.peer.news:
            self.received += data
        self._unread += data
        while b"\n" in self._unread:
            line, self._unread = self._unread.split(b"\n", 1)
            if line.rstrip(b"\r"):
                self._lines.append(line)
            elif self._lines:
                action, self._lines = Action(self._lines), []
                with self.peer.news:
                    self.actions.append(action)
                    self.follows = self.follows or action["Events"] == "call"
                    self.peer.news.notify_all()
                self._to_do.put(action)

    def _react(self, to, action):
        for step in self.peer.reactions.get(to, (unknown_action,)):
            if self.muted:
                return
            step(self, action)


class Peer:
    """Listens on 127.0.0.1:`port` inside `with`. `chunk`: bytes a write (1: each by itself).
    `layer`: what is around each connection, one of layers.py."""

    def __init__(self, *, connect=None, login=None, originate=None, others=None, chunk=0, port=0,
                 layer=None):
        self.reactions = {
            "connect": (say(BANNER),),
            "login": (reply("Success", "Authentication accepted"),),
            "originate": (queued,),
            "challenge": (reply("Success", Challenge=CHALLENGE),),
            "listcommands": (rights("Originate", "Hangup", "Status"),),
            "ping": (reply("Success", Ping="Pong", Timestamp="1795390586.110764"),),
            "listcommands": (reply("Success", Originate="Originate a call.  (Priv: originate,all)",
                                   Hangup="Hangup channel.  (Priv: system,call,all)",
                                   Status="List channel status.  (Priv: system,call,all)"),),
            "status": (reply("Error", "No such channel"),),
            "hangup": (reply("Error", "No such channel"),),
            "logoff": (reply("Goodbye", "Thanks for all the fish."), hang_up),
        }
        given = {"connect": connect, "login": login, "originate": originate, **(others or {})}
        self.reactions.update({k.lower(): v for k, v in given.items() if v is not None})
        self.chunk = chunk
        self.layer = layer
        self.sessions = []
        self.news = threading.Condition()
        self.stopping = threading.Event()
        self._threads = []
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]

    def __enter__(self):
        self._start(self._accept)
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        for session in self.sessions:
            with contextlib.suppress(OSError):
                session.connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _start(self, target):
        thread = threading.Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self.layer:
                    self._start(lambda accepted=connection: self._shake_hands(accepted))
                else:
                    self._begin(connection)

    def _shake_hands(self, connection):
        try:
            self._begin(self.layer(connection))
        except OSError:  # the client has gone
            connection.close()

    def _begin(self, connection):
        session = Session(self, connection)
        with self.news:
            self.sessions.append(session)
            self.news.notify_all()
        session.reactor = self._start(session.react)
        self._start(session.read)

    @property
    def connections(self):
        return len(self.sessions)

    @property
    def received(self):
        """Every byte received, connection by connection."""
        with self.news:
            return b"".join(session.received for session in self.sessions)

    def actions(self, name):
        """The complete actions of that name, over all connections."""
        with self.news:
            return [action for session in self.sessions for action in session.actions
                    if action.name.lower() == name.lower()]

    @property
    def logins(self):
        return self.actions("Login")

    @property
    def originates(self):
        return self.actions("Originate")

    def wait_for(self, check, what, timeout=10):
        """Returns when check() is true; fails, showing what was received, after `timeout` s."""
        deadline = time.monotonic() + timeout
        with self.news:
            while not check():
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"no {what} within {timeout} s; "
                                         f"received: {self.received!r}")
                self.news.wait(left)


# Steps


def say(words):
    """Sends text or bytes. In text, {Name} is that header of the action ({ActionID}, {Exten})."""
    def step(session, action):
        session.write(_fill(words, action))
    return step


def _fill(words, action):
    if isinstance(words, bytes):
        return words
    return words.format_map(_Headers(action)).encode("latin-1")


class _Headers(dict):
    """For format_map: a header by its name in any case, empty where the action has none."""

    def __init__(self, action):
        super().__init__()
        self._action = action

    def __missing__(self, name):
        return self._action[name]


def _message(**headers):
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"


def reply(response, message=None, **more):
    """An AMI reply with the action's own ActionID."""
    headers = {"Response": response, "ActionID": "{ActionID}", **more}
    if message is not None:
        headers["Message"] = message
    return say(_message(**headers))


def rights(*names):
    """The reply to ListCommands of a user who may run these."""
    return reply("Success", **{name: "It is allowed.  (Priv: call,all)" for name in names})


def event(name, **headers):
    """An event of the class call: every session that follows calls gets it."""
    def step(session, action):
        words = _fill(_message(Event=name, Privilege="call,all", **headers), action)
        with session.peer.news:
            sessions = [one for one in session.peer.sessions if one.follows]
        for one in sessions:
            with contextlib.suppress(OSError):  # that one has gone
                if not one.muted:
                    one.write(words)
    return step


def listed(name, **headers):
    """An event that is part of an answer: the session that asked gets it, and no other."""
    def step(session, action):
        session.write(_fill(_message(Event=name, ActionID="{ActionID}", **headers), action))
    return step


queued = reply("Success", "Originate successfully queued")


def outcome(reason, response="Failure"):
    """The OriginateResponse event, as both versions of Asterisk send it."""
    return event("OriginateResponse", ActionID="{ActionID}", Response=response, Channel="{Channel}",
                 Context="{Context}", Exten="{Exten}", Reason=reason, Uniqueid="{ChannelId}",
                 CallerIDNum="1006", CallerIDName="Click to call")


# The caller's phone rings: as an event, and as the answer to a Status of that channel.
ringing = event("Newstate", Channel="PJSIP/1003-00000001", ChannelState=5,
                ChannelStateDesc="Ringing", Uniqueid="{ChannelId}", Linkedid="{ChannelId}")
status_follows = reply("Success", "Channel status will follow", EventList="start")
status_complete = listed("StatusComplete", EventList="Complete")
rings_on = (status_follows,
            listed("Status", Channel="PJSIP/1003-00000001", ChannelState=5,
                   ChannelStateDesc="Ringing", Uniqueid="{Channel}", Linkedid="{Channel}"),
            status_complete)


def unknown_action(session, action):
    reply("Error", "Invalid/unknown command: {Action}. Use Action: ListCommands to show available "
                   "commands.")(session, action)


def mute(session, _):
    """From here on everything is read and nothing is said."""
    session.muted = True


def hang_up(_session, _action):
    raise HungUp


def reset(session, _):
    """Ends the connection by RST: what is still under way is lost at both ends."""
    session.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise HungUp


def pause(seconds):
    def step(session, _):
        session.peer.stopping.wait(seconds)
    return step


def hold(released):
    """Goes on when the test sets this threading.Event."""
    def step(session, _):
        deadline = time.monotonic() + FOREVER_S
        while not (released.wait(0.02) or session.peer.stopping.is_set()):
            if time.monotonic() > deadline:
                raise HungUp
    return step


def slowly(words, every=1.0):
    """The same as say(), one byte each `every` seconds."""
    def step(session, action):
        for byte in _fill(words, action):
            session.write(bytes([byte]))
            if session.peer.stopping.wait(every):
                raise HungUp
    return step


def flood(piece, times, every=0.0):
    """`piece` again and again, as fast as it is taken or one each `every` seconds."""
    def step(session, _):
        block = 1 if every else max(1, 65536 // len(piece))
        for start in range(0, times, block):
            session.connection.sendall(piece * min(block, times - start))
            if every and session.peer.stopping.wait(every):
                raise HungUp
    return step


# Addresses where nothing answers


@contextlib.contextmanager
def closed_port():
    """A port that refuses connections, and that nobody else can take meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@contextlib.contextmanager
def unanswering_port():
    """A port where a connection is neither accepted nor refused: its queue is full."""
    with contextlib.ExitStack() as kept:
        listener = kept.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(16):
            client = kept.enter_context(socket.socket())
            client.settimeout(0.1)
            try:
                client.connect(listener.getsockname())
            except TimeoutError:
                break
        yield listener.getsockname()[1]
