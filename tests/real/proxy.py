"""A TCP proxy on loopback between the program and a PBX: slow, or cutting connections.

    with Proxy(pbx.ami_port, delay_s=0.01) as proxy:   # 20 ms for a round trip
        ...                                            # let the program at 127.0.0.1, proxy.port
        proxy.cut(random.choice(proxy.lines))          # within whatever is on its way
        assert proxy.originates["c2c-…"] == 1          # whole ones, with their blank line

What the program has sent is counted where it arrives here: it has left the program, whether or not
the PBX gets to see it.
"""

import collections
import contextlib
import heapq
import re
import socket
import struct
import threading
import time

ORIGINATE = re.compile(rb"Action: Originate\r\nActionID: (\S+)\r\n")


class Line:
    """One connection through the proxy."""

    def __init__(self, near, far):
        self.near, self.far = near, far
        self.open = True

    def close(self, reset=False):
        self.open = False
        for end in (self.near, self.far):
            with contextlib.suppress(OSError):
                if reset:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RDWR)


class Proxy:
    """Listens on 127.0.0.1:`port` inside `with`, or where `listener` does. `delay_s` is that of one
    direction."""

    def __init__(self, to_port, delay_s=0.0, listener=None):
        self.to_port = to_port
        self.delay_s = delay_s
        self.originates = collections.Counter()  # by ActionID
        self.connections = 0
        self._lines = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._listener = listener or socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in self.lines:
            line.close()

    @property
    def lines(self):
        with self._lock:
            return [line for line in self._lines if line.open]

    def cut(self, line, reset=False):
        line.close(reset)

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self.to_port), 2)
                except OSError:  # the PBX is down
                    near.close()
                    continue
                far.settimeout(None)
                for end in (near, far):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                line = Line(near, far)
                with self._lock:
                    self._lines.append(line)
                    self.connections += 1
                self._pump(line, near, far, self._count())
                self._pump(line, far, near, lambda data: None)

    def _pump(self, line, source, sink, see):
        """Two threads, so that what is read is not held up by what is being waited for."""
        waiting, news = [], threading.Condition()

        def read():
            number = 0
            with contextlib.suppress(OSError):
                while data := source.recv(65536):
                    see(data)
                    with news:
                        number += 1
                        heapq.heappush(waiting, (time.monotonic() + self.delay_s, number, data))
                        news.notify()
            with news:
                heapq.heappush(waiting, (time.monotonic() + self.delay_s, number + 1, None))
                news.notify()

        def write():
            with contextlib.suppress(OSError):
                while True:
                    with news:
                        news.wait_for(lambda: waiting)
                        due, _, data = heapq.heappop(waiting)
                    time.sleep(max(0.0, due - time.monotonic()))
                    if data is None:
                        break
                    sink.sendall(data)
            line.close()

        for target in (read, write):
            threading.Thread(target=target, daemon=True).start()

    def _count(self):
        """What takes note of the whole Originates in the stream of one connection."""
        unread = b""

        def see(data):
            nonlocal unread
            unread += data
            while b"\r\n\r\n" in unread:
                action, unread = unread.split(b"\r\n\r\n", 1)
                if found := ORIGINATE.match(action + b"\r\n"):
                    with self._lock:
                        self.originates[found[1].decode()] += 1

        return see
