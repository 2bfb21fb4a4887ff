"""A gateway's outside without a gateway: the page, /v1/stream and the HTTP answers that the page asks for, over an
invented market. It does on demand what a sound gateway never does: loses messages, falls silent, shuts the door.

Needs python3-websockets. Runs in a thread of its own; by itself: fake_stream_server.py PAGE [INSTRUMENTS] [PORT].
"""
import asyncio
import json
import logging
import random
import sys
import threading
import time
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit

import websockets

TICKS_A_SECOND = 50
LEVELS = 10

# A browser that leaves a page is no news, but asyncio warns of each message that was on its way to it.
logging.getLogger("asyncio").setLevel(logging.ERROR)


def decimal_text(ticks, decimals=2):
    """Exact text of ticks in units of 10^-decimals, without trailing zeros."""
    whole, part = divmod(abs(ticks), 10**decimals)
    fraction = f"{part:0{decimals}d}".rstrip("0")
    return ("-" if ticks < 0 else "") + str(whole) + ("." + fraction if fraction else "")


class Instrument:
    """One invented instrument: a middle that walks, ten levels a side, trades at the touch."""

    def __init__(self, venue, symbol, chance):
        self.venue, self.symbol, self.key = venue, symbol, f"{venue}:{symbol}"
        self.chance = chance
        self.middle = chance.randrange(2_000, 60_000)
        self.quantities = {}
        self.state, self.in_sync, self.reason = "trading", True, ""
        self.trades = []
        self.last = None
        self.next_trade = 1

    def step(self):
        """A little time passes: the middle walks, or some level's quantity changes."""
        if self.chance.random() < 0.25:
            self.middle = max(200, self.middle + self.chance.choice((-1, 1)))
        for _ in range(2):
            self.quantities[self.middle + self.chance.randrange(-12, 13)] = 100 * self.chance.randrange(1, 40)

    def side(self, direction):
        levels = []
        for distance in range(1, LEVELS + 1):
            ticks = self.middle + direction * distance
            quantity = self.quantities.setdefault(ticks, 100 * self.chance.randrange(1, 40))
            levels.append([decimal_text(ticks), str(quantity), 1 + quantity // 700])
        return levels

    def depth(self):
        return {"bids": self.side(-1), "asks": self.side(1)}

    def quote(self):
        bid, ask = self.side(-1)[0], self.side(1)[0]
        return {"bid": bid[0], "bid_quantity": bid[1], "ask": ask[0], "ask_quantity": ask[1]}

    def trade(self):
        side = self.chance.choice(("buy", "sell"))
        price = decimal_text(self.middle + (1 if side == "buy" else -1))
        made = {"time": time.time_ns(), "price": price, "quantity": str(self.chance.randrange(1, 900)), "side": side,
                "trade_id": str(self.next_trade % 7)}  # a capture that is played again repeats its ids
        self.next_trade += 1
        self.last = made
        self.trades = (self.trades + [made])[-500:]
        return made


class Client:
    """One connection: what it subscribed, and the last sequence number that it was sent of each stream."""

    def __init__(self, socket):
        self.socket = socket
        self.sent = {}       # (channel, key) → seq
        self.depths = {}     # key → the depth last sent
        self.lose = set()    # streams whose next update is lost on the way
        self.heartbeats = False


class FakeStreamServer:
    """Serves until closed. `with FakeStreamServer(page) as server: ... server.url`."""

    def __init__(self, page, instruments=40, port=0, seed=7, updates_a_turn=1):
        chance = random.Random(seed)
        self.page = page
        self.updates_a_turn = updates_a_turn
        self.instruments = {}
        for number in range(instruments):
            venue = "nasdaq" if number % 4 else "binance-spot"
            symbol = name_of(number)
            self.instruments[f"{venue}:{symbol}"] = Instrument(venue, symbol, chance)
        self.clients = set()
        self.requests = []     # what clients sent, for tests to look at
        self.connections = 0
        self.refusing = self.silent = self.paused = False
        self.mode = "L0"
        self.trades_in_snapshots = True
        self._port = port
        self._streams = {}     # (channel, key) → seq
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def call(self, function, *arguments):
        """Runs a function in the server's thread and answers its result."""
        async def run():
            return function(*arguments)
        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    def updates(self):
        """How many it made of all streams."""
        return sum(self._streams.values())

    # ---------------------------------------------------------------- what tests have it do

    def lose_next(self, channel, key):
        for client in self.clients:
            client.lose.add((channel, key))

    def pause(self):
        """Stops the market; every client still gets the depth as it stands."""
        self.paused = True
        for client in self.clients:
            for channel, key in client.sent:
                if channel == "l2":
                    self._next(client, channel, self.instruments[key], self._change(client, self.instruments[key]))

    def set_status(self, key, **what):
        instrument = self.instruments[key]
        for name, value in what.items():
            setattr(instrument, name, value)
        for client in self.clients:
            if ("status", key) in client.sent:
                self._send(client, self._status(instrument, "update"))

    def drop_clients(self, refuse):
        self.refusing = refuse
        for client in list(self.clients):
            asyncio.ensure_future(client.socket.close(1013, "too slow"), loop=self._loop)

    # ---------------------------------------------------------------- serving

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self):
        self._stop = asyncio.Event()
        async with websockets.serve(self._client, "127.0.0.1", self._port, process_request=self._http,
                                    compression=None) as server:
            self.port = server.sockets[0].getsockname()[1]
            self.url = f"http://127.0.0.1:{self.port}/"
            self._ready.set()
            turns = [asyncio.ensure_future(self._market()), asyncio.ensure_future(self._heartbeats())]
            await self._stop.wait()
            for turn in turns:
                turn.cancel()

    async def _client(self, socket):
        client = Client(socket)
        self.clients.add(client)
        self.connections += 1
        try:
            async for text in socket:
                self._on_request(client, json.loads(text))
        except websockets.ConnectionClosed:
            pass
        finally:
            self.clients.discard(client)

    def _send(self, client, message):
        if self.silent or client.socket.closed:
            return
        # A frame that finds no room is a test's own fault, so nobody waits for it.
        asyncio.ensure_future(self._write(client, json.dumps(message)), loop=self._loop)

    async def _write(self, client, text):
        try:
            await client.socket.send(text)
        except websockets.ConnectionClosed:
            pass

    def _on_request(self, client, request):
        self.requests = (self.requests + [request])[-2000:]
        answers = {"ping": self._on_ping, "subscribe": self._on_subscribe, "unsubscribe": self._on_unsubscribe,
                   "snapshot": self._on_snapshot}
        answers[request["op"]](client, request)

    def _on_ping(self, client, request):
        self._send(client, {"type": "pong", "id": request["id"]})

    def _on_subscribe(self, client, request):
        channel, accepted, rejected = request["channel"], [], []
        for key in request["symbols"]:
            if channel == "heartbeat":
                client.heartbeats = True
            elif key not in self.instruments:
                rejected.append({"symbol": key, "code": 404, "reason": "unknown instrument"})
                continue
            accepted.append({"channel": channel, "symbol": key})
        self._send(client, {"type": "ack", "id": request["id"], "op": "subscribe", "accepted": accepted,
                            "rejected": rejected, "subscriptions": len(client.sent) + len(accepted)})
        for told in accepted:
            if channel != "heartbeat":
                self._snapshot(client, channel, self.instruments[told["symbol"]])

    def _on_unsubscribe(self, client, request):
        for key in request["symbols"]:
            client.sent.pop((request["channel"], key), None)
        self._send(client, {"type": "ack", "id": request["id"], "op": "unsubscribe", "accepted": [], "rejected": [],
                            "subscriptions": len(client.sent)})

    def _on_snapshot(self, client, request):
        for key in request["symbols"]:
            self._snapshot(client, request["channel"], self.instruments[key])

    def _snapshot(self, client, channel, instrument):
        stream = (channel, instrument.key)
        client.sent[stream] = self._streams.setdefault(stream, 0)
        head = {"type": "snapshot", "channel": channel, "venue": instrument.venue, "symbol": instrument.symbol,
                "seq": client.sent[stream], "time": time.time_ns(), "in_sync": instrument.in_sync}
        if channel == "l2":
            client.depths[instrument.key] = instrument.depth()
            self._send(client, head | client.depths[instrument.key])
        elif channel == "l1":
            self._send(client, head | instrument.quote())
        elif channel == "trades":
            self._send(client, head | ({"trades": instrument.trades} if self.trades_in_snapshots else {}))
        elif channel == "status":
            self._send(client, self._status(instrument, "snapshot"))

    def _status(self, instrument, kind):
        return {"type": kind, "channel": "status", "venue": instrument.venue, "symbol": instrument.symbol,
                "state": instrument.state, "in_sync": instrument.in_sync, "reason": instrument.reason,
                "mode": self.mode, "time": time.time_ns()}

    async def _heartbeats(self):
        for counter in range(1, sys.maxsize):
            for client in self.clients:
                if client.heartbeats:
                    self._send(client, {"type": "heartbeat", "counter": counter, "time": time.time_ns()})
            await asyncio.sleep(1)

    async def _market(self):
        chance = random.Random(1)
        while True:
            await asyncio.sleep(1 / TICKS_A_SECOND)
            if self.paused:
                continue
            keys = sorted({key for client in self.clients for _, key in client.sent})
            for key in keys:
                if len(keys) < 4 or chance.random() < 0.2:
                    self.instruments[key].step()
            for client in list(self.clients):
                for _ in range(self.updates_a_turn):
                    self._update(client, chance)

    def _update(self, client, chance):
        for channel, key in list(client.sent):
            instrument = self.instruments[key]
            if self.updates_a_turn > 1:
                instrument.step()
            if channel == "l1":
                self._next(client, channel, instrument, instrument.quote())
            elif channel == "l2":
                self._next(client, channel, instrument, self._change(client, instrument))
            elif channel == "trades" and chance.random() < 0.2:
                self._next(client, channel, instrument, instrument.trade())

    # What turns the depth that the client has into the one there is now.
    def _change(self, client, instrument):
        before, now = client.depths[instrument.key], instrument.depth()
        client.depths[instrument.key] = now
        change = {}
        for side in ("bids", "asks"):
            there = {level[0] for level in now[side]}
            gone = [[level[0], "0", 0] for level in before[side] if level[0] not in there]
            change[side] = gone + [level for level in now[side] if level not in before[side]]
        return change

    def _next(self, client, channel, instrument, body):
        stream = (channel, instrument.key)
        self._streams[stream] += 1
        message = {"type": "trade" if channel == "trades" else "update", "channel": channel,
                   "venue": instrument.venue, "symbol": instrument.symbol, "prev": client.sent[stream],
                   "seq": self._streams[stream], "time": time.time_ns(), **body}
        client.sent[stream] = self._streams[stream]
        if stream in client.lose:
            client.lose.discard(stream)
        else:
            self._send(client, message)

    # ---------------------------------------------------------------- HTTP

    async def _http(self, target, _):
        parts = urlsplit(target)
        if parts.path == "/v1/stream":
            return (HTTPStatus.SERVICE_UNAVAILABLE, [], b"") if self.refusing else None
        if parts.path == "/":
            return HTTPStatus.OK, [("Content-Type", "text/html; charset=utf-8")], self.page
        answer = self._answer(parts.path, parse_qs(parts.query))
        status = HTTPStatus(answer.get("code", 200))
        return status, [("Content-Type", "application/json")], json.dumps(answer).encode()

    def _answer(self, path, query):
        if path == "/v1/status":
            return self._gateway_status()
        if path == "/v1/instruments":
            return self._instrument_page(query.get("after", [None])[0])
        resource, _, name = path.removeprefix("/v1/").partition("/")
        instrument = self.instruments.get(unquote(name))
        if instrument is None:
            return {"code": 404, "reason": "unknown instrument"}
        if resource == "trades":
            return {"trades": instrument.trades[-int(query["limit"][0]):]}
        last = instrument.last or {"price": None, "quantity": None}
        return instrument.quote() | {"last": last["price"], "last_quantity": last["quantity"],
                                     "in_sync": instrument.in_sync, "time": time.time_ns()}

    def _instrument_page(self, after):
        keys = list(self.instruments)
        first = keys.index(after) + 1 if after else 0
        shown = keys[first:first + 5000]
        return {"instruments": [self._described(self.instruments[key]) for key in shown],
                "next": shown[-1] if first + 5000 < len(keys) else None}

    def _described(self, instrument):
        return {"venue": instrument.venue, "symbol": instrument.symbol, "price_decimals": 2, "quantity_decimals": 0,
                "base": instrument.symbol, "quote": "USD", "state": instrument.state, "in_sync": instrument.in_sync}

    def _gateway_status(self):
        feed = {"name": "replay", "kind": "capture", "venue": "nasdaq", "state": "live", "reason": "",
                "messages": self.updates() * 3, "gaps": 0, "age_ms": 12,
                "instruments": len(self.instruments)}
        budgets = [("books", 92, 110, 512), ("store", 120, 120, 256), ("rings", 12, 12, 64), ("clients", 1, 3, 128)]
        return {"version": "0.1.0", "mode": self.mode, "uptime_seconds": time.monotonic(), "feeds": [feed],
                "connections": len(self.clients), "subscriptions": sum(len(one.sent) for one in self.clients),
                "budgets": [{"name": name, "used": used << 20, "high_water": high << 20, "limit": limit << 20,
                             "refusals": 0} for name, used, high, limit in budgets],
                "http": {"address": "127.0.0.1", "port": self.port}}


def name_of(number):
    """Three letters like a ticker, distinct for each number below 26^3; the third one is a pair with a slash."""
    if number == 2:
        return "BTC/USD"
    return "".join(chr(ord("A") + number // 26**place % 26) for place in (2, 1, 0))


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        page_bytes = file.read()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    with FakeStreamServer(page_bytes, count, int(sys.argv[3]) if len(sys.argv) > 3 else 0) as serving:
        print(serving.url, flush=True)
        threading.Event().wait()
