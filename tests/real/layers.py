"""What AMI travels in, around the connections of a scripted peer (ami_peer.Peer's `layer`).

Each class is given an accepted socket, shakes hands, and is then such a connection itself: recv(),
sendall(), shutdown(), setsockopt() and close(), where one thread reads and another one writes.
"""

import base64
import hashlib
import re
import select
import ssl
import struct
import threading
from pathlib import Path

PKI = Path(__file__).resolve().parents[1] / "data" / "tls"  # for localhost, by authority.pem
HANDSHAKE_S = 10
MOST_IN_A_FRAME = 16384


def server_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PKI / "localhost.pem")
    return context


class Layer:
    def __init__(self, connection):
        self._connection = connection

    def __getattr__(self, name):
        return getattr(self._connection, name)


class Tls(Layer):
    """OpenSSL wants one thread at a time, and the reading one would wait for ever."""

    def __init__(self, connection):
        connection.settimeout(HANDSHAKE_S)
        super().__init__(server_context().wrap_socket(connection, server_side=True))
        self._connection.setblocking(False)
        self._one = threading.Lock()

    def recv(self, size):
        return self._do(lambda: self._connection.recv(size))

    def sendall(self, data):
        view = memoryview(data)
        while view:
            view = view[self._do(lambda left=view: self._connection.send(left)):]

    def shutdown(self, how):
        with self._one:  # the next read is of the bare socket, which has ended
            self._connection.shutdown(how)

    def _do(self, act):
        while True:
            try:
                with self._one:
                    return act()
            except (ssl.SSLWantReadError, BlockingIOError):
                waits = ([self._connection], [], [])
            except ssl.SSLWantWriteError:
                waits = ([], [self._connection], [])
            except ValueError as closed:
                raise OSError from closed
            select.select(*waits, 0.2)


class WebSocket(Layer):
    """The server's end of a bridge, with the subprotocol binary."""

    def __init__(self, connection):
        super().__init__(connection)
        connection.settimeout(HANDSHAKE_S)
        self._unread = b""
        while b"\r\n\r\n" not in self._unread:
            self._read_more()
        head, self._unread = self._unread.split(b"\r\n\r\n", 1)
        key = re.search(rb"(?im)^Sec-WebSocket-Key: *(\S+)", head)[1]
        accept = base64.b64encode(hashlib.sha1(
            key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()).decode()
        connection.sendall("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                           "Connection: Upgrade\r\nSec-WebSocket-Protocol: binary\r\n"
                           f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode())
        connection.settimeout(None)

    def recv(self, _size):
        """What the next frame that is not empty holds."""
        while True:
            flags, payload = self._frame()
            if flags & 0x0F == 8:
                return b""
            if payload and flags & 0x0F < 3:
                return payload

    def sendall(self, data):
        for begin in range(0, len(data), MOST_IN_A_FRAME):
            part = bytes(data[begin:begin + MOST_IN_A_FRAME])
            size = (bytes([len(part)]) if len(part) < 126 else struct.pack(">BH", 126, len(part)))
            self._connection.sendall(b"\x82" + size + part)

    def _frame(self):
        flags, size = self._bytes(2)
        size &= 0x7F
        if size > 125:
            size = int.from_bytes(self._bytes(2 if size == 126 else 8), "big")
        mask, payload = self._bytes(4), self._bytes(size)
        pattern = (mask * (size // 4 + 1))[:size]
        return flags, (int.from_bytes(payload, "big") ^ int.from_bytes(pattern, "big")).to_bytes(
            size, "big")

    def _bytes(self, count):
        while len(self._unread) < count:
            self._read_more()
        taken, self._unread = self._unread[:count], self._unread[count:]
        return taken

    def _read_more(self):
        more = self._connection.recv(65536)
        if not more:
            raise OSError("the client has gone")
        self._unread += more
