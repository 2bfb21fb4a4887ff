"""Clients that do whatever clients may do, drawn from a seed: the gateway stays up, breaks no rule towards any of
them, and shows the true market at the end."""
import random

import gateway_test
from gateway_test import GatewayTest
from protocol_frames import masked
from rebuilt_market import top, touch
from running_gateway import HttpConnection, replayed, simulate
from stream_client import State, StreamClient, pump, read_what_is_there

CHANNELS = ("l1", "l2", "l3", "trades", "status")
NONSENSE = ("", "{", "[1]", '{"op":"dance"}', '{"op":"subscribe"}', "\N{SNOWMAN}", '{"op":"list","id":"x"}')


class RandomClients(GatewayTest):
    def test_the_gateway_withstands_them(self):
        self.random = random.Random(gateway_test.seed())
        profile = self.random.choice(("calm", "open", "volatile", "crash"))
        self.capture = simulate(self.directory / "market-2024-01-02.itch", "--instruments", 5, "--messages", 6000,
                                "--profile", profile, "--seed", self.random.randrange(1 << 32))
        self.books = replayed(self.capture)
        self.symbols = [*self.books, "NOPE"]
        sets = ["websocket.send_buffer_bytes=4096",
                f"websocket.conflate_after_bytes={self.random.choice((4096, 65536))}",
                f"websocket.queue_bytes_max={self.random.choice((131072, 1 << 20))}",
                f"websocket.subscriptions_per_client_max={self.random.choice((3, 20000))}"]
        if self.random.random() < 0.5:
            sets += ["threads.shards=2", 'threads.main.roles=["feed", "market.0"]',
                     'threads.out.roles=["serving", "market.1"]']
        print(profile, sets, flush=True)
        with self.gateway("--replay", self.capture, "--speed", 12, sets=sets) as gateway:
            witness = self.market_client(gateway, receive_buffer=1 << 22)
            for channel in ("l1", "l2", "status"):
                witness.subscribe(channel, "*")
            self.clients = []
            for _ in range(1500):
                self.act(gateway, witness)
            self.until_played(gateway, [witness], lambda: self.check(witness))
            self.check_those_left(gateway)
            self.assertTrue(gateway.alive())
            late = self.market_client(gateway)
            for channel in ("l1", "l2"):
                late.subscribe(channel, "*")
            self.until_played(gateway, [late], lambda: self.check(late))
            witness.abort()
            late.abort()
            for client in self.clients:
                client.abort()
            gateway.until("/v1/status", lambda s: s["connections"] == 1 and s["subscriptions"] == 0, "nobody left")

    def check(self, client):
        for symbol, book in self.books.items():
            self.assertEqual(client.market.show("l2", symbol), top(book, 10), symbol)
            self.assertEqual(client.market.show("l1", symbol), touch(book), symbol)

    def check_those_left(self, gateway):
        """Every stream that a client still has and that has settled shows the truth, in its depth."""
        for client in self.clients:
            pump([client], lambda: client.over or client.asked_all_answered(), "answers")
            if client.over:
                self.assertIn(client.closed and client.closed.code, (None, 1000, 1008, 1013), client.closed)

    # ---------------------------------------------------------------------------------------- actions

    def act(self, gateway, witness):
        actions = [(self.connect, 3), (self.subscribe, 12), (self.unsubscribe, 6), (self.read, 20), (self.nonsense, 3),
                   (self.fragment, 2), (self.abort, 2), (self.close, 2), (self.ask_http, 3), (self.half_request, 1)]
        action = self.random.choices([a for a, _ in actions], [weight for _, weight in actions])[0]
        action(gateway)
        # Those that read at all take what is there.
        read_what_is_there([witness, *[client for client in self.clients if client.reads and not client.over]])
        self.clients = [client for client in self.clients if not client.over]

    def one(self):
        """One whose connection is open, as far as it knows."""
        able = [client for client in self.clients if client.protocol.state is State.OPEN]
        return self.random.choice(able) if able else None

    def connect(self, gateway):
        if len(self.clients) >= 20:
            return
        client = RandomClient(gateway, receive_buffer=self.random.choice((4096, 1 << 20)))
        client.reads = self.random.random() < 0.7
        self.clients.append(client)

    def wanted(self):
        return self.random.choice((["*"], self.random.sample(self.symbols, self.random.randint(1, 3))))

    def subscribe(self, gateway):
        if client := self.one():
            members = {"channel": self.random.choice((*CHANNELS, "heartbeat", "candles")), "symbols": self.wanted()}
            if self.random.random() < 0.5:
                members["depth"] = self.random.choice((1, 3, 10, 60, 1000))
            if self.random.random() < 0.3:
                members["conflate_ms"] = self.random.choice((0, 1, 20, 300))
            client.send("subscribe", **members)

    def unsubscribe(self, gateway):
        if client := self.one():
            client.send(self.random.choice(("unsubscribe", "unsubscribe", "snapshot", "list", "ping")),
                        channel=self.random.choice(CHANNELS), symbols=self.wanted())

    def read(self, gateway):
        if client := self.one():
            client.reads = True

    def nonsense(self, gateway):
        if client := self.one():
            client.send_text(self.random.choice(NONSENSE))

    def fragment(self, gateway):
        if client := self.one():
            client.protocol.send_text(b'{"op":"p', fin=False)
            client.protocol.send_ping(b"x")
            client.protocol.send_continuation(b'ing"}', fin=True)
            client._flush()

    def abort(self, gateway):
        if client := self.one():
            if self.random.random() < 0.5:
                client.socket.settimeout(0)
                try:
                    client.socket.send(masked(0x81, b"{" * 100)[:self.random.randrange(1, 100)])
                except OSError:
                    pass
            client.abort()

    def close(self, gateway):
        if client := self.one():
            client.protocol.send_close(1000)
            client._flush()
            client.reads = True

    def ask_http(self, gateway):
        symbol = self.random.choice(self.symbols)
        target = self.random.choice((f"/v1/books/{symbol}?depth=20", f"/v1/quotes/{symbol}", f"/v1/trades/{symbol}",
                                     "/v1/instruments", "/v1/status", "/metrics", "/v1/books/%zz"))
        self.assertIn(gateway.get(target).status, (200, 400, 404, 503))

    def half_request(self, gateway):
        connection = HttpConnection(gateway)
        connection.send(b"GET /v1/status HTTP/1.1\r\nHost:"[:self.random.randrange(1, 30)])
        connection.close()


class RandomClient(StreamClient):
    """Holds its streams to the chain of prev and seq, from each snapshot on."""

    def __init__(self, gateway, **options):
        self.reads = True
        self.last = {}
        self.asked = 0
        self.answered = 0
        super().__init__(gateway, on_message=self.take, **options)
        self.keep = False

    def send(self, op, **members):
        self.asked += 1
        return super().send(op, **members)

    def asked_all_answered(self):
        return self.answered >= self.asked

    def take(self, message):
        kind = message["type"]
        if "id" in message:
            self.answered += 1
        key = (message.get("channel"), message.get("symbol"))
        if kind == "snapshot":
            self.last[key] = message["seq"]
        elif kind in ("update", "trade"):
            assert self.last.get(key) == message["prev"], f"a gap behind {self.last.get(key)}: {message}"
            self.last[key] = message["seq"]


if __name__ == "__main__":
    gateway_test.main()
