"""A trader's FIX 4.4 client for tests: asyncio, strict about every byte it is sent, exact about every value.

    trader = FixTrader(port, "CLIENT1")
    async with trader:                                  # connects, logs on; logs out at the end
        order = await trader.limit("ACME", "buy", "10", "99.5")
        accepted = await trader.report(order, "0")      # the next ExecutionReport about it, which must be 150=0
        assert accepted.shows({"39": "0", "14": "0", "151": "10"}), accepted
        cancel = await trader.cancel(order)
        await trader.report(cancel, "4")

Values are strings, as they stand in the messages. The session's part is done here: heartbeats, test requests, gaps
(asked for again, and what follows put aside), resends of what was sent, duplicates left out. A trader that was cut, or
whose gateway was killed, is connected again with its numbers as they are: `await trader.connect(port)`. What the
session layer dislikes is an AssertionError in whatever waits. Needs the standard library only."""
import argparse
import asyncio
import itertools
import re
import sys
from datetime import datetime

from fix_messages import SOH, Message, frame, now_text, take_message  # noqa: F401  (for whoever trades)
from fix_session import PATIENCE, FixSession  # noqa: F401

SIDES = {"buy": "1", "sell": "2"}
# One list for all traders of a process, so that no two sessions' orders are mistaken for each other.
_ids = itertools.count(1)


def fix_port(gateway):
    """Where a `running_gateway.Gateway` takes FIX sessions."""
    return int(re.match(r"fixs?://\S+:(\d+) ", gateway.first_line(r"^fixs?://"))[1])


