"""Memory fills up under order entry, by clients that begin requests and never end them: load modes are entered one by
one and told over FIX and WebSocket alike, cancels go through in all of them, also where nothing is left, and all is
normal again when the memory is given back."""
import asyncio
import json
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "serve"))

from fix_trader import FixTrader  # noqa: E402
from running_gateway import PATIENCE, HttpConnection  # noqa: E402
from stream_client import StreamClient  # noqa: E402
from trading_gateway import TradingGateway  # noqa: E402

CONFIG = """
[instruments.ACME]
quote = "USD"
price_decimals = 2
reference = "100"
[accounts.A1]
balances = { USD = "1000000000", ACME = "1000000" }
[accounts.A2]
balances = { USD = "1000000000", ACME = "1000000" }
[sessions.ORDINARY]
accounts = ["A1"]
[sessions.CRITICAL]
accounts = ["A2"]
priority = true
[sessions.LATE]
accounts = ["A2"]
"""
SMALL_LOG = ["log.wal_segment_bytes=4194304", "log.wal_ring_bytes=1048576", "log.wal_ring_reserve_bytes=262144"]
HELD = 1 << 20  # bytes that are set aside for a request that has begun
BUDGET = 128 << 20
SETS = [f"memory.clients={BUDGET}", f"http.header_bytes_max={HELD}", "http.idle_timeout_ms=3600000",
        "websocket.handshake_timeout_ms=3600000", "limits.quota_per_second=1", "limits.quota_burst=1",
        # Neither is a busy disk to raise the mode.
        "shield.trim_log_lag_us=59000000", "shield.shed_log_lag_us=60000000", "shield.breaker=false"]
# Between the marks of a mode and of the next one, on the way up and, where a mode is left 5 % later, down.
UP = {"L1": 66, "L2": 79, "L3": 88, "L4": 95}  # per cent of the budget
DOWN = {"L3": 86, "L2": 77, "L1": 65, "L0": 50}
NO_QUERIES = "shed: load mode L2: no queries, no orders over quota"
NO_ORDERS = "shed: load mode L3: entitled orders and cancels only"
CANCELS_ONLY = "shed: load mode L4: cancels only"


