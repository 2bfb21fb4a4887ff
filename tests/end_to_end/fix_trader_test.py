"""The tests' own trader keeps a session's rules against a gateway: numbers, gaps, resends, and no damage unseen."""
import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "serve"))

from fix_trader import FixTrader, fix_port, frame, take_message  # noqa: E402
from running_gateway import Gateway  # noqa: E402


class Framing(unittest.TestCase):
    whole = frame("0", "TICKWEIR", "CLIENT1", 7, ["112=a"], sent="20240102-03:04:05.006")

    def test_a_message_is_taken_whole_or_not_at_all(self):
        for size in range(1, len(self.whole)):
            self.assertIsNone(take_message(self.whole[:size]), self.whole[:size])
        message, rest = take_message(self.whole + b"8=FI")
        self.assertEqual((message.kind, message.number, message["112"], rest), ("0", 7, "a", b"8=FI"))

    def test_a_wrong_sum_length_or_beginning_is_an_error(self):
        for damaged in (self.whole.replace(b"112=a", b"112=b"), self.whole.replace(b"\x019=", b"\x019=1"),
                        b"9=FIX.4.4\x01" + self.whole, self.whole[:-2] + b"x\x01"):
            with self.assertRaises(AssertionError):
                assert take_message(damaged + self.whole * 8) is None


class Session(unittest.IsolatedAsyncioTestCase):
    def gateway(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        gateway = Gateway(sets=[f'fix.store="{directory.name}/fix"'])  # messages are kept to be sent again
        try:
            self.port = fix_port(gateway)
        except BaseException:
            gateway.kill()
            raise
        return gateway

    async def ask(self, trader, id):
        await trader.send("x", f"320={id}", "559=4")
        return await trader.next("y")

    async def test_messages_that_a_connection_lost_come_again_each_once(self):
        with self.gateway():
            async with FixTrader(self.port, "CLIENT1") as trader:
                asked = [await self.refused(trader) for _ in range(3)]
                await trader.drop()
                # As if the last two had never come.
                trader.next_in -= 2
                del trader.messages[1:]
                await trader.connect()
                again = [await trader.next("j") for _ in range(2)]
                self.assertEqual([(one["45"], one["43"]) for one in again], [(str(one), "Y") for one in asked[1:]])
                asked.append(await self.refused(trader))
                self.assertEqual([one["45"] for one in trader.messages], list(map(str, asked)))

    async def refused(self, trader):
        """A message that no venue takes: its refusal is kept, where market data is not. Its number."""
        number = await trader.send("7", "2=a")
        self.assertEqual((await trader.next("j"))["45"], str(number))
        return number

    async def test_what_the_gateway_misses_is_sent_again_with_gaps_for_the_sessions_own(self):
        with self.gateway():
            async with FixTrader(self.port, "CLIENT1") as trader:
                lost, trader.send_bytes = trader.send_bytes, self.lose
                await trader.send("0")
                await trader.send("x", "320=a", "559=4")
                await trader.send("1", "112=lost")
                trader.send_bytes = lost
                await trader.send("x", "320=b", "559=4")
                self.assertEqual((await trader.next("y"))["320"], "a")
                self.assertEqual((await trader.next("y"))["320"], "b")
                await trader.fence()

    async def lose(self, data):
        self.assertTrue(re.search(rb"\x0134=\d+\x01", data))

    async def test_a_logout_ends_the_connection_and_numbers_go_on(self):
        with self.gateway():
            trader = FixTrader(self.port, "CLIENT1")
            async with trader:
                await self.ask(trader, "a")
            self.assertTrue(trader.ended)
            number = trader.next_in
            async with trader:
                self.assertEqual(trader.next_in, number + 1)
                await trader.connect(reset=True)
                self.assertEqual((trader.next_in, trader.next_out), (2, 2))

    async def test_who_waits_for_what_never_comes_is_told_what_did(self):
        with self.gateway():
            async with FixTrader(self.port, "CLIENT1") as trader:
                await trader.send("x", "320=a", "559=4")
                await trader.fence()
                await trader.send("5")
                with self.assertRaisesRegex(AssertionError, r"(?s)CLIENT1 never got a report of ID.*35=y.*320=a"):
                    await trader.report("ID")


if __name__ == "__main__":
    unittest.main(verbosity=2)
