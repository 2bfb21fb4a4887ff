"""The same market whichever way the work is spread over threads."""
import gateway_test
from gateway_test import GatewayTest
from rebuilt_market import top, touch
from running_gateway import replayed, simulate
from stream_client import pump

# The thread "main" is there unless a file says otherwise; --set changes what it hosts.
SPREADS = {
    "one thread for each role": (1, {"main": ["feed"], "books": ["market"], "out": ["serving"]}),
    "two shards on threads of their own": (2, {"main": ["serving"], "left": ["market.0"], "right": ["market.1"],
                                               "in": ["feed"]}),
    "two shards, one beside the feed and one beside serving": (2, {"main": ["feed", "market.0"],
                                                                   "out": ["serving", "market.1"]}),
    "three shards on one thread": (3, {"main": ["feed", "serving"], "books": ["market"]}),
}
CHANNELS = ("l1", "l2", "l3", "trades", "status")


def settings(shards, threads, spin_us=0):
    sets = [f"threads.shards={shards}"]
    for name, roles in threads.items():
        sets.append(f"threads.{name}.roles=[{', '.join(chr(34) + role + chr(34) for role in roles)}]")
        if spin_us:
            sets.append(f"threads.{name}.spin_us={spin_us}")
    return sets


class Threads(GatewayTest):
    def setUp(self):
        super().setUp()
        self.capture = simulate(self.directory / "market-2024-01-02.itch", "--instruments", 7, "--messages", 5000,
                                "--profile", "volatile", "--seed", 41)
        self.books = replayed(self.capture)

    def check(self, client):
        for symbol, book in self.books.items():
            self.assertEqual(client.market.show("l2", symbol), top(book, 10), symbol)
            self.assertEqual(client.market.show("l3", symbol), top(book, 1000), symbol)
            self.assertEqual(client.market.show("l1", symbol), touch(book), symbol)

    def test_every_spread_gives_the_same_market(self):
        for name, (shards, threads) in SPREADS.items():
            with self.subTest(name), \
                    self.gateway("--replay", self.capture, "--speed", 25, sets=settings(shards, threads)) as gateway:
                status = gateway.json("/v1/status")
                self.assertEqual({thread["name"] for thread in status["threads"]}, {*threads, "fix", "admin"})
                clients = [self.market_client(gateway) for _ in range(2)]
                for client in clients:
                    for channel in CHANNELS:
                        client.subscribe(channel, "*")
                self.until_played(gateway, clients, lambda: [self.check(client) for client in clients])
                self.check_questions(gateway)

    def check_questions(self, gateway):
        for symbol, book in self.books.items():
            answer = gateway.json(f"/v1/books/{symbol}?depth=1000")
            self.assertEqual({side: answer[side] for side in ("bids", "asks")}, top(book, 1000), symbol)
            trades = gateway.json(f"/v1/trades/{symbol}?limit=1000")["trades"]
            self.assertEqual(len(trades), book["trades"], symbol)

    def test_at_full_speed_in_a_loop_with_small_rings(self):
        """Every ring fills and is waited for."""
        sets = settings(*SPREADS["two shards on threads of their own"], spin_us=20)
        sets += ["buffers.feed_ring_bytes=262144", "buffers.serving_ring_bytes=262144"]
        with self.gateway("--replay", self.capture, "--speed", "max", "--loop", sets=sets) as gateway:
            clients = [self.market_client(gateway) for _ in range(3)]
            for client in clients:
                for channel in ("l1", "l2", "status"):
                    client.subscribe(channel, "*")
            pump(clients, lambda: all(
                len(client.market.streams) == 3 * len(self.books) and
                all(s.snapshots + s.updates > 20 for key, s in client.market.streams.items() if key[0] != "status")
                for client in clients), "many rounds")
            for symbol in self.books:
                self.assertIn("bids", gateway.json(f"/v1/books/{symbol}"))


if __name__ == "__main__":
    gateway_test.main()
