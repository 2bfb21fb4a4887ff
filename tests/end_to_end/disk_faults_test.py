"""A slow disk, and one that fails, under order entry: load is shed and told, cancels are not refused for it, and what
was acknowledged is there after a restart."""
import asyncio
import json
import tempfile
import unittest
from pathlib import Path

from disk_faults import FOREVER, Disk  # first: it finds the tests of serving, or skips

from order_histories import Expected, check_chain, histories, is_open, whole_account
from spike_traders import FUNDS, SMALL_LOG, SpikeTrader, venue_of
from stream_client import StreamClient
from trading_gateway import TradingGateway, seeded_random

SESSIONS = 4
# A disk of a busy machine is slow, too, yet not like this one.
SHIELD = ["shield.trim_log_lag_us=100000", "shield.shed_log_lag_us=200000", "limits.quota_per_second=1",
          "limits.quota_burst=1", "shield.breaker=false"]
SLOW = 0.4  # seconds
RESTING = 300  # orders of a session
REFUSED_FOR_LOAD = ("shed: ", "throttled: ", "breaker: ", "stopped: ")


def load_refusals(messages, kind):
    """Messages of that type that refuse for load."""
    return [message for message in messages if message.kind == kind and
            message.get("58", "").startswith(REFUSED_FOR_LOAD)]


