"""A capture in a loop: each round is a session of its own. Books begin again, and times are of now."""
import time

import gateway_test
from gateway_test import GatewayTest
from rebuilt_market import top
from running_gateway import replayed, simulate


def now_ns():
    return time.time_ns()


class Loop(GatewayTest):
    def setUp(self):
        super().setUp()
        self.capture = simulate(self.directory / "market-2024-01-02.itch", "--instruments", 4, "--messages", 3000,
                                "--profile", "volatile", "--seed", 31)

    def test_a_new_round_gives_new_snapshots_and_times_of_now(self):
        with self.gateway("--replay", self.capture, "--speed", 40, "--loop") as gateway:
            began = now_ns()
            client = self.market_client(gateway, depth=1000)
            for channel in ("l1", "l2", "l3", "trades", "status"):
                client.subscribe(channel, "*", depth=1000)
            streams = client.market.streams
            symbols = list(replayed(self.capture))

            def rounds(channel):
                return min((streams[key].snapshots for key in streams if key[0] == channel), default=0)
            client.until(lambda: len(streams) == 5 * len(symbols) and rounds("l2") >= 4 and rounds("l3") >= 4,
                         "three more rounds")
            for key, stream in streams.items():
                if stream.time == 0:
                    # Subscribed to before anything happened to the instrument.
                    self.assertTrue(key[0] == "trades" and not stream.view.trades, key)
                    continue
                # Played faster than recorded, a round runs ahead of the clock: by its length at most.
                self.assertGreater(stream.time, began - 60_000_000_000, key)
                self.assertLess(stream.time, now_ns() + 120_000_000_000, key)
            for symbol in symbols:
                # The chain goes on through the rounds; the hold of the client proves it message by message.
                self.assertTrue(client.market.of("l2", symbol).in_sync, symbol)
            status = gateway.json("/v1/status")
            self.assertNotEqual(status["feeds"][0]["state"], "ended")
            quote = gateway.json(f"/v1/quotes/{symbols[0]}")
            self.assertGreater(quote["time"], began - 60_000_000_000)

    def test_every_round_ends_with_the_books_of_the_capture(self):
        books = replayed(self.capture)
        with self.gateway("--replay", self.capture, "--speed", 40, "--loop") as gateway:
            client = self.market_client(gateway, depth=1000)
            ends = []
            inner = client.on_message

            def take(message):
                # The last state of a book before it is replaced.
                if message["type"] == "snapshot" and message["channel"] == "l2":
                    symbol = message["symbol"]
                    stream = client.market.of("l2", symbol)
                    if stream is not None and stream.updates:
                        ends.append((symbol, client.market.show("l2", symbol)))
                inner(message)
            client.on_message = take
            client.subscribe("l2", "*", depth=1000)
            client.until(lambda: len(ends) >= 3 * len(books), "the ends of three rounds")
            for symbol, shown in ends:
                self.assertEqual(shown, top(books[symbol], 1000), symbol)

    def test_as_fast_as_it_goes_clients_keep_the_chain(self):
        with self.gateway("--replay", self.capture, "--speed", "max", "--loop") as gateway:
            client = self.market_client(gateway)
            client.subscribe("l1", "*")
            client.until(lambda: sum(s.updates for s in client.market.streams.values()) > 3000, "many rounds")
            self.assertGreater(gateway.json("/v1/status")["feeds"][0]["messages"], 6000)


if __name__ == "__main__":
    gateway_test.main()
