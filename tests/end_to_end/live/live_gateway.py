"""What the tests of live feeds share: a day to publish, a gateway that follows one feed, and the comparison with the
offline replay."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "serve"))

from gateway_test import GatewayTest, eventually, main, seed  # noqa: E402, F401
from rebuilt_market import top  # noqa: E402
from running_gateway import replayed, simulate  # noqa: E402, F401
from running_publisher import LOOPBACK  # noqa: E402


class LiveGatewayTest(GatewayTest):
    @classmethod
    def setUpClass(cls):
        cls.seed = seed()

    def day(self, messages=30_000, instruments=12, seed=5):
        return simulate(self.directory / "day-2024-01-02.itch", "--seed", seed, "--instruments", instruments,
                        "--messages", messages, "--profile", "volatile")

    def config(self, **keys):
        """One live feed called `live`."""
        lines = ["[feeds.live]"]
        for key, value in keys.items():
            if isinstance(value, (list, tuple)):
                value = "[" + ", ".join(f'"{one}"' for one in value) + "]"
            elif isinstance(value, str):
                value = f'"{value}"'
            lines.append(f"{key} = {value}")
        return self.write("gateway.toml", "\n".join(lines) + "\n")

    def mold(self, *ports, **keys):
        return self.config(kind="itch-mold", lines=[f"udp://{LOOPBACK}:{port}" for port in ports], **keys)

    def feed(self, gateway):
        return gateway.json("/v1/status")["feeds"][0]

    def until_feed(self, gateway, condition, what):
        status = gateway.until("/v1/status", lambda value: condition(value["feeds"][0]), what)
        return status["feeds"][0]

    def check_books(self, gateway, books):
        listed = {one["symbol"] for one in gateway.json("/v1/instruments")["instruments"]}
        self.assertEqual(listed, set(books))
        for symbol, book in books.items():
            shown = gateway.json(f"/v1/books/{symbol}?depth=1000")
            self.assertEqual({side: shown[side] for side in ("bids", "asks")}, top(book, 1000), symbol)
