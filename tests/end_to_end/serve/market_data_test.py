"""Clients that follow the market: what they rebuild is what the offline replay of the same capture makes."""
import gateway_test
from gateway_test import UNHURRIED, GatewayTest
from rebuilt_market import DEPTHS, top, touch
from running_gateway import CAPTURES, replayed, simulate
from stream_client import pump

CHANNELS = ("l1", "l2", "l3", "trades", "status")
BOOK_CHANNELS = ("l1", "l2", "l3")
SHOWN_STATES = {"quotation_only": "paused"}  # of ITCH's states the stream shows four


class MarketData(GatewayTest):
    def small_capture(self, **options):
        arguments = {"seed": 11, "instruments": 6, "messages": 6000, "profile": "volatile", **options}
        return simulate(self.directory / "market-2024-01-02.itch",
                        *[word for key, value in arguments.items() for word in (f"--{key}", value)])

    def check_books(self, client, books):
        """The client's l2 streams show what the replay does."""
        for symbol, book in books.items():
            self.assertEqual(client.market.show("l2", symbol), top(book, client.market.depth), symbol)

    def check_all(self, client, books):
        self.check_books(client, books)
        for symbol, book in books.items():
            self.assertEqual(client.market.show("l3", symbol), top(book, 1000), symbol)
            self.assertEqual(len(client.market.of("l3", symbol).view.orders), book["open_orders"], symbol)
            self.assertEqual(client.market.show("l1", symbol), touch(book), symbol)
            status = client.market.show("status", symbol)
            self.assertEqual((status["state"], status["in_sync"], status["mode"]),
                             (SHOWN_STATES.get(book["state"], book["state"]), False, "L0"), symbol)
            # The end of the feed is told of books that were right up to it; of the others, what made them wrong.
            self.assertEqual(status["reason"] == "feed_ended", book["in_sync_at_end"], (symbol, status))

    def all_trades(self, gateway, symbol):
        """Everything kept, page by page."""
        trades, start = [], "0"
        while start:
            page = gateway.json(f"/v1/trades/{symbol}?from={start}&limit=100")
            trades += page["trades"]
            start = page["next"]
        return trades

    def check_http(self, gateway, books):
        """After the end: HTTP shows what the replay shows."""
        listed = {one["symbol"]: one["in_sync"] for one in gateway.json("/v1/instruments")["instruments"]}
        self.assertEqual(listed, dict.fromkeys(books, False))
        for symbol, book in books.items():
            for depth in (1, 10, 1000):
                answer = gateway.json(f"/v1/books/{symbol}?depth={depth}")
                self.assertEqual({side: answer[side] for side in ("bids", "asks")}, top(book, depth), (symbol, depth))
                self.assertFalse(answer["in_sync"])
            quote = gateway.json(f"/v1/quotes/{symbol}")
            self.assertFalse(quote["in_sync"])
            self.assertEqual({key: quote[key] for key in touch(book)}, touch(book))
            if book["trades"]:
                self.assertEqual(quote["last"], book["last_trade_price"])

    def check_trades(self, gateway, client, books):
        for symbol, book in books.items():
            trades = self.all_trades(gateway, symbol)
            self.assertEqual(len(trades), book["trades"], symbol)
            self.assertEqual(sum(int(trade["quantity"]) for trade in trades), int(book["trade_volume"]), symbol)
            seen = client.market.show("trades", symbol)
            self.assertEqual(seen, trades[len(trades) - len(seen):], symbol)
            # A snapshot has the 50 last ones; whoever had fewer has seen the first one too.
            if client.market.of("trades", symbol).snapshots == 1 and len(seen) > 50:
                self.assertGreaterEqual(client.market.of("trades", symbol).updates, len(seen) - 50)

    def test_a_client_of_all_channels_rebuilds_the_books(self):
        capture = self.small_capture()
        books = replayed(capture)
        sets = ["buffers.trades_per_instrument=4096"]
        with self.gateway("--replay", capture, "--speed", UNHURRIED, sets=sets) as gateway:
            client = self.market_client(gateway, depth=1000)
            for channel in CHANNELS:
                client.subscribe(channel, "*", depth=1000)
            client.subscribe("heartbeat")
            self.until_played(gateway, [client], lambda: self.check_all(client, books))
            self.assertGreater(sum(s.updates for s in client.market.streams.values()), 1000)
            self.check_http(gateway, books)
            self.check_trades(gateway, client, books)
            self.check_late_client(gateway, client, books)

    def check_late_client(self, gateway, early, books):
        """Whoever comes after the end is given by snapshot what the others have from updates."""
        late = self.market_client(gateway, depth=1000)
        for channel in CHANNELS:
            late.subscribe(channel, *books, depth=1000)
        late.until(lambda: all(late.market.has(channel, books) for channel in CHANNELS), "snapshots of everything")
        for symbol in books:
            for channel in ("l1", "l2", "status"):
                self.assertEqual(late.market.show(channel, symbol), early.market.show(channel, symbol))
            self.assertEqual(late.market.of("l3", symbol).view.queues(), early.market.of("l3", symbol).view.queues())
            trades = early.market.show("trades", symbol)
            self.assertEqual(late.market.show("trades", symbol), trades[-len(late.market.show("trades", symbol)):])
            for channel in CHANNELS:
                self.assertEqual(late.market.of(channel, symbol).seq, early.market.of(channel, symbol).seq,
                                 f"{channel} {symbol}: a stream has one seq for all")

    def test_every_depth_holds_exactly_its_levels(self):
        capture = self.small_capture(seed=12, messages=4000, instruments=4)
        books = replayed(capture)
        with self.gateway("--replay", capture, "--speed", 15) as gateway:
            clients = {depth: self.market_client(gateway, depth=depth) for depth in DEPTHS}
            for depth, client in clients.items():
                # Rounded up to the next depth there is.
                asked = {1: 1, 5: 2, 10: None, 25: 11, 50: 26, 100: 51, 500: 101, 1000: 501}[depth]
                answer = client.subscribe("l2", "*", **({"depth": asked} if asked else {}))
                self.assertEqual(answer["accepted"], [{"channel": "l2", "symbol": "*", "depth": depth}])
            self.until_played(gateway, list(clients.values()),
                              lambda: [self.check_books(client, books) for client in clients.values()])

    def test_several_clients_see_the_same(self):
        capture = self.small_capture(seed=13, messages=4000)
        books = replayed(capture)
        some = sorted(books)[:3]
        with self.gateway("--replay", capture, "--speed", UNHURRIED) as gateway:
            clients = [self.market_client(gateway) for _ in range(4)]
            seen = [[] for _ in clients]

            def recorded(client, messages):
                inner = client.on_message

                def take(message):
                    if message["type"] in ("update", "trade"):
                        messages.append(message)
                    inner(message)
                return take

            for client, messages in zip(clients, seen):
                client.on_message = recorded(client, messages)
            clients[0].subscribe("status", "*")
            pump(clients, lambda: clients[0].market.has("status", some), "the instruments")
            for client in clients:
                for channel in CHANNELS:
                    client.subscribe(channel, *(some if channel != "status" else ["*"]))
            wanted = {symbol: books[symbol] for symbol in some}
            self.until_played(gateway, clients, lambda: [self.check_books(client, wanted) for client in clients])
            self.check_same(seen)

    def check_same(self, seen):
        """Message by message; only where each begins differs. A conflated one stands for others."""
        common = [{(m["channel"], m["symbol"], m["prev"], m["seq"]): m for m in messages} for messages in seen]
        compared = 0
        for key, message in common[0].items():
            for other in common[1:]:
                if key in other:
                    self.assertEqual(other[key], message)
                    compared += 1
        self.assertGreater(compared, 1000)

    def test_messages_have_the_members_that_the_interface_names(self):
        capture = self.small_capture(seed=14, messages=3000, instruments=3)
        with self.gateway("--replay", capture, "--speed", UNHURRIED) as gateway:
            client = self.client(gateway)
            for channel in CHANNELS:
                client.subscribe(channel, "*", depth=5)
            found = {}

            def all_found():
                while client.inbox:
                    message = client.inbox.popleft()
                    if message["type"] in ("snapshot", "update", "trade"):
                        found.setdefault((message["type"], message["channel"]), message)
                return len(found) == 10
            client.until(all_found, f"all kinds of messages")
        head = {"type", "channel", "venue", "symbol", "seq", "time"}
        quote = {"bid", "bid_quantity", "ask", "ask_quantity"}
        status = {"state", "reason", "mode", "in_sync"}
        fields = {"l1": quote, "l2": {"bids", "asks"}, "status": status}
        for (kind, channel), message in found.items():
            optional = {"conflated"} | ({"in_sync"} if channel in BOOK_CHANNELS else set())
            if kind == "snapshot":
                wanted = head | {"in_sync"} | {"l3": {"orders"}, "trades": {"trades"}}.get(channel, fields.get(channel))
            elif kind == "trade":
                wanted = head | {"prev", "price", "quantity", "side", "trade_id"}
            else:
                wanted = head | {"prev"} | (fields.get(channel) or {"events"})
            with self.subTest(kind=kind, channel=channel):
                self.assertEqual(set(message) - optional, wanted - optional, message)
                self.assertLessEqual(wanted - {"conflated"}, set(message), message)

    def test_the_small_captures_come_out_as_replayed(self):
        for name in ("open-2024-01-02.itch.gz", "crash-2024-01-02.itch.zst", "feed-2024-01-02.pcap.gz"):
            with self.subTest(capture=name), \
                    self.gateway("--replay", CAPTURES / name, "--speed", "max",
                                 sets=["buffers.trades_per_instrument=4096"]) as gateway:
                books = replayed(CAPTURES / name)
                gateway.until_ended()
                client = self.market_client(gateway, depth=1000)
                for channel in CHANNELS:
                    client.subscribe(channel, *books, depth=1000)
                self.until_played(gateway, [client], lambda: self.check_all(client, books))
                self.check_http(gateway, books)

    def test_losses_are_told_and_heal_no_book(self):
        """A capture with gaps: whoever watches is told at the gap, and again at no other moment that all is well."""
        capture = CAPTURES / "feed-2024-01-02.pcap.gz"
        books = replayed(capture)
        with self.gateway("--replay", capture, "--speed", UNHURRIED) as gateway:
            client = self.market_client(gateway)
            told = []
            inner = client.on_message

            def take(message):
                if message.get("channel") == "status" and message["type"] == "update":
                    told.append((message["symbol"], message["reason"], message.get("in_sync")))
                inner(message)
            client.on_message = take
            client.subscribe("status", "*")
            client.subscribe("l2", "*")
            self.until_played(gateway, [client], lambda: self.check_books(client, books))
            status = gateway.json("/v1/status")
            self.assertGreater(status["feeds"][0]["gaps"], 0)
            self.assertEqual(status["feeds"][0]["lost"], 7)
            self.assertTrue(any(reason == "gap" for _, reason, _ in told), told[:20])
            self.assertFalse(any(in_sync for _, reason, in_sync in told if reason), told[:20])


if __name__ == "__main__":
    gateway_test.main()
