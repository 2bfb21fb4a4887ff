"""A trader that goes on after its gateway was killed, and knows when nothing more is to come. The standard library
only."""
import asyncio

from fix_trader import FixTrader


class ResumingTrader(FixTrader):
    """`unanswered` are requests of this connection that nothing came back for: those that are sent again, and whatever
    is added to it."""

    def __init__(self, port, comp_id, **options):
        super().__init__(port, comp_id, **options)
        self.unanswered = set()

    async def connect(self, port=None, *fields, reset=False):
        self.unanswered.clear()
        return await super().connect(port, *fields, reset=reset)

    def answered_by(self, message):
        """ClOrdIDs that it is an answer to. An order that a cancel took out of its queue has no other one."""
        answered = {message.get("11") or message.get("379")}
        return answered | {message.get("41")} if message.get("150") == "4" else answered

    async def _in_order(self, message):
        await super()._in_order(message)
        self.unanswered -= self.answered_by(message)

    async def _send_again(self, first, last):
        """What is sent again has an answer, too: it was asked for because nothing is known of it."""
        for number in range(first, last + 1):
            _, fields, _ = self.sent.get(number, (None, (), None))
            self.unanswered.update(field[3:] for field in fields if field.startswith("11="))
        await super()._send_again(first, last)

    async def resynchronised(self, patience=40):
        """Until both sides have what the other one sent, and all that was sent again is answered. A TestRequest that
        goes out while the gateway asks for a gap may be filled with it, as a message of the session's own: then there
        is another one."""
        for _ in range(patience):
            try:
                await asyncio.wait_for(self.fence(), 1.5)
                return await self._until(lambda: not self.unanswered, "answers to what was sent again")
            except asyncio.TimeoutError:
                pass
        raise AssertionError(f"{self.comp_id} never caught up")

    async def open_orders(self):
        """What the gateway says to a mass status request: (39, 14, 151) by OrderID."""
        self.untaken.clear()
        id = await self.mass_status()
        states = {}
        while True:
            report = await self.take(lambda message: message.get("584") == id, "a status")
            if report["37"] != "NONE":
                states[report["37"]] = report["39"], report["14"], report["151"]
            if report.get("912", "Y") == "Y":
                return states
