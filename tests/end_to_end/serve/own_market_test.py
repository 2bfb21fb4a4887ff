"""The venue's own market as its users see it: what traders are told over FIX is what everybody sees over HTTP and
WebSocket, accounts show their owners where they stand, and administrators steer it all."""
import asyncio
import json
import re
import sys
import tempfile
import unittest
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fix_trader import FixTrader, fix_port  # noqa: E402
from running_gateway import Gateway, tickweir  # noqa: E402
from stream_client import StreamClient, pump  # noqa: E402

ACME = "tickweir:ACME"
SMALL_LOG = ["log.wal_segment_bytes=4194304", "log.wal_ring_bytes=1048576", "log.wal_ring_reserve_bytes=262144"]


class OwnMarket(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        # Where the gateway keeps its token, and the command looks for it.
        self.environment = {"XDG_RUNTIME_DIR": directory.name, "TICKWEIR_ADMIN_TOKEN": ""}
        self.config = self.directory / "gateway.toml"
        self.config.write_text("""
[instruments.ACME]
base = "ACME"
quote = "USD"
price_decimals = 2
[instruments.GLOBEX]
base = "GLOBEX"
quote = "USD"
price_decimals = 2
[accounts.A1]
key = "key-of-a1"
balances = { USD = "1000000", ACME = "1000", GLOBEX = "1000" }
[accounts.A2]
key = "key-of-a2"
balances = { USD = "1000000", ACME = "1000", GLOBEX = "1000" }
[sessions.CLIENT1]
accounts = ["A1"]
[sessions.CLIENT2]
accounts = ["A2"]
""")

    def gateway(self, *sets):
        gateway = Gateway("--config", self.config, environment=self.environment,
                          sets=[f'venue.data="{self.directory}/venue"', f'fix.store="{self.directory}/fix"',
                                *SMALL_LOG, *sets])
        try:
            self.port = fix_port(gateway)
            self.admin_url = re.match(r"(http://127\.0\.0\.1:\d+)/", gateway.first_line(r"administration$")).group(1)
            gateway.until("/v1/status", lambda s: s["venue"]["state"] == "running", "the venue runs")
            # Nor is a busy disk.
            self.steer("mode", "--ceiling", "L0")
            gateway.until("/v1/instruments", lambda s: all(one["in_sync"] for one in s["instruments"]),
                          "its books are in sync")
        except BaseException:
            gateway.kill()
            raise
        return gateway

    def steer(self, *arguments, status=0):
        run = tickweir("admin", *arguments, "--url", self.admin_url, environment=self.environment)
        self.assertEqual(run.returncode, status, run)
        return run

    async def admin(self, *arguments, status=0):
        return await asyncio.to_thread(self.steer, *arguments, status=status)

    async def shown(self, gateway, target, condition, what):
        return await asyncio.to_thread(gateway.until, target, condition, what)

    def account(self, gateway, name, key=None, status=200):
        answer = gateway.get(f"/v1/accounts/{name}", Authorization=f"Bearer {key or f'key-of-{name.lower()}'}")
        self.assertEqual(answer.status, status, answer.body)
        return json.loads(answer.body)

    def balances(self, account):
        return {row["asset"]: (row["total"], row["held"], row["available"]) for row in account["balances"]}

    # ------------------------------------------------------------------------------------------ market

    async def test_what_traders_do_everybody_sees(self):
        with self.gateway() as gateway:
            listed = {one["symbol"]: one for one in gateway.json("/v1/instruments")["instruments"]}
            self.assertEqual(set(listed), {"ACME", "GLOBEX"})
            self.assertEqual([listed["ACME"][name] for name in ("venue", "price_decimals", "base", "quote", "state")],
                             ["tickweir", 2, "ACME", "USD", "trading"])
            client = StreamClient(gateway)
            client.send_text(json.dumps({"op": "subscribe", "channel": "l2", "symbols": ["ACME"], "depth": 10}))
            client.send_text(json.dumps({"op": "subscribe", "channel": "trades", "symbols": ["ACME"]}))
            client.until_message(type="snapshot", channel="l2")
            async with FixTrader(self.port, "CLIENT1") as one, FixTrader(self.port, "CLIENT2") as two:
                bid = await one.limit("ACME", "buy", "10", "99.5", "59=1")
                await one.report(bid, "0")
                offer = await two.limit("ACME", "sell", "4", "101", "59=1")
                await two.report(offer, "0")
                book = await self.shown(gateway, "/v1/books/ACME", lambda b: b["bids"] and b["asks"], "both orders")
                self.assertEqual((book["bids"], book["asks"], book["in_sync"]),
                                 ([["99.5", "10", 1]], [["101", "4", 1]], True))
                taken = await two.limit("ACME", "sell", "3", "99.5")
                fill = (await two.reports(taken, "0F"))[1]
                await one.report(bid, "F")
                trades = (await self.shown(gateway, "/v1/trades/ACME", lambda t: t["trades"], "the trade"))["trades"]
                self.assertEqual([(t["price"], t["quantity"], t["side"]) for t in trades], [("99.5", "3", "sell")])
                self.assertEqual(trades[0]["trade_id"], fill["527"])
                message = await asyncio.to_thread(client.until_message, type="trade", channel="trades")
                self.assertEqual((message["price"], message["quantity"], message["trade_id"]),
                                 ("99.5", "3", fill["527"]))
                book = await self.shown(gateway, "/v1/books/ACME", lambda b: b["bids"][0][1] == "7", "the rest")
                quote = gateway.json("/v1/quotes/ACME")
                self.assertEqual((quote["bid"], quote["bid_quantity"], quote["ask"], quote["last"]),
                                 ("99.5", "7", "101", "99.5"))
                client.close()
        # What survives the end of the gateway is there from the first moment on that it can be trusted.
        with self.gateway() as gateway:
            book = gateway.json("/v1/books/ACME")
            self.assertEqual((book["bids"], book["asks"], book["in_sync"]),
                             ([["99.5", "7", 1]], [["101", "4", 1]], True))

    async def test_fix_market_data_is_the_same(self):
        with self.gateway():
            async with FixTrader(self.port, "CLIENT1") as one:
                await one.report(await one.limit("GLOBEX", "buy", "5", "10"), "0")
                await one.send("V", "262=m", "263=0", "264=0", "267=2", "269=0", "269=1", "146=1", "55=GLOBEX")
                book = await one.next("W")
                while "270" not in book:  # the order may be on its way from the venue to the book still
                    await asyncio.sleep(0.01)
                    await one.send("V", "262=m", "263=0", "264=0", "267=2", "269=0", "269=1", "146=1", "55=GLOBEX")
                    book = await one.next("W")
                self.assertEqual((book["270"], book["271"]), ("10", "5"))

    # ------------------------------------------------------------------------------------------ accounts

    async def test_accounts_show_what_they_have_to_whoever_has_their_key(self):
        with self.gateway() as gateway:
            async with FixTrader(self.port, "CLIENT1") as one, FixTrader(self.port, "CLIENT2") as two:
                sell = await one.limit("ACME", "sell", "10", "50")
                await one.report(sell, "0")
                await two.reports(await two.limit("ACME", "buy", "4", "50"), "0F")
                fill = await one.report(sell, "F")
                first = self.account(gateway, "A1")
                self.assertEqual(self.balances(first)["ACME"], ("996", "6", "990"))
                self.assertEqual(self.balances(first)["USD"], ("1000200", "0", "1000200"))
                self.assertEqual((first["account"], first["open_notional"], first["open_orders"]), ("A1", "300", 1))
                order, = first["orders"]
                self.assertEqual([order[name] for name in ("order_id", "client_id", "side", "price", "leaves")],
                                 [fill["37"], sell, "sell", "50", "6"])
                second = self.account(gateway, "A2")
                self.assertEqual(self.balances(second)["USD"], ("999800", "0", "999800"))
                position = next(row for row in second["positions"] if row["symbol"] == "ACME")
                self.assertEqual((position["quantity"], Decimal(position["average_price"])), ("4", Decimal(50)))
                self.assertGreaterEqual(second["lsn"], 1)
            self.account(gateway, "A2", key="key-of-a1", status=403)
            self.account(gateway, "A1", key="nobody's", status=401)
            self.account(gateway, "A9", key="key-of-a1", status=404)
            self.assertEqual(gateway.get("/v1/accounts/A1").status, 401)

    # ------------------------------------------------------------------------------------------ administration

    async def test_administrators_move_money_halt_kill_and_take_trades_back(self):
        with self.gateway() as gateway:
            self.assertIn("USD total 1000100.5, held 0, available 1000100.5",
                          (await self.admin("deposit", "A1", "--asset", "USD", "--amount", "100.5")).stdout)
            self.assertEqual(self.balances(self.account(gateway, "A1"))["USD"][0], "1000100.5")
            self.assertIn("409", (await self.admin("withdraw", "A1", "--asset", "USD", "--amount", "10000000",
                                                   status=1)).stderr)
            self.assertIn("404", (await self.admin("deposit", "A9", "--asset", "USD", "--amount", "1",
                                                   status=1)).stderr)
            await self.admin("halt", "ACME")
            halted = await self.shown(gateway, "/v1/instruments",
                                      lambda s: s["instruments"][0]["state"] == "halted", "ACME is halted")
            self.assertEqual([one["state"] for one in halted["instruments"]], ["halted", "trading"])
            async with FixTrader(self.port, "CLIENT1") as one, FixTrader(self.port, "CLIENT2") as two:
                self.assertEqual((await one.report(await one.limit("ACME", "buy", "1", "50")))["150"], "8")
                await self.admin("resume", "ACME")
                orders = [await one.limit("ACME", "buy", "1", str(40 + i)) for i in range(5)]
                for order in orders:
                    await one.report(order, "0")
                other = await two.limit("ACME", "buy", "1", "39")
                await two.report(other, "0")
                killed = await self.admin("kill", "--session", "CLIENT1")
                self.assertIn("5 orders cancelled", killed.stdout)
                for order in orders:
                    await one.take(lambda m, order=order: m.kind == "8" and m["150"] == "4" and
                                   order in (m.get("11"), m.get("41")), f"the end of {order}")
                book = await self.shown(gateway, "/v1/books/ACME", lambda b: len(b["bids"]) == 1, "the killed are gone")
                self.assertEqual(book["bids"], [["39", "1", 1]])
                await two.reports(await one.limit("ACME", "sell", "1", "39") and other, "F")
                trade = (await self.shown(gateway, "/v1/trades/ACME", lambda t: t["trades"], "a trade"))["trades"][-1]
                await self.admin("bust", trade["trade_id"])
                await two.report(other, "H")
                self.assertEqual(self.balances(self.account(gateway, "A2"))["ACME"][0], "1000")
            account = await self.admin("account", "A1")
            self.assertRegex(account.stdout, r"^account A1 at LSN \d+: 0 open orders")

    async def test_a_kill_ends_ten_thousand_orders_and_leaves_others_alone(self):
        with self.gateway("limits.orders_per_second=100000", "limits.orders_burst=100000") as gateway:
            async with FixTrader(self.port, "CLIENT1") as one, FixTrader(self.port, "CLIENT2") as two:
                other = await two.limit("ACME", "buy", "1", "9")
                await two.report(other, "0")
                orders, at_once = 10_000, 500
                for first in range(0, orders, at_once):
                    for i in range(first, first + at_once):
                        await one.limit("ACME", "buy", "1", str(Decimal(1000 + i % 100) / 100))
                    # As many as may wait in a queue.
                    await one._until(lambda first=first: len(one.messages) == first + at_once, "all of a batch")
                self.assertEqual({(message["150"], message.get("58")) for message in one.messages}, {("0", None)})
                before = self.account(gateway, "A1")
                self.assertEqual((before["open_orders"], len(before["orders"])), (orders, 1000))
                following = gateway.get(f"/v1/accounts/A1?after={before['next']}&limit=1",
                                        Authorization="Bearer key-of-a1")
                self.assertGreater(int(json.loads(following.body)["orders"][0]["order_id"]), int(before["next"]))
                killed = await self.admin("kill", "--account", "A1", "--instrument", "ACME")
                self.assertIn(f"{orders} orders cancelled", killed.stdout)
                await one._until(lambda: len(one.messages) == 2 * orders, "the end of all")
                ended = one.messages[orders:]
                self.assertEqual({(message["150"], message["39"]) for message in ended}, {("4", "4")})
                self.assertEqual(len({message["37"] for message in ended}), orders)
                book = await self.shown(gateway, "/v1/books/ACME", lambda b: len(b["bids"]) == 1, "one is left")
                self.assertEqual(book["bids"], [["9", "1", 1]])
                self.assertEqual(self.balances(self.account(gateway, "A1"))["USD"], ("1000000", "0", "1000000"))
                self.assertEqual(self.account(gateway, "A2")["open_orders"], 1)

    async def test_the_mode_is_shown_and_queries_give_way(self):
        with self.gateway() as gateway:
            client = StreamClient(gateway)
            client.send_text(json.dumps({"op": "subscribe", "channel": "status", "symbols": ["ACME"]}))
            first = await asyncio.to_thread(client.until_message, type="snapshot", channel="status")
            self.assertEqual(first["mode"], "L0")
            await self.admin("mode", "--floor", "L3", "--ceiling", "L3")
            update = await asyncio.to_thread(client.until_message, type="update", channel="status", mode="L3")
            self.assertEqual((update["symbol"], update["state"]), ("ACME", "trading"))
            self.assertEqual(gateway.json("/v1/status")["mode"], "L3")
            refused = gateway.get("/v1/quotes/ACME")
            self.assertEqual((refused.status, json.loads(refused.body)["reason"]),
                             (503, "shed: load mode L3: entitled orders and cancels only"))
            await self.admin("mode", "--ceiling", "L0")
            await asyncio.to_thread(client.until_message, type="update", channel="status", mode="L0")
            self.assertEqual(gateway.get("/v1/quotes/ACME").status, 200)
            client.close()


if __name__ == "__main__":
    unittest.main()
