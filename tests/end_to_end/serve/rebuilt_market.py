"""The market as one client sees it: holds every stream to its rules (an unbroken chain of prev and seq, no level or
order out of nowhere) and rebuilds what it shows."""
import collections
from decimal import Decimal

DEPTHS = (1, 5, 10, 25, 50, 100, 500, 1000)


class Broken(AssertionError):
    """A message that breaks the rules of its stream."""


def check(holds, message, why):
    if not holds:
        raise Broken(f"{why}: {str(message)[:600]}")


class Levels:
    """One instrument's l2 stream of some depth."""

    def __init__(self, depth):
        self.depth = depth
        self.sides = {}

    def snapshot(self, message):
        self.sides = {side: {} for side in ("bids", "asks")}
        for side, levels in self.sides.items():
            prices = [Decimal(row[0]) for row in message[side]]
            best_first = sorted(prices, reverse=side == "bids")
            check(prices == best_first and len(set(prices)) == len(prices), message, f"{side} are not best first")
            levels.update((row[0], row) for row in message[side])
        self.check_size(message)

    def update(self, message):
        for side, levels in self.sides.items():
            for row in message[side]:
                if row[1] == "0":
                    check(levels.pop(row[0], None), message, f"a level that was not there is removed: {row}")
                else:
                    levels[row[0]] = row
        self.check_size(message)

    def check_size(self, message):
        for side, levels in self.sides.items():
            check(len(levels) <= self.depth, message, f"{len(levels)} {side} where there may be {self.depth}")

    def show(self):
        return {side: sorted(levels.values(), key=lambda row: Decimal(row[0]), reverse=side == "bids")
                for side, levels in self.sides.items()}


class Orders:
    """One instrument's l3 stream: orders of a price in the order of their priority."""

    def __init__(self):
        self.orders = {}

    def snapshot(self, message):
        self.orders = {}
        for order in message["orders"]:
            check(order["order_id"] not in self.orders, message, "an order comes twice")
            self.orders[order["order_id"]] = (order["side"], order["price"], order["quantity"])

    def update(self, message):
        for event in message["events"]:
            order, action = event["order_id"], event["action"]
            state = (event["side"], event["price"], event["quantity"])
            known = self.orders.get(order)
            check((known is None) == (action == "add"), message, f"no sense in {event}")
            if action == "add":
                self.orders[order] = state
            elif action == "reduce":
                check(known[:2] == state[:2] and Decimal(state[2]) < Decimal(known[2]), message, f"{known} -> {event}")
                self.orders[order] = state
            elif action == "remove":
                check(known[:2] == state[:2], message, f"{known} -> {event}")
                del self.orders[order]
            elif action == "replace":
                del self.orders[order]
                check(event["new_order_id"] not in self.orders, message, f"the order is there already: {event}")
                self.orders[event["new_order_id"]] = state
            else:
                check(False, message, "an unknown action")

    def queues(self):
        """Side and price to the orders there, first first."""
        queues = collections.defaultdict(list)
        for order, (side, price, quantity) in self.orders.items():
            queues[side, price].append((order, quantity))
        return dict(queues)

    def show(self):
        """The levels that these orders make."""
        levels = {"bids": [], "asks": []}
        for (side, price), orders in self.queues().items():
            total = sum(Decimal(quantity) for _, quantity in orders)
            levels["bids" if side == "buy" else "asks"].append([price, format(total, "f"), len(orders)])
        for side, rows in levels.items():
            rows.sort(key=lambda row: Decimal(row[0]), reverse=side == "bids")
        return levels


class Touch:
    """One instrument's l1 stream."""

    FIELDS = ("bid", "bid_quantity", "ask", "ask_quantity")

    def __init__(self):
        self.quote = None

    def snapshot(self, message):
        self.quote = {field: message[field] for field in self.FIELDS}

    update = snapshot

    def show(self):
        return self.quote


