"""Gateways that follow the local exchange end with the books of an offline replay: every style of synchronisation, also
with connections that are cut; and what the README says about it works as pasted."""
import json
import re
import shlex
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import live_gateway  # noqa: E402
from live_gateway import LiveGatewayTest, eventually, replayed  # noqa: E402
from running_gateway import SOURCE, tickweir  # noqa: E402
from venue_process import Venue  # noqa: E402

PATHS = {"binance-spot": "/ws", "kraken-v2": "/v2", "okx": "/ws/v5/public", "coinbase-advanced": "/"}
PORT = "26480"  # of the venue in the README


class JsonVenue(LiveGatewayTest):
    def capture(self, venue, messages=6_000):
        path = self.directory / f"{venue}.jsonl.gz"
        run = tickweir("simulate", "--out", path, "--format", "json", "--venue", venue, "--instruments", 3,
                       "--messages", messages, "--seed", self.seed % 2**31)
        self.assertEqual(run.returncode, 0, run.stderr)
        return path

    def follow(self, venue, port, symbols, **keys):
        if venue == "binance-spot":
            keys["rest_url"] = f"https://localhost:{port}"
        if venue == "kraken-v2":
            keys["depth"] = 100  # what the simulated one has
        return self.config(kind="json", venue=venue, symbols=sorted(symbols), ca_file=str(self.directory / "venue.pem"),
                           url=f"wss://localhost:{port}{PATHS[venue]}", reconnect_ms=20, reconnect_max_ms=200, **keys)

    def venue(self, capture, *arguments):
        return Venue(capture, "--port", 0, "--tls", "--write-certificate", self.directory / "venue.pem", *arguments)

    def check_follows(self, venue, *arguments, speed=40, levels=1000):
        """Answers what the gateway says of the feed, and what the exchange counted."""
        capture = self.capture(venue)
        books = replayed(capture)
        with self.venue(capture, "--speed", speed, *arguments) as exchange, \
                self.gateway("--config", self.follow(venue, exchange.port, books)) as gateway:
            exchange.until_over()
            for symbol, book in books.items():
                def best(shown):
                    return {side: [level[:2] for level in shown[side][:levels]] for side in ("bids", "asks")}
                expected = best(book)

                def shown():
                    answer = gateway.get(f"/v1/books/{symbol.replace('/', '%2F')}?depth=1000")
                    if answer.status != 200:
                        return None
                    return json.loads(answer.body)

                def is_right():
                    seen = shown()
                    return seen and seen["in_sync"] and best(seen) == expected
                try:
                    eventually(is_right, f"the book of {symbol}")
                except AssertionError:
                    seen = shown()
                    self.assertEqual(seen and best(seen), expected)
                    raise
            feed = self.feed(gateway)
        return feed, exchange.summary()

    def test_binance(self):
        feed, _ = self.check_follows("binance-spot")
        self.assertEqual((feed["connects"], feed["refused"]), (1, 0))
        self.assertGreaterEqual(feed["snapshots_taken"], 3)

    def test_kraken(self):
        self.check_follows("kraken-v2")

    def test_okx(self):
        self.check_follows("okx")

    def test_coinbase(self):
        self.check_follows("coinbase-advanced")

    def test_connections_that_are_cut_every_second(self):
        for venue in PATHS:
            with self.subTest(venue):
                feed, _ = self.check_follows(venue, "--kill-every", 1, speed=5)
                # How often depends on how soon the machine has it connected again.
                self.assertGreaterEqual(feed["disconnects"], 1)

    def test_frames_that_are_left_out(self):
        for venue in PATHS:
            with self.subTest(venue):
                # Kraken's checksum is of ten levels a side: what is lost below them nobody can see.
                levels = 10 if venue == "kraken-v2" else 1000
                _, counted = self.check_follows(venue, "--gap-every", 100, speed=20, levels=levels)
                self.assertGreater(counted["left_out"], 0)

    def test_the_readme_works_as_pasted(self):
        lines = [line for line in (SOURCE / "README.md").read_text().splitlines()
                 if re.match("build/release/tickweir (simulate|venue|serve) .*binance", line)]
        simulate, venue, serve = (shlex.split(line.replace("/tmp/", f"{self.directory}/"))[1:] for line in lines)
        self.assertEqual(tickweir(*simulate).returncode, 0)
        venue = ["0" if word == PORT else word for word in venue[1:]]
        with Venue(*venue) as exchange:
            serve = [word.replace(PORT, str(exchange.port)) for word in serve[1:]]
            with self.gateway(*serve) as gateway:
                gateway.until("/v1/books/AAPLUSDT", lambda book: book.get("in_sync") and book["bids"], "a book")


if __name__ == "__main__":
    live_gateway.main()
