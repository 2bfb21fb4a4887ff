"""What order entry does besides matching, as its clients see it over sockets: cancel on disconnect, drop copies,
limits, many orders at once."""
import asyncio
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "serve"))

from fix_trader import FixTrader, frame  # noqa: E402
from trading_gateway import TradingGateway  # noqa: E402

CONFIG = """
[instruments.ACME]
base = "ACME"
quote = "USD"
price_decimals = 2
reference = "100"
[accounts.A1]
balances = { USD = "1000000000", ACME = "1000000000" }
[accounts.A2]
balances = { USD = "1000000000", ACME = "1000000000" }
[accounts.A3]
balances = { USD = "1" }
[sessions.TRADER]
comp_id = "TRADER"
accounts = ["A1"]
cancel_on_disconnect = true
grace_ms = 0
orders_per_second = 1000000
orders_burst = 1000000
[sessions.OTHER]
comp_id = "OTHER"
accounts = ["A2"]
orders_per_second = 1
orders_burst = 3
[sessions.ASIS]
accounts = ["A2"]
[sessions.COPIES]
comp_id = "COPIES"
accounts = ["A3"]
drop_copy = ["TRADER"]
"""
MANY = 2000
# So that a data directory is made at once.
SMALL_LOG = ["log.wal_segment_bytes=16777216", "log.wal_ring_bytes=8388608", "log.wal_ring_reserve_bytes=1048576"]


def broken_sum(message):
    """Its CheckSum is another one."""
    return message[:-2] + (b"1" if message[-2:-1] == b"0" else b"0") + message[-1:]


