"""The gateway is killed in the middle of a spike, and again while its clients resynchronise and go on: whatever was
acknowledged is known with all of its reports, none of them as new twice, and accounts hold what those reports say."""
import asyncio
import collections
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "serve"))

from order_histories import Expected, check_chain, histories, is_open, place, whole_account  # noqa: E402
from spike_traders import FUNDS, SMALL_LOG, SpikeTrader, venue_of  # noqa: E402
from trading_gateway import TradingGateway, seeded_random  # noqa: E402

SESSIONS = 10
BURST = 120  # requests of a session at once
KILLS_AT = [2_000, 2_000]  # reports of the log, all sessions' together, in a round
# Load is to be shed, but a busy disk does not do it; and nobody is cut for what was asked of him.
SHIELD = ["shield.queue_target_us=2000", "shield.order_wait_ms=1000", "shield.breaker=false",
          "limits.breaches_max=1000000000"]


class KilledInASpike(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.config = self.directory / "gateway.toml"
        self.config.write_text(venue_of(SESSIONS))
        self.random = seeded_random()

    def gateway(self):
        """On the same data each time, and ready."""
        gateway = TradingGateway(self.directory, "--config", self.config, sets=[*SMALL_LOG, *SHIELD])
        self.port = gateway.fix_port
        return gateway

    async def killed_round(self, traders, reports):
        """All flood from their logon on, until the gateway is killed behind so many reports. How much was under way."""
        gateway = self.gateway()
        try:
            for trader in traders:
                await trader.connect(self.port)
            before = sum(trader.acknowledged for trader in traders)
            under_way = []

            def count():
                if not under_way and sum(trader.acknowledged for trader in traders) - before >= reports:
                    gateway.process.kill()
                    under_way.append(sum(len(trader.unanswered) for trader in traders))

            for trader in traders:
                trader.on_report = count
            await asyncio.gather(*(trader.flood(BURST, lambda: bool(under_way)) for trader in traders))
            return under_way[0], [line.split("load mode ")[1] for line in gateway.log.lines if "load mode " in line]
        finally:
            gateway.kill()
            for trader in traders:
                trader.on_report = lambda: None
                await trader.drop()

    async def judged(self, gateway, trader):
        """A client that has caught up, with what the gateway says. Its histories."""
        states = await trader.open_orders()
        orders = histories(trader)
        expected = Expected(FUNDS)
        for id, reports in orders.items():
            end = check_chain(reports)
            expected.add(id, reports)
            if is_open(reports):
                self.assertEqual(states.pop(id, None), end, reports)
        self.assertFalse(states, "open orders that nobody was told of")
        account = await asyncio.to_thread(whole_account, gateway, trader.account_name, trader.key)
        self.assertEqual(expected.differences(account), [], trader.comp_id)
        return orders

    def nothing_lost_at_the_end(self, trader):
        """Who was not answered had a later request in the log: what came behind the last of those is asked for again. A
        refusal that is lost with its gateway is not told again."""
        last = max((trader.numbers[message["11"]] for message in trader.messages
                    if message.kind == "8" and place(message) and message["11"] in trader.numbers), default=None)
        if last is None:
            return  # nothing of it is in the log, by which it would be known
        self.assertEqual([id for id in trader.silent if trader.numbers[id] > last], [], f"{last} is in the log")

    async def test_whoever_resynchronises_has_every_report_and_accounts_are_exact(self):
        asyncio.get_running_loop().set_debug(False)  # which takes most of the time
        traders = [SpikeTrader(0, number, self.random) for number in range(SESSIONS)]
        for reports in KILLS_AT:
            under_way, modes = await self.killed_round(traders, reports)
            print(f"killed with {under_way} requests under way; modes: {'; '.join(modes) or 'none'}", flush=True)
            self.assertGreater(under_way, 0)
        acknowledged = [{report["37"] for report in trader.messages if report.get("150") == "0"} for trader in traders]
        with self.gateway() as gateway:
            for trader in traders:
                await trader.connect(self.port)
            await asyncio.gather(*(trader.resynchronised() for trader in traders))
            trades = collections.Counter()
            for trader, known in zip(traders, acknowledged):
                orders = await self.judged(gateway, trader)
                self.assertLessEqual(known, set(orders))
                self.nothing_lost_at_the_end(trader)
                trades.update(report["527"] for reports in orders.values() for report in reports
                              if report["150"] == "F")
            self.assertFalse([trade for trade, sides in trades.items() if sides != 2], "a side of a trade is missing")
            again = sum(message.get("97") == "Y" for trader in traders for message in trader.messages)
            silent = sum(len(trader.silent) for trader in traders)
            print(f"{sum(map(len, acknowledged))} orders acknowledged before; {again} reports told again; "
                  f"{len(trades)} trades; {silent} requests unanswered", flush=True)
            self.assertGreater(len(trades), 100)
            for trader in traders:
                await trader.log_out()


if __name__ == "__main__":
    unittest.main(verbosity=2)