class MemoryModes(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.holders = []
        self.addCleanup(lambda: [holder.close() for holder in self.holders])

    def gateway(self):
        config = self.directory / "gateway.toml"
        config.write_text(CONFIG)
        gateway = TradingGateway(self.directory, "--config", config, sets=[*SMALL_LOG, *SETS], in_sync=True)
        self.port = gateway.fix_port
        return gateway

    # ------------------------------------------------------------------------------------------ memory

    def used(self, status):
        """Bytes."""
        return next(one["used"] for one in status["budgets"] if one["name"] == "clients")

    def fill_to(self, gateway, percent):
        """Requests that begin, and nothing more, or the end of some, until so much of the budget is used."""
        used = self.used(gateway.json("/v1/status"))
        before, wanted = len(self.holders), (percent * BUDGET // 100 - used) // HELD
        for _ in range(wanted):
            holder = gateway.connect()
            self.holders.append(holder)
            holder.sendall(b"GET /v1/status HTTP/1.1\r\nX: ")
        if wanted < 0:
            self.let_go(before + wanted)
        # Each takes a little more than is set aside for what follows.
        change = (len(self.holders) - before) * HELD
        gateway.until("/v1/status", lambda status: (self.used(status) - used - change) * wanted >= 0,
                      f"{percent} % of the budget")

    def let_go(self, left):
        """All but so many."""
        while len(self.holders) > left:
            self.holders.pop().close()

    def taken(self, gateway):
        """Whether there is room for one more request, which gets its answer, and its connection stays."""
        connection = HttpConnection(gateway)
        self.holders.append(connection)
        try:
            return connection.ask("/healthz") is not None
        except ConnectionError:
            return False

    # ------------------------------------------------------------------------------------------ what is told

    async def told(self, gateway, mode):
        """Until everybody hears of the mode, which was not entered by way of another one."""
        await asyncio.to_thread(gateway.until, "/v1/status", lambda status: status["mode"] == mode, mode)
        for trader in self.traders:
            message = await trader.next("h")
            self.assertEqual(message.differs({"58": mode, "336": "tickweir", "325": "Y",
                                              "340": "1" if mode == "L4" else "2"}), {})
        update = await asyncio.to_thread(self.watch.until_message, type="update", channel="status")
        self.assertEqual((update["symbol"], update["mode"]), ("ACME", mode))

    async def moved_to(self, gateway, mode, percent):
        await asyncio.to_thread(self.fill_to, gateway, percent)
        await self.told(gateway, mode)

    def query(self, gateway, target="/v1/quotes/ACME"):
        """Status, and why it is not 200."""
        answer = gateway.get(target)
        return answer.status, None if answer.status == 200 else json.loads(answer.body)["reason"]

    async def accepted(self, trader):
        order = await trader.limit("ACME", "buy", "10", "99")
        await trader.report(order, "0")
        return order

    async def refused(self, trader, text):
        """An order, and a move of one that is open: with its true status."""
        report = await trader.report(await trader.limit("ACME", "buy", "10", "99"), "8")
        self.assertEqual(report.differs({"39": "8", "103": "99", "58": text}), {})
        moved = await trader.cancel_reject(await trader.replace(trader.resting[-1], "10", "98"))
        self.assertEqual(moved.differs({"39": "0", "102": "99", "434": "2", "58": text,
                                        "41": trader.resting[-1]}), {})

    async def cancelled(self, trader):
        await trader.report(await trader.cancel(trader.resting.pop()), "4")

    # ------------------------------------------------------------------------------------------ the modes

    async def test_memory_moves_the_mode_up_and_down_again(self):
        with self.gateway() as gateway:
            async with FixTrader(self.port, "ORDINARY") as ordinary, FixTrader(self.port, "CRITICAL") as critical:
                self.traders = [ordinary, critical]
                for trader in self.traders:
                    trader.resting = [await self.accepted(trader) for _ in range(8)]
                self.watch = StreamClient(gateway)
                self.subscribe("status")
                await asyncio.to_thread(self.watch.until_message, type="snapshot", channel="status")
                await self.moved_to(gateway, "L1", UP["L1"])
                await self.in_l1(gateway, ordinary)
                await self.moved_to(gateway, "L2", UP["L2"])
                await self.in_l2(gateway, ordinary, critical)
                await self.moved_to(gateway, "L3", UP["L3"])
                await self.in_l3(gateway, ordinary, critical)
                await self.moved_to(gateway, "L4", UP["L4"])
                await self.in_l4(gateway, ordinary, critical)
                await self.with_nothing_left(gateway, ordinary, critical)
                for mode, percent in DOWN.items():
                    await self.moved_to(gateway, mode, percent)
                self.assertEqual(self.query(gateway), (200, None))
                for trader in self.traders:
                    await self.accepted(trader)
            causes = [line.split("load mode ")[1].split(";")[0] for line in gateway.log.lines if "load mode " in line]
            self.assertEqual(causes, ["L1, was L0: memory", "L2, was L1: memory", "L3, was L2: memory",
                                      "L4, was L3: memory", "L3, was L4: calm", "L2, was L3: calm", "L1, was L2: calm",
                                      "L0, was L1: calm"])

    def subscribe(self, channel):
        self.watch.send_text(json.dumps({"op": "subscribe", "channel": channel, "symbols": ["ACME"]}))

    async def in_l1(self, gateway, ordinary):
        self.assertEqual(self.query(gateway), (200, None))
        self.assertEqual(self.query(gateway, "/v1/candles/ACME"), (503, "shed: load mode L1: no history"))
        for _ in range(3):
            ordinary.resting.append(await self.accepted(ordinary))

    async def in_l2(self, gateway, ordinary, critical):
        self.assertEqual(self.query(gateway), (503, NO_QUERIES))
        self.subscribe("l1")
        error = await asyncio.to_thread(self.watch.until_message, type="error")
        self.assertEqual((error["code"], error["reason"]), (503, "shed: mode L2"))
        # One a second is within the quota of those that are not critical.
        answers = []
        while len({answer["150"] for answer in answers}) < 2:
            orders = [await ordinary.limit("ACME", "buy", "10", "99") for _ in range(20)]
            answers += [await ordinary.report(order) for order in orders]
        shed = [answer for answer in answers if answer["150"] == "8"]
        self.assertEqual({(answer["39"], answer["103"], answer["58"]) for answer in shed}, {("8", "99", NO_QUERIES)})
        ordinary.resting += [answer["11"] for answer in answers if answer["150"] == "0"]
        critical.resting.append(await self.accepted(critical))
        for trader in self.traders:
            await self.cancelled(trader)

    async def in_l3(self, gateway, ordinary, critical):
        await self.refused(ordinary, NO_ORDERS)
        critical.resting.append(await self.accepted(critical))
        # Less of an order is no risk more.
        less = await ordinary.replace(ordinary.resting.pop(), "5", "99")
        await ordinary.report(less, "5")
        ordinary.resting.append(less)
        late = FixTrader(self.port, "LATE")
        await late.open()
        await late.send_logon()
        self.assertEqual((await late.session_message("5"))["58"], "shed: no logons while the load mode is L3 or above")
        await late.drop()
        for trader in self.traders:
            await self.cancelled(trader)

    async def in_l4(self, gateway, ordinary, critical):
        for trader in self.traders:
            await self.refused(trader, CANCELS_ONLY)
            await self.cancelled(trader)
        self.assertEqual(self.query(gateway), (503, CANCELS_ONLY))

    async def with_nothing_left(self, gateway, ordinary, critical):
        """Where not even a connection is taken, cancels are."""
        before, refused = len(self.holders), 0
        while refused < 3:
            refused += not await asyncio.to_thread(self.taken, gateway)
        for trader in self.traders:
            await self.cancelled(trader)
            everything = await trader.mass_cancel()
            while trader.resting:
                report = await trader.report(everything, "4")
                trader.resting.remove(report["41"])
            self.assertEqual((await trader.next("r"))["531"], "7")
        deadline = time.monotonic() + PATIENCE
        self.let_go(before)
        while not await asyncio.to_thread(self.taken, gateway):
            self.let_go(before)
            self.assertLess(time.monotonic(), deadline, "no connection is taken any more")
        self.let_go(before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
