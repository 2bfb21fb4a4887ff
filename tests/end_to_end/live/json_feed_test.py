"""A gateway that follows an exchange over WebSocket and TLS: snapshots, gaps, connections that are cut, certificates
that are wrong, servers that are slow, silent, or have enough of us."""
import http
import json
import shutil
import socket
import subprocess
import sys

import live_gateway
from live_gateway import LiveGatewayTest, eventually, replayed
from scripted_exchange import ScriptedExchange

if shutil.which("openssl") is None:
    print("skipped: openssl is not installed", flush=True)
    sys.exit(77)


def without_counts(levels):
    return [level[:2] for level in levels]


class JsonFeed(LiveGatewayTest):
    def certificate(self, name="localhost"):
        certificate, key = self.directory / f"{name}.pem", self.directory / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", key, "-out", certificate, "-days", "2", "-subj", f"/CN={name}",
                        "-addext", f"subjectAltName=DNS:{name}"], check=True, capture_output=True, timeout=60)
        return certificate, key

    def exchange(self, tls=False, **options):
        return ScriptedExchange(self.seed, certificate=self.certificate() if tls else None, **options)

    def json(self, exchange, symbols=("BTCUSDT", "ETHUSDT"), **keys):
        if exchange.certificate:
            keys.setdefault("ca_file", str(exchange.certificate[0]))
        return self.config(kind="json", venue="binance-spot", symbols=symbols, channels=("book", "trades"),
                           url=exchange.url, rest_url=exchange.rest_url, reconnect_ms=20, reconnect_max_ms=200,
                           **keys)

    def in_sync(self, gateway, symbols=("BTCUSDT", "ETHUSDT")):
        def all_in_sync():
            listed = {one["symbol"]: one["in_sync"] for one in gateway.json("/v1/instruments")["instruments"]}
            return all(listed.get(symbol) for symbol in symbols)
        eventually(all_in_sync, "books in sync")

    def market(self, exchange, changes=30):
        """Waits until every book has changed that often; a change takes three ids at most."""
        begun = {symbol: book.last for symbol, book in exchange.books.items()}
        eventually(lambda: all(book.last - begun[symbol] >= 3 * changes for symbol, book in exchange.books.items()),
                   "some market")

    def check(self, gateway, exchange, symbols=("BTCUSDT", "ETHUSDT")):
        """Once the market stands still the gateway shows its books."""
        exchange.running = False
        for symbol in symbols:
            expected = exchange.top(symbol)

            def is_shown():
                answer = gateway.get(f"/v1/books/{symbol}?depth=1000")
                if answer.status != 200:
                    return False
                book = json.loads(answer.body)
                return {side: without_counts(book[side]) for side in ("bids", "asks")} == exchange.top(symbol) \
                    and book["in_sync"]
            try:
                eventually(is_shown, f"the book of {symbol}")
            except AssertionError:
                book = gateway.json(f"/v1/books/{symbol}?depth=1000")
                self.assertTrue(book["in_sync"])
                self.assertEqual({side: without_counts(book[side]) for side in ("bids", "asks")}, expected)
                raise

    def test_books_over_tls_are_those_of_the_exchange(self):
        with self.exchange(tls=True) as exchange, self.gateway("--config", self.json(exchange)) as gateway:
            feed = self.until_feed(gateway, lambda one: one["state"] == "live", "a feed that is live")
            self.in_sync(gateway)
            self.market(exchange)
            self.check(gateway, exchange)
            feed = self.feed(gateway)
            self.assertEqual((feed["kind"], feed["venue"]), ("json", "binance-spot"))
            self.assertEqual((feed["connections"], feed["streams"], feed["refused"]), (1, 4, 0))
            self.assertEqual(feed["snapshots_failed"], 0)
            self.assertIn('tickweir_feed_snapshots_taken_total{feed="live"}', gateway.get("/metrics").body.decode())
            self.assertEqual(gateway.get("/readyz").status, 200)

    def test_connections_that_are_cut_cost_nothing_but_time(self):
        with self.exchange(tls=True) as exchange, self.gateway("--config", self.json(exchange)) as gateway:
            for cuts in range(1, 5):
                self.in_sync(gateway)
                exchange.cut()
                self.until_feed(gateway, lambda one: one["disconnects"] >= cuts, "the cut")
            self.in_sync(gateway)
            self.check(gateway, exchange)

    def test_two_connections_share_what_one_may_not_carry(self):
        with self.exchange() as exchange, \
                self.gateway("--config", self.json(exchange, streams_per_connection=2)) as gateway:
            self.in_sync(gateway)
            # One connection may have both books.
            self.until_feed(gateway, lambda one: (one["connections"], one["streams"]) == (2, 4), "both connections")
            exchange.cut()
            self.until_feed(gateway, lambda one: one["disconnects"] >= 2, "both cuts")
            self.check(gateway, exchange)

    def test_a_gap_is_repaired_with_a_new_snapshot(self):
        with self.exchange() as exchange, self.gateway("--config", self.json(exchange)) as gateway:
            self.in_sync(gateway)
            before = exchange.snapshots
            exchange.leave_out.add("BTCUSDT")
            eventually(lambda: exchange.snapshots > before, "another snapshot")
            self.in_sync(gateway)
            self.check(gateway, exchange)

    def test_a_certificate_of_nobody_known_is_refused(self):
        with self.exchange(tls=True) as exchange, \
                self.gateway("--config", self.json(exchange, ca_file="")) as gateway:
            line = gateway.log.until(r"live.*certificate")
            self.assertIsNotNone(line, gateway.log.lines)
            self.assertEqual(self.feed(gateway)["state"], "connecting")
            self.assertEqual(exchange.connected, 0)

    def test_a_certificate_for_another_host_is_refused(self):
        certificate = self.certificate("example.org")
        with ScriptedExchange(self.seed, certificate=certificate) as exchange, \
                self.gateway("--config", self.json(exchange)) as gateway:
            line = gateway.log.until(r"live.*(hostname|host name|certificate)")
            self.assertIsNotNone(line, gateway.log.lines)
            self.assertEqual(exchange.connected, 0)

    def test_a_server_that_never_answers_is_given_up(self):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            port = listener.getsockname()[1]
            config = self.config(kind="json", venue="okx", symbols=["BTC-USDT"], url=f"wss://localhost:{port}/",
                                 connect_timeout_ms=100, reconnect_ms=20, reconnect_max_ms=50)
            with self.gateway("--config", config) as gateway:
                self.assertIsNotNone(gateway.log.until("not open after 0.1 s"), gateway.log.lines)
                self.until_feed(gateway, lambda one: one["connects"] > 3, "attempts")
                self.assertEqual(gateway.get("/readyz").status, 503)

    def test_snapshots_are_asked_for_until_they_come(self):
        with self.exchange() as exchange:
            exchange.rest = http.HTTPStatus.INTERNAL_SERVER_ERROR, [], b"{}"
            with self.gateway("--config", self.json(exchange, snapshot_timeout_ms=300)) as gateway:
                self.until_feed(gateway, lambda one: one["snapshots_failed"] > 1, "answers that are none")
                exchange.rest = http.HTTPStatus.TOO_MANY_REQUESTS, [("Retry-After", "1")], b"{}"
                self.until_feed(gateway, lambda one: one["snapshots_throttled"] > 0, "an exchange that has enough")
                exchange.rest_delay = 1  # before there is an answer: one at once would end the failures
                exchange.rest = None
                failed = self.feed(gateway)["snapshots_failed"]
                self.until_feed(gateway, lambda one: one["snapshots_failed"] > failed, "an answer that is late")
                exchange.rest_delay = 0
                self.in_sync(gateway)
                self.check(gateway, exchange)

    def test_silence_is_told_and_ended(self):
        with self.exchange() as exchange, \
                self.gateway("--config", self.json(exchange, stale_after_ms=500, silence_ms=8_000)) as gateway:
            self.in_sync(gateway)
            exchange.silent = True
            self.until_feed(gateway, lambda one: one["state"] == "stale", "a stale feed")
            self.assertEqual(gateway.get("/readyz").status, 503)
            self.assertFalse(gateway.json("/v1/books/BTCUSDT")["in_sync"])
            self.until_feed(gateway, lambda one: one["silences"] > 0, "the end of a silent connection")
            exchange.silent = False
            self.in_sync(gateway)
            self.check(gateway, exchange)

    def test_a_market_that_stands_still_is_not_stale(self):
        with self.exchange() as exchange, \
                self.gateway("--config", self.json(exchange, stale_after_ms=3_000, silence_ms=20_000)) as gateway:
            self.in_sync(gateway)
            exchange.running = False
            pings = self.feed(gateway)["pings"]
            self.until_feed(gateway, lambda one: one["pings"] >= pings + 3, "pings")
            feed = self.feed(gateway)
            self.assertEqual((feed["state"], feed["silences"]), ("live", 0))
            self.check(gateway, exchange)

    def test_a_symbol_that_is_refused_does_not_hold_up_the_others(self):
        with self.exchange() as exchange:
            config = self.json(exchange, symbols=("BTCUSDT", "NOPE", "ETHUSDT"))
            with self.gateway("--config", config) as gateway:
                self.in_sync(gateway)
                self.assertIsNotNone(gateway.log.until("NOPE was refused: Invalid request: unknown stream"))
                self.until_feed(gateway, lambda one: one["refused"] == 2, "both streams refused")
                self.until_feed(gateway, lambda one: one["streams"] == 4, "the streams of the others")
                self.check(gateway, exchange)

    def test_noise_is_counted_and_told_with_an_excerpt(self):
        with self.exchange() as exchange, self.gateway("--config", self.json(exchange)) as gateway:
            self.in_sync(gateway)
            exchange.noise = ['{"e":"depthUpdate","s":"BTCUSDT"', "x" * 100_000, "[1, 2, 3]"]
            self.assertIsNotNone(gateway.log.until("depthUpdate"), gateway.log.lines)
            self.in_sync(gateway)
            self.check(gateway, exchange)

    def check_recording(self, names, record=(), **keys):
        directory = self.directory / "recorded"
        with self.exchange(tls=True) as exchange:
            config = self.json(exchange, **keys)
            lines = ["[record]", f'directory = "{directory}"', 'compression = "gzip"', *record]
            config.write_text(config.read_text() + "\n".join(lines) + "\n")
            with self.gateway("--config", config) as gateway:
                self.in_sync(gateway)
                self.market(exchange)
                self.check(gateway, exchange)
            files = sorted(directory.iterdir())
            self.assertEqual([file.name.split("-")[0] for file in files], names)
            self.assertTrue(all(file.name.endswith(".jsonl.gz") for file in files), files)
            again = replayed(*files)
            self.assertEqual(set(again), set(exchange.books))
            for symbol, book in again.items():
                self.assertTrue(book["in_sync_at_end"], symbol)
                self.assertEqual({side: without_counts(book[side]) for side in ("bids", "asks")},
                                 exchange.top(symbol), symbol)

    def test_what_is_recorded_replays_to_the_same_books(self):
        self.check_recording(["live"])

    def test_each_connection_is_recorded_by_itself(self):
        self.check_recording(["live.0", "live.1"], streams_per_connection=2)


if __name__ == "__main__":
    live_gateway.main()
