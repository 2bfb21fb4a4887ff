"""Entitlements and limits of sessions change on SIGHUP while they trade: the next order is judged by the new ones, what
is open stays, and a file that is wrong changes nothing and is told."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "serve"))

from fix_trader import FixTrader  # noqa: E402
from running_gateway import tickweir  # noqa: E402
from trading_gateway import TradingGateway  # noqa: E402

CONFIG = """
[instruments.ACME]
quote = "USD"
price_decimals = 2
reference = "100"
[instruments.GLOBEX]
quote = "USD"
price_decimals = 2
reference = "100"
[accounts.A1]
key = "{key}"
balances = {{ USD = "1000000000", ACME = "1000000", GLOBEX = "1000000" }}
[accounts.A2]
balances = {{ USD = "1000000000", ACME = "1000000", GLOBEX = "1000000" }}
[sessions.TRADER]
accounts = ["A1"]
{session}
[sessions.OTHER]
accounts = ["A2"]
[limits]
{limits}
"""
BUY = ("limit", "ACME", "buy", "5", "99")
SALE = ("limit", "ACME", "sell", "1", "101")
# What the session is entitled to, an order that it may send, one that it may not, and what is said to that.
ENTITLEMENTS = [
    ('sides = ["buy"]', BUY, SALE, ("not entitled to the side", "0")),
    ('instruments = ["GLOBEX"]', ("limit", "GLOBEX", "sell", "1", "101"), SALE,
     ("not entitled to the instrument", "0")),
    ('order_types = ["limit"]', BUY, ("stop_limit", "ACME", "buy", "1", "120", "120"),
     ("not entitled to the order type", "0")),
    ('quantity_max = "5"', BUY, ("limit", "ACME", "buy", "6", "99"), ("quantity above the session's limit", "3")),
    ('notional_max = "500"', BUY, ("limit", "ACME", "buy", "6", "99"), ("notional above the session's limit", "3")),
]
SMALL_LOG = ["log.wal_segment_bytes=4194304", "log.wal_ring_bytes=1048576", "log.wal_ring_reserve_bytes=262144"]


class OrderReload(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.config = self.directory / "gateway.toml"
        self.environment = {"XDG_RUNTIME_DIR": directory.name, "TICKWEIR_ADMIN_TOKEN": ""}
        self.write()

    def write(self, session="", limits="", key="key-of-a1"):
        self.config.write_text(CONFIG.format(session=session, limits=limits, key=key))

    def gateway(self):
        gateway = TradingGateway(self.directory, "--config", self.config, sets=SMALL_LOG,
                                 environment=self.environment)
        self.admin_url = gateway.admin_url
        self.port = gateway.fix_port
        return gateway

    def steer(self, *arguments):
        run = tickweir("admin", *arguments, "--url", self.admin_url, environment=self.environment)
        self.assertEqual(run.returncode, 0, run)

    async def reload(self, gateway, *traders, outcome=r"reload: done", **what):
        """SIGHUP with such a file, up to the line of the outcome, and until sessions go by it. What was told."""
        self.write(**what)
        before = gateway.signal_reload()
        self.assertIsNotNone(gateway.log.until(outcome, after=before), gateway.tail())
        for trader in traders:
            await trader.fence()
        return [line.split(" gateway: ")[1] for line in gateway.log.lines[before:] if " gateway: reload" in line]

    async def refused(self, trader, order, text, reason="99"):
        report = await trader.report(order, "8")
        self.assertEqual(report.differs({"39": "8", "103": reason}), {}, report)
        self.assertEqual(report["58"], text)

    async def send(self, trader, order):
        kind, *values = order
        return await getattr(trader, kind)(*values)

    # ------------------------------------------------------------------------------------------ entitlements

    async def test_the_next_order_is_judged_by_the_new_entitlements(self):
        with self.gateway() as gateway:
            async with FixTrader(self.port, "TRADER") as trader, FixTrader(self.port, "OTHER") as other:
                sale = await trader.limit("ACME", "sell", "40", "101")
                await trader.report(sale, "0")
                for changed, allowed, refused, why in ENTITLEMENTS:
                    with self.subTest(changed):
                        told = await self.reload(gateway, trader, session=changed)
                        self.assertIn(f"reload: sessions.TRADER.{changed.split(' ')[0]} changed", told)
                        await self.refused(trader, await self.send(trader, refused), *why)
                        await trader.report(await self.send(trader, allowed), "0")
                        # Of another session nothing has changed.
                        await other.report(await self.send(other, refused), "0")
                # What was open stays, and can be cancelled by who may not send it any more.
                await self.reload(gateway, trader, session='sides = ["buy"]\ninstruments = ["GLOBEX"]')
                await trader.status(sale, "ACME", "sell")
                self.assertEqual((await trader.report(sale, "I"))["151"], "40")
                await trader.report(await trader.cancel(sale), "4")

    async def test_an_administrator_has_the_file_read_again(self):
        with self.gateway() as gateway:
            async with FixTrader(self.port, "TRADER") as trader:
                self.write(session='sides = ["buy"]')
                run = tickweir("admin", "reload", "--url", self.admin_url, environment=self.environment)
                self.assertEqual((run.returncode, run.stdout), (0, "reload done: 1 keys changed\n"), run)
                await trader.fence()
                await self.refused(trader, await self.send(trader, SALE), "not entitled to the side", "0")
                self.write(session='sides = ["neither"]')
                run = tickweir("admin", "reload", "--url", self.admin_url, environment=self.environment)
                self.assertEqual(run.returncode, 1, run)
                self.assertIn("nothing was changed", run.stderr)
                await trader.report(await self.send(trader, BUY), "0")

    async def test_an_order_becomes_critical_and_ordinary_again(self):
        with self.gateway() as gateway:
            async with FixTrader(self.port, "TRADER") as trader:
                self.steer("mode", "--floor", "L3")
                gateway.until("/v1/status", lambda status: status["mode"] == "L3", "L3")
                ordinary = "shed: load mode L3: entitled orders and cancels only"
                await self.refused(trader, await trader.limit("ACME", "buy", "1", "99"), ordinary)
                await self.reload(gateway, trader, session="priority = true")
                await trader.report(await trader.limit("ACME", "buy", "1", "99"), "0")
                await self.reload(gateway, trader)
                await self.refused(trader, await trader.limit("ACME", "buy", "1", "99"), ordinary)
                self.steer("mode", "--floor", "L0")

    # ------------------------------------------------------------------------------------------ limits

    async def test_the_next_order_is_judged_by_the_new_limits(self):
        many = "orders_per_second = 1000000\norders_burst = 1000000"
        few = "orders_per_second = 1\norders_burst = 3"
        text = "throttled: more than 1 orders a second"
        with self.gateway() as gateway:
            async with FixTrader(self.port, "TRADER") as trader, FixTrader(self.port, "OTHER") as other:
                for where in ("session", "limits"):
                    with self.subTest(where):
                        await self.reload(gateway, trader, **{where: few})
                        answers = [await trader.report(await trader.limit("ACME", "buy", "1", "99")) for _ in range(4)]
                        # On a slow machine a second passes meanwhile: then there are more.
                        while answers[-1]["150"] == "0":
                            burst = [await trader.limit("ACME", "buy", "1", "99") for _ in range(10)]
                            answers += [await trader.report(order) for order in burst]
                        self.assertEqual({answer["150"] for answer in answers[:3]}, {"0"}, answers)
                        self.assertEqual((answers[-1]["103"], answers[-1]["58"]), ("99", text))
                        opened = [answer["11"] for answer in answers if answer["150"] == "0"]
                        await trader.report(await trader.cancel(opened[0]), "4")
                        others = [await other.report(await other.limit("ACME", "buy", "1", "99")) for _ in range(8)]
                        shared = {text} if where == "limits" else {None}
                        self.assertLessEqual({answer.get("58") for answer in others} - {None}, shared)
                        # As many as were used stay used, which is nothing of so many.
                        await self.reload(gateway, trader, session=many)
                        for _ in range(8):
                            await trader.report(await trader.limit("ACME", "buy", "1", "99"), "0")

    async def test_the_next_question_is_judged_by_the_new_limits(self):
        async def ask():
            await trader.send("x", "320=all", "559=4")
            return await trader.take(lambda message: message.kind in "yj", "an answer")

        with self.gateway() as gateway:
            async with FixTrader(self.port, "TRADER") as trader:
                self.assertEqual([(await ask()).kind for _ in range(3)], ["y"] * 3)
                await self.reload(gateway, trader, limits="queries_per_second = 1\nqueries_burst = 1")
                while (answer := await ask()).kind == "y":
                    pass
                self.assertEqual((answer["379"], answer["380"], answer["58"]),
                                 ("all", "0", "throttled: more than 1 requests a second"))

    async def test_an_account_is_shown_to_its_new_key(self):
        def status(key):
            return gateway.get("/v1/accounts/A1", Authorization=f"Bearer {key}").status

        with self.gateway() as gateway:
            self.assertEqual(status("key-of-a1"), 200)
            told = await self.reload(gateway, key="another-key")
            self.assertIn("reload: accounts.A1.key changed", told)
            self.assertFalse([line for line in gateway.log.lines if "another-key" in line])
            gateway.until("/v1/status", lambda _: status("another-key") == 200, "the new key is known")
            self.assertEqual(status("key-of-a1"), 401)

    # ------------------------------------------------------------------------------------------ wrong files

    async def test_a_key_that_cannot_be_read_leaves_sessions_as_they_are_too(self):
        self.write(session='quantity_max = "5"')
        with self.gateway() as gateway:
            async with FixTrader(self.port, "TRADER") as trader:
                told = await self.reload(gateway, trader, outcome="nothing was changed", session='quantity_max = "50"',
                                         key="file:/nowhere/key")
                self.assertTrue(any("accounts.A1.key" in line for line in told), told)
                await self.refused(trader, await trader.limit("ACME", "buy", "6", "99"),
                                   "quantity above the session's limit", "3")

    async def test_a_wrong_file_changes_nothing_and_is_told(self):
        allowed = 'quantity_max = "5"'
        self.write(session=allowed)
        with self.gateway() as gateway:
            async with FixTrader(self.port, "TRADER") as trader:
                for wrong, words in (
                        ('quantity_max = "50"\nsides = ["borrow"]', ["sessions.TRADER.sides", "borrow"]),
                        ('quantity_max = "50"\ninstruments = ["NOBODY"]', ["sessions.TRADER.instruments", "NOBODY"]),
                        ('quantity_max = "50"\norders_per_second = -1', ["sessions.TRADER.orders_per_second", "-1"]),
                        ('quantity_max = "50"\nnonsense = 1', ["nonsense"]),
                        ('quantity_max = "50"\ngrace_ms = 77', ["sessions.TRADER.grace_ms", "restart"]),
                        ('quantity_max = "50"\n[', ["gateway.toml:"])):
                    with self.subTest(wrong):
                        told = await self.reload(gateway, trader, outcome=r"reload: nothing was changed", session=wrong)
                        self.assertTrue(any(all(word in line for word in words) for line in told), told)
                        await self.refused(trader, await trader.limit("ACME", "buy", "6", "99"),
                                           "quantity above the session's limit", "3")
                        await trader.report(await trader.limit("ACME", "buy", "5", "99"), "0")
                await self.reload(gateway, trader, session='quantity_max = "50"')
                await trader.report(await trader.limit("ACME", "buy", "6", "99"), "0")


if __name__ == "__main__":
    unittest.main(verbosity=2)
