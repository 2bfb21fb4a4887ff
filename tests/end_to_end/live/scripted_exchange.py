"""An exchange that speaks Binance's dialect over WebSocket and HTTP on one port, in a thread of the test: a seeded
market whose books the test knows, and every kind of misbehaviour on request."""
import asyncio
import http
import json
import random
import ssl
import threading
import urllib.parse

import websockets

LOOPBACK = "127.0.0.1"


class Book:
    """One symbol's market: changes with ids as Binance numbers them."""

    def __init__(self, symbol, chance):
        self.symbol = symbol
        self.chance = chance
        self.last = chance.randrange(1_000, 1_000_000)
        self.sides = {"b": {}, "a": {}}
        for level in range(1, 41):
            self.sides["b"][10_000 - level] = chance.randrange(1, 1_000)
            self.sides["a"][10_000 + level] = chance.randrange(1, 1_000)

    @staticmethod
    def row(price, quantity):
        return [f"{price / 100:.8f}", f"{quantity / 1000:.8f}"]

    def change(self):
        """The next change, as a frame."""
        first = self.last + 1
        self.last += self.chance.randrange(1, 4)
        rows = {"b": [], "a": []}
        for side, sign in (("b", -1), ("a", 1)):
            for level in self.chance.sample(range(1, 41), self.chance.randrange(0, 4)):
                price = 10_000 + sign * level
                quantity = self.chance.choice((0, self.chance.randrange(1, 1_000)))
                self.sides[side][price] = quantity
                rows[side].append(self.row(price, quantity))
        return json.dumps({"e": "depthUpdate", "E": 1, "s": self.symbol, "U": first, "u": self.last, **rows},
                          separators=(",", ":"))

    def best(self, side, count):
        levels = sorted(((price, quantity) for price, quantity in self.sides[side].items() if quantity),
                        reverse=side == "b")
        return [self.row(*level) for level in levels[:count]]

    def snapshot(self):
        return json.dumps({"lastUpdateId": self.last, "bids": self.best("b", 1_000), "asks": self.best("a", 1_000)})


class ScriptedExchange:
    """Use it as a context. What it does wrong is set by its members, at any time and from any thread."""

    def __init__(self, seed, symbols=("BTCUSDT", "ETHUSDT"), certificate=None):
        chance = random.Random(seed)
        self.books = {symbol: Book(symbol, random.Random(chance.random())) for symbol in symbols}
        self.certificate = certificate
        self.running = True       # the market moves
        self.silent = False       # connections stay open, and nothing is said
        self.rest = None          # (status, headers, body) in place of snapshots
        self.rest_delay = 0       # seconds before an answer
        self.leave_out = set()    # symbols whose next change is not sent
        self.noise = []           # frames to be sent beside
        self.subscribed = 0       # requests taken
        self.connected = 0        # connections so far
        self.snapshots = 0        # given
        self._clients = {}
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(30), "the exchange did not start"
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)

    @property
    def url(self):
        return f"{'wss' if self.certificate else 'ws'}://localhost:{self.port}/ws"

    @property
    def rest_url(self):
        return f"{'https' if self.certificate else 'http'}://localhost:{self.port}"

    def cut(self):
        """Ends all connections without a word."""
        def end():
            for client in list(self._clients):
                client.transport.abort()
        self._loop.call_soon_threadsafe(end)

    def top(self, symbol, count=1_000):
        """The book as the gateway has to show it."""
        def plain(text):
            return text.rstrip("0").rstrip(".")
        book = self.books[symbol]
        return {name: [[plain(price), plain(quantity)] for price, quantity in book.best(side, count)]
                for name, side in (("bids", "b"), ("asks", "a"))}

    # ------------------------------------------------------------------------------- its thread

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self):
        self._stop = asyncio.Event()
        context = None
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.certificate)
        async with websockets.serve(self._client, LOOPBACK, 0, ssl=context, compression=None, ping_interval=None,
                                    process_request=self._request) as server:
            self.port = server.sockets[0].getsockname()[1]
            market = asyncio.ensure_future(self._market())
            self._ready.set()
            await self._stop.wait()
            market.cancel()

    async def _request(self, path, headers):
        if "Upgrade" in headers:
            return None
        if self.rest_delay:
            await asyncio.sleep(self.rest_delay)
        if self.rest:
            return self.rest
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
        book = self.books.get(query.get("symbol", [""])[0])
        if book is None:
            return http.HTTPStatus.BAD_REQUEST, [], b'{"code":-1121,"msg":"Invalid symbol."}'
        self.snapshots += 1
        return http.HTTPStatus.OK, [("Content-Type", "application/json")], book.snapshot().encode()

    async def _client(self, client, _path):
        self.connected += 1
        self._clients[client] = set()
        try:
            async for text in client:
                if not self.silent:
                    await self._answer(client, json.loads(text))
        except websockets.ConnectionClosed:
            pass
        finally:
            self._clients.pop(client, None)

    async def _answer(self, client, request):
        streams = request.get("params", [])
        known = {symbol.lower() for symbol in self.books}
        if any(stream.split("@")[0] not in known for stream in streams):
            answer = {"error": {"code": 2, "msg": "Invalid request: unknown stream"}, "id": request["id"]}
        else:
            if request["method"] == "SUBSCRIBE":
                self.subscribed += 1
                self._clients[client].update(streams)
            answer = {"result": None, "id": request["id"]}
        await client.send(json.dumps(answer))

    async def _market(self):
        while True:
            await asyncio.sleep(0.01)
            frames = {symbol: book.change() for symbol, book in self.books.items()} if self.running else {}
            dropped = {symbol for symbol in frames if symbol in self.leave_out}
            self.leave_out -= dropped
            if self.silent:
                continue
            noise = list(self.noise)
            del self.noise[:len(noise)]  # not what the test's thread says meanwhile
            for client, streams in list(self._clients.items()):
                try:
                    for frame in noise:
                        await client.send(frame)
                    for symbol, frame in frames.items():
                        if f"{symbol.lower()}@depth@100ms" in streams and symbol not in dropped:
                            await client.send(frame)
                except websockets.ConnectionClosed:
                    continue
