"""What `./dev run` offers: a market maker keeps the venue's books alive, and who comes can trade with it."""
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "serve"))

from fix_trader import FixTrader, fix_port  # noqa: E402
from running_gateway import PATIENCE, SOURCE, Gateway, _end_with_parent  # noqa: E402

MAKER = os.environ.get("TICKWEIR_MARKET_MAKER", str(SOURCE / "build/release/bench/market_maker"))
SYMBOLS = ["ACME", "GLOBEX", "BTC-USD"]
# A machine that is busy with other tests is no load of the venue's.
UNHURRIED = ["shield.queue_target_us=1000000", "shield.order_wait_ms=60000", "shield.trim_log_lag_us=50000000",
             "shield.shed_log_lag_us=60000000"]


class Demo(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.gateway = Gateway("--config", SOURCE / "bench/load/demo.toml",
                               sets=[f'venue.data="{directory.name}/venue"', *UNHURRIED])
        self.addCleanup(self.gateway.kill)
        self.port = fix_port(self.gateway)

    def maker(self):
        maker = subprocess.Popen([MAKER, "--port", str(self.port), "--interval-ms", "20"], stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True, preexec_fn=_end_with_parent)
        self.addCleanup(maker.wait)
        self.addCleanup(maker.kill)
        return maker

    def book(self, symbol):
        return self.gateway.json(f"/v1/books/tickweir:{symbol}?depth=10")

    def until(self, condition, what):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline, f"{what}; the gateway's log: {self.gateway.tail()}")
            time.sleep(0.01)  # not to take the processor from what is waited for

    def two_sided(self, symbol):
        book = self.book(symbol)
        return book["in_sync"] and book["bids"] and book["asks"]

    async def test_books_live_a_client_trades_and_the_maker_leaves_nothing_behind(self):
        with self.gateway:
            maker = self.maker()
            self.until(lambda: all(map(self.two_sided, SYMBOLS)), "books with two sides")
            before = {symbol: self.book(symbol)["seq"] for symbol in SYMBOLS}
            self.until(lambda: all(self.book(symbol)["seq"] > before[symbol] for symbol in SYMBOLS), "books that move")
            async with FixTrader(self.port, "CLIENT1") as trader:
                wanted = 10
                while wanted:  # the maker may be taking back one quote for another just then
                    self.assertIsNone(maker.poll(), "the maker has ended")
                    bought = await trader.market("ACME", "buy", str(wanted))
                    await trader.report(bought, "0")
                    while (report := await trader.report(bought))["39"] == "1":
                        wanted -= int(report["32"])
                    wanted -= int(report["32"]) if report["39"] == "2" else 0
                resting = await trader.limit("BTC-USD", "sell", "0.5", "65999.99")
                await trader.report(resting, "0")
                cancel = await trader.cancel(resting)
                await trader.report(cancel, "4")
            account = self.gateway.json("/v1/accounts/A1", Authorization="Bearer demo1")
            self.assertIn({"asset": "ACME", "total": "10010", "held": "0", "available": "10010"}, account["balances"])
            maker.send_signal(signal.SIGINT)
            said, _ = maker.communicate(timeout=PATIENCE)
            self.assertEqual(maker.returncode, 0, said)
            self.assertRegex(said, r"(?m)^market_maker: [1-9]\d* fills, 0 orders refused$")
            self.until(lambda: not any(self.book(symbol)[side] for symbol in SYMBOLS for side in ("bids", "asks")),
                       "books without the maker's orders")


if __name__ == "__main__":
    unittest.main(verbosity=2)
