"""A session that is cut off while others trade with its orders: whichever comes first, the cancel or the fill, both
sides are told the same, nothing stays open, and the accounts are exact."""
import asyncio
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "serve"))

from fix_trader import FixTrader  # noqa: E402
from order_histories import Expected, check_chain, histories, whole_account  # noqa: E402
from trading_gateway import TradingGateway, seeded_random  # noqa: E402

BALANCES = {"USD": "1000000", "ACME": "100000"}
CONFIG = """
[instruments.ACME]
base = "ACME"
quote = "USD"
price_decimals = 2
[accounts.A1]
key = "key-of-a1"
balances = { USD = "1000000", ACME = "100000" }
[accounts.A2]
key = "key-of-a2"
balances = { USD = "1000000", ACME = "100000" }
[sessions.LOST]
accounts = ["A1"]
cancel_on_disconnect = true
grace_ms = 0
disconnect_keeps_long_lived = false
[sessions.STAYS]
accounts = ["A2"]
[limits]
orders_per_second = 1000000
orders_burst = 1000000
[shield]
breaker = false
"""
# So that a data directory is made at once.
SMALL_LOG = ["log.wal_segment_bytes=4194304", "log.wal_ring_bytes=1048576", "log.wal_ring_reserve_bytes=262144"]
ROUNDS, ORDERS = 8, 60


class OrderRaces(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        config = Path(directory.name) / "gateway.toml"
        config.write_text(CONFIG)
        self.gateway = TradingGateway(directory.name, "--config", config, sets=SMALL_LOG)
        self.addCleanup(self.gateway.kill)
        self.port = self.gateway.fix_port
        self.random = seeded_random()

    async def race(self, lost, stays):
        """Fills of the orders that rest are on their way when the connection ends, at no particular moment."""
        bids = [await lost.limit("ACME", "buy", "2", "99.00", *self.random.choice([[], ["59=1"]]))
                for _ in range(ORDERS)]
        for bid in bids:
            await lost.report(bid, "0")
        cut_at = self.random.randrange(ORDERS)
        asked = []
        for i in range(ORDERS):
            if i == cut_at:
                await lost.drop()
            asked.append(await stays.limit("ACME", "sell", str(self.random.randint(1, 3)), "99.00", "59=3"))
            if self.random.random() < 0.2:
                await asyncio.sleep(0)  # what was written may be read by now
        for id in asked:
            while (await stays.report(id))["39"] not in "24":
                pass
        await lost.connect()
        await lost.fence()

    async def test_a_cut_connection_and_fills_of_its_orders_never_disagree(self):
        lost, stays = FixTrader(self.port, "LOST"), FixTrader(self.port, "STAYS")
        cancelled = traded = 0
        with self.gateway:
            await lost.connect()
            await stays.connect()
            for _ in range(ROUNDS):
                await self.race(lost, stays)
            self.assertEqual((await lost.answer(await lost.mass_status()))["911"], "0", "nothing stays open")
            sides = []
            for trader, name in ((lost, "A1"), (stays, "A2")):
                expected, trades = Expected(BALANCES), {}
                for id, reports in histories(trader).items():
                    check_chain(reports)
                    expected.add(id, reports)
                    trades.update({one["527"]: (one["31"], one["32"]) for one in reports if one["150"] == "F"})
                    if trader is lost:
                        cancelled += reports[-1]["150"] == "4"
                        traded += reports[-1]["39"] == "2"
                sides.append(trades)
                account = whole_account(self.gateway, name, f"key-of-{name.lower()}")
                self.assertEqual(expected.differences(account), [], name)
            self.assertEqual(*sides)
            self.assertEqual(cancelled + traded, ROUNDS * ORDERS)
            print(f"{traded} orders were filled, {cancelled} cancelled", flush=True)
            self.assertGreater(min(cancelled, traded), 0)
            for trader in (lost, stays):
                await trader.log_out()
                await trader.drop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
