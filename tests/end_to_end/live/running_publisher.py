"""`tickweir publish` as a process of its own, and what stands between it and a gateway in bad weather: servers that
fall silent, connections that are cut."""
import contextlib
import random
import re
import selectors
import socket
import struct
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "serve"))

from running_gateway import PATIENCE, Running  # noqa: E402

LOOPBACK = "127.0.0.1"
SESSION_BYTES = 10  # of a MoldUDP64 request, before the sequence number


def free_udp_ports(count):
    """Ports that nobody had a moment ago, no two alike: the feed's two sides have to be told the same ones."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(count)]
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [probe.getsockname()[1] for probe in probes]


def free_udp_port():
    return free_udp_ports(1)[0]


def free_tcp_port():
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


class Publisher(Running):
    """A running publisher. What it is bound to stands in `bound`; its last line in `summary` once it has ended."""

    def __init__(self, capture, *arguments):
        super().__init__("publish", capture, *arguments)
        line = self.first_line(r"^publishing ")
        self.bound = dict(word.split("=", 1) for word in line.split()[1:])

    def port(self, what):
        return int(re.search(r":(\d+)$", self.bound[what]).group(1))

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            print(f"log of the publisher:\n{self.tail()}", file=sys.stderr)
        self.kill()


class _Relay:
    """A thread that serves some sockets until the context ends."""

    def __init__(self):
        self._selector = selectors.DefaultSelector()
        self._wake, woken = socket.socketpair()
        self._selector.register(woken, selectors.EVENT_READ, None)
        self._sockets = [self._wake, woken]
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _keep(self, one):
        self._sockets.append(one)
        return one

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._wake.send(b"x")
        self._thread.join(PATIENCE)
        for one in self._sockets:
            one.close()

    def _run(self):
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                key.data(key.fileobj)


class RequestRelay(_Relay):
    """Stands before a re-request server. Requests for messages from number `silent_from` on are kept back until
    `open()`; then it may lose requests by chance."""

    def __init__(self, server_port, loss=0.0, seed=1, silent_from=0):
        super().__init__()
        self.front = self._keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.front.bind((LOOPBACK, 0))
        self.back = self._keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.back.bind((LOOPBACK, 0))
        self.port = self.front.getsockname()[1]
        self.kept_back = 0
        self.passed = 0
        self._server = (LOOPBACK, server_port)
        self._client = None
        self._silent_from = silent_from
        self._loss = loss
        self._random = random.Random(seed)
        self._selector.register(self.front, selectors.EVENT_READ, self._request)
        self._selector.register(self.back, selectors.EVENT_READ, self._answer)

    def open(self):
        self._silent_from = 2**64

    def _request(self, front):
        data, self._client = front.recvfrom(65536)
        (first,) = struct.unpack_from(">Q", data, SESSION_BYTES)
        if first >= self._silent_from:
            self.kept_back += 1
        elif self._random.random() >= self._loss:
            self.passed += 1
            self.back.sendto(data, self._server)

    def _answer(self, back):
        data = back.recv(65536)
        if self._random.random() >= self._loss:
            self.front.sendto(data, self._client)


class CuttingRelay(_Relay):
    """Stands before a TCP server and cuts connections after a random number of bytes."""

    def __init__(self, server_port, seed, least, most):
        super().__init__()
        self.listener = self._keep(socket.socket())
        self.listener.bind((LOOPBACK, 0))
        self.listener.listen()
        self.port = self.listener.getsockname()[1]
        self.connections = 0
        self.cut = 0
        self._server = (LOOPBACK, server_port)
        self._random = random.Random(seed)
        self._limits = (least, most)
        self._pairs = {}
        self._left = {}
        self._selector.register(self.listener, selectors.EVENT_READ, self._accept)

    def _accept(self, listener):
        client = self._keep(listener.accept()[0])
        server = self._keep(socket.create_connection(self._server))
        self.connections += 1
        self._pairs[client], self._pairs[server] = server, client
        self._left[server] = self._random.randint(*self._limits)
        for one in (client, server):
            one.settimeout(PATIENCE)
            self._selector.register(one, selectors.EVENT_READ, self._pass)

    def _pass(self, source):
        target = self._pairs.get(source)
        if target is None:
            return
        try:
            data = source.recv(16384)
            if source in self._left:
                self._left[source] -= len(data)
                if self._left[source] < 0:
                    self.cut += 1
                    data = b""
            if data:
                target.sendall(data)
                return
        except OSError:
            pass
        for one in (source, target):
            self._selector.unregister(one)
            self._pairs.pop(one)
            one.close()