class OrderDesk(unittest.IsolatedAsyncioTestCase):
    def gateway(self, *sets, data=None):
        """On data of its own, or on those of a gateway before it."""
        if data is None:
            directory = tempfile.TemporaryDirectory()
            self.addCleanup(directory.cleanup)
            data = directory.name
        config = Path(data) / "gateway.toml"
        config.write_text(CONFIG)
        gateway = TradingGateway(data, "--config", config, sets=[*SMALL_LOG, *sets])
        self.port = gateway.fix_port
        return gateway

    async def test_a_lost_connection_cancels_what_does_not_last(self):
        with self.gateway():
            async with FixTrader(self.port, "TRADER") as trader, FixTrader(self.port, "OTHER") as other:
                day = await trader.limit("ACME", "buy", "10", "99.00")
                lasting = await trader.limit("ACME", "buy", "7", "98.00", "59=1")
                for order in (day, lasting):
                    await trader.report(order, "0")
                sale = await other.limit("ACME", "sell", "4", "99.00")
                await other.report(sale, "0")
                await trader.drop()
                await other.report(sale, "F")
                await trader.connect()
                reports = await trader.reports(day, "F4")
                self.assertTrue(reports[1].shows({"39": "4", "14": "4", "151": "0"}), reports[1])
                await trader.status(lasting, "ACME", "buy")
                self.assertTrue((await trader.report(lasting, "I")).shows({"39": "0", "151": "7"}))

    async def test_a_logon_says_whether_its_end_cancels(self):
        with self.gateway():
            async with FixTrader(self.port, "OTHER") as other:
                order = await other.limit("ACME", "buy", "10", "99.00")
                await other.report(order, "0")
                await other.drop()
                await other.connect(None, "8013=Y")
                await other.status(order, "ACME", "buy")
                self.assertEqual((await other.report(order, "I"))["39"], "0", "nothing was asked for before")
                await other.drop()
                await other.connect()
                await other.report(order, "4")

    async def test_a_killed_gateway_knows_whose_orders_a_logon_asked_to_be_cancelled(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        gateway = self.gateway(data=directory.name)
        asks, stays = FixTrader(self.port, "OTHER"), FixTrader(self.port, "ASIS")
        try:
            await asks.connect(None, "8013=Y")
            await stays.connect()
            ended = await asks.limit("ACME", "buy", "10", "99.00")
            left = await stays.limit("ACME", "buy", "10", "99.00")
            await asks.report(ended, "0")
            await stays.report(left, "0")
        finally:
            gateway.kill()
        with self.gateway(data=directory.name):
            await asks.connect(self.port)
            self.assertTrue((await asks.report(ended, "4")).shows({"378": "8", "14": "0"}))
            await stays.connect(self.port)
            await stays.status(left, "ACME", "buy")
            self.assertEqual((await stays.report(left, "I"))["39"], "0")
            for trader in (asks, stays):
                await trader.log_out()
                await trader.drop()

    async def test_copies_are_of_what_the_venue_tells(self):
        with self.gateway():
            async with FixTrader(self.port, "TRADER") as trader, FixTrader(self.port, "COPIES") as copies:
                order = await trader.limit("ACME", "buy", "10", "99.00")
                original = await trader.report(order, "0")
                copy = await copies.report(order, "0")
                self.assertTrue(copy.shows({"17": original["17"], "37": original["37"], "797": "Y"}), copy)
                refused = await trader.limit("ACME", "buy", "10", "99.00", id=order)
                self.assertEqual((await trader.report(refused, "8"))["103"], "6")
                await trader.report(await trader.cancel(order), "4")
                await copies.take(lambda message: message.get("150") == "4", "the copy of the cancel")

    async def test_who_is_throttled_may_cancel(self):
        with self.gateway():
            async with FixTrader(self.port, "OTHER") as other:
                orders = [await other.limit("ACME", "buy", "1", "99.00") for _ in range(3)]
                for order in orders:
                    await other.report(order, "0")
                beyond = await other.limit("ACME", "buy", "1", "99.00")
                refused = await other.report(beyond, "8")
                self.assertEqual((refused["39"], refused["103"]), ("8", "99"))
                self.assertTrue(refused["58"].startswith("throttled: "), refused)
                moved = await other.replace(orders[0], "1", "98.00")
                self.assertTrue((await other.cancel_reject(moved)).shows({"39": "0", "434": "2", "102": "99"}))
                for order in orders:
                    await other.report(await other.cancel(order), "4")

    async def test_garbage_among_orders_opens_a_breaker_that_closes_again_by_itself(self):
        with self.gateway("shield.breaker_malformed_min=20", "shield.breaker_open_s=2", "shield.breaker_probes=3"):
            async with FixTrader(self.port, "TRADER") as trader, FixTrader(self.port, "OTHER") as other:
                orders = [await trader.limit("ACME", "buy", "1", "99.00") for _ in range(20)]
                for order in orders:
                    await trader.report(order, "0")
                lost = await self.lose_an_order(trader)
                refused = await trader.report(lost, "8")
                self.assertTrue(refused.shows({"39": "8", "58": "possdup: not executed"}), refused)
                test = frame("1", "TRADER", "TICKWEIR", trader.next_out, ["112=x"])
                garbage = [broken_sum(test), test.replace(b"\x019=", b"\x019=1"), b"no message at all\x01"]
                for order in orders[:10]:
                    await trader.send_bytes(b"".join(garbage))
                    await trader.report(await trader.cancel(order), "4")
                refused = await trader.report(await trader.limit("ACME", "buy", "1", "99.00"), "8")
                self.assertTrue(refused.shows({"39": "8", "103": "99",
                                               "58": "breaker: too many malformed messages"}), refused)
                await trader.report(await trader.cancel(orders[10]), "4")
                await other.report(await other.limit("ACME", "buy", "1", "99.00"), "0")
                accepted = 0
                while accepted < 5:  # more than the probes: it is closed
                    answer = await trader.report(await trader.limit("ACME", "buy", "1", "99.00"))
                    accepted = accepted + 1 if answer["150"] == "0" else 0
                    await asyncio.sleep(0.01)

    async def lose_an_order(self, trader):
        """An order that a line garbles: the gateway asks for it, and the session sends it again. Its ClOrdID."""
        async def garbled(data, send=trader.send_bytes):
            await send(broken_sum(data))

        intact, trader.send_bytes = trader.send_bytes, garbled
        lost = await trader.limit("ACME", "buy", "1", "99.00")
        trader.send_bytes = intact
        await trader.status("none", "ACME", "buy")  # what shows that something is missing
        return lost

    async def test_all_of_many_orders_are_cancelled_at_once(self):
        with self.gateway():
            async with FixTrader(self.port, "TRADER") as trader:
                orders = []
                for _ in range(MANY):
                    orders.append(await trader.limit("ACME", "buy", "1", "99.00"))
                answers = [await trader.report(order) for order in orders]
                # A machine that is busy with other things sheds some.
                shed = [answer for answer in answers if answer["150"] == "8"]
                for answer in shed:
                    self.assertTrue(answer.shows({"39": "8", "103": "99"}), answer)
                    self.assertTrue(answer["58"].startswith("shed: "), answer)
                accepted = [answer["11"] for answer in answers if answer["150"] == "0"]
                self.assertEqual(len(accepted) + len(shed), MANY)
                self.assertNotEqual(accepted, [])
                everything = await trader.mass_cancel()
                told = set()
                for _ in accepted:
                    report = await trader.report(everything, "4")
                    told.add(report["41"])
                self.assertEqual(told, set(accepted))
                answer = await trader.next("r")
                self.assertTrue(answer.shows({"11": everything, "531": "7", "533": str(len(accepted))}), answer)
                query = await trader.mass_status()
                none = await trader.answer(query)
                self.assertTrue(none.shows({"911": "0", "912": "Y"}), none)


if __name__ == "__main__":
    unittest.main(verbosity=2)
