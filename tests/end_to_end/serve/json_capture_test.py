"""Captures of venues' JSON played as feeds: clients rebuild what the offline replay of the same capture makes, also when
an instrument's numbers become finer on the way, and see which books cannot be trusted."""
import json
import os
import random
from pathlib import Path

import gateway_test
from gateway_test import GatewayTest, eventually
from rebuilt_market import top, touch
from running_gateway import SOURCE, replayed

CHANNELS = ("l1", "l2", "trades", "status")
DATA = Path(os.environ.get("TICKWEIR_DATA", SOURCE.parent / "shared/data")) / "json"
BEGIN = 1_700_000_000_000_000_000


class Bybit:
    """A capture in Bybit's dialect, written line by line: books come in band, every change is numbered."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines = ["# venue: bybit", "# made by a test"]
        self.time = BEGIN
        self.ids = {}
        self.trade = 0

    def frame(self, frame):
        self.time += 2_000_000
        self.lines.append(f"{self.time} {json.dumps(frame, separators=(',', ':'))}")

    def number(self, most, decimals):
        return f"{self.random.uniform(0.001, most):.{decimals}f}"

    def book(self, kind, symbol, bids, asks, jump=1):
        self.ids[symbol] = self.ids.get(symbol, 0) + jump
        self.frame({"topic": f"orderbook.50.{symbol}", "type": kind, "ts": self.time // 1_000_000,
                    "data": {"s": symbol, "b": bids, "a": asks, "u": self.ids[symbol], "seq": 1}, "cts": self.time // 1_000_000})

    def price(self, side, decimals):
        away = self.random.randrange(1, 120)
        last_digit = self.random.randrange(2) * 10 ** -decimals
        return f"{(1000 - away if side == 'b' else 1000 + away) / 10 + last_digit:.{decimals}f}"

    def rows(self, side, decimals, count):
        return [[self.price(side, decimals), self.random.choice(["0", self.number(9, decimals)])] for _ in range(count)]

    def snapshot(self, symbol, decimals=1):
        self.book("snapshot", symbol, [[f"{100 - i / 10:.{decimals}f}", "1"] for i in range(1, 40)],
                  [[f"{100 + i / 10:.{decimals}f}", "2"] for i in range(1, 40)])

    def change(self, symbol, decimals=1, jump=1):
        self.book("delta", symbol, self.rows("b", decimals, 3), self.rows("a", decimals, 2), jump)

    def print(self, symbol, decimals=1):
        self.trade += 1
        self.frame({"topic": f"publicTrade.{symbol}", "type": "snapshot", "ts": 1, "data": [
            {"T": self.time // 1_000_000, "s": symbol, "S": self.random.choice(["Buy", "Sell"]),
             "v": self.number(3, decimals), "p": f"{100 + self.random.randrange(50) / 10:.{decimals}f}",
             "i": f"20f43950-d8dd-5b31-9112-{self.trade:012x}", "BT": False}]})

    def write(self, path):
        path.write_text("\n".join(self.lines) + "\n")
        return path


class JsonCapture(GatewayTest):
    def capture(self, name="bybit.jsonl", seed=5, rounds=400, lead_ns=0):
        """`lead_ns`: from the snapshots to the first change."""
        made = Bybit(seed)
        for symbol in ("AAA", "BBB", "CCC"):
            made.snapshot(symbol)
        made.time += lead_ns
        for i in range(rounds):
            made.change("AAA")
            # Two decimals more in the middle, and two more still towards the end.
            made.change("BBB", 1 if i < rounds // 3 else 3 if i < 2 * rounds // 3 else 5)
            made.change("CCC", jump=2 if i == rounds // 2 else 1)
            made.print(made.random.choice(["AAA", "BBB"]), 1 if i < rounds // 2 else 4)
        return made.write(self.directory / name)

    def check(self, gateway, client, books, venue):
        depth = client.market.depth
        for symbol, book in books.items():
            shown = {channel: client.market.show(channel, symbol, venue) for channel in CHANNELS}
            self.assertEqual(shown["l2"], top(book, depth), symbol)
            self.assertEqual(shown["l1"], touch(book), symbol)
            status = shown["status"]
            self.assertEqual((status["state"], status["in_sync"]), ("trading", False), symbol)
            self.assertEqual(status["reason"] == "feed_ended", book["in_sync_at_end"], (symbol, status))
            name = f"{venue}:{symbol}".replace("/", "%2F")
            answer = gateway.json(f"/v1/books/{name}?depth=10")
            self.assertEqual({side: answer[side] for side in ("bids", "asks")}, top(book, 10), symbol)
            quote = gateway.json(f"/v1/quotes/{name}")
            self.assertEqual({key: quote[key] for key in touch(book)}, touch(book), symbol)
            self.assertEqual(quote["last"], book["last_trade_price"], symbol)
            if shown["trades"]:
                self.assertEqual(shown["trades"][-1]["price"], book["last_trade_price"], symbol)

    def played(self, capture, venue, speed, depth=1000):
        books = replayed(capture)
        with self.gateway("--replay", capture, "--speed", speed) as gateway:
            client = self.market_client(gateway, depth=depth)
            for channel in CHANNELS:
                client.subscribe(channel, "*", depth=depth)
            self.until_played(gateway, [client], lambda: self.check(gateway, client, books, venue))
            return client, books

    def test_clients_rebuild_books_whose_numbers_become_finer(self):
        # Ten seconds in which the client subscribes, however slow the machine: it has to see every change.
        client, books = self.played(self.capture(lead_ns=40_000_000_000), "bybit", 4)
        streams = client.market.streams
        self.assertGreater(sum(stream.updates for stream in streams.values()), 1000)
        # Finer numbers begin the book again, in the same chain of seq.
        self.assertGreaterEqual(streams["l2", "bybit", "BBB"].snapshots, 3)
        self.assertEqual(books["CCC"]["in_sync_at_end"], False)
        self.assertEqual(client.market.show("status", "CCC", "bybit")["reason"], "gap")

    def test_trades_keep_their_ids_and_scales(self):
        capture = self.capture()
        wanted = {}
        for line in capture.read_text().splitlines():
            if "publicTrade" not in line:
                continue
            for trade in json.loads(line.split(" ", 1)[1])["data"]:
                plain = [text.rstrip("0").rstrip(".") if "." in text else text for text in (trade["p"], trade["v"])]
                wanted[trade["i"]] = (*plain, trade["S"].lower())
        with self.gateway("--replay", capture, "--speed", "max",
                          sets=["buffers.trades_per_instrument=4096"]) as gateway:
            eventually(lambda: len(gateway.json("/v1/instruments")["instruments"]) == 3, "the instruments")
            eventually(lambda: self.all_trades(gateway, ("AAA", "BBB")) == wanted, "all trades, and no others")

    def all_trades(self, gateway, symbols):
        """What HTTP has of them, by the venue's id."""
        seen = {}
        for symbol in symbols:
            start = "0"
            while start:
                page = gateway.json(f"/v1/trades/{symbol}?from={start}&limit=100")
                seen.update((trade["trade_id"], (trade["price"], trade["quantity"], trade["side"]))
                            for trade in page["trades"])
                start = page["next"]
        return seen

    def test_decimals_grow_and_orders_are_refused(self):
        with self.gateway("--replay", self.capture(), "--speed", "max") as gateway:
            def listed():
                return {one["symbol"]: one for one in gateway.json("/v1/instruments")["instruments"]}
            eventually(lambda: listed().get("BBB", {}).get("price_decimals") == 5, "the finest numbers")
            self.assertEqual(listed()["BBB"]["venue"], "bybit")
            client = self.client(gateway)
            answer = client.ask("subscribe", channel="l3", symbols=["BBB"])
            self.assertEqual(answer["accepted"], [])
            self.assertEqual(answer["rejected"][0]["code"], 404)
            self.assertIn("levels", answer["rejected"][0]["reason"])
            self.assertEqual(client.ask("subscribe", channel="l3", symbols=["*"])["rejected"], [])

    def test_a_loop_begins_sessions_with_times_of_now(self):
        with self.gateway("--replay", self.capture(rounds=100), "--speed", 20, "--loop") as gateway:
            client = self.market_client(gateway, depth=1000)
            for channel in CHANNELS:
                client.subscribe(channel, "*", depth=1000)
            streams = client.market.streams
            client.until(lambda: ("l2", "bybit", "AAA") in streams and streams["l2", "bybit", "AAA"].snapshots >= 6,
                         "some rounds")
            client.until(lambda: streams["l2", "bybit", "AAA"].in_sync, "a book in sync")
            self.assertGreater(streams["l2", "bybit", "AAA"].time, BEGIN + 86_400_000_000_000)
            self.assertGreater(gateway.json("/v1/quotes/AAA")["time"], BEGIN + 86_400_000_000_000)

    def test_feeds_of_both_kinds_and_several_shards(self):
        one, two = self.capture("one.jsonl", seed=8), self.directory / "two.jsonl"
        two.write_text("\n".join(line.replace("AAA", "DDD").replace("BBB", "EEE").replace("CCC", "FFF")
                                 for line in one.read_text().splitlines()) + "\n")
        sets = [f'feeds.one.path="{one}"', 'feeds.one.kind="capture"', 'feeds.one.speed="max"',
                f'feeds.two.path="{two}"', 'feeds.two.kind="capture"', 'feeds.two.speed="max"', "threads.shards=2",
                f'feeds.zero.path="{SOURCE}/captures/open-2024-01-02.itch.gz"', 'feeds.zero.kind="capture"',
                'feeds.zero.speed="max"']
        books = {**replayed(one), **replayed(two)}
        roles = {"a": ["feed"], "b": ["market.0"], "c": ["market.1"], "d": ["serving"]}
        sets += [f"threads.{name}.roles={json.dumps(hosted)}" for name, hosted in roles.items()]
        with self.gateway(sets=sets) as gateway:
            gateway.until_ended()
            # The feeds have ended, the shards on threads of their own may not be through yet.
            eventually(lambda: set(books) <= {one["symbol"] for one in gateway.json("/v1/instruments")["instruments"]},
                       "the instruments")
            for symbol, book in books.items():
                def is_shown():
                    answer = gateway.json(f"/v1/books/{symbol}?depth=1000")
                    return {side: answer[side] for side in ("bids", "asks")} == top(book, 1000)
                eventually(is_shown, f"the book of {symbol}")
            venues = {one["venue"] for one in gateway.json("/v1/instruments")["instruments"]}
            self.assertEqual(venues, {"bybit", "nasdaq"})

    def test_damage_is_told_with_its_place(self):
        capture = self.capture(rounds=10)
        text = capture.read_text().splitlines()
        text[12:12] = ["this is no line"]
        capture.write_text("\n".join(text) + "\n")
        with self.gateway("--replay", capture, "--speed", "max") as gateway:
            gateway.until_ended()
            offset = sum(len(line) + 1 for line in text[:12])
            self.assertIsNotNone(gateway.log.until(rf"bybit\.jsonl: .*\(byte {offset}\)"))

    def test_recorded_sessions_come_out_as_replayed(self):
        if not DATA.is_dir():
            self.skipTest(f"no recorded sessions at {DATA}")
        for capture in sorted(DATA.glob("*.jsonl.gz")):
            # The long ones take long; in one of them the venue's own best bid and ask contradict its book.
            if "20240808" in capture.name:
                continue
            with self.subTest(capture=capture.name):
                self.played(capture, capture.name.split("_")[0], "max")


if __name__ == "__main__":
    gateway_test.main()
