"""A client of /v1/stream over python3-websockets' protocol machine and a plain socket: the test decides when it
reads, so it can be slow on purpose. Several are served by one loop, pump()."""
import collections
import itertools
import json
import selectors
import socket
import ssl
import struct
import time

from websockets.client import ClientConnection
from websockets.connection import State  # noqa: F401  (for tests, which thus need not know where it comes from)
from websockets.frames import OP_CLOSE, OP_CONT, OP_PING, OP_PONG, OP_TEXT  # noqa: F401
from websockets.http11 import Response
from websockets.uri import parse_uri

from running_gateway import PATIENCE

Close = collections.namedtuple("Close", "code reason")
MESSAGE_BYTES_MAX = 1 << 26
LOOK_AGAIN = 0.05  # seconds after which a condition is looked at though nothing came


class Refused(Exception):
    """The upgrade was answered with something else than 101."""

    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


def now_and_then(condition):
    """A condition that is costly: looked at not more often than needed."""
    last = 0.0

    def look():
        nonlocal last
        if time.monotonic() < last + LOOK_AGAIN:
            return False
        value = condition()
        last = time.monotonic()
        return value
    return look


def pump(clients, condition, what, seconds=PATIENCE):
    """Reads for the clients, and for no others, until the condition holds; answers its value."""
    deadline = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for client in clients:
            if not client.over:
                selector.register(client.socket, selectors.EVENT_READ, client)
        while True:
            value = condition()
            if value:
                return value
            left = deadline - time.monotonic()
            assert left > 0, f"never came: {what}; {[client.describe() for client in clients][:4]}"
            if clients and not selector.get_map():
                raise AssertionError(f"all connections ended before: {what}; "
                                     f"{[client.describe() for client in clients][:4]}")
            # What TLS has decrypted already no selector tells.
            ready = [c for c in clients if not c.over and c.pending()]
            if not ready:
                ready = [key.data for key, _ in selector.select(min(left, LOOK_AGAIN))]
            for client in ready:
                client.receive()
                if client.over:
                    selector.unregister(client.socket)


def read_what_is_there(clients):
    """One read for each client that has something to read; waits for nothing."""
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, client)
        for key, _ in selector.select(0) if clients else ():
            key.data.receive()


class StreamClient:
    """One connection. What comes in is kept in `inbox` as parsed messages, and shown to `on_message` before that."""

    def __init__(self, gateway, receive_buffer=None, headers=(), origin=None, on_message=None, verify=None,
                 target="/v1/stream"):
        self.gateway = gateway
        self.inbox = collections.deque()
        self.on_message = on_message
        self.keep = True  # messages in the inbox; else they are only shown
        self.closed = None  # the gateway's close frame
        self.over = False
        self.pongs = []
        self.frames = 0
        self._ids = itertools.count(1)
        self.socket = gateway.connect(receive_buffer=receive_buffer, verify=verify)
        gateway.clients.append(self)
        scheme = "wss" if gateway.tls else "ws"
        host = f"[{gateway.host}]" if ":" in gateway.host else gateway.host
        uri = parse_uri(f"{scheme}://{host}:{gateway.port}{target}")
        self.protocol = ClientConnection(uri, origin=origin, max_size=MESSAGE_BYTES_MAX)
        request = self.protocol.connect()
        for name, value in headers:
            request.headers[name] = value
        self.protocol.send_request(request)
        self._flush()
        self._await_upgrade()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.abort()

    def describe(self):
        return f"closed={self.closed} over={self.over} frames={self.frames} last={list(self.inbox)[-3:]}"

    # ---------------------------------------------------------------------------------------- reading

    def _await_upgrade(self):
        while True:
            events = self._take_events()
            for index, event in enumerate(events):
                if not isinstance(event, Response):
                    continue
                if event.status_code != 101:
                    self.abort()
                    raise Refused(event.status_code, event.body)
                self._handle(events[index + 1:])
                return
            assert not self.over, f"the connection ended during the upgrade: {self.protocol.handshake_exc}"

    def pending(self):
        return isinstance(self.socket, ssl.SSLSocket) and self.socket.pending() > 0

    def _take_events(self):
        try:
            data = self.socket.recv(1 << 18)
        except (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError):
            data = b""
        if data:
            self.protocol.receive_data(data)
        else:
            self.protocol.receive_eof()
            self.over = True
        self._flush()
        return self.protocol.events_received()

    def receive(self):
        """Takes what one read gives; waits for it if there is nothing."""
        self._handle(self._take_events())

    def _handle(self, frames):
        for frame in frames:
            self.frames += 1
            if frame.opcode == OP_TEXT:
                assert frame.fin, "the gateway fragments"
                message = json.loads(frame.data)
                if self.on_message:
                    self.on_message(message)
                if self.keep:
                    self.inbox.append(message)
            elif frame.opcode == OP_CLOSE:
                code = struct.unpack("!H", frame.data[:2])[0] if len(frame.data) >= 2 else 1005
                self.closed = Close(code, frame.data[2:].decode())
            elif frame.opcode == OP_PONG:
                self.pongs.append(bytes(frame.data))

    def until(self, condition, what):
        return pump([self], condition, what)

    def until_message(self, **wanted):
        """Takes messages off the inbox up to the first that has these members, and answers it."""
        def found():
            while self.inbox:
                message = self.inbox.popleft()
                if all(message.get(key) == value for key, value in wanted.items()):
                    return message
            return None
        return self.until(found, f"a message with {wanted}")

    def until_closed(self):
        """Reads until the gateway has closed the WebSocket and the connection; answers code and reason."""
        self.until(lambda: self.over, "the end of the connection")
        return self.closed

    # ---------------------------------------------------------------------------------------- sending

    def _flush(self):
        for data in self.protocol.data_to_send():
            try:
                if data:
                    self.socket.sendall(data)
                else:
                    self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                return  # the gateway has gone; reading tells

    def send_text(self, text):
        self.protocol.send_text(text.encode() if isinstance(text, str) else text)
        self._flush()

    def send(self, op, **members):
        """Sends a request; answers its id."""
        number = next(self._ids)
        self.send_text(json.dumps({"op": op, "id": number, **members}))
        return number

    def ask(self, op, **members):
        """Sends a request and waits for what answers it; what comes before stays in the inbox."""
        number = self.send(op, **members)
        def found():
            for message in self.inbox:
                if message.get("id") == number and message["type"] in ("ack", "pong", "error"):
                    return message
            return None
        answer = self.until(found, f"the answer to {op} {members}")
        self.inbox.remove(answer)
        return answer

    def subscribe(self, channel, *symbols, **members):
        """Subscribes, which must succeed for all symbols."""
        if symbols:
            members["symbols"] = list(symbols)
        answer = self.ask("subscribe", channel=channel, **members)
        assert answer["type"] == "ack" and not answer["rejected"], answer
        return answer

    def settle(self):
        """When the answer is here, everything queued before is here too."""
        self.ask("ping")

    def close(self, code=1000):
        """The closing handshake, to its end."""
        self.protocol.send_close(code)
        self._flush()
        self.until(lambda: self.over, "the end of the connection")

    def abort(self):
        """Ends the connection at once and without a word."""
        self.over = True
        self.socket.close()
