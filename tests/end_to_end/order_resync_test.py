"""After kill -9 clients that resynchronise have every report of everything that was acknowledged, none of them as new
twice, and numbers that never mean two messages: what one sees from the outside, over sockets."""
import asyncio
import collections
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "serve"))

from order_histories import check_chain, histories  # noqa: E402
from resuming_trader import ResumingTrader  # noqa: E402
from trading_gateway import TradingGateway, seeded_random  # noqa: E402

BLOCK = 1000  # outbound numbers are reserved so many at a time
ROUNDS = 4
ORDERS = 250  # of a client, in a round
PRICES = [f"{price / 100:.2f}" for price in range(9980, 10021)]
# So that a data directory is made at once, and its segments are used up.
SMALL = ["log.wal_segment_bytes=2097152", "log.wal_ring_bytes=1048576", "log.wal_ring_reserve_bytes=131072",
         "log.wal_batch_bytes=262144"]
# And nothing is refused for a machine that is slow.
PATIENT = ["shield.queue_target_us=1000000", "shield.order_wait_ms=10000", "shield.breaker=false",
           "shield.trim_log_lag_us=1000000", "shield.shed_log_lag_us=2000000"]


class Resynchronisation(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        self.random = seeded_random()

    def gateway(self):
        """On the same data each time, and ready."""
        gateway = TradingGateway(self.directory, sets=[*SMALL, *PATIENT])
        self.port = gateway.fix_port
        return gateway

    async def flood(self, trader, orders):
        """Orders, and cancels of some of them, as fast as they go out; answers what the socket took."""
        sent = []
        try:
            for _ in range(orders):
                if sent and self.random.random() < 0.2:
                    await trader.cancel(self.random.choice(sent))
                else:
                    sent.append(await trader.limit("ACME", self.random.choice(["buy", "sell"]),
                                                   str(self.random.randint(1, 5)), self.random.choice(PRICES)))
                if self.random.random() < 0.1:
                    await asyncio.sleep(0)
        except AssertionError:
            pass  # it is gone

    async def killed_round(self, traders):
        """Trading until the gateway is killed, at no particular moment: when some of the answers have come."""
        gateway = self.gateway()
        try:
            for trader in traders:
                await trader.connect(self.port)
            floods = [asyncio.ensure_future(self.flood(trader, ORDERS)) for trader in traders]
            answers = sum(len(trader.messages) for trader in traders) + self.random.randint(ORDERS // 2, ORDERS)
            async with asyncio.timeout(60):
                while sum(len(trader.messages) for trader in traders) < answers:
                    await asyncio.sleep(0.001)
            await asyncio.sleep(self.random.random() * 0.15)
            gateway.kill()
            await asyncio.gather(*floods)
        finally:
            gateway.kill()
        for trader in traders:
            await trader.drop()

    async def test_a_client_that_resynchronises_has_every_report_of_all_that_was_acknowledged(self):
        traders = [ResumingTrader(0, "CLIENT1"), ResumingTrader(0, "CLIENT2")]
        for _ in range(ROUNDS):
            await self.killed_round(traders)
        with self.gateway():
            for trader in traders:
                await trader.connect(self.port)
            trades = collections.Counter()
            told = 0
            for trader in traders:
                await trader.resynchronised()
                open_orders = await trader.open_orders()
                orders = histories(trader)
                for id, reports in orders.items():
                    status, filled, leaves = check_chain(reports)
                    if status in "01":
                        self.assertEqual(open_orders.pop(id, None), (status, filled, leaves), reports)
                    told += len(reports)
                    trades.update(report["527"] for report in reports if report["150"] == "F")
                self.assertFalse(open_orders, "open orders that nobody was told of")
            # Each trade has two sides, and both belong to clients here.
            self.assertFalse([trade for trade, sides in trades.items() if sides != 2])
            again = sum(message.get("97") == "Y" for trader in traders for message in trader.messages)
            print(f"{told} reports, {again} of them told again; {len(trades)} trades", flush=True)
            self.assertGreater(told, ROUNDS * ORDERS / 4)
            self.assertGreater(len(trades), ROUNDS)
            for trader in traders:
                await trader.log_out()

    async def test_numbers_go_on_at_the_bound_after_a_kill_and_where_they_were_after_a_stop(self):
        trader = ResumingTrader(0, "CLIENT1")
        with self.gateway():
            await trader.connect(self.port)
            await trader.log_out()
        stopped_at = trader.next_in
        gateway = self.gateway()
        try:
            self.assertEqual((await trader.connect(self.port)).number, stopped_at)
        finally:
            gateway.kill()
        await trader.drop()
        with self.gateway():
            logon = await trader.connect(self.port)
            self.assertGreaterEqual(logon.number, BLOCK)
            self.assertLessEqual(logon.number, 3 * BLOCK)
            await trader.resynchronised()  # its answer comes next: the gap was filled
            self.assertEqual(trader.next_in, logon.number + 2)
            await trader.log_out()

    async def test_what_happens_while_a_client_is_away_waits_for_it(self):
        away, there = ResumingTrader(0, "CLIENT1"), ResumingTrader(0, "CLIENT2")
        with self.gateway():
            await away.connect(self.port)
            resting = await away.limit("ACME", "sell", "5", "100.00")
            await away.report(resting, "0")
            await away.drop()
            await there.connect(self.port)
            order = await there.limit("ACME", "buy", "3", "100.00")
            await there.reports(order, "0F")
            await away.connect()
            fill = await away.report(resting, "F")
            self.assertTrue(fill.shows({"32": "3", "14": "3", "151": "2", "43": "Y", "97": None}), fill)
            await away.drop()
            order = await there.limit("ACME", "buy", "2", "100.00")
            await there.reports(order, "0F")
            await there.log_out()
        # Stopped and started: it is still there, and comes once.
        with self.gateway():
            await away.connect(self.port)
            fill = await away.report(resting, "F")
            self.assertTrue(fill.shows({"32": "2", "14": "5", "151": "0", "97": None}), fill)
            await away.resynchronised()
            self.assertEqual(len([one for one in away.messages if one.get("11") == resting]), 3)
            await away.log_out()


if __name__ == "__main__":
    unittest.main(verbosity=2)