class DiskFaults(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.config = self.directory / "gateway.toml"
        self.config.write_text(venue_of(SESSIONS))
        self.disk = Disk(self.directory / "disk")
        self.random = seeded_random()

    async def asyncSetUp(self):
        asyncio.get_running_loop().set_debug(False)  # which takes most of the time

    def gateway(self, *sets):
        gateway = TradingGateway(self.directory, "--config", self.config, environment=self.disk.environment,
                                 sets=[*SMALL_LOG, *SHIELD, *sets], in_sync=True)
        self.port = gateway.fix_port
        return gateway

    def traders(self):
        return [SpikeTrader(self.port, number, self.random) for number in range(SESSIONS)]

    async def all_answered(self, traders):
        for trader in traders:
            await trader._until(lambda trader=trader: not trader.unanswered, "all answers")

    async def shown(self, gateway, target, condition, what):
        return await asyncio.to_thread(gateway.until, target, condition, what)

    async def exact(self, gateway, traders):
        """Histories without gaps, and accounts that hold what they say. Those of each trader."""
        out = []
        for trader in traders:
            expected, orders = Expected(FUNDS), histories(trader)
            for id, reports in orders.items():
                check_chain(reports)
                expected.add(id, reports)
            account = await asyncio.to_thread(whole_account, gateway, trader.account_name, trader.key)
            self.assertEqual(expected.differences(account), [], trader.comp_id)
            out.append(orders)
        return out

    # ------------------------------------------------------------------------------------------ slow

    async def test_a_slow_disk_sheds_queries_and_orders_beyond_the_quota_and_no_cancel(self):
        with self.gateway() as gateway:
            traders = self.traders()
            for trader in traders:
                await trader.connect()
                await trader.burst(100)
            await self.all_answered(traders)
            before = [len(trader.messages) for trader in traders]
            # Stuck at first, however long a busy machine takes for what follows.
            self.disk.be_slow(FOREVER)
            await traders[0].burst(10)
            await self.shown(gateway, "/v1/status", lambda status: status["mode"] == "L2", "the mode of a slow disk")
            for trader in traders:
                await trader.burst(40)
            for trader in traders:
                await trader.take(lambda message: message.get("58", "").startswith("shed: "), "an order shed")
            query = await asyncio.to_thread(gateway.get, "/v1/quotes/ACME")
            self.assertEqual((query.status, json.loads(query.body)["reason"]),
                             (503, "shed: load mode L2: no queries, no orders over quota"))
            self.disk.be_slow(SLOW)
            await self.all_answered(traders)
            for trader, first in zip(traders, before):
                self.assertEqual(load_refusals(trader.messages[first:], "8"),
                                 [message for message in trader.messages[first:] if message.get("103") == "99"])
                cancels = {fields[1][3:] for kind, fields, _ in trader.sent.values() if kind == "F"}
                self.assertFalse([one for one in load_refusals(trader.messages, "9") if one["11"] in cancels])
            self.disk.be_well()
            await self.shown(gateway, "/v1/status", lambda status: status["mode"] == "L0", "L0 on a disk that is well")
            self.assertTrue(gateway.log.until(r"load mode L\d, was L\d: log_lag"))
            order = await traders[0].limit("ACME", "buy", "1", "90")
            self.assertEqual((await traders[0].report(order))["150"], "0")
            await self.exact(gateway, traders)
            for trader in traders:
                await trader.log_out()

    # ------------------------------------------------------------------------------------------ failing

    async def test_a_write_that_fails_stops_everything_and_nothing_acknowledged_is_lost(self):
        await self.fail_and_come_back('log.wal_sync="direct"')

    async def test_a_sync_that_fails_does_the_same(self):
        await self.fail_and_come_back('log.wal_sync="fdatasync"')

    async def fail_and_come_back(self, *sets):
        # The mode is not to shed before the log is full.
        sets = [*sets, "shield.trim_log_lag_us=59000000", "shield.shed_log_lag_us=60000000"]
        with self.gateway(*sets) as gateway:
            traders = self.traders()
            for trader in traders:
                await trader.connect()
                await trader.burst(60)
            await self.all_answered(traders)
            for trader in traders:
                await self.rest(trader)
            watch = StreamClient(gateway)
            watch.send_text(json.dumps({"op": "subscribe", "channel": "status", "symbols": ["ACME"]}))
            await asyncio.to_thread(watch.until_message, type="snapshot", channel="status")
            self.disk.be_slow(FOREVER)
            await self.fill_the_log(traders)
            await self.cancel_all(traders)
            self.disk.fail()
            gateway.ends_with = 1
            for trader in traders:
                await self.stopped(trader)
            await asyncio.to_thread(watch.until_message, type="update", channel="status", mode="L5")
            status = await self.shown(gateway, "/v1/status", lambda status: status["mode"] == "L5", "L5")
            self.assertEqual((status["venue"]["state"], status["venue"]["reason"]), ("failed", "the log failed"))
            for target in ("/readyz", "/v1/quotes/ACME"):
                self.assertEqual(gateway.get(target).status, 503, target)
            await traders[0].open()
            await traders[0].send_logon()
            self.assertEqual((await traders[0].session_message("5"))["58"], "stopped: log failed")
            await traders[0].drop()
        self.disk.be_well()
        await self.come_back(traders, *sets)

    async def rest(self, trader):
        """Orders that nobody meets, as many at a time as any disk keeps up with."""
        trader.resting = []
        while len(trader.resting) < RESTING:
            wave = [await trader.limit("ACME", "buy", "1", "50") for _ in range(50)]
            for order in wave:
                await trader.report(order, "0")
            trader.resting += wave

    async def fill_the_log(self, traders):
        """Orders until the venue takes no more of them, for want of room for what they do."""
        for trader in traders:
            while not load_refusals(trader.messages, "8"):
                await trader.burst(200)
                await trader.fence()
            self.assertEqual({message["58"] for message in load_refusals(trader.messages, "8")}, {"shed: log behind"})

    async def cancel_all(self, traders):
        """More cancels than there is a reserve for: the others wait."""
        for trader in traders:
            trader.cancels = {await trader.cancel(order): order for order in trader.resting}
            await trader.fence()

    async def stopped(self, trader):
        """What a session sees of the end: the mode, and why it ends."""
        await trader.until_ended()
        self.assertEqual([one for one in trader.session_messages if one.kind == "5"][-1]["58"], "stopped: log failed")
        last = [message for message in trader.messages if message.kind == "h"][-1]
        self.assertEqual((last["58"], last["340"]), ("L5", "1"))

    def refused_cancels(self, trader):
        """How many say that all has stopped, and how their orders stand; others were executed, yet are not durable."""
        refused = [message for message in load_refusals(trader.messages, "9") if message["11"] in trader.cancels]
        for message in refused:
            self.assertEqual(message.differs({"102": "99", "58": "stopped: log failed", "39": "0",
                                              "41": trader.cancels[message["11"]]}), {})
        return len(refused)

    async def come_back(self, traders, *sets):
        """The same data on a disk that is well: what was acknowledged is known, what was refused is not."""
        before = [{report["37"] for report in trader.messages if report.get("150") == "0"} for trader in traders]
        refused = [{message["11"] for message in load_refusals(trader.messages, "8")} for trader in traders]
        with self.gateway(*sets) as gateway:
            for trader in traders:
                await trader.connect(self.port)
            await asyncio.gather(*(trader.resynchronised() for trader in traders))
            open_orders = [await trader.open_orders() for trader in traders]
            orders = await self.exact(gateway, traders)
            for known, acknowledged, refusals, still_open in zip(orders, before, refused, open_orders):
                self.assertLessEqual(acknowledged, set(known))
                self.assertFalse(refusals & {reports[0]["11"] for reports in known.values()})
                self.assertEqual({id for id, reports in known.items() if is_open(reports)}, set(still_open))
            # Those that were told after the end of their session came now.
            refused = sum(map(self.refused_cancels, traders))
            self.assertGreater(refused, 0)
            unknown = sum(len(set(known) - acknowledged) for known, acknowledged in zip(orders, before))
            print(f"{sum(map(len, before))} orders acknowledged before, {unknown} more are known; {refused} of "
                  f"{len(traders) * RESTING} cancels refused", flush=True)
            for trader in traders:
                await trader.log_out()


if __name__ == "__main__":
    unittest.main(verbosity=2)
