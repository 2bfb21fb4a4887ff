"""Clients that do not keep up: state is conflated for them, what may not be left out closes them, and nobody else
notices."""
import time

import gateway_test
from gateway_test import UNHURRIED, GatewayTest
from rebuilt_market import top, touch
from running_gateway import replayed, simulate
from stream_client import pump

# As little as can be on the way to a client that does not read, so that its queue fills in the gateway.
SMALL_BUFFER = 4096
SMALL_QUEUE = ("websocket.queue_bytes_max=262144", "websocket.conflate_after_bytes=16384",
               "websocket.send_buffer_bytes=4096")
LARGE_BUFFER = 1 << 22


class SlowClients(GatewayTest):
    def setUp(self):
        super().setUp()
        self.capture = simulate(self.directory / "market-2024-01-02.itch", "--seed", 21, "--instruments", 6,
                                "--messages", 12000, "--profile", "volatile")
        self.books = replayed(self.capture)

    def check_state(self, client):
        for symbol, book in self.books.items():
            self.assertEqual(client.market.show("l2", symbol), top(book, 10), symbol)
            self.assertEqual(client.market.show("l1", symbol), touch(book), symbol)

    def check_l3(self, client):
        for symbol, book in self.books.items():
            self.assertEqual(client.market.show("l3", symbol), top(book, 1000), symbol)

    def test_state_is_conflated_for_a_client_that_stops_reading(self):
        sets = ["websocket.conflate_after_bytes=16384", "websocket.send_buffer_bytes=4096",
                "websocket.queue_bytes_max=262144"]
        with self.gateway("--replay", self.capture, "--speed", UNHURRIED, sets=sets) as gateway:
            slow = self.market_client(gateway, receive_buffer=SMALL_BUFFER)
            for channel in ("l1", "l2", "status"):
                slow.subscribe(channel, "*")
            slow.until(lambda: slow.market.has("l2", self.books), "the market")
            gateway.until_ended()  # meanwhile nobody reads
            self.until_played(gateway, [slow], lambda: self.check_state(slow))
            conflated = sum(stream.conflated for stream in slow.market.streams.values())
            self.assertGreater(conflated, 0, "there was nothing to conflate")
            metrics = gateway.get("/metrics").body.decode()
            counted = int(float(next(line.split()[1] for line in metrics.splitlines()
                                     if line.startswith("tickweir_websocket_conflated_total "))))
            self.assertGreaterEqual(counted, conflated)

    def test_a_client_of_lossless_channels_is_warned_and_closed(self):
        for channel in ("l3", "trades"):
            with self.subTest(channel=channel):
                self.lossless_client_is_closed(channel)

    def lossless_client_is_closed(self, channel):
        # Trades are too few to fill a queue by their bytes.
        queue = ["websocket.queue_messages_max=64"] if channel == "trades" else ["websocket.queue_messages_max=4096"]
        with self.gateway("--replay", self.capture, "--speed", UNHURRIED,
                          sets=[*SMALL_QUEUE, *queue]) as gateway:
            slow = self.market_client(gateway, receive_buffer=SMALL_BUFFER)
            slow.subscribe(channel, "*")
            self.until_counted(gateway, "tickweir_websocket_slow_closed_total")
            close = slow.until_closed()
            self.assertEqual(close.code, 1013)
            self.assertIn("too slow", close.reason)
            self.assertEqual(len(slow.market.warnings), 1, slow.market.warnings)
            warning = slow.market.warnings[0]
            self.assertEqual(warning["code"], 429)
            self.assertIn("unsent", warning["reason"])
            # Up to the end nothing was left out: the chain was checked message by message.
            self.assertGreater(sum(s.updates for s in slow.market.streams.values()), 10)
            # The place is free again, and whoever comes now is served.
            again = self.market_client(gateway)
            again.subscribe("l2", "*")
            again.subscribe("l1", "*")
            self.until_played(gateway, [again], lambda: self.check_state(again))

    def until_counted(self, gateway, metric):
        def value():
            lines = gateway.get("/metrics").body.decode().splitlines()
            return sum(float(line.split()[1]) for line in lines if line.startswith(metric + " "))
        gateway_test.eventually(value, f"a count of {metric}")

    def test_others_get_every_message_while_one_is_closed_for_being_slow(self):
        sets = ["websocket.queue_bytes_max=2097152", "websocket.conflate_after_bytes=2097152",
                "websocket.send_buffer_bytes=65536"]
        with self.gateway("--replay", self.capture, "--speed", UNHURRIED, sets=sets) as gateway:
            slow = self.market_client(gateway, receive_buffer=SMALL_BUFFER)
            for channel in ("l3", "trades", "l2", "l1"):
                slow.subscribe(channel, "*")
            others = [self.market_client(gateway, receive_buffer=LARGE_BUFFER) for _ in range(2)]
            for other in others:
                other.subscribe("l3", "*")
                other.subscribe("trades", "*")
            self.until_played(gateway, others, lambda: [self.check_l3(other) for other in others])
            for other in others:
                self.assertEqual(other.market.warnings, [])
                self.assertIsNone(other.closed)
            self.assertEqual(slow.until_closed().code, 1013)

    def test_conflate_ms_limits_updates_and_loses_no_state(self):
        every_ms = 100
        with self.gateway("--replay", self.capture, "--speed", UNHURRIED) as gateway:
            began = time.monotonic()
            client = self.market_client(gateway)
            for channel in ("l1", "l2"):
                answer = client.subscribe(channel, "*", conflate_ms=every_ms)
                self.assertEqual(answer["accepted"][0]["conflate_ms"], every_ms)
            self.until_played(gateway, [client], lambda: self.check_state(client))
            ticks = (time.monotonic() - began) * 1000 / every_ms
            for key, stream in client.market.streams.items():
                self.assertLessEqual(stream.updates, ticks + 1, key)
            self.assertGreater(sum(s.conflated for s in client.market.streams.values()), 0)

    def test_clients_of_the_same_ticks_share_them_whoever_stalls(self):
        """So many that some have the same phase; one of those does not read for a while."""
        sets = ["websocket.conflate_after_bytes=16384", "websocket.send_buffer_bytes=4096",
                "websocket.queue_bytes_max=262144"]
        with self.gateway("--replay", self.capture, "--speed", 15, sets=sets) as gateway:
            clients = [self.market_client(gateway, receive_buffer=SMALL_BUFFER if i == 5 else LARGE_BUFFER)
                       for i in range(15)]
            for client in clients:
                for channel in ("l1", "l2"):
                    client.subscribe(channel, "*", conflate_ms=5)
            stalled, readers = clients[5], [client for client in clients if client is not clients[5]]
            self.until_played(gateway, readers, lambda: [self.check_state(client) for client in readers])
            pump([stalled], lambda: self.shows_state(stalled), "the market for the one that stalled")
            for client in clients:
                self.assertEqual(client.market.warnings, [])
                self.assertIsNone(client.closed)

    def shows_state(self, client):
        return all(client.market.show("l2", symbol) == top(book, 10) and client.market.show("l1", symbol) == touch(book)
                   for symbol, book in self.books.items())

    def test_conflate_ms_changes_by_subscribing_again(self):
        with self.gateway("--replay", self.capture, "--speed", 15) as gateway:
            client = self.market_client(gateway)
            client.subscribe("l1", "*", conflate_ms=60_000)
            client.until(lambda: client.market.has("l1", self.books), "snapshots")
            answer = client.ask("subscribe", channel="l1", symbols=["*"])
            self.assertEqual(answer["accepted"], [{"channel": "l1", "symbol": "*"}])
            self.assertEqual(answer["subscriptions"], 1)
            def quotes():
                for symbol, book in self.books.items():
                    self.assertEqual(client.market.show("l1", symbol), touch(book), symbol)
            self.until_played(gateway, [client], quotes)


if __name__ == "__main__":
    gateway_test.main()