class Trades:
    """One instrument's trades: the recent ones of the snapshot and all after it."""

    FIELDS = ("time", "price", "quantity", "side", "trade_id")

    def __init__(self):
        self.trades = []

    def take(self, message):
        self.trades.append({field: message[field] for field in self.FIELDS})

    def snapshot(self, message):
        self.trades = []
        for trade in message["trades"]:
            self.take(trade)

    update = take

    def show(self):
        return self.trades


class Status:
    FIELDS = ("state", "in_sync", "reason", "mode")

    def __init__(self):
        self.status = None

    def snapshot(self, message):
        self.status = {field: message[field] for field in self.FIELDS if field in message}

    update = snapshot

    def show(self):
        return self.status


class Stream:
    """Numbers and state of one stream."""

    def __init__(self, view):
        self.view = view
        self.seq = None
        self.time = None
        self.in_sync = None
        self.snapshots = 0
        self.updates = 0
        self.conflated = 0


class RebuiltMarket:
    """All streams of one client. Give it every message."""

    def __init__(self, depth=10):
        self.depth = depth
        self.streams = {}
        self.heartbeats = []
        self.warnings = []
        self.errors = []

    def _view(self, channel):
        return {"l1": Touch, "l2": lambda: Levels(self.depth), "l3": Orders, "trades": Trades,
                "status": Status}[channel]()

    def __call__(self, message):
        kind = message["type"]
        if kind == "heartbeat":
            check(not self.heartbeats or message["counter"] == self.heartbeats[-1] + 1, message, "heartbeats are missing")
            self.heartbeats.append(message["counter"])
        elif kind == "warning":
            self.warnings.append(message)
        elif kind == "error":
            self.errors.append(message)
        elif kind in ("snapshot", "update", "trade"):
            self._take(kind, message)
        else:
            check(kind in ("ack", "pong"), message, "an unknown type")

    def _take(self, kind, message):
        channel = message["channel"]
        check((kind == "trade") <= (channel == "trades"), message, "a trade on another channel")
        key = (channel, message["venue"], message["symbol"])
        stream = self.streams.get(key)
        if kind == "snapshot":
            if stream is None:
                stream = self.streams[key] = Stream(self._view(channel))
            elif stream.seq is not None:
                check(message["seq"] >= stream.seq, message, f"a snapshot of the past, behind {stream.seq}")
            stream.snapshots += 1
            stream.view.snapshot(message)
        else:
            check(stream is not None, message, "an update before any snapshot")
            check(message["prev"] == stream.seq, message, f"a gap behind {stream.seq}")
            check(message["seq"] > message["prev"], message, "seq does not rise")
            left_out = message["seq"] - message["prev"] - 1
            check(message.get("conflated", 0) == left_out, message, f"{left_out} updates are left out untold")
            check(left_out == 0 or channel not in ("trades", "l3"), message, "left out where nothing may be")
            stream.conflated += left_out
            stream.updates += 1
            stream.view.update(message)
        stream.seq = message["seq"]
        stream.time = message["time"]
        if "in_sync" in message:
            stream.in_sync = message["in_sync"]

    def forget(self, channel, venue, symbol):
        """The client has ended this subscription."""
        self.streams.pop((channel, venue, symbol), None)

    def of(self, channel, symbol, venue="nasdaq"):
        return self.streams.get((channel, venue, symbol))

    def show(self, channel, symbol, venue="nasdaq"):
        stream = self.of(channel, symbol, venue)
        return stream and stream.view.show()

    def has(self, channel, symbols):
        return all(self.of(channel, symbol) is not None for symbol in symbols)


def top(book, depth):
    """The best levels of a replayed book."""
    return {side: [list(row) for row in book[side][:depth]] for side in ("bids", "asks")}


def touch(book):
    """A replayed book's best bid and ask."""
    bid = book["bids"][0] if book["bids"] else (None, None)
    ask = book["asks"][0] if book["asks"] else (None, None)
    return {"bid": bid[0], "bid_quantity": bid[1], "ask": ask[0], "ask_quantity": ask[1]}