class FixTrader(FixSession):
    """A session that trades; for the account of that name, where one is given."""

    def __init__(self, port, comp_id, *, account=None, **options):
        super().__init__(port, comp_id, **options)
        self.account = account
        self.orders = {}  # symbol and Side by ClOrdID: a cancel has to say them again

    # ------------------------------------------------------------------------------------ orders

    def new_id(self):
        return f"{self.comp_id}-{next(_ids)}"

    async def order(self, symbol, side, quantity, *fields, kind="2", id=None, head=()):
        """NewOrderSingle with OrdType `kind`; `fields` are all others, as texts. Its ClOrdID."""
        id = id or self.new_id()
        self.orders[id] = symbol, SIDES[side]
        account = [f"1={self.account}"] if self.account else []
        await self.send("D", f"11={id}", *account, f"55={symbol}", f"54={SIDES[side]}", f"60={now_text()}",
                        f"38={quantity}", f"40={kind}", *fields, head=head)
        return id

    async def limit(self, symbol, side, quantity, price, *fields, **options):
        return await self.order(symbol, side, quantity, f"44={price}", *fields, **options)

    async def market(self, symbol, side, quantity, *fields, **options):
        return await self.order(symbol, side, quantity, *fields, kind="1", **options)

    async def stop(self, symbol, side, quantity, stop_price, *fields, **options):
        return await self.order(symbol, side, quantity, f"99={stop_price}", *fields, kind="3", **options)

    async def stop_limit(self, symbol, side, quantity, stop_price, price, *fields, **options):
        return await self.order(symbol, side, quantity, f"99={stop_price}", f"44={price}", *fields, kind="4", **options)

    def _named(self, original, symbol, side):
        own_symbol, own_side = self.orders.get(original, (symbol, None))
        assert symbol or own_symbol, f"{original} was not sent by {self.comp_id}: give its symbol and side"
        return symbol or own_symbol, SIDES[side] if side else own_side

    async def cancel(self, original, *fields, symbol=None, side=None, quantity="1", id=None, head=()):
        """OrderCancelRequest of the order with that ClOrdID; the request's own."""
        id = id or self.new_id()
        symbol, side = self._named(original, symbol, side)
        await self.send("F", f"41={original}", f"11={id}", f"55={symbol}", f"54={side}", f"60={now_text()}",
                        f"38={quantity}", *fields, head=head)
        return id

    async def replace(self, original, quantity, price, *fields, kind="2", symbol=None, side=None, id=None, head=()):
        """OrderCancelReplaceRequest; its ClOrdID. A `price` of None leaves 44 out."""
        id = id or self.new_id()
        symbol, side = self.orders[id] = self._named(original, symbol, side)
        await self.send("G", f"41={original}", f"11={id}", f"55={symbol}", f"54={side}", f"60={now_text()}",
                        f"38={quantity}", f"40={kind}", *([f"44={price}"] if price is not None else []), *fields,
                        head=head)
        return id

    async def mass_cancel(self, symbol=None, *fields, id=None):
        """OrderMassCancelRequest for all orders, or those of an instrument (530=7 or 1); its ClOrdID."""
        id = id or self.new_id()
        scope = ["530=1", f"55={symbol}"] if symbol else ["530=7"]
        await self.send("q", f"11={id}", *scope, f"60={now_text()}", *fields)
        return id

    async def status(self, id, symbol, side, *fields):
        """OrderStatusRequest."""
        await self.send("H", f"11={id}", f"55={symbol}", f"54={SIDES[side]}", *fields)

    async def mass_status(self, *fields):
        """OrderMassStatusRequest of all orders; its MassStatusReqID."""
        id = self.new_id()
        await self.send("AF", f"584={id}", "585=7", *fields)
        return id

    # ------------------------------------------------------------------------------------ answers

    async def report(self, id, exec_type=None):
        """The next ExecutionReport whose ClOrdID is `id`; of that ExecType, where one is given, or it is an error."""
        report = await self.take(lambda message: message.kind == "8" and message.get("11") == id,
                                 f"a report of {id}, 150={exec_type or 'any'}")
        assert exec_type in (None, report["150"]), f"150={exec_type} was expected of {id}: {report}"
        return report

    async def reports(self, id, exec_types):
        """The next reports of `id`, which have to be of these types: "0FF" is accepted, then two fills."""
        return [await self.report(id, kind) for kind in exec_types]

    async def cancel_reject(self, id):
        """The next OrderCancelReject of the request with that ClOrdID."""
        return await self.take(lambda message: message.kind == "9" and message.get("11") == id, f"a refusal of {id}")

    async def answer(self, id):
        """The next message of any type about the request with that ClOrdID, in whichever field it stands."""
        return await self.take(lambda message: id in (message.get("11"), message.get("379"), message.get("584")),
                               f"an answer to {id}")


async def trade_once(arguments):
    """Places one order, shows every message about it, and cancels what is left of it after a second."""
    trader = FixTrader(arguments.port, arguments.session, host=arguments.host)
    await trader.connect(reset=True)
    async with trader:
        if arguments.price is None:
            order = await trader.market(arguments.symbol, arguments.side, arguments.quantity)
        else:
            order = await trader.limit(arguments.symbol, arguments.side, arguments.quantity, arguments.price)
        ids, rests = {order}, True
        while rests:
            try:
                message = await asyncio.wait_for(
                    trader.take(lambda one: one.get("11") in ids or one.kind in ("3", "j"), "an answer"), 1)
            except asyncio.TimeoutError:
                ids.add(await trader.cancel(order))
                continue
            print(message)
            rests = message.kind == "8" and message["39"] in ("0", "1", "A")


def main():
    global _ids
    _ids = itertools.count(int(datetime.now().timestamp()))  # not those of an earlier run
    parser = argparse.ArgumentParser(description="Places one order; cancels what is left of it after a second.")
    parser.add_argument("session", help="the client's CompID")
    parser.add_argument("side", choices=SIDES)
    parser.add_argument("symbol")
    parser.add_argument("quantity")
    parser.add_argument("price", nargs="?", help="none: at the market")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9878)
    try:
        asyncio.run(trade_once(parser.parse_args()))
    except (AssertionError, OSError) as error:
        sys.exit(f"fix_trader: {error}")


if __name__ == "__main__":
    main()
