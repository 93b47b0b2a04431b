"""A wire of the test's own, that can be cut: the network between the program and a PBX.

    with Wire(folder) as wire, Proxy(pbx.ami_port, listener=wire.listener()) as proxy:
        ...                 # let the program at wire.address, proxy.port
        with wire.cut():    # nothing gets through, either way, and nobody is told
            ...

It is a pair of veth interfaces, whose far end is in a network namespace that ends with us. Needs
root, and nothing of the kernel but veth: not every one has netem or nftables.
"""

import contextlib
import ctypes
import os
import random
import socket
import subprocess
import threading

from machine import Process, need_root, tail, wait_until

CLONE_NEWNET = 0x40000000


class Wire:
    def __init__(self, folder):
        need_root("a network of the test's own")
        self._log = folder / "wire.log"
        # A network of four addresses from those that are set aside for tests of networks.
        block = f"198.{random.choice((18, 19))}.{random.randrange(256)}"
        first = random.randrange(64) * 4
        self.near_address, self.address = f"{block}.{first + 1}", f"{block}.{first + 2}"
        self._holder = None
        self._near = ""

    def __enter__(self):
        self._holder = Process(["unshare", "--net", "sleep", "infinity"], self._log)
        try:
            self._lay()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self._near:  # sockets in the namespace would keep it, and the wire with it
            subprocess.run(["ip", "link", "del", self._near], check=False, capture_output=True)
        self._holder.stop(1)

    def listener(self):
        """A socket that listens at the far end."""
        return self._at_far_end(lambda: socket.create_server((self.address, 0)))

    @contextlib.contextmanager
    def cut(self):
        """What is sent from either end is lost."""
        self._far("link", "set", "far", "down")
        try:
            yield
        finally:
            self._far("link", "set", "far", "up")

    @contextlib.contextmanager
    def deaf(self):
        """What the far end sends is lost; what it is sent arrives."""
        self._far("route", "add", "blackhole", f"{self.near_address}/32")
        try:
            yield
        finally:
            self._far("route", "del", "blackhole", f"{self.near_address}/32")

    def _lay(self):
        pid = self._holder.pid
        ours = os.readlink("/proc/self/ns/net")
        self._namespace = f"/proc/{pid}/ns/net"
        wait_until(lambda: os.readlink(self._namespace) != ours, "a network namespace", 10,
                   lambda: tail(self._log))
        self._near = f"c2c{pid}"
        _ip("link", "add", self._near, "type", "veth", "peer", "name", "far", "netns", str(pid))
        _ip("addr", "add", f"{self.near_address}/30", "dev", self._near)
        _ip("link", "set", self._near, "up")
        self._far("addr", "add", f"{self.address}/30", "dev", "far")
        self._far("link", "set", "far", "up")

    def _far(self, *words):
        _ip(*words, inside=["nsenter", f"--net={self._namespace}"])

    def _at_far_end(self, make):
        """What `make` returns in a thread that is in the namespace."""
        made = []

        def run():
            with open(self._namespace, "rb") as namespace:
                libc = ctypes.CDLL(None, use_errno=True)
                if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
            made.append(make())

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        return made[0]


def _ip(*words, inside=()):
    subprocess.run([*inside, "ip", *words], check=True, timeout=10)
