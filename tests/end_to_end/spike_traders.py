"""Traders that send as fast as they can, for tests of what becomes of their orders: whole bursts at a time, and the
next one once half of that is answered. The standard library only."""
import itertools
from decimal import Decimal

from order_histories import place
from resuming_trader import ResumingTrader

SYMBOLS = ["ACME", "GLOBEX"]
FUNDS = {"USD": "1000000000", "ACME": "1000000", "GLOBEX": "1000000"}
# So that a data directory is made at once, and its segments are used up.
SMALL_LOG = ["log.wal_segment_bytes=2097152", "log.wal_ring_bytes=1048576", "log.wal_ring_reserve_bytes=131072",
             "log.wal_batch_bytes=262144"]


def venue_of(sessions, further=""):
    """A configuration of a venue with so many clients, S0 with account A0 and so on, whom nothing throttles."""
    balances = ", ".join(f'{asset} = "{amount}"' for asset, amount in FUNDS.items())
    lines = [f'[instruments.{symbol}]\nquote = "USD"\nprice_decimals = 2\nreference = "100"' for symbol in SYMBOLS]
    for i in range(sessions):
        lines.append(f'[accounts.A{i}]\nkey = "key-of-a{i}"\nbalances = {{ {balances} }}')
        lines.append(f'[sessions.S{i}]\naccounts = ["A{i}"]\norders_per_second = 10000000\norders_burst = 10000000')
    return "\n".join([*lines, "[limits]", "queries_per_second = 1000000", "queries_burst = 1000000", further, ""])


class SpikeTrader(ResumingTrader):
    """A session of such a venue. `silent` are its requests that nothing came back for, of all connections;
    `acknowledged` counts the reports of what reached the log."""

    def __init__(self, port, number, random):
        super().__init__(port, f"S{number}")
        self.account_name, self.key = f"A{number}", f"key-of-a{number}"
        self.random = random
        self.silent, self.own = set(), []
        self.numbers = {}  # MsgSeqNum by ClOrdID
        self.acknowledged = 0
        self.on_report = lambda: None
        self._names = itertools.count(1)

    def new_id(self):
        return f"{self.comp_id}-{next(self._names)}"

    async def _in_order(self, message):
        await super()._in_order(message)
        self.silent -= self.answered_by(message)
        if message.kind == "8" and place(message):
            self.acknowledged += 1
            self.on_report()

    def price(self):
        return str(Decimal(self.random.randint(9980, 10020)) / 100)

    async def request(self):
        """An order near the others' prices; a fifth of them ends or moves one that was sent before."""
        kind = self.random.random()
        if self.own and kind < 0.12:
            return await self.cancel(self.random.choice(self.own))
        if self.own and kind < 0.2:
            at = self.random.randrange(len(self.own))
            moved = await self.replace(self.own[at], str(self.random.randint(3, 8)), self.price())
            self.own[at] = moved
            return moved
        self.own = self.own[-60:]
        self.own.append(await self.limit(self.random.choice(SYMBOLS), self.random.choice(["buy", "sell"]),
                                         str(self.random.randint(1, 5)), self.price()))
        return self.own[-1]

    async def burst(self, requests):
        """All of them in one write: they are there at once."""
        pieces = []

        async def keep(data):
            pieces.append(data)

        self.send_bytes = keep
        try:
            for _ in range(requests):
                number = self.next_out
                id = await self.request()
                self.numbers[id] = number
                self.unanswered.add(id)
                self.silent.add(id)
        finally:
            del self.send_bytes
        await self.send_bytes(b"".join(pieces))

    async def flood(self, requests, over):
        """Bursts until `over`, or until the connection ends."""
        try:
            while not over():
                await self.burst(requests)
                await self._until(lambda: over() or len(self.unanswered) <= requests / 2, "half of the answers")
        except AssertionError:
            if not (over() or self.ended) or self.fault:
                raise
