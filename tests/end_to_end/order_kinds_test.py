"""Two clients trade each kind of order over sockets and see each report of the table; the market that everybody sees is
what the reports say, and so is every account, to the last digit."""
import unittest
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from two_traders import CASH, SHARES, TwoTraders, fills, open_orders


class OrderKinds(TwoTraders):
    async def test_market_ioc_and_fok_orders_take_what_is_there(self):
        one, two = self.one, self.two
        near, far = await self.rests(two, "sell", "5", "101"), await self.rests(two, "sell", "5", "102")
        market = await one.market("ACME", "buy", "7")
        last = await self.told(one, market, "0FF")
        self.shows(last, {"40": "1", "39": "2", "14": "7", "151": "0", "6": "101.285714", "31": "102", "32": "2",
                          "851": "2", "136": "1", "137": "0.204", "138": "USD", "139": "4"})
        self.shows(await two.report(near, "F"), {"39": "2", "14": "5", "151": "0", "851": "1", "137": "-0.2525"})
        self.shows(await two.report(far, "F"), {"39": "1", "14": "2", "151": "3", "527": last["527"]})
        ioc = await one.limit("ACME", "buy", "10", "102", "59=3")
        self.shows(await self.told(one, ioc, "0F4"), {"59": "3", "39": "4", "14": "3", "151": "0", "378": "99"})
        await two.report(far, "F")
        rest = await self.rests(two, "sell", "5", "103")
        fok = await one.limit("ACME", "buy", "6", "103", "59=4")
        self.shows(await self.told(one, fok, "04"), {"59": "4", "39": "4", "14": "0", "378": "99"})
        fok = await one.limit("ACME", "buy", "5", "103", "59=4")
        self.shows(await self.told(one, fok, "0F"), {"39": "2"})
        await two.report(rest, "F")
        empty = await one.market("ACME", "buy", "1")
        self.shows(await self.told(one, empty, "04"), {"39": "4", "14": "0", "378": "99"})
        await self.settled()

    async def test_instructions_are_kept(self):
        one, two = self.one, self.two
        offer = await self.rests(two, "sell", "3", "103")
        crossing = await one.limit("ACME", "buy", "1", "103", "18=6")
        self.shows(await one.report(crossing, "8"), {"39": "8", "103": "99", "37": "NONE"})
        self.shows(await one.report(await one.limit("ACME", "buy", "1", "99", "18=6", "59=3"), "8"), {"39": "8"})
        resting = await self.rests(one, "buy", "1", "99", "18=6")
        too_few = await one.limit("ACME", "buy", "5", "103", "59=3", "110=4")
        self.shows(await self.told(one, too_few, "04"), {"14": "0"})
        enough = await one.limit("ACME", "buy", "5", "103", "59=3", "110=3")
        self.shows(await self.told(one, enough, "0F4"), {"14": "3"})
        await two.report(offer, "F")
        iceberg = await self.rests(two, "sell", "10", "104", "111=2")
        bites = await one.limit("ACME", "buy", "5", "104")
        self.shows(await self.told(one, bites, "0FFF"), {"39": "2", "14": "5"})
        self.shows(await self.told(two, iceberg, "FFF"), {"14": "5", "151": "5", "111": "2"})
        await self.settled()
        self.assertEqual(self.gateway.json("/v1/books/ACME")["asks"], [["104", "1", 1]])
        newer = await self.rests(two, "sell", "6", "105", "1138=3")
        self.shows(await two.report(await two.cancel(newer), "4"), {"41": newer})
        await one.report(await one.cancel(resting), "4")
        await self.settled()

    async def test_no_account_trades_with_itself(self):
        one = self.one
        resting = await self.rests(one, "sell", "1", "105")
        incoming = await one.limit("ACME", "buy", "1", "105")
        self.shows(await self.told(one, incoming, "04"), {"378": "99", "14": "0"})
        incoming = await one.limit("ACME", "buy", "1", "105", "7928=O")
        self.shows(await one.report(incoming, "0"), {"39": "0"})
        self.shows(await one.report(resting, "4"), {"378": "99", "39": "4"})
        both = await one.limit("ACME", "sell", "1", "105", "7928=B")
        self.shows(await self.told(one, both, "04"), {"378": "99"})
        self.shows(await one.report(incoming, "4"), {"378": "99"})
        self.assertEqual(open_orders(one), {})
        await self.settled()

    async def test_stops_are_triggered_and_dates_expire(self):
        one, two = self.one, self.two
        stop = await one.stop("ACME", "buy", "5", "101")
        self.shows(await one.report(stop, "0"), {"40": "3", "99": "101", "39": "0"})
        stop_limit = await one.stop_limit("ACME", "buy", "4", "101", "101.5")
        self.shows(await one.report(stop_limit, "0"), {"40": "4", "99": "101", "44": "101.5"})
        self.shows(await one.report(await one.stop("ACME", "buy", "1", "100.001"), "8"), {"103": "99"})
        cheap, dear = await self.rests(two, "sell", "1", "101"), await self.rests(two, "sell", "5", "102")
        await self.told(one, await one.limit("ACME", "buy", "1", "101"), "0F")
        await two.report(cheap, "F")
        self.shows(await one.report(stop, "D"), {"378": "99", "39": "0"})
        self.shows(await one.report(stop, "F"), {"31": "102", "39": "2"})
        await two.report(dear, "F")
        self.shows(await one.report(stop_limit, "D"), {"378": "99", "39": "0", "151": "4"})
        await self.settled()
        soon = datetime.now(timezone.utc) + timedelta(seconds=1)
        dated = await one.limit("ACME", "buy", "2", "98", "59=6", f"126={soon.strftime('%Y%m%d-%H:%M:%S')}")
        first = await one.report(dated)
        if first["150"] == "0":  # unless the second is over already
            self.shows(await one.report(dated, "C"), {"39": "C", "151": "0", "59": "6"})
        await one.report(await one.cancel(stop_limit), "4")
        tomorrow = (soon + timedelta(days=1)).strftime("%Y%m%d")
        await self.rests(one, "buy", "2", "97", "59=6", f"432={tomorrow}")
        await self.rests(one, "buy", "2", "96", "59=1")
        await self.settled()

    async def test_replaces_are_told_with_what_they_lead_to(self):
        one, two = self.one, self.two
        order, behind = await self.rests(one, "buy", "10", "99"), await self.rests(two, "buy", "5", "99")
        smaller = await one.replace(order, "6", "99")
        self.shows(await one.report(smaller, "5"), {"41": order, "39": "0", "38": "6", "151": "6"})
        taken = await two.limit("ACME", "sell", "1", "99")
        await self.told(two, taken, "0F")
        self.shows(await one.report(smaller, "F"), {"151": "5"})  # it kept its place before the other one
        larger = await one.replace(smaller, "7", "99")
        self.shows(await one.report(larger, "5"), {"151": "6", "14": "1", "39": "1"})
        await two.report(await two.cancel(behind), "4")
        offer = await self.rests(two, "sell", "2", "100")
        crossing = await one.replace(larger, "7", "100")
        self.shows(await self.told(one, crossing, "5F"), {"39": "1", "14": "3", "151": "4", "31": "100"})
        await two.report(offer, "F")
        self.shows(await one.cancel_reject(await one.replace("nothing", "1", "99", symbol="ACME", side="buy")),
                   {"102": "1", "434": "2", "39": "8", "37": "NONE"})
        self.shows(await one.cancel_reject(await one.replace(crossing, "3", "100.001")), {"102": "99", "39": "1"})
        self.shows(await one.report(await one.cancel(crossing), "4"), {"41": crossing, "14": "3"})
        self.shows(await one.cancel_reject(await one.cancel(crossing)), {"102": "0", "434": "1", "39": "4"})
        await self.settled()

    async def test_trades_are_corrected_and_taken_back(self):
        one, two = self.one, self.two
        offer = await self.rests(two, "sell", "5", "100")
        fill = await self.told(one, await one.limit("ACME", "buy", "2", "100"), "0F")
        other = await two.report(offer, "F")
        await self.admin("correct", fill["527"], "--price", "99.5", "--quantity", "2")
        self.shows(await one.report(fill["11"], "G"), {"19": fill["17"], "31": "99.5", "32": "2", "6": "99.5"})
        self.shows(await two.report(offer, "G"), {"19": other["17"], "31": "99.5", "151": "3"})
        await self.settled()
        await self.admin("bust", fill["527"])
        self.shows(await one.report(fill["11"], "H"), {"527": fill["527"], "14": "0"})
        await two.report(offer, "H")
        self.assertEqual((fills(one), fills(two)), ({}, {}))
        account = self.gateway.json("/v1/accounts/A1", Authorization="Bearer key-of-a1")
        self.assertEqual({row["asset"]: Decimal(row["total"]) for row in account["balances"]},
                         {"USD": CASH, "ACME": SHARES})
        for row in account["balances"]:
            alone = self.gateway.json(f"/v1/accounts/A1/balances/{row['asset']}", Authorization="Bearer key-of-a1")
            self.assertGreaterEqual(alone.pop("lsn"), account["lsn"])
            self.assertEqual(alone, row)

    async def test_what_is_refused_says_why(self):
        one = self.one
        cases = [(["ACME", "buy", "0", "100"], {"103": "13"}), (["ACME", "buy", "1.5", "100"], {"103": "13"}),
                 (["ACME", "buy", "1", "100.001"], {"103": "99"}), (["NOPE", "buy", "1", "100"], {"103": "1"}),
                 (["ACME", "buy", "1", "100", "1=A2"], {"103": "15"}), (["ACME", "sell", "1001", "100"], {"103": "3"}),
                 (["ACME", "buy", "1", "151"], {"103": "99"}), (["ACME", "buy", "1", "100", "59=2"], {"103": "11"})]
        for order, expected in cases:
            with self.subTest(order=order):
                refused = await one.report(await one.limit(*order), "8")
                self.shows(refused, {"39": "8", "37": "NONE", **expected})
                self.assertIn("58", refused)
        resting = await self.rests(one, "buy", "1", "99")
        self.shows(await one.report(await one.limit("ACME", "buy", "1", "99", id=resting), "8"),
                   {"39": "0", "103": "6", "14": "0", "151": "1"})
        await self.admin("halt", "ACME")
        self.shows(await one.report(await one.limit("ACME", "buy", "1", "99"), "8"), {"103": "2"})
        await one.report(await one.cancel(resting), "4")  # halted or not
        await self.settled()


if __name__ == "__main__":
    unittest.main(verbosity=2)
