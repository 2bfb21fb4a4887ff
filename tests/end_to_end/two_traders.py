"""Two clients at a gateway, and everything that everybody sees held to what they are told: the public book and trades,
and both accounts, to the last digit."""
import asyncio
import sys
import tempfile
import unittest
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "serve"))

from fix_trader import FixTrader  # noqa: E402
from running_gateway import tickweir  # noqa: E402
from trading_gateway import TradingGateway  # noqa: E402

CASH, SHARES = Decimal(1000000), Decimal(1000)
CONFIG = """
[venue]
taker_fee = "0.001"
maker_fee = "-0.0005"
[instruments.ACME]
base = "ACME"
quote = "USD"
price_decimals = 2
reference = "100"
collar = "0.5"
[accounts.A1]
key = "key-of-a1"
balances = { USD = "1000000", ACME = "1000" }
[accounts.A2]
key = "key-of-a2"
balances = { USD = "1000000", ACME = "1000" }
[sessions.ONE]
accounts = ["A1"]
[sessions.TWO]
accounts = ["A2"]
"""
# So that a data directory is made at once.
SMALL_LOG = ["log.wal_segment_bytes=4194304", "log.wal_ring_bytes=1048576", "log.wal_ring_reserve_bytes=262144"]


def fills(trader):
    """By trade: side, quantity, price and fee as they stand, corrections and busts included."""
    trades = {}
    for report in trader.messages:
        if report.get("150") in ("F", "G"):
            trades[report["527"]] = (report["54"], Decimal(report["32"]), Decimal(report["31"]),
                                     Decimal(report.get("137", "0")))
        elif report.get("150") == "H":
            del trades[report["527"]]
    return trades


def open_orders(trader):
    """By OrderID: the last report of each order that is open."""
    last = {report["37"]: report for report in trader.messages if report.kind == "8" and report["37"] != "NONE"}
    return {id: report for id, report in last.items() if report["39"] in "01A"}


class TwoTraders(unittest.IsolatedAsyncioTestCase):
    """`one` of A1 and `two` of A2 trade ACME, whose taker pays and whose maker gets."""

    async def asyncSetUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.environment = {"XDG_RUNTIME_DIR": directory.name, "TICKWEIR_ADMIN_TOKEN": ""}
        config = Path(directory.name) / "gateway.toml"
        config.write_text(CONFIG)
        self.gateway = TradingGateway(directory.name, "--config", config, environment=self.environment,
                                      sets=SMALL_LOG)
        self.addCleanup(self.gateway.kill)
        port = self.gateway.fix_port
        self.admin_url = self.gateway.admin_url
        self.one, self.two = FixTrader(port, "ONE"), FixTrader(port, "TWO")
        await self.one.connect()
        await self.two.connect()

    async def asyncTearDown(self):
        for trader in (self.one, self.two):
            await trader.log_out()
            await trader.drop()
        self.gateway.stop()

    async def admin(self, *arguments):
        run = await asyncio.to_thread(tickweir, "admin", *arguments, "--url", self.admin_url,
                                      environment=self.environment)
        self.assertEqual(run.returncode, 0, run)

    async def rests(self, trader, side, quantity, price, *fields):
        """An order that is accepted and stays; its ClOrdID."""
        order = await trader.limit("ACME", side, quantity, price, *fields)
        self.shows(await trader.report(order, "0"), {"39": "0", "14": "0", "151": quantity, "44": price, "6": "0"})
        return order

    async def told(self, trader, order, kinds):
        """The reports of an order, which are of these types; the last one."""
        return (await trader.reports(order, kinds))[-1]

    def shows(self, report, expected):
        self.assertTrue(report.shows(expected), f"{report} differs in {report.differs(expected)}")

    # ------------------------------------------------------------------------------------ what everybody sees

    async def settled(self):
        """The public trades, book and accounts are what the reports of both say."""
        one, two = fills(self.one), fills(self.two)
        self.assertEqual({id: trade[1:3] for id, trade in one.items()}, {id: trade[1:3] for id, trade in two.items()})
        for id, trade in one.items():
            self.assertNotEqual(trade[0], two[id][0], "one bought and one sold")
        self.account("A1", one, open_orders(self.one))
        self.account("A2", two, open_orders(self.two))
        await asyncio.to_thread(self.gateway.until, "/v1/books/ACME", self.is_book, "the book of all open orders")
        shown = self.gateway.json("/v1/trades/ACME")["trades"]
        printed = [(report["527"], Decimal(report["31"]), Decimal(report["32"]), report["54"])
                   for report in sorted((*self.one.messages, *self.two.messages), key=lambda r: int(r.get("527", 0)))
                   if report.get("150") == "F" and report["851"] == "2"]
        self.assertEqual([(row["trade_id"], Decimal(row["price"]), Decimal(row["quantity"]),
                           {"buy": "1", "sell": "2"}[row["side"]]) for row in shown], printed)

    def is_book(self, book):
        levels = {"bids": {}, "asks": {}}
        for order in (*open_orders(self.one).values(), *open_orders(self.two).values()):
            if "99" in order and order["150"] == "0":
                continue  # a stop that waits
            side = levels["bids" if order["54"] == "1" else "asks"]
            side[Decimal(order["44"])] = side.get(Decimal(order["44"]), 0) + self.displayed(order)
        return all({Decimal(row[0]): Decimal(row[1]) for row in book[side]} == levels[side] for side in levels)

    def displayed(self, order):
        """An iceberg shows what is left of its slice: those that were used up were whole."""
        leaves = Decimal(order["151"])
        if "111" not in order:
            return leaves
        return min(leaves, Decimal(order["111"]) - Decimal(order["14"]) % Decimal(order["111"]))

    def account(self, name, trades, orders):
        cash, shares = CASH, SHARES
        for side, quantity, price, fee in trades.values():
            sign = 1 if side == "1" else -1
            cash -= sign * quantity * price + fee
            shares += sign * quantity
        head = {"Authorization": f"Bearer key-of-{name.lower()}"}
        account = self.gateway.json(f"/v1/accounts/{name}", **head)
        totals = {row["asset"]: Decimal(row["total"]) for row in account["balances"]}
        self.assertEqual(totals, {"USD": cash, "ACME": shares}, name)
        held = sum(Decimal(order["151"]) for order in orders.values() if order["54"] == "2")
        self.assertEqual(next(Decimal(row["held"]) for row in account["balances"] if row["asset"] == "ACME"), held)
        position = sum(quantity if side == "1" else -quantity for side, quantity, *_ in trades.values())
        self.assertEqual(Decimal((account["positions"] or [{"quantity": "0"}])[0]["quantity"]), position, name)
        self.assertEqual({row["order_id"]: Decimal(row["leaves"]) for row in account["orders"]},
                         {id: Decimal(order["151"]) for id, order in orders.items()}, name)
